using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Features.Overview;

namespace CopilotCapacity.Portal.Hosting.Startup;

/// <summary>Wires the pages and what they read from.</summary>
internal static class PagesStartup
{
    public static void AddPages(this IServiceCollection services)
    {
        services.AddPortalComponents();
        services.AddScoped<IOverviewReader, OverviewReader>();
        services.AddScoped<IAllocationEditor, AllocationEditor>();
    }

    public static void MapPages(this WebApplication app)
    {
        app.MapStaticAssets();
        app.MapPortalComponents();
    }
}

using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Features.Overview;
using CopilotCapacity.Portal.Features.Rates;

namespace CopilotCapacity.Portal.Hosting.Startup;

/// <summary>Wires the pages and what they read from.</summary>
internal static class PagesStartup
{
    public static void AddPages(this IServiceCollection services)
    {
        services.AddPortalComponents();
        services.AddScoped<IOverviewReader, OverviewReader>();
        services.AddScoped<IAllocationEditor, AllocationEditor>();
        services.AddScoped<IRateReader, RateReader>();
        services.AddScoped<IRateEditor, RateEditor>();
    }

    public static void MapPages(this WebApplication app)
    {
        app.MapStaticAssets();
        app.MapPortalComponents();
    }
}

using CopilotCapacity.Azure;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Alerts.Pages;
using CopilotCapacity.Portal.Features.ApiKeys;
using CopilotCapacity.Portal.Features.Audit;
using CopilotCapacity.Portal.Features.BillingPlans.Pages;
using CopilotCapacity.Portal.Features.Caps;
using CopilotCapacity.Portal.Features.Environments;
using CopilotCapacity.Portal.Features.Forecasts;
using CopilotCapacity.Portal.Features.Imports;
using CopilotCapacity.Portal.Features.Members;
using CopilotCapacity.Portal.Features.MessagePacks;
using CopilotCapacity.Portal.Features.Notices.Pages;
using CopilotCapacity.Portal.Features.Overview;
using CopilotCapacity.Portal.Features.Palette;
using CopilotCapacity.Portal.Features.People;
using CopilotCapacity.Portal.Features.Rates;
using CopilotCapacity.Portal.Features.Requests;
using CopilotCapacity.Portal.Features.Sync;
using CopilotCapacity.Portal.Features.Tenants;
using CopilotCapacity.Portal.Features.Usage.Pages;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Hosting.Startup;

/// <summary>Wires the pages and what they read from.</summary>
internal static class PagesStartup
{
    public static void AddPages(this IServiceCollection services)
    {
        services.AddPortalComponents();
        services.AddMemoryCache();
        services.AddSingleton<EnvironmentSettings>();
        services.AddSingleton<EnvironmentViews>();
        services.AddSingleton<UseForecasts>();
        services.AddSingleton<ForecastAlerts>();
        services.AddHostedService<ForecastWatch>();
        services.AddScoped<IOverviewReader, OverviewReader>();
        services.AddScoped<IAllocationEditor, AllocationEditor>();
        services.AddScoped<EnvironmentDesk>();
        services.AddScoped<IEnvironmentDesk>(provider => provider.GetRequiredService<EnvironmentDesk>());
        services.AddScoped<IEnvironmentReader, EnvironmentReader>();
        services.AddScoped<IEnvironmentEditor, EnvironmentEditor>();
        services.AddScoped<IBulkAllocations, BulkAllocations>();
        services.AddScoped<IPaletteReader, PaletteReader>();
        services.AddScoped<IImportDesk, ImportDesk>();
        services.AddScoped<IMessagePackDesk, MessagePackDesk>();
        services.AddScoped<BillingPlanReader>();
        services.AddScoped<IBillingPlanDesk, BillingPlanDesk>();
        services.AddScoped<ICapDesk, CapDesk>();
        services.AddScoped<IAlertDesk, AlertDesk>();
        services.AddScoped<IRequestDesk, RequestDesk>();
        services.AddAzure();
        services.AddPowerPlatform();
        services.AddScoped<IAzureDirectory, AzureDirectory>();
        services.AddSync();
        services.AddScoped<UsageReader>();
        services.AddScoped<IUsageReader>(provider => provider.GetRequiredService<UsageReader>());
        services.AddScoped<INoticeDesk, NoticeDesk>();
        services.AddScoped<ITenantDesk, TenantDesk>();
        services.AddScoped<IRateReader, RateReader>();
        services.AddScoped<IRateEditor, RateEditor>();
        services.AddScoped<IAuditReader, AuditReader>();
        services.AddSingleton<Meanwhile>();
        services.AddScoped<IApiKeyDesk, ApiKeyDesk>();
        services.AddScoped<IMemberDesk, MemberDesk>();
        services.AddScoped<IPeopleDesk, PeopleDesk>();
        services.AddSingleton<Invitations>();
        services.AddPageAccess();
    }

    public static void MapPages(this WebApplication app)
    {
        app.MapStaticAssets();
        app.MapAuditCsv();
        app.MapUsageCsv();
        app.MapEnvironmentsCsv();
        app.MapGrantsCsv();
        app.MapImportCsv();
        app.MapNoticeToken();
        app.MapPortalComponents();
    }
}

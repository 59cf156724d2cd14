using CopilotCapacity.Portal.Features.Quota;

namespace CopilotCapacity.Portal.Features.Notices;

/// <summary>Wires streams, hub and banner.</summary>
internal static class NoticeStartup
{
    public static void AddNotices(this IServiceCollection services)
    {
        services.AddSingleton<QuotaReader>();
        services.AddSingleton<TenantTails>();
        services.AddSingleton<NoticeStreams>();
        services.AddSingleton<BannerTokens>();
        services.AddSingleton<NoticeOrigins>();
        services.AddAlertHub();
    }
}

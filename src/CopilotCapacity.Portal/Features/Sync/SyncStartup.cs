using CopilotCapacity.Portal.Features.Sync.Azure;
using CopilotCapacity.Portal.Features.Sync.PowerPlatform;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Features.Sync;

/// <summary>Wires the sync. A further service is one more <see cref="ISyncPart"/>.</summary>
internal static class SyncStartup
{
    public static void AddSync(this IServiceCollection services)
    {
        services.AddOptions<SyncOptions>().BindConfiguration(SyncOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SyncOptions>, SyncOptionsValidator>();
        services.AddSingleton<SyncStore>();
        services.AddSingleton<SyncGates>();
        services.AddSingleton<SyncSignal>();
        services.AddSingleton<SyncRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<SyncRunner>());
        services.AddTransient<AzureCosts>();
        services.AddTransient<ISyncPart, AzureSync>();
        services.AddSingleton<AzurePlanReader>();
        services.AddScoped<SyncActs>();
        services.AddScoped<ISyncDesk, SyncDesk>();
        services.AddScoped<PlatformEnvironments>();
        services.AddScoped<PlatformPacks>();
        services.AddScoped<PlatformPolicies>();
        services.AddScoped<PlatformLimits>();
        services.AddScoped<ISyncPart, PowerPlatformSync>();
    }
}

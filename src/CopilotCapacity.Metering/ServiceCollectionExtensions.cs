using CopilotCapacity.Metering.Feed;
using CopilotCapacity.Metering.Quota;
using Microsoft.Extensions.DependencyInjection;

namespace CopilotCapacity.Metering;

/// <summary>Wires the write path.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Adds the meter, its loop, the quota board and the feed. An <c>ILedgerStore</c> and a clock are added elsewhere.</summary>
    public static IServiceCollection AddMetering(this IServiceCollection services) => services
        .AddSingleton<Meter>()
        .AddSingleton<QuotaBoard>()
        .AddSingleton<LedgerFeed>()
        .AddHostedService<MeterLoop>();
}

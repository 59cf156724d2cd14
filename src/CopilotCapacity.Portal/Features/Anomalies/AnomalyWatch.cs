using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Portal.Features.Anomalies;

internal static class AnomalyExtensions
{
    /// <summary>Adds the hourly look at use that is far off its own pattern.</summary>
    public static void AddAnomalies(this IServiceCollection services) => services.AddSingleton<AnomalyRound>().AddHostedService<AnomalyWatch>();
}

/// <summary>Judges use a few minutes after each hour, when most of what is told late is there.</summary>
internal sealed class AnomalyWatch(AnomalyRound round, TimeProvider time, ILogger<AnomalyWatch> logger) : BackgroundService
{
    private static readonly TimeSpan s_after = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(UntilNext(time.GetUtcNow()), time, stoppingToken);
                await GoAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The portal is stopping.
        }
    }

    internal static TimeSpan UntilNext(DateTimeOffset now)
    {
        var hour = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero) + s_after;
        return (hour > now ? hour : hour.AddHours(1)) - now;
    }

    private async Task GoAsync(CancellationToken stoppingToken)
    {
        try
        {
            await round.GoAsync((tenant, exception) => AnomalyLog.NotJudged(logger, exception, tenant.Value), stoppingToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            AnomalyLog.NoTenants(logger, exception);
        }
    }
}

/// <summary>The log messages of the hourly look.</summary>
internal static partial class AnomalyLog
{
    [LoggerMessage(EventId = 3101, Level = LogLevel.Error, Message = "The use of the tenant {Tenant} could not be judged; it is tried again in an hour")]
    public static partial void NotJudged(ILogger logger, Exception exception, Guid tenant);

    [LoggerMessage(EventId = 3102, Level = LogLevel.Error, Message = "The tenants could not be listed to judge their use")]
    public static partial void NoTenants(ILogger logger, Exception exception);
}

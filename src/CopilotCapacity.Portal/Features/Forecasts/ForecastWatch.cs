using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Storage;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Forecasts;

/// <summary>
/// Looks at the forecasts of all tenants every few minutes and soon after each midnight (UTC), when another day is known. Rehearsal
/// tenants are also looked at when their clock is moved.
/// </summary>
internal sealed class ForecastWatch(
    IDbContextFactory<PortalDbContext> contexts, ForecastAlerts alerts, TimeProvider time, ILogger<ForecastWatch> logger) : BackgroundService
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_every = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_afterMidnight = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(s_first, time, stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            await LookAsync(stoppingToken);
            await Task.Delay(UntilNext(time.GetUtcNow()), time, stoppingToken);
        }
    }

    /// <summary>How long to wait: a few minutes, or less where midnight comes first.</summary>
    internal static TimeSpan UntilNext(DateTimeOffset now)
    {
        var midnight = new DateTimeOffset(now.UtcDateTime.Date.AddDays(1), TimeSpan.Zero) + s_afterMidnight - now;
        return midnight < s_every ? midnight : s_every;
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var tenant in await TenantsAsync(cancellationToken))
        {
            try
            {
                await alerts.TellAsync(tenant, cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // The others are looked at all the same, and this one again in a few minutes.
                ForecastLog.LookFailed(logger, tenant.Value, exception);
            }
        }
    }

    private async Task<List<TenantId>> TenantsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            return await context.Tenants.AsNoTracking().OrderBy(row => row.Key).Select(row => new TenantId(row.Id)).ToListAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            ForecastLog.TenantsUnread(logger, exception);
            return [];
        }
    }
}

internal static partial class ForecastLog
{
    [LoggerMessage(EventId = 420, Level = LogLevel.Warning, Message = "The forecasts of tenant {Tenant} could not be looked at")]
    public static partial void LookFailed(ILogger logger, Guid tenant, Exception exception);

    [LoggerMessage(EventId = 421, Level = LogLevel.Warning, Message = "The tenants whose forecasts are to be looked at could not be read")]
    public static partial void TenantsUnread(ILogger logger, Exception exception);
}

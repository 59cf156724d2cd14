using System.Collections.Concurrent;
using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering.Quota;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Features.Quota;

/// <summary>
/// When quotas end, from memory: balances from the board, use from the kept forecasts. What all environments of a tenant will draw on
/// their shared sources is added up a minute apart, and when the pool has got another size.
/// </summary>
internal sealed class QuotaForecast(QuotaBoard board, UseForecasts forecasts, TimeProvider time)
{
    private static readonly TimeSpan s_holds = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_holdsInRehearsal = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<TenantId, Shared> _shared = new();

    /// <summary>When all that an environment can reach is likely used up; null when not before the reset, or when that cannot be told.</summary>
    public DateTimeOffset? DepletesAt(TenantId tenant, QuotaReading reading, DateTimeOffset asOf)
    {
        var known = forecasts.Read(tenant, asOf, reading.Sequence, reading.IsRehearsal);
        return Depletion.LikelyOf(PlaceOf(reading, known, asOf), SharedOf(tenant, reading, known, asOf), reading.Period, asOf);
    }

    private SharedSources SharedOf(TenantId tenant, QuotaReading reading, TenantForecasts known, DateTimeOffset asOf)
    {
        var now = time.GetUtcNow();
        if (_shared.TryGetValue(tenant, out var kept)
            && ReferenceEquals(kept.Known, known)
            && kept.Period == reading.Period
            && kept.PoolTotal == reading.Reach.PoolTotal
            && (kept.Sequence == reading.Sequence || now - kept.MadeAt < (reading.IsRehearsal ? s_holdsInRehearsal : s_holds)))
        {
            return kept.Sources;
        }

        var places = board.ReadAll(tenant).Where(other => other.Period == reading.Period).Select(other => PlaceOf(other, known, asOf));
        var sources = SharedSources.Of(places, known.Whole, reading.Period, asOf);
        _shared[tenant] = new Shared(sources, known, reading.Period, reading.Reach.PoolTotal, reading.Sequence, now);
        return sources;
    }

    private static ForecastPlace PlaceOf(QuotaReading reading, TenantForecasts known, DateTimeOffset asOf) => new(
        reading.Reach, reading.Plan?.Key, UseForecast.Of(known.Of(reading.Environment), reading.Charged, reading.Period, asOf));

    private sealed record Shared(SharedSources Sources, TenantForecasts Known, Period Period, Credits PoolTotal, long Sequence, DateTimeOffset MadeAt);
}

using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;

namespace CopilotCapacity.Storage.Queries;

/// <summary>What a tenant will likely use, from the days before one.</summary>
public sealed record TenantForecasts
{
    /// <summary>What is known of a tenant whose history is too short, or was not looked at yet.</summary>
    public static TenantForecasts None { get; } = new();

    /// <summary>The day the forecasts begin with, UTC.</summary>
    public DateOnly Day { get; init; }

    /// <summary>The environments that have a forecast.</summary>
    public IReadOnlyDictionary<Guid, UseForecast> Environments { get; init; } = new Dictionary<Guid, UseForecast>();

    /// <summary>What billing plans will pay for, by their numbers.</summary>
    public IReadOnlyDictionary<int, UseForecast> Plans { get; init; } = new Dictionary<int, UseForecast>();

    /// <summary>The tenant as a whole, whoever pays.</summary>
    public UseForecast? Whole { get; init; }

    /// <summary>What of it prepaid credits, or nobody, will pay for.</summary>
    public UseForecast? Prepaid { get; init; }

    /// <summary>The forecast of an environment; null when its history is too short.</summary>
    public UseForecast? Of(EnvironmentId environment) => Environments.GetValueOrDefault(environment.Value);
}

/// <summary>
/// Keeps the forecasts of tenants in memory. They come from days that are over, so they hold for a day; they are made anew a few
/// minutes apart, because of facts that come late. Those of a large tenant are made in the background: nobody waits for them.
/// </summary>
public sealed class UseForecasts(IMemoryCache cache, IDbContextFactory<PortalDbContext> contexts, TimeProvider time)
{
    private const int EnvironmentsAtOnce = 50;

    // As many days as take about as long for many environments as for few: eighteen weeks to two years and some.
    private const int DaysLeast = 126;
    private const int DaysMost = 800;
    private const int DaysOfAll = 40_000;

    private static readonly TimeSpan s_keptUnused = TimeSpan.FromHours(1);

    // For how long facts that come late may be missing in them.
    private static readonly TimeSpan s_holds = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_holdsInRehearsal = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_holdsIfLarge = TimeSpan.FromMinutes(10);

    /// <summary>A tenant's forecasts at a moment.</summary>
    public TenantForecasts Read(ReadSnapshot snapshot, TenantRow tenant, DateTimeOffset asOf)
    {
        var kept = KeptOf(tenant.Id);
        if (IsFresh(kept, asOf, tenant.Sequence, tenant.IsRehearsal))
        {
            return kept.Forecasts;
        }

        if (snapshot.Context.Environments.Count(row => row.TenantKey == tenant.Key) > EnvironmentsAtOnce)
        {
            MakeInBackground(kept, tenant.Id, asOf);
            return kept.Forecasts;
        }

        lock (kept.Gate)
        {
            return IsFresh(kept, asOf, tenant.Sequence, tenant.IsRehearsal) ? kept.Forecasts : Make(kept, snapshot, tenant, asOf);
        }
    }

    /// <summary>A tenant's forecasts, for one who has read nothing of it yet.</summary>
    public TenantForecasts Read(TenantId tenant, DateTimeOffset asOf, long sequence, bool isRehearsal)
    {
        var kept = KeptOf(tenant.Value);
        if (IsFresh(kept, asOf, sequence, isRehearsal))
        {
            return kept.Forecasts;
        }

        using var snapshot = ReadSnapshot.Open(contexts);
        return snapshot.Tenant(tenant) is { } row ? Read(snapshot, row, asOf) : TenantForecasts.None;
    }

    /// <summary>Makes a tenant's forecasts now, however long it takes, unless they are fresh. Those of a rehearsal miss nothing then.</summary>
    public TenantForecasts Refresh(ReadSnapshot snapshot, TenantRow tenant, DateTimeOffset asOf)
    {
        var kept = KeptOf(tenant.Id);
        lock (kept.Gate)
        {
            var isFresh = IsFresh(kept, asOf, tenant.Sequence, tenant.IsRehearsal) && (!tenant.IsRehearsal || kept.Sequence == tenant.Sequence);
            return isFresh ? kept.Forecasts : Make(kept, snapshot, tenant, asOf);
        }
    }

    private Kept KeptOf(Guid tenant) => cache.GetOrCreate(new Key(tenant), entry =>
    {
        entry.SlidingExpiration = s_keptUnused;
        return new Kept();
    })!;

    private bool IsFresh(Kept kept, DateTimeOffset asOf, long sequence, bool isRehearsal) =>
        kept.Forecasts.Day == DayOf(asOf)
        && (kept.Sequence == sequence || time.GetUtcNow() - kept.MadeAt < (kept.IsLarge ? s_holdsIfLarge : isRehearsal ? s_holdsInRehearsal : s_holds));

    private void MakeInBackground(Kept kept, Guid tenant, DateTimeOffset asOf)
    {
        if (Interlocked.Exchange(ref kept.IsBeingMade, 1) == 1)
        {
            return;
        }

        _ = Task.Run(() =>
        {
            try
            {
                using var snapshot = ReadSnapshot.Open(contexts);
                if (snapshot.Tenant(new TenantId(tenant)) is { } row)
                {
                    Refresh(snapshot, row, asOf);
                }
            }
            finally
            {
                Volatile.Write(ref kept.IsBeingMade, 0);
            }
        });
    }

    private TenantForecasts Make(Kept kept, ReadSnapshot snapshot, TenantRow tenant, DateTimeOffset asOf)
    {
        var ids = snapshot.Context.Environments
            .Where(row => row.TenantKey == tenant.Key && row.RetiredAt == null)
            .Select(row => new { row.Key, row.Id })
            .ToDictionary(row => row.Key, row => row.Id);
        var days = Math.Clamp(DaysOfAll / Math.Max(1, ids.Count), DaysLeast, DaysMost);
        var histories = UseHistoryQuery.Read(snapshot, tenant, DayOf(asOf), days);
        kept.Forecasts = new TenantForecasts
        {
            Day = DayOf(asOf),
            Environments = Forecast(histories.Environments.Where(pair => ids.ContainsKey(pair.Key)).Select(pair => KeyValuePair.Create(ids[pair.Key], pair.Value))),
            Plans = Forecast(histories.Plans),
            Whole = UseForecast.FromHistory(histories.Whole),
            Prepaid = UseForecast.FromHistory(histories.Prepaid),
        };
        (kept.Sequence, kept.MadeAt, kept.IsLarge) = (tenant.Sequence, time.GetUtcNow(), ids.Count > EnvironmentsAtOnce);
        return kept.Forecasts;
    }

    private static Dictionary<TKey, UseForecast> Forecast<TKey>(IEnumerable<KeyValuePair<TKey, UseHistory>> histories)
        where TKey : notnull
    {
        var forecasts = new Dictionary<TKey, UseForecast>();
        foreach (var (key, history) in histories)
        {
            if (UseForecast.FromHistory(history) is { } forecast)
            {
                forecasts.Add(key, forecast);
            }
        }

        return forecasts;
    }

    private static DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(instant.UtcDateTime);

    private sealed record Key(Guid Tenant);

    private sealed class Kept
    {
        public int IsBeingMade;

        public Lock Gate { get; } = new();

        public TenantForecasts Forecasts { get; set; } = TenantForecasts.None;

        public long Sequence { get; set; } = -1;

        public DateTimeOffset MadeAt { get; set; }

        public bool IsLarge { get; set; }
    }
}

using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Storage.Queries;

/// <summary>A tenant's capacity in a month. Entitled is always the sum of consumed, held and remaining.</summary>
public sealed record CapacityView
{
#pragma warning disable CS1591 // The members carry the domain's own words.
    public required Period Period { get; init; }

    public required Credits Entitled { get; init; }

    public required Credits Allocated { get; init; }

    public required Credits PoolConsumed { get; init; }

    public required Credits PoolHeld { get; init; }

    public required Credits Consumed { get; init; }

    public required Credits Held { get; init; }

    public required Credits PayAsYouGo { get; init; }

    public required long SpendMicros { get; init; }

    public required Credits Unfunded { get; init; }

    public Credits PoolSize => Entitled - Allocated;

    public Credits PoolRemaining => PoolSize - PoolConsumed - PoolHeld;

    public Credits Remaining => Entitled - Consumed - Held;
#pragma warning restore CS1591
}

/// <summary>Reads the capacity of a tenant in a month from its balances.</summary>
public static class CapacityQuery
{
    /// <summary>Reads the capacity. In a month that is over, what was left has lapsed: it counts as expired.</summary>
    public static CapacityView Read(ReadSnapshot snapshot, TenantRow tenant, Period period)
    {
        var grants = snapshot.Context.GrantMonths
            .Where(row => row.TenantKey == tenant.Key && row.Period == period.Index)
            .GroupBy(row => row.TenantKey)
            .Select(rows => new
            {
                Given = rows.Sum(row => row.Granted + row.CarriedIn),
                Gone = rows.Sum(row => row.Expired + row.CarriedOut),
            })
            .SingleOrDefault();
        var used = snapshot.Context.EnvironmentMonths
            .Where(row => row.TenantKey == tenant.Key && row.Period == period.Index)
            .GroupBy(row => row.TenantKey)
            .Select(rows => new
            {
                Backing = rows.Sum(row => row.Backing),
                Consumed = rows.Sum(row => row.Consumed),
                Held = rows.Sum(row => row.Held),
                PoolConsumed = rows.Sum(row => row.PoolConsumed),
                PoolHeld = rows.Sum(row => row.PoolHeld),
                PayAsYouGo = rows.Sum(row => row.PayAsYouGo),
                Spend = rows.Sum(row => row.SpendMicros),
                Unfunded = rows.Sum(row => row.Unfunded),
            })
            .SingleOrDefault();
        var consumed = (used?.Consumed ?? 0) + (used?.PoolConsumed ?? 0);
        var held = (used?.Held ?? 0) + (used?.PoolHeld ?? 0);
        var isOver = period.Index < tenant.OpenPeriod;
        return new CapacityView
        {
            Period = period,
            Entitled = new Credits(isOver ? consumed + held : (grants?.Given ?? 0) - (grants?.Gone ?? 0)),
            Allocated = new Credits(isOver ? (used?.Consumed ?? 0) + (used?.Held ?? 0) : used?.Backing ?? 0),
            PoolConsumed = new Credits(used?.PoolConsumed ?? 0),
            PoolHeld = new Credits(used?.PoolHeld ?? 0),
            Consumed = new Credits(consumed),
            Held = new Credits(held),
            PayAsYouGo = new Credits(used?.PayAsYouGo ?? 0),
            SpendMicros = used?.Spend ?? 0,
            Unfunded = new Credits(used?.Unfunded ?? 0),
        };
    }
}

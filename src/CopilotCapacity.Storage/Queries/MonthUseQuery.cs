using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Storage.Queries;

/// <summary>What a tenant was charged in a month, whoever paid.</summary>
public sealed record MonthUse(Period Period, Credits Charged);

/// <summary>Reads whole months from their balances.</summary>
public static class MonthUseQuery
{
    /// <summary>The months before the running one in which anything was charged, newest first.</summary>
    public static IReadOnlyList<MonthUse> ReadComplete(ReadSnapshot snapshot, TenantRow tenant, int most) =>
    [
        .. snapshot.Context.EnvironmentMonths
            .Where(row => row.TenantKey == tenant.Key && row.Period < tenant.OpenPeriod && row.Period >= tenant.OpenPeriod - most)
            .GroupBy(row => row.Period)
            .Select(rows => new { Period = rows.Key, Charged = rows.Sum(row => row.Consumed + row.PoolConsumed + row.PayAsYouGo + row.Unfunded) })
            .Where(row => row.Charged > 0)
            .OrderByDescending(row => row.Period)
            .AsEnumerable()
            .Select(row => new MonthUse(new Period(row.Period), new Credits(row.Charged))),
    ];
}

using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Storage.Queries;

/// <summary>Reads the daily roll-up.</summary>
public static class UsageDayQuery
{
    /// <summary>The number under which the roll-up counts a tenant as a whole.</summary>
    public const int TenantAsAWhole = 0;

    /// <summary>Days on which something was used.</summary>
    /// <param name="snapshot">The moment.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="environments">The environments by their numbers, or <see cref="TenantAsAWhole"/>.</param>
    /// <param name="first">The first day, UTC.</param>
    /// <param name="last">The last day.</param>
    public static IReadOnlyList<UsageDayRow> Read(ReadSnapshot snapshot, TenantRow tenant, IReadOnlyCollection<int> environments, DateOnly first, DateOnly last)
    {
        // Each day is named, so that rows are found by their key instead of looking through those of all environments.
        List<int> days = [.. Enumerable.Range(first.DayNumber, Math.Max(0, last.DayNumber - first.DayNumber + 1))];
        return
        [
            .. snapshot.Context.UsageDays
                .Where(row => row.TenantKey == tenant.Key && days.Contains(row.Day) && environments.Contains(row.EnvironmentKey)),
        ];
    }

    /// <summary>Prepaid credits a tenant burned on each day of a month, UTC.</summary>
    public static IReadOnlyDictionary<DateOnly, Credits> ReadPrepaid(ReadSnapshot snapshot, TenantRow tenant, Period period)
    {
        var (first, last) = (DateOnly.FromDateTime(period.Start.UtcDateTime), DateOnly.FromDateTime(period.End.UtcDateTime).AddDays(-1));
        return Read(snapshot, tenant, [TenantAsAWhole], first, last)
            .ToDictionary(row => DateOnly.FromDayNumber(row.Day), row => new Credits(row.Prepaid));
    }
}

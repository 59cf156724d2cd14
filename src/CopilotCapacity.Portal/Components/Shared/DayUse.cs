using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Portal.Components.Shared;

/// <summary>What was charged on one day (UTC), by who paid.</summary>
/// <param name="Day">The day.</param>
/// <param name="Prepaid">From allocations and the tenant pool.</param>
/// <param name="PayAsYouGo">By a billing plan.</param>
/// <param name="Unfunded">By nobody.</param>
public sealed record DayUse(DateOnly Day, Credits Prepaid, Credits PayAsYouGo, Credits Unfunded)
{
    /// <summary>All of it.</summary>
    public Credits Total => Prepaid + PayAsYouGo + Unfunded;

    /// <summary>All days from one to another, also those without use.</summary>
    /// <param name="first">The first day.</param>
    /// <param name="last">The last day.</param>
    /// <param name="known">The days with use.</param>
    public static IReadOnlyList<DayUse> Fill(DateOnly first, DateOnly last, IReadOnlyDictionary<DateOnly, DayUse> known) =>
    [
        .. Enumerable.Range(0, Math.Max(0, last.DayNumber - first.DayNumber + 1))
            .Select(first.AddDays)
            .Select(day => known.GetValueOrDefault(day) ?? new DayUse(day, Credits.Zero, Credits.Zero, Credits.Zero)),
    ];
}

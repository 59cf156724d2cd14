using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Portal.Components.Shared;

/// <summary>This month's average use a day, carried on to the month's end. It informs; it never sets a status.</summary>
/// <param name="PerDay">Credits a day since the month began.</param>
/// <param name="DaysLeft">Days, with their fraction, until the month ends.</param>
public readonly record struct Pace(decimal PerDay, decimal DaysLeft)
{
    // A pace from a few hours says nothing about a month.
    private static readonly TimeSpan s_leastHistory = TimeSpan.FromDays(1);

    /// <summary>The pace, or null while the month is too young to tell.</summary>
    public static Pace? Of(Credits used, Period period, DateTimeOffset asOf)
    {
        var elapsed = asOf - period.Start;
        return elapsed < s_leastHistory
            ? null
            : new Pace(used.Value / (decimal)elapsed.TotalDays, Math.Max(0, (decimal)(period.End - asOf).TotalDays));
    }

    /// <summary>What remains of an amount at the month's end; negative when it does not last.</summary>
    public decimal LeftAtEnd(Credits left) => left.Value - (PerDay * DaysLeft);

    /// <summary>When the amount is used up, or null when it lasts to the month's end.</summary>
    public DateTimeOffset? RunsOutAt(Credits left, DateTimeOffset asOf) =>
        LeftAtEnd(left) >= 0 || PerDay <= 0 ? null : asOf.AddDays((double)(left.Value / PerDay));
}

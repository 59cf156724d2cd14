using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Quota;

/// <summary>
/// What happens if the rest of the month is used like the part that has passed: "at this month's pace". It informs; it never
/// sets a status.
/// </summary>
/// <param name="PerDay">Credits a day since the month began.</param>
/// <param name="DaysLeft">Days, with their fraction, until the month ends.</param>
public readonly record struct MonthPace(decimal PerDay, decimal DaysLeft)
{
    // A pace from a few hours says nothing about a month.
    private static readonly TimeSpan s_leastHistory = TimeSpan.FromDays(1);

    /// <summary>The pace of a use, or null while the month is too young to tell.</summary>
    /// <param name="used">What was used since the month began.</param>
    /// <param name="period">The running month.</param>
    /// <param name="now">An instant of that month.</param>
    public static MonthPace? Of(Credits used, Period period, DateTimeOffset now)
    {
        var elapsed = now - period.Start;
        return elapsed < s_leastHistory
            ? null
            : new MonthPace(used.Value / (decimal)elapsed.TotalDays, Math.Max(0, (decimal)(period.End - now).TotalDays));
    }

    /// <summary>
    /// When everything in reach is used up; null when that lies at or after the month's end, when the pace cannot be told, or
    /// when nothing can run out.
    /// </summary>
    /// <param name="reach">What can be drawn on now.</param>
    /// <param name="charged">What was charged since the month began, whoever paid.</param>
    /// <param name="period">The running month.</param>
    /// <param name="now">An instant of that month.</param>
    public static DateTimeOffset? RunsOutAt(Reach reach, Credits charged, Period period, DateTimeOffset now)
    {
        if (reach.IsUnlimited)
        {
            return null;
        }

        return reach.Left.IsPositive ? Of(charged, period, now)?.RunsOutAt(reach.Left, now) : now;
    }

    /// <summary>What remains of an amount at the month's end; negative when it does not last.</summary>
    public decimal LeftAtEnd(Credits left) => left.Value - (PerDay * DaysLeft);

    /// <summary>When an amount is used up, or null when it lasts to the month's end.</summary>
    public DateTimeOffset? RunsOutAt(Credits left, DateTimeOffset now) =>
        LeftAtEnd(left) >= 0 || PerDay <= 0 ? null : now.AddDays((double)(left.Value / PerDay));
}

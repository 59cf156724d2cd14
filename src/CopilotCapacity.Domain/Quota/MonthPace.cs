using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Quota;

/// <summary>What happens if the rest of the month is used like the part that has passed: "at this month's pace".</summary>
public static class MonthPace
{
    /// <summary>
    /// When everything in reach is used up; null when that lies at or after the month's end, when nothing was used yet, or when
    /// nothing can run out.
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

        if (!reach.Left.IsPositive)
        {
            return now;
        }

        var passed = (now - period.Start).Ticks;
        if (!charged.IsPositive || passed <= 0)
        {
            return null;
        }

        var ticksLeft = (Int128)reach.Left.Thousandths * passed / charged.Thousandths;
        return ticksLeft < (period.End - now).Ticks ? now.AddTicks((long)ticksLeft) : null;
    }
}

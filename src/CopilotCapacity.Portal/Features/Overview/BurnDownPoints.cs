using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Features.Overview;

/// <summary>Turns a month's grants and its use by day into what was left at the end of each day.</summary>
internal static class BurnDownPoints
{
    /// <summary>
    /// The points of the line: the start of the month, the end of each day that is over, and now. Credits appear when their
    /// grant begins, and go when it expires.
    /// </summary>
    public static IReadOnlyList<BurnDownPoint> Of(
        CapacityView capacity,
        IReadOnlyList<GrantMonthView> grants,
        IReadOnlyDictionary<DateOnly, Credits> usedByDay,
        Period period,
        DateTimeOffset asOf)
    {
        var points = new List<BurnDownPoint> { new(period.Start, EntitledAt(grants, period.Start)) };
        var used = Credits.Zero;
        for (var day = period.Start; day.AddDays(1) <= asOf && day < period.End; day = day.AddDays(1))
        {
            used += usedByDay.GetValueOrDefault(DateOnly.FromDateTime(day.UtcDateTime));
            var end = day.AddDays(1);
            points.Add(new BurnDownPoint(end, Credits.Max(Credits.Zero, EntitledAt(grants, end.AddTicks(-1)) - used)));
        }

        // The last point is the balance itself, so that the line ends where the figure says.
        if (asOf > period.Start && asOf < period.End)
        {
            points.Add(new BurnDownPoint(asOf, capacity.Remaining));
        }

        return points;
    }

    private static Credits EntitledAt(IReadOnlyList<GrantMonthView> grants, DateTimeOffset instant)
    {
        var sum = Credits.Zero;
        foreach (var grant in grants.Where(grant => grant.Row.EffectiveAt <= instant))
        {
            sum += grant.Granted + grant.CarriedIn;
            sum -= grant.IsInForceAt(instant) ? Credits.Zero : grant.Expired;
        }

        return sum;
    }
}

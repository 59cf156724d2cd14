using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Time;

namespace CopilotCapacity.Domain.Forecast;

/// <summary>When something is expected to be used up before the month ends, and how sure that is.</summary>
public sealed record Depletion
{
    /// <summary>When it is likely used up; null when it likely lasts to the month's end.</summary>
    public required DateTimeOffset? At { get; init; }

    /// <summary>Nine of ten cases end later; null without a band, or when even in those it lasts.</summary>
    public DateTimeOffset? Earliest { get; init; }

    /// <summary>Nine of ten cases end earlier; null without a band, or when in some of those it lasts.</summary>
    public DateTimeOffset? Latest { get; init; }

    /// <summary>In how many of a hundred cases it is used up before the month ends; null without a band.</summary>
    public int? Percent { get; init; }

    /// <summary>What it rests on; null when nothing can be told, or nothing has to be.</summary>
    public ForecastBasis? Basis { get; init; }

    /// <summary>Days by which the likely day may be off in eight of ten cases; null without a band.</summary>
    public int? DaysEither => At is not { } at || Earliest is not { } earliest
        ? null
        : (int)Math.Max(1, Math.Ceiling(Math.Max((at - earliest).TotalDays, ((Latest ?? at) - at).TotalDays) - 0.5));

    /// <summary>When all that an environment can reach is used up.</summary>
    /// <param name="place">The environment.</param>
    /// <param name="shared">When the sources end that it shares with others.</param>
    /// <param name="period">The running month.</param>
    /// <param name="now">An instant of that month.</param>
    public static Depletion Of(ForecastPlace place, SharedSources shared, Period period, DateTimeOffset now)
    {
        var reach = place.Reach;
        if (reach.IsCapped || (!reach.IsUnlimited && !reach.Left.IsPositive))
        {
            return new Depletion { At = now };
        }

        return reach.IsUnlimited || place.Forecast is not { } forecast
            ? new Depletion { At = null, Basis = reach.IsUnlimited ? null : place.Forecast?.Basis }
            : Of(forecast, level => LastOf(place, forecast, shared, level, period, now));
    }

    /// <summary>When an amount is used up of which nobody else takes.</summary>
    public static Depletion Of(Units.Credits left, UseForecast? forecast, Period period, DateTimeOffset now) => forecast is null
        ? new Depletion { At = left.IsPositive ? null : now }
        : Of(forecast, level => forecast.RunsOutAt(left, now, period.End, level));

    private static Depletion Of(UseForecast forecast, Func<int, DateTimeOffset?> endAt)
    {
        if (!forecast.HasBand)
        {
            return new Depletion { At = endAt(UseForecast.Likely), Basis = forecast.Basis };
        }

        return new Depletion
        {
            At = endAt(UseForecast.Likely),
            Earliest = endAt(UseForecast.High),
            Latest = endAt(UseForecast.Low),
            Percent = PercentOf(endAt),
            Basis = forecast.Basis,
        };
    }

    // The less must be used for it to end all the same, the surer it is.
    private static int PercentOf(Func<int, DateTimeOffset?> endAt)
    {
        for (var level = 0; level < UseForecast.Levels.Count; level++)
        {
            if (endAt(level) is not null)
            {
                return 100 - UseForecast.Levels[level];
            }
        }

        return 0;
    }

    // Everything has ended when the last of its sources has.
    private static DateTimeOffset? LastOf(ForecastPlace place, UseForecast forecast, SharedSources shared, int level, Period period, DateTimeOffset now)
    {
        var last = forecast.RunsOutAt(place.Reach.AllocationLeft, now, period.End, level);
        if (place.Reach.DrawsOnPool)
        {
            last = Later(last, shared.PoolEndsAt(level));
        }

        return place.Reach.HasPayAsYouGo && place.Plan is { } plan ? Later(last, shared.PlanEndsAt(plan, level)) : last;
    }

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other is null ? null : one > other ? one : other;
}

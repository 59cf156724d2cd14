using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

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
            : Of(forecast, new Sources(place, forecast, shared, period, now));
    }

    /// <summary>When an amount is used up of which nobody else takes.</summary>
    public static Depletion Of(Credits left, UseForecast? forecast, Period period, DateTimeOffset now) =>
        Of(new ForecastPlace(new Reach { AllocationLeft = left }, null, forecast), SharedSources.None, period, now);

    /// <summary>The likely instant alone, which is asked far more often than the rest.</summary>
    public static DateTimeOffset? LikelyOf(ForecastPlace place, SharedSources shared, Period period, DateTimeOffset now)
    {
        var reach = place.Reach;
        if (reach.IsUnlimited || reach.IsCapped || !reach.Left.IsPositive || place.Forecast is not { } forecast)
        {
            return Of(place, shared, period, now).At;
        }

        return new Sources(place, forecast, shared, period, now).EndAt(UseForecast.Likely);
    }

    private static Depletion Of(UseForecast forecast, Sources sources) => !forecast.HasBand
        ? new Depletion { At = sources.EndAt(UseForecast.Likely), Basis = forecast.Basis }
        : new Depletion
        {
            At = sources.EndAt(UseForecast.Likely),
            Earliest = sources.EndAt(UseForecast.High),
            Latest = sources.EndAt(UseForecast.Low),
            Percent = sources.Percent(),
            Basis = forecast.Basis,
        };

    // Everything has ended when the last of its sources has.
    private readonly record struct Sources(ForecastPlace Place, UseForecast Forecast, SharedSources Shared, Period Period, DateTimeOffset Now)
    {
        public DateTimeOffset? EndAt(int level)
        {
            if (!Ends(level))
            {
                return null;
            }

            var last = Forecast.RunsOutAt(Place.Reach.AllocationLeft, Now, Period.End, level);
            last = Place.Reach.DrawsOnPool ? Later(last, Shared.PoolEndsAt(level)) : last;
            return Place.Reach.HasPayAsYouGo && Place.Plan is { } plan ? Later(last, Shared.PlanEndsAt(plan, level)) : last;
        }

        // The less must be used for it to end all the same, the surer it is. With more use it does not end later.
        public int Percent()
        {
            var (first, after) = (0, UseForecast.Levels.Count);
            while (first < after)
            {
                var middle = (first + after) / 2;
                (first, after) = Ends(middle) ? (first, middle) : (middle + 1, after);
            }

            return first < UseForecast.Levels.Count ? 100 - UseForecast.Levels[first] : 0;
        }

        private bool Ends(int level) =>
            Forecast.UsedBetween(Now, Period.End, level) > Place.Reach.AllocationLeft.Thousandths
            && (!Place.Reach.DrawsOnPool || Shared.PoolEndsAt(level) is not null)
            && (!Place.Reach.HasPayAsYouGo || (Place.Plan is { } plan && Shared.PlanEndsAt(plan, level) is not null));

        private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other is null ? null : one > other ? one : other;
    }
}

using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Forecast;

/// <summary>An environment as a forecast looks at it.</summary>
/// <param name="Reach">What it can draw on now.</param>
/// <param name="Plan">The billing plan that pays for it, by its number; null when none does.</param>
/// <param name="Forecast">What it will use; null when that cannot be told.</param>
public readonly record struct ForecastPlace(Reach Reach, int? Plan, UseForecast? Forecast);

/// <summary>
/// When the sources end that environments share: the tenant pool by what all of them will draw on it beyond their allocations, a
/// plan's hard budget by what is then still to be paid.
/// </summary>
public sealed class SharedSources
{
    private readonly DateTimeOffset[] _instants;
    private readonly DateTimeOffset?[] _pool = new DateTimeOffset?[UseForecast.Levels.Count];
    private readonly Dictionary<(int Plan, int Level), DateTimeOffset?> _plans = [];
    private readonly Dictionary<int, double[]> _drawn = [];

    private SharedSources(DateTimeOffset[] instants) => _instants = instants;

    /// <summary>Nothing is shared.</summary>
    public static SharedSources None { get; } = new([]);

    /// <summary>Looks ahead to the month's end.</summary>
    /// <param name="places">All environments of the tenant in service.</param>
    /// <param name="whole">What the tenant will use as a whole: its band is that of what they share, since not all are off to the same side.</param>
    /// <param name="period">The running month.</param>
    /// <param name="now">An instant of that month.</param>
    public static SharedSources Of(IEnumerable<ForecastPlace> places, UseForecast? whole, Period period, DateTimeOffset now)
    {
        var sources = new SharedSources(InstantsOf(now, period));
        List<Sharer> sharers = [.. places.Where(IsSharing).Select(place => new Sharer(place, sources._instants))];
        var levels = whole is { HasBand: true } ? Enumerable.Range(0, UseForecast.Levels.Count) : [UseForecast.Likely];
        foreach (var level in levels)
        {
            sources.Look(level, sharers, FactorsOf(whole, level, sources._instants));
        }

        if (whole is not { HasBand: true })
        {
            sources.SayTheSameAtAllLevels();
        }

        return sources;
    }

    /// <summary>When the tenant pool is used up, at one of the levels of a forecast; null when it lasts.</summary>
    public DateTimeOffset? PoolEndsAt(int level) => _pool[level];

    /// <summary>When a plan's hard budget is used up; null when it lasts or nothing limits it.</summary>
    public DateTimeOffset? PlanEndsAt(int plan, int level) => _plans.GetValueOrDefault((plan, level));

    /// <summary>What will be left of prepaid credits until the month's end; null when nothing can be told.</summary>
    /// <param name="places">The places the sources were looked at for.</param>
    /// <param name="whole">What the tenant will use as a whole.</param>
    /// <param name="poolLeft">What the pool has left now.</param>
    public PrepaidOutlook? Prepaid(IReadOnlyList<ForecastPlace> places, UseForecast? whole, Credits poolLeft)
    {
        if (!places.Any(place => place.Forecast is not null))
        {
            return null;
        }

        var hasBand = whole is { HasBand: true };
        double[] most = [.. LeftAt(places, whole, poolLeft, UseForecast.Low)], likely = [.. LeftAt(places, whole, poolLeft, UseForecast.Likely)], least = [.. LeftAt(places, whole, poolLeft, UseForecast.High)];
        return new PrepaidOutlook(
            [.. _instants.Select((at, index) => new LeftPoint(at, Whole(least[index]), Whole(likely[index]), Whole(most[index])))],
            hasBand ? ForecastBasis.History : ForecastBasis.MonthSoFar);
    }

    private static Credits Whole(double thousandths) => new((long)Math.Round(thousandths));

    private double[] LeftAt(IReadOnlyList<ForecastPlace> places, UseForecast? whole, Credits poolLeft, int level)
    {
        var factors = FactorsOf(whole is { HasBand: true } ? whole : null, level, _instants);
        var left = new double[_instants.Length];
        foreach (var place in places)
        {
            var own = (double)place.Reach.AllocationLeft.Thousandths;
            for (var index = 0; index < left.Length; index++)
            {
                // What has nothing left needs no look ahead.
                var used = own > 0 && !place.Reach.IsCapped ? place.Forecast?.UsedBetween(_instants[0], _instants[index], UseForecast.Likely) * factors[index] ?? 0 : 0;
                left[index] += Math.Max(0, own - used);
            }
        }

        for (var index = 0; index < left.Length; index++)
        {
            var drawn = _drawn.GetValueOrDefault(level) ?? _drawn.GetValueOrDefault(UseForecast.Likely);
            left[index] += Math.Max(0, poolLeft.Thousandths - (drawn?[index] ?? 0));
        }

        return left;
    }

    private static bool IsSharing(ForecastPlace place) => place.Forecast is not null && !place.Reach.IsCapped && (place.Reach.DrawsOnPool || place.Reach.HasPayAsYouGo);

    private static DateTimeOffset[] InstantsOf(DateTimeOffset now, Period period)
    {
        List<DateTimeOffset> instants = [now];
        while (instants[^1] < period.End)
        {
            var next = UseForecast.NextMidnight(instants[^1]);
            instants.Add(next < period.End ? next : period.End);
        }

        return [.. instants];
    }

    private static double[] FactorsOf(UseForecast? whole, int level, DateTimeOffset[] instants)
    {
        var factors = new double[instants.Length];
        for (var index = 0; index < factors.Length; index++)
        {
            var likely = whole?.UsedBetween(instants[0], instants[index], UseForecast.Likely) ?? 0;
            factors[index] = likely > 0 ? whole!.UsedBetween(instants[0], instants[index], level) / likely : 1;
        }

        return factors;
    }

    private void Look(int level, List<Sharer> sharers, double[] factors)
    {
        var drawing = sharers.Where(sharer => sharer.Place.Reach.DrawsOnPool).ToList();
        if (drawing.Count > 0)
        {
            double[] drawn = [.. _instants.Select((_, index) => SumOf(drawing, index, factors[index]))];
            _drawn[level] = drawn;
            _pool[level] = Ends(drawing[0].Place.Reach.PoolLeft.Thousandths, index => drawn[index]);
        }

        var poolEnd = PlaceOf(_pool[level]);
        foreach (var payers in sharers.Where(sharer => sharer.Place is { Plan: not null, Reach: { HasPayAsYouGo: true, PayAsYouGoLeft: not null } }).GroupBy(sharer => sharer.Place.Plan!.Value))
        {
            List<Sharer> members = [.. payers];
            _plans[(payers.Key, level)] = Ends(
                members[0].Place.Reach.PayAsYouGoLeft!.Value.Thousandths,
                index => members.Sum(member => member.BeyondPool(index, factors, poolEnd)));
        }
    }

    private static double SumOf(List<Sharer> sharers, int index, double factor)
    {
        var sum = 0.0;
        foreach (var sharer in sharers)
        {
            sum += sharer.BeyondAllocation(index, factor);
        }

        return sum;
    }

    private void SayTheSameAtAllLevels()
    {
        foreach (var ((plan, _), end) in _plans.ToList())
        {
            for (var level = 0; level < UseForecast.Levels.Count; level++)
            {
                _plans[(plan, level)] = end;
            }
        }

        Array.Fill(_pool, _pool[UseForecast.Likely]);
    }

    private DateTimeOffset? Ends(double left, Func<int, double> drawnUntil)
    {
        if (left <= 0)
        {
            return _instants[0];
        }

        var before = 0.0;
        for (var index = 1; index < _instants.Length; index++)
        {
            var after = drawnUntil(index);
            if (after > left)
            {
                var (from, to) = (_instants[index - 1], _instants[index]);
                return from.AddSeconds(Math.Round((to - from).TotalSeconds * (left - before) / (after - before)));
            }

            before = after;
        }

        return null;
    }

    // Between which instants the pool ends, as a place with a fraction; beyond all of them when it does not.
    private double PlaceOf(DateTimeOffset? end)
    {
        if (end is not { } at)
        {
            return double.MaxValue;
        }

        var index = Array.FindLastIndex(_instants, instant => instant <= at);
        return index + 1 < _instants.Length ? index + ((at - _instants[index]) / (_instants[index + 1] - _instants[index])) : index;
    }

    private sealed class Sharer(ForecastPlace place, DateTimeOffset[] instants)
    {
        private readonly double[] _used = [.. instants.Select(instant => place.Forecast!.UsedBetween(instants[0], instant, UseForecast.Likely))];

        public ForecastPlace Place => place;

        public double BeyondAllocation(int index, double factor) => Math.Max(0, (_used[index] * factor) - place.Reach.AllocationLeft.Thousandths);

        // What the pool has paid for it until it ended stays paid.
        public double BeyondPool(int index, double[] factors, double poolEnd)
        {
            var all = BeyondAllocation(index, factors[index]);
            if (!place.Reach.DrawsOnPool)
            {
                return all;
            }

            if (index <= poolEnd)
            {
                return 0;
            }

            var before = (int)poolEnd;
            var (from, to) = (BeyondAllocation(before, factors[before]), BeyondAllocation(before + 1, factors[before + 1]));
            return Math.Max(0, all - from - ((poolEnd - before) * (to - from)));
        }
    }
}

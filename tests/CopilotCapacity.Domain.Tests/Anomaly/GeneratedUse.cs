using CopilotCapacity.Domain.Anomaly;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Domain.Tests.Anomaly;

/// <summary>A year and more of an agent's use by hours, with a seed. Day 0 is a Monday.</summary>
internal sealed class GeneratedUse
{
    public const int Days = 400;

    private readonly long[] _hours = new long[Days * 24];

    /// <param name="seed">The seed.</param>
    /// <param name="perDay">Credits on a usual workday.</param>
    /// <param name="growthPerWeek">What each week multiplies.</param>
    /// <param name="beginsOn">The first day with use.</param>
    /// <param name="monthEnd">What the two last days of each month multiply.</param>
    /// <param name="holidays">Whether every 37th day has next to no use.</param>
    /// <param name="kind">0 works in office hours on weekdays, 1 at night, 2 round the clock.</param>
    public GeneratedUse(
        int seed, double perDay = 1_000, double growthPerWeek = 1, int beginsOn = 0, double monthEnd = 1, bool holidays = false, int kind = 0)
    {
        var random = new Random(seed);
        for (var hour = beginsOn * 24; hour < _hours.Length; hour++)
        {
            var day = hour / 24;
            var factor = Math.Pow(growthPerWeek, day / 7.0)
                * (day % 7 < 5 ? 1 : kind == 0 ? 0.15 : 0.6)
                * (day % 30 >= 28 ? monthEnd : 1)
                * (holidays && day % 37 == 36 ? 0.05 : 1)
                * (0.8 + (0.4 * random.NextDouble()));
            _hours[hour] = Poisson(random, perDay * factor * ShareOf(hour % 24, kind)) * 1_000L;
        }
    }

    public void Multiply(int day, int fromHour, double factor)
    {
        for (var hour = (day * 24) + fromHour; hour < (day + 1) * 24; hour++)
        {
            _hours[hour] = (long)(_hours[hour] * factor);
        }
    }

    public void Add(int day, int hour, long credits) => _hours[(day * 24) + hour] += credits * 1_000;

    public SeriesVerdict Judge(int day, int hour) => AnomalyDetection.Judge(SeriesOf(day, hour));

    /// <summary>Whether it is told in any hour of the day.</summary>
    public bool FindsOn(int day) => Enumerable.Range(0, 24).Any(hour => Judge(day, hour).Excess is not null);

    /// <summary>What is known when an hour of a day has ended.</summary>
    public UseSeries SeriesOf(int day, int hour)
    {
        var at = (day * 24) + hour;
        return new UseSeries
        {
            Key = new SeriesKey(Make.Environment(), "a-7", null),
            Name = "Returns",
            Days = [.. Enumerable.Range(day - UseSeries.HistoryDays, UseSeries.HistoryDays).Select(DayOf)],
            Today = Sum(day * 24, at + 1),
            LastHour = _hours[at],
            SameHours = [.. Enumerable.Range(1, 6).Reverse().SelectMany(week => Enumerable.Range(at - (week * 168) - 1, 3)).Select(HourOf)],
        };
    }

    private long DayOf(int day) => Sum(day * 24, (day + 1) * 24);

    private long HourOf(int hour) => hour < 0 ? 0 : _hours[hour];

    private long Sum(int from, int to)
    {
        var sum = 0L;
        for (var hour = Math.Max(0, from); hour < to; hour++)
        {
            sum += _hours[hour];
        }

        return sum;
    }

    private static double ShareOf(int hour, int kind) => kind switch
    {
        0 => hour is >= 7 and < 18 ? 1 / 11.0 : 0.002,
        1 => hour is >= 1 and < 4 ? 1 / 3.0 : 0.002,
        _ => 1 / 24.0,
    };

    // Uses come one by one; of many, their number is nearly normal.
    private static long Poisson(Random random, double mean)
    {
        if (mean > 50)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            return (long)Math.Max(0, mean + (Math.Sqrt(mean) * normal));
        }

        var (limit, product, count) = (Math.Exp(-mean), random.NextDouble(), 0L);
        for (; product > limit; count++)
        {
            product *= random.NextDouble();
        }

        return count;
    }
}

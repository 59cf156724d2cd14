using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Forecast;

/// <summary>What a forecast rests on.</summary>
public enum ForecastBasis
{
    /// <summary>Weeks of use: their pattern, their trend, and how far earlier forecasts from them were off.</summary>
    History,

    /// <summary>The month so far alone, because the history is too short for more. There is no band.</summary>
    MonthSoFar,
}

/// <summary>
/// What will be used from a day on. The one answer to "at this pace": pages, the API, rebalancing and alerts all ask it. It informs;
/// it never sets a status.
/// </summary>
public sealed class UseForecast
{
    /// <summary>Days of history without which there is no forecast from it.</summary>
    public const int LeastDays = 28;

    /// <summary>The place of what is likely among <see cref="Levels"/>.</summary>
    public const int Likely = 4;

    /// <summary>The place of the band's lower edge, below which one of ten cases lies.</summary>
    public const int Low = 1;

    /// <summary>The place of the band's upper edge, above which one of ten cases lies.</summary>
    public const int High = 7;

    // A pace from a few hours says nothing about a month.
    private static readonly TimeSpan s_leastMonth = TimeSpan.FromDays(1);

    // With fewer earlier guesses at a distance, those at the last distance that has enough are taken.
    private const int LeastMisses = 8;

    // Guesses far ahead overlap, so that many of them tell the same. By this much a day their misses are spread, as back-tests ask for.
    private const double SpreadPerDay = 0.008;

    private readonly DateTimeOffset _start;
    private readonly double[][] _used;

    private UseForecast(ForecastBasis basis, DateTimeOffset start, double[][] used) => (Basis, _start, _used) = (basis, start, used);

    /// <summary>The shares of cases, in percent, in which at most so much is used.</summary>
    public static IReadOnlyList<int> Levels { get; } = [5, 10, 20, 35, 50, 65, 80, 90, 95];

    /// <summary>What it rests on.</summary>
    public ForecastBasis Basis { get; }

    /// <summary>Whether it says how far it may be off.</summary>
    public bool HasBand => Basis == ForecastBasis.History;

    /// <summary>The forecast from the history where there is one, else at the pace of the month so far.</summary>
    /// <param name="fromHistory">The forecast from the history; null while that is too short.</param>
    /// <param name="used">What was used since the month began.</param>
    /// <param name="period">The running month.</param>
    /// <param name="now">An instant of that month.</param>
    /// <returns>The forecast; null while the month, too, is too young to tell.</returns>
    public static UseForecast? Of(UseForecast? fromHistory, Credits used, Period period, DateTimeOffset now) =>
        fromHistory ?? AtPaceOf(used, period, now);

    /// <summary>The forecast from a history; null when fewer than <see cref="LeastDays"/> of its days are known since the first use.</summary>
    public static UseForecast? FromHistory(UseHistory history)
    {
        var first = FirstUse(history.Days);
        var uses = new double[history.Days.Count - first];
        for (var day = 0; day < uses.Length; day++)
        {
            // Late reversals may leave less than nothing on a day; that is no use.
            uses[day] = history.Days[first + day] is { } use ? Math.Max(0, use.Thousandths) : double.NaN;
        }

        if (uses.Count(double.IsFinite) < LeastDays || !uses.Take(Combination.FirstDays).Any(double.IsFinite))
        {
            return null;
        }

        var combination = new Combination(uses, (int)history.First.AddDays(first).DayOfWeek);
        return new UseForecast(
            ForecastBasis.History, new DateTimeOffset(history.End, TimeOnly.MinValue, TimeSpan.Zero), SpreadOf(combination));
    }

    /// <summary>The rest of the month like the part that has passed; null in the month's first day.</summary>
    public static UseForecast? AtPaceOf(Credits used, Period period, DateTimeOffset now)
    {
        var elapsed = now - period.Start;
        if (elapsed < s_leastMonth)
        {
            return null;
        }

        var perDay = Math.Max(0, used.Thousandths) / elapsed.TotalDays;
        var path = new double[WeekPattern.Days + 1];
        for (var day = 0; day < path.Length; day++)
        {
            path[day] = perDay * (day + 1);
        }

        return new UseForecast(ForecastBasis.MonthSoFar, period.Start, [.. Levels.Select(_ => path)]);
    }

    /// <summary>What is used between two instants, at one of the <see cref="Levels"/>; never below zero.</summary>
    public Credits Between(DateTimeOffset from, DateTimeOffset to, int level = Likely) => CreditsOf(UsedBetween(from, to, level));

    /// <summary>When an amount is used up, at one of the <see cref="Levels"/>; null when it lasts.</summary>
    /// <param name="left">What is left at <paramref name="now"/>.</param>
    /// <param name="now">An instant not before the forecast begins.</param>
    /// <param name="until">Where to stop looking.</param>
    /// <param name="level">The place among the levels.</param>
    public DateTimeOffset? RunsOutAt(Credits left, DateTimeOffset now, DateTimeOffset until, int level = Likely)
    {
        if (!left.IsPositive)
        {
            return now;
        }

        var target = UsedUntil(now, level) + left.Thousandths;
        for (var at = now; at < until;)
        {
            var next = NextMidnight(at);
            next = next < until ? next : until;
            var (before, after) = (UsedUntil(at, level), UsedUntil(next, level));
            if (after > target && after > before)
            {
                return at.AddSeconds(Math.Round((next - at).TotalSeconds * Math.Clamp((target - before) / (after - before), 0, 1)));
            }

            at = next;
        }

        return null;
    }

    /// <summary>What is used between two instants in thousandths of a credit, before rounding.</summary>
    internal double UsedBetween(DateTimeOffset from, DateTimeOffset to, int level) =>
        Math.Max(0, UsedUntil(to, level) - UsedUntil(from, level));

    /// <summary>The first midnight (UTC) after an instant: use is spread evenly over a day.</summary>
    internal static DateTimeOffset NextMidnight(DateTimeOffset at) => new(at.UtcDateTime.Date.AddDays(1), TimeSpan.Zero);

    // What lies before the first use says nothing about how much is used. Where nothing ever was, that is the history.
    private static int FirstUse(IReadOnlyList<Credits?> days)
    {
        for (var day = 0; day < days.Count; day++)
        {
            if (days[day] is { Thousandths: > 0 })
            {
                return day;
            }
        }

        return 0;
    }

    private static Credits CreditsOf(double thousandths) =>
        thousandths < Credits.Largest.Thousandths ? new Credits((long)Math.Round(thousandths)) : Credits.Largest;

    // For each level what is used up to the end of each day ahead: what is likely, and by how much more or less was used in so many of
    // the cases when as much had been guessed before.
    private static double[][] SpreadOf(Combination combination)
    {
        var paths = new double[Levels.Count][];
        for (var level = 0; level < paths.Length; level++)
        {
            paths[level] = new double[Combination.Horizon];
        }

        List<double> misses = [];
        for (var ahead = 1; ahead <= Combination.Horizon; ahead++)
        {
            if (combination.MissesOf(ahead) is { Count: >= LeastMisses } known)
            {
                misses = [.. known];
                misses.Sort();
            }

            for (var level = 0; level < paths.Length; level++)
            {
                var likely = combination.Ahead[ahead - 1];
                var used = likely + (MissOf(misses, level, ahead) * combination.UsualOf(ahead, likely));
                paths[level][ahead - 1] = Math.Max(Math.Max(0, used), ahead > 1 ? paths[level][ahead - 2] : 0);
            }
        }

        return paths;
    }

    private static double MissOf(List<double> misses, int level, int ahead)
    {
        if (level == Likely || misses.Count == 0)
        {
            return 0;
        }

        // Of n cases the next one lies below the k-th in k of n + 1.
        var place = (Levels[level] / 100.0 * (misses.Count + 1)) - 1;
        var below = Math.Clamp((int)Math.Floor(place), 0, misses.Count - 1);
        var above = Math.Min(below + 1, misses.Count - 1);
        var miss = misses[below] + (Math.Clamp(place - below, 0, 1) * (misses[above] - misses[below]));
        var spread = 1 + (SpreadPerDay * ahead);
        return level < Likely ? Math.Min(0, miss * spread) : Math.Max(0, miss * spread);
    }

    private double UsedUntil(DateTimeOffset at, int level)
    {
        var days = (at - _start).TotalDays;
        if (days <= 0)
        {
            return 0;
        }

        var whole = (int)days;
        var before = UsedInDays(whole, level);
        return before + ((days - whole) * (UsedInDays(whole + 1, level) - before));
    }

    // Beyond the horizon its last week goes on.
    private double UsedInDays(int days, int level)
    {
        var path = _used[level];
        if (days <= path.Length)
        {
            return days == 0 ? 0 : path[days - 1];
        }

        var (weeks, rest) = Math.DivRem(days - path.Length, WeekPattern.Days);
        var weekAgo = path[^(WeekPattern.Days + 1)];
        return path[^1] + (weeks * (path[^1] - weekAgo)) + (rest == 0 ? 0 : path[path.Length - WeekPattern.Days - 1 + rest] - weekAgo);
    }
}

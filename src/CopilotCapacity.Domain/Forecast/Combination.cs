namespace CopilotCapacity.Domain.Forecast;

/// <summary>
/// Walks along a history day by day as if each were today, lets several levels guess the weeks ahead, and weighs them by how far off
/// they were before. What the combined guesses missed on the way is the measure of what the last one may miss.
/// </summary>
internal sealed class Combination
{
    /// <summary>Days that set the walk off and are not judged.</summary>
    public const int FirstDays = 14;

    /// <summary>How many days ahead is guessed and judged.</summary>
    public const int Horizon = 35;

    // Misses older than half a year say little about today's.
    private const int MissesMax = 182;

    private const double Forgetting = 0.985;
    private const double Decision = 8;
    private const double ScaleQuickness = 0.05;

    // A day this many usual misses away is cut back to there.
    private const double FarOff = 4;

    // How far ahead a level is judged, and up to which day that judgement decides.
    private static readonly int[] s_judged = [1, 7, 14, 28];
    private static readonly int[] s_decidesUntil = [3, 10, 20, Horizon];

    private static readonly LevelRule[] s_rules =
    [
        new(0.02), new(0.08), new(0.2), new(0.02, TakesOutliers: true), new(0.4),
        new(0.06, TrendQuickness: 0.002), new(0.1, TrendQuickness: 0.01),
    ];

    private readonly double[] _uses;
    private readonly int _firstWeekday;
    private readonly WeekPattern _pattern = new();
    private readonly LevelModel[] _levels;
    private readonly YearAgo _yearAgo;
    private readonly double[,] _missed;
    private readonly double[][,] _guessed;
    private readonly double[][] _combined;
    private readonly List<double>[] _misses;
    private double _scale;
    private (double Sum, int Count) _known;

    /// <summary>Walks along a history.</summary>
    /// <param name="uses">What was used on each day; not a number where that is not known.</param>
    /// <param name="firstWeekday">The weekday of the first, 0 to 6.</param>
    public Combination(double[] uses, int firstWeekday)
    {
        (_uses, _firstWeekday) = (uses, firstWeekday);
        _levels = [.. s_rules.Select(rule => new LevelModel(rule))];
        _yearAgo = new YearAgo(uses);
        _missed = new double[_levels.Length + 1, s_judged.Length];
        _guessed = new double[Horizon + 1][,];
        _combined = new double[Horizon + 1][];
        for (var index = 0; index <= Horizon; index++)
        {
            (_guessed[index], _combined[index]) = (new double[_levels.Length + 1, s_judged.Length], new double[Horizon]);
        }

        _misses = [.. Enumerable.Range(0, Horizon).Select(_ => new List<double>())];
        Walk();
    }

    /// <summary>What is likely used up to the end of each day ahead.</summary>
    public IReadOnlyList<double> Ahead => _combined[_uses.Length % (Horizon + 1)];

    /// <summary>
    /// By how much more, or less, was used over a number of days ahead than had been guessed, over all earlier guesses, as shares of
    /// what is usual.
    /// </summary>
    public List<double> MissesOf(int daysAhead) => _misses[daysAhead - 1];

    /// <summary>What a share of a miss is a share of: the guess or, where next to nothing was guessed, a quarter of an average day for each day.</summary>
    public double UsualOf(int daysAhead, double guessed) => Math.Max(guessed, _known.Sum / _known.Count * daysAhead / 4);

    private void Walk()
    {
        var first = _uses.AsSpan(0, FirstDays);
        var mean = MeanOf(first);
        _pattern.Start(first, _firstWeekday, mean);
        _scale = mean;
        foreach (var level in _levels)
        {
            level.Start(mean);
        }

        for (var day = 0; day < _uses.Length; day++)
        {
            if (!double.IsNaN(_uses[day]))
            {
                Take(day);
            }

            if (day >= FirstDays - 1)
            {
                Judge(day);
                Guess(day + 1);
            }
        }
    }

    private void Take(int day)
    {
        var (use, weekday) = (_uses[day], WeekdayOf(day));
        _known = (_known.Sum + use, _known.Count + 1);
        var factor = _pattern[weekday];
        var expected = _levels[1].Ahead(1) * factor;
        var trimmed = Math.Clamp(use, expected - (FarOff * _scale), expected + (FarOff * _scale));
        _scale += ScaleQuickness * (Math.Min(Math.Abs(use - expected), 2 * FarOff * _scale) - _scale);
        var weight = _pattern.WeightOf(weekday);
        foreach (var level in _levels)
        {
            level.Take(use, trimmed, factor, weight);
        }

        _pattern.Take(trimmed, weekday, _levels[1].Level);
    }

    // The guess that begins with a day: of each level at the judged distances, and of all together for each day.
    private void Guess(int day)
    {
        var slot = day % (Horizon + 1);
        var (guessed, combined) = (_guessed[slot], _combined[slot]);
        var count = _yearAgo.Knows(day) ? _levels.Length + 1 : _levels.Length;
        Span<double> sums = stackalloc double[count];
        Span<double> weights = stackalloc double[count];
        sums.Clear();
        var (judged, decides, total) = (0, -1, 0.0);
        for (var ahead = 1; ahead <= Horizon; ahead++)
        {
            if (decides < 0 || ahead > s_decidesUntil[decides])
            {
                decides++;
                Weigh(decides, weights);
            }

            var factor = _pattern[WeekdayOf(day + ahead - 1)];
            for (var index = 0; index < count; index++)
            {
                var use = factor * (index < _levels.Length ? _levels[index].Ahead(ahead) : _levels[1].Level * _yearAgo.Change(day, ahead));
                sums[index] += use;
                total += weights[index] * use;
            }

            combined[ahead - 1] = total;
            if (judged < s_judged.Length && s_judged[judged] == ahead)
            {
                for (var index = 0; index < guessed.GetLength(0); index++)
                {
                    guessed[index, judged] = index < count ? sums[index] : double.NaN;
                }

                judged++;
            }
        }
    }

    // What was missed one day ahead counts too: it is known long before a guess of weeks can be judged.
    private void Weigh(int judged, Span<double> weights)
    {
        var least = double.MaxValue;
        for (var index = 0; index < weights.Length; index++)
        {
            weights[index] = _missed[index, judged] + _missed[index, 0];
            least = Math.Min(least, weights[index]);
        }

        var sum = 0.0;
        for (var index = 0; index < weights.Length; index++)
        {
            weights[index] = weights[index] <= least ? 1 : Math.Pow(least / weights[index], Decision);
            sum += weights[index];
        }

        for (var index = 0; index < weights.Length; index++)
        {
            weights[index] /= sum;
        }
    }

    // With this day known, what earlier guesses said of the time up to its end is judged.
    private void Judge(int day)
    {
        var (used, judged) = (0.0, 0);
        for (var ahead = 1; ahead <= Horizon && day - ahead + 1 >= FirstDays; ahead++)
        {
            used += _uses[day - ahead + 1];
            if (double.IsNaN(used))
            {
                return;
            }

            var slot = (day - ahead + 1) % (Horizon + 1);
            var expected = _combined[slot][ahead - 1];
            if (UsualOf(ahead, expected) is > 0 and var usual)
            {
                Remember(_misses[ahead - 1], (used - expected) / usual);
            }

            if (judged < s_judged.Length && s_judged[judged] == ahead)
            {
                JudgeLevels(_guessed[slot], judged, used);
                judged++;
            }
        }
    }

    private void JudgeLevels(double[,] guessed, int judged, double used)
    {
        var worst = 0.0;
        for (var index = 0; index < guessed.GetLength(0); index++)
        {
            // What could not guess yet counts as the worst of those that could, and has to earn its weight.
            var miss = double.IsNaN(guessed[index, judged]) ? worst : Math.Abs(guessed[index, judged] - used);
            worst = Math.Max(worst, miss);
            _missed[index, judged] = (Forgetting * _missed[index, judged]) + miss;
        }
    }

    private static void Remember(List<double> misses, double miss)
    {
        if (misses.Count == MissesMax)
        {
            misses.RemoveAt(0);
        }

        misses.Add(miss);
    }

    private int WeekdayOf(int day) => (_firstWeekday + day) % WeekPattern.Days;

    private static double MeanOf(ReadOnlySpan<double> uses)
    {
        var (sum, count) = (0.0, 0);
        foreach (var use in uses)
        {
            if (!double.IsNaN(use))
            {
                (sum, count) = (sum + use, count + 1);
            }
        }

        return count == 0 ? 0 : sum / count;
    }
}

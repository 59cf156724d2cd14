namespace CopilotCapacity.Domain.Forecast;

/// <summary>How use changed at this time last year, where the history is long enough.</summary>
internal sealed class YearAgo
{
    // 52 weeks, so that a Monday is compared with a Monday.
    private const int Days = 364;
    private const int Before = 28;
    private const int Around = 7;

    private readonly double[] _sums;
    private readonly int[] _known;

    public YearAgo(double[] uses)
    {
        (_sums, _known) = (new double[uses.Length + 1], new int[uses.Length + 1]);
        for (var day = 0; day < uses.Length; day++)
        {
            var isKnown = !double.IsNaN(uses[day]);
            _sums[day + 1] = _sums[day] + (isKnown ? uses[day] : 0);
            _known[day + 1] = _known[day] + (isKnown ? 1 : 0);
        }
    }

    public bool Knows(int day) => day - Days - Before >= 0 && Mean(day - Days - Before, day - Days) > 0;

    /// <summary>What a day ahead was last year, as a multiple of the four weeks before it began.</summary>
    public double Change(int day, int ahead)
    {
        var center = day - Days + ahead - 1;
        return Mean(center - (Around / 2), center + (Around / 2) + 1) / Mean(day - Days - Before, day - Days);
    }

    private double Mean(int from, int to)
    {
        var known = _known[to] - _known[from];
        return known == 0 ? 0 : (_sums[to] - _sums[from]) / known;
    }
}

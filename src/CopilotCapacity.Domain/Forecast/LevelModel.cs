namespace CopilotCapacity.Domain.Forecast;

/// <summary>
/// A guess of how much is used on a day without its weekday: an exponential mean that takes a share of each day's surprise, with a
/// trend that fades. Several of them, quick and slow, are weighed against each other.
/// </summary>
/// <param name="Quickness">The share of a surprise that is taken as a lasting change, above 0 to 1.</param>
/// <param name="TrendQuickness">The same for the trend; 0 for none.</param>
/// <param name="TakesOutliers">Whether days far off count whole, as they must where use is rare.</param>
internal readonly record struct LevelRule(double Quickness, double TrendQuickness = 0, bool TakesOutliers = false);

/// <summary>The state of a level while it walks along a history.</summary>
internal sealed class LevelModel(LevelRule rule)
{
    // A trend loses this much of itself each day: growth of a week says little about next month.
    private const double Fading = 0.97;

    private static readonly double[] s_faded = FadedSums();

    private int _seen;

    public double Level { get; private set; }

    public double Trend { get; private set; }

    public void Start(double level) => Level = level;

    /// <summary>The level a number of days ahead.</summary>
    public double Ahead(int days) => Trend == 0 ? Level : Math.Max(0, Level + (Trend * s_faded[days]));

    /// <summary>Takes a day in.</summary>
    /// <param name="use">What was used.</param>
    /// <param name="trimmed">The same with what is far off cut back.</param>
    /// <param name="factor">The day's weekday factor.</param>
    /// <param name="weight">How much such a day tells about the level; 1 on average.</param>
    public void Take(double use, double trimmed, double factor, double weight)
    {
        var before = Ahead(1);
        var surprise = ((rule.TakesOutliers ? use : trimmed) - (before * factor)) * weight;

        // While little is known, each day counts like all before it.
        var quickness = Math.Max(rule.Quickness, 1.0 / (++_seen + Combination.FirstDays));
        Level = Math.Max(0, before + (quickness * surprise));
        if (rule.TrendQuickness > 0)
        {
            Trend = (Fading * Trend) + (rule.TrendQuickness * surprise);
        }
    }

    private static double[] FadedSums()
    {
        var sums = new double[Combination.Horizon + 1];
        for (var days = 1; days < sums.Length; days++)
        {
            sums[days] = sums[days - 1] + Math.Pow(Fading, days);
        }

        return sums;
    }
}

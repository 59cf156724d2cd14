namespace CopilotCapacity.Domain.Forecast;

/// <summary>How the days of a week differ: a factor for each, 1 on average, and how far that has proved right.</summary>
internal sealed class WeekPattern
{
    public const int Days = 7;

    private const double Quickness = 0.05;
    private const double Forgetting = 0.97;

    // How decidedly the better of the two guesses, with the pattern and without, is followed.
    private const double Decision = 8;

    private readonly double[] _factors = [1, 1, 1, 1, 1, 1, 1];
    private readonly int[] _seen = new int[Days];
    private double _missWith;
    private double _missWithout;

    /// <summary>The factor of a day of the week, drawn towards 1 as far as the pattern has not proved right.</summary>
    public double this[int weekday] => 1 + (Trust * (_factors[weekday] - 1));

    private double Trust { get; set; } = 0.5;

    /// <summary>How much a day of the week tells about the level: little where little is used anyway.</summary>
    public double WeightOf(int weekday)
    {
        var squares = 0.0;
        for (var day = 0; day < Days; day++)
        {
            squares += this[day] * this[day];
        }

        return this[weekday] * Days / squares;
    }

    /// <summary>Takes the first days in, which set the pattern off.</summary>
    public void Start(ReadOnlySpan<double> uses, int firstWeekday, double mean)
    {
        if (mean <= 0)
        {
            return;
        }

        for (var weekday = 0; weekday < Days; weekday++)
        {
            var (sum, count) = (0.0, 0);
            for (var index = (weekday - firstWeekday + Days) % Days; index < uses.Length; index += Days)
            {
                if (!double.IsNaN(uses[index]))
                {
                    (sum, count) = (sum + uses[index], count + 1);
                }
            }

            // One more day that says nothing, so that a single week is not taken for the rule.
            _factors[weekday] = ((sum / mean) + 1) / (count + 1);
            _seen[weekday] = count;
        }

        Level();
    }

    /// <summary>Takes a day in.</summary>
    public void Take(double use, int weekday, double level)
    {
        if (level <= 0)
        {
            return;
        }

        _missWith = (Forgetting * _missWith) + Math.Abs((use / level) - _factors[weekday]);
        _missWithout = (Forgetting * _missWithout) + Math.Abs((use / level) - 1);
        Trust = ShareOf(_missWith, _missWithout);
        var quickness = Math.Max(Quickness, 1.0 / (++_seen[weekday] + 1));
        _factors[weekday] = Math.Max(0, _factors[weekday] + (quickness * ((use / level) - _factors[weekday])));
        Level();
    }

    private static double ShareOf(double with, double without)
    {
        if (with <= 0 || without <= 0)
        {
            return with <= without ? 1 : 0;
        }

        return 1 / (1 + Math.Pow(with / without, Decision));
    }

    private void Level()
    {
        var mean = 0.0;
        for (var day = 0; day < Days; day++)
        {
            mean += _factors[day] / Days;
        }

        for (var day = 0; day < Days && mean > 0; day++)
        {
            _factors[day] /= mean;
        }
    }
}

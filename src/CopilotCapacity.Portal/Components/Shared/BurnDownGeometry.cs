using System.Globalization;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Portal.Components.Shared;

/// <summary>
/// The burn-down chart in percent of the plot: x from the month's start, y from the top. The lines stretch with the plot
/// while the labels, placed at the same percentages, keep their size on every screen.
/// </summary>
public sealed class BurnDownGeometry
{
    private const int GridSteps = 4;

    // With less than this many days of history a spread would be invented.
    private const int LeastDaysForBand = 5;

    // In percent from the top: below the label of the first run-out, and the height from which on the corner is free.
    private const decimal FirstLabelTop = 12;
    private const decimal LabelCorner = 40;

    // In percent of the width: with less, words to the left of a place would leave the plot.
    private const decimal RoomForWords = 40;

    // Eight of ten days of a normal spread lie within.
    private const double BandWidth = 1.28;

    private static readonly decimal[] s_niceSteps = [1m, 2m, 2.5m, 4m, 5m, 10m];

    private readonly BurnDown _data;
    private readonly decimal _top;

    public BurnDownGeometry(BurnDown data)
    {
        _data = data;
        var highest = data.UntilNow.Max(s => s.Left.Value);
        var step = NiceStep(Math.Max(highest, data.AtStart.Value) / GridSteps);
        _top = step * GridSteps;
        GridLines = [.. Enumerable.Range(0, GridSteps + 1).Select(i => new Tick(Y(step * i), Formats.Brief(Whole(step * i))))];
        Days = [.. Enumerable.Range(0, 5).Select(i => data.Period.Start.AddDays(7 * i)).Where(d => d < data.Period.End)
            .Select(d => new Tick(X(d), Formats.Day(d)))];
        Actual = Join(data.UntilNow.Select(s => new Spot(X(s.At), Y(s.Left.Value))));
        EvenPace = data.AtStart.IsPositive ? Join([new Spot(0, Y(data.AtStart.Value)), new Spot(100, Y(0))]) : null;
        Today = new Spot(X(data.AsOf), Y(data.Left.Value));
        ProjectionEnd = EndOfProjection();
        Band = BandAround();
    }

    public IReadOnlyList<Tick> GridLines { get; }

    public IReadOnlyList<Tick> Days { get; }

    /// <summary>The points of the line of credits left.</summary>
    public string Actual { get; }

    /// <summary>From what there was at the start to nothing at the end; null where there was nothing.</summary>
    public string? EvenPace { get; }

    public Spot Today { get; }

    /// <summary>Where this month's pace leads: the month's end, or the day nothing is left; null while too early.</summary>
    public Spot? ProjectionEnd { get; }

    public string? Projection => ProjectionEnd is { } end ? Join([Today, end]) : null;

    /// <summary>The outline of the likely range around the projection; null with too little history.</summary>
    public string? Band { get; }

    /// <summary>Where the first environment runs out, from the left.</summary>
    public decimal? RunOutX => _data.FirstRunOut is { } first ? X(first.At) : null;

    /// <summary>
    /// Where the forecast is told, from the top: in the empty corner above its end or, when hardly anything will be used,
    /// below it. Null without a forecast.
    /// </summary>
    public decimal? ForecastLabelTop => ProjectionEnd is not { } end ? null : end.Y > LabelCorner ? FirstLabelTop : end.Y + FirstLabelTop;

    /// <summary>How far the forecast's words stand from the right: clear of the line that marks the first run-out.</summary>
    public decimal ForecastLabelRight => RunOutX is { } x && x > RoomForWords ? 100 - x : 0;

    /// <summary>True when the words of the first run-out stand left of its line.</summary>
    public bool IsRunOutLabelLeft => RunOutX > RoomForWords;

    /// <summary>Where the even pace is named: on the side of its line on which the credits are not.</summary>
    public Spot EvenPaceLabel => new(50, Y(_data.AtStart.Value / 2));

    public bool IsEvenPaceLabelBelow => _data.Left.Value > _data.EvenPaceAt(_data.AsOf);

    /// <summary>A number as CSS and SVG read it.</summary>
    public static string Css(decimal value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private Spot? EndOfProjection()
    {
        if (_data.Pace is not { } pace)
        {
            return null;
        }

        return _data.RunsOutAt is { } at
            ? new Spot(X(at), Y(0))
            : new Spot(100, Y(pace.LeftAtEnd(_data.Left)));
    }

    private string? BandAround()
    {
        var daily = DailyUse();
        if (_data.Pace is not { } pace || daily.Count < LeastDaysForBand)
        {
            return null;
        }

        var mean = daily.Average();
        var deviation = Math.Sqrt(daily.Sum(u => (u - mean) * (u - mean)) / (daily.Count - 1));
        var upper = new List<Spot> { Today };
        var lower = new List<Spot>();
        for (var day = 1m; day < pace.DaysLeft + 1; day++)
        {
            var ahead = Math.Min(day, pace.DaysLeft);
            var middle = _data.Left.Value - (pace.PerDay * ahead);
            var spread = (decimal)(BandWidth * deviation * Math.Sqrt((double)ahead));
            var x = X(_data.AsOf.AddDays((double)ahead));
            upper.Add(new Spot(x, Y(middle + spread)));
            lower.Add(new Spot(x, Y(middle - spread)));
        }

        lower.Reverse();
        return Join([.. upper, .. lower]);
    }

    // A day on which credits were added tells nothing about its use.
    private List<double> DailyUse() =>
        [.. _data.Samples.Zip(_data.Samples.Skip(1), (a, b) => (double)(a.Left.Value - b.Left.Value)).Where(u => u >= 0)];

    private decimal X(DateTimeOffset at) => _data.Fraction(at) * 100;

    private decimal Y(decimal credits) => _top <= 0 ? 100 : Math.Clamp(100 - (credits * 100 / _top), 0, 100);

    private static Credits Whole(decimal credits) => new((long)(credits * Credits.PerCredit));

    private static decimal NiceStep(decimal least)
    {
        if (least <= 0)
        {
            return 1;
        }

        var magnitude = (decimal)Math.Pow(10, Math.Floor(Math.Log10((double)least)));
        return s_niceSteps.Select(s => s * magnitude).First(s => s >= least);
    }

    private static string Join(IEnumerable<Spot> spots) => string.Join(' ', spots.Select(s => $"{Css(s.X)},{Css(s.Y)}"));
}

/// <summary>A point of the plot in percent from its left and its top.</summary>
public readonly record struct Spot(decimal X, decimal Y);

/// <summary>A labelled place on an axis, in percent.</summary>
public readonly record struct Tick(decimal At, string Label);

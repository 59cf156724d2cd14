using System.Globalization;
using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Portal.Components.Shared;

/// <summary>
/// The burn-down chart in percent of the plot: x from the month's start, y from the top. The lines stretch with the plot
/// while the labels, placed at the same percentages, keep their size on every screen.
/// </summary>
public sealed class BurnDownGeometry
{
    private const int GridSteps = 4;

    // In percent from the top: below the label of the first run-out, and the height from which on the corner is free.
    private const decimal FirstLabelTop = 12;
    private const decimal LabelCorner = 40;

    // In percent of the width: with less, words to the left of a place would leave the plot.
    private const decimal RoomForWords = 40;

    private static readonly decimal[] s_niceSteps = [1m, 2m, 2.5m, 4m, 5m, 10m];

    private readonly BurnDown _data;
    private readonly UseForecast? _forecast;
    private readonly decimal _top;

    public BurnDownGeometry(BurnDown data)
    {
        _data = data;
        _forecast = data.Forecast;
        var highest = data.UntilNow.Max(s => s.Left.Value);
        var step = NiceStep(Math.Max(highest, data.AtStart.Value) / GridSteps);
        _top = step * GridSteps;
        GridLines = [.. Enumerable.Range(0, GridSteps + 1).Select(i => new Tick(Y(step * i), Formats.Brief(Whole(step * i))))];
        Days = [.. Enumerable.Range(0, 5).Select(i => data.Period.Start.AddDays(7 * i)).Where(d => d < data.Period.End)
            .Select(d => new Tick(X(d), Formats.Day(d)))];
        Actual = Join(data.UntilNow.Select(s => new Spot(X(s.At), Y(s.Left.Value))));
        EvenPace = data.AtStart.IsPositive ? Join([new Spot(0, Y(data.AtStart.Value)), new Spot(100, Y(0))]) : null;
        Today = new Spot(X(data.AsOf), Y(data.Left.Value));
        var projection = PathAt(UseForecast.Likely);
        ProjectionEnd = projection.Count > 0 ? projection[^1] : null;
        Projection = projection.Count > 0 ? Join(projection) : null;
        Band = data.Basis == ForecastBasis.History ? Join([.. PathAt(UseForecast.Low), .. PathAt(UseForecast.High).Reverse<Spot>()]) : null;
    }

    public IReadOnlyList<Tick> GridLines { get; }

    public IReadOnlyList<Tick> Days { get; }

    /// <summary>The points of the line of credits left.</summary>
    public string Actual { get; }

    /// <summary>From what there was at the start to nothing at the end; null where there was nothing.</summary>
    public string? EvenPace { get; }

    public Spot Today { get; }

    /// <summary>Where the forecast leads: the month's end, or the day nothing is left; null while there is none.</summary>
    public Spot? ProjectionEnd { get; }

    /// <summary>The points from now to there; null without a forecast.</summary>
    public string? Projection { get; }

    /// <summary>The outline of eight of ten cases; null while the history is too short to know it.</summary>
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

    // What is left at each midnight to come, until the month's end or until nothing is.
    private List<Spot> PathAt(int level)
    {
        if (_data.Outlook is { } outlook)
        {
            return PathOf(outlook, level);
        }

        if (_forecast is null)
        {
            return [];
        }

        var (start, end) = (_data.AsOf, _data.Period.End);
        var until = _forecast.RunsOutAt(_data.Left, start, end, level) ?? end;
        List<Spot> path = [Today];
        for (var at = MidnightAfter(start); at < until; at = at.AddDays(1))
        {
            path.Add(new Spot(X(at), Y((_data.Left - _forecast.Between(start, at, level)).Value)));
        }

        path.Add(new Spot(X(until), until < end ? Y(0) : Y((_data.Left - _forecast.Between(start, end, level)).Value)));
        return path;
    }

    private List<Spot> PathOf(PrepaidOutlook outlook, int level)
    {
        List<Spot> path = [Today];
        foreach (var point in outlook.Points.Skip(1))
        {
            var left = level switch { UseForecast.Low => point.Most, UseForecast.High => point.Least, _ => point.Likely };
            path.Add(new Spot(X(point.At), Y(left.Value)));
            if (!left.IsPositive)
            {
                break;
            }
        }

        return path;
    }

    private static DateTimeOffset MidnightAfter(DateTimeOffset at) => new(at.UtcDateTime.Date.AddDays(1), TimeSpan.Zero);

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

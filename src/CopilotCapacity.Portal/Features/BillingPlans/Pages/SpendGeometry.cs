using System.Globalization;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;

namespace CopilotCapacity.Portal.Features.BillingPlans.Pages;

/// <summary>
/// The chart of a plan's spend in percent of the plot: x from the window's start, y from the top. A point stands at its day's end;
/// today's stands where the day is now.
/// </summary>
public sealed class SpendGeometry
{
    private const int GridSteps = 4;
    private const int DayLabels = 5;

    // In percent of the width: with less, words to the left of a place would leave the plot.
    private const decimal RoomForWords = 40;

    private static readonly decimal[] s_niceSteps = [1m, 2m, 2.5m, 4m, 5m, 10m];

    private readonly PlanDetail _detail;
    private readonly decimal _top;

    /// <summary>Lays the chart out.</summary>
    public SpendGeometry(PlanDetail detail)
    {
        _detail = detail;
        var window = detail.Plan.Window;
        var highest = new[] { window.Spent, window.Budget ?? default, window.Forecast ?? default }.Max(money => money.Value);
        var step = NiceStep(highest / GridSteps);
        _top = step * GridSteps;
        GridLines = [.. Enumerable.Range(0, GridSteps + 1).Select(i => new Tick(Y(step * i), (step * i).ToString("#,##0.####", CultureInfo.CurrentCulture)))];
        var every = Math.Max(1, detail.Days.Count / DayLabels);
        Days = [.. detail.Days.Where((_, index) => index % every == 0).Select(day => new Tick(X(At(day.Day)), Formats.Day(At(day.Day))))];
        var known = detail.Days.Where(day => day.Cumulative is not null).ToList();
        Today = new Spot(X(detail.AsOf), Y(window.Spent.Value));
        Actual = Join([
            new Spot(0, Y(0)),
            .. known.Where(day => At(day.Day).AddDays(1) <= detail.AsOf).Select(day => new Spot(X(At(day.Day).AddDays(1)), Y(day.Cumulative!.Value.Value))),
            Today,
        ]);
        ProjectionEnd = window.Forecast is { } forecast ? new Spot(100, Y(forecast.Value)) : null;
        BudgetY = window.Budget is { } budget ? Y(budget.Value) : null;
    }

    /// <summary>Lines of equal money.</summary>
    public IReadOnlyList<Tick> GridLines { get; }

    /// <summary>Days that are named.</summary>
    public IReadOnlyList<Tick> Days { get; }

    /// <summary>The points of what was spent.</summary>
    public string Actual { get; }

    /// <summary>Where the spend is now.</summary>
    public Spot Today { get; }

    /// <summary>Where the forecast leads; null while there is none.</summary>
    public Spot? ProjectionEnd { get; }

    /// <summary>The points from now to where the forecast leads.</summary>
    public string? Projection => ProjectionEnd is { } end
        ? Join([
            Today,
            .. _detail.Days.Where(day => day.Forecast is not null && At(day.Day).AddDays(1) > _detail.AsOf).Select(day => new Spot(X(At(day.Day).AddDays(1)), Y(day.Forecast!.Value.Value))),
            end,
        ])
        : null;

    /// <summary>The budget's line from the top; null without one.</summary>
    public decimal? BudgetY { get; }

    /// <summary>True when the words about today stand left of their point.</summary>
    public bool IsTodayLeft => Today.X > RoomForWords;

    /// <summary>A number as CSS and SVG read it.</summary>
    public static string Css(decimal value) => BurnDownGeometry.Css(value);

    private static DateTimeOffset At(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    private decimal X(DateTimeOffset at)
    {
        var (start, end) = (_detail.Plan.Window.Start.Start, _detail.Plan.Window.End.Start);
        return Math.Clamp((decimal)((at - start) / (end - start)), 0, 1) * 100;
    }

    private decimal Y(decimal money) => _top <= 0 ? 100 : Math.Clamp(100 - (money * 100 / _top), 0, 100);

    private static decimal NiceStep(decimal least)
    {
        if (least <= 0)
        {
            return 1;
        }

        var magnitude = (decimal)Math.Pow(10, Math.Floor(Math.Log10((double)least)));
        return s_niceSteps.Select(step => step * magnitude).First(step => step >= least);
    }

    private static string Join(IEnumerable<Spot> spots) => string.Join(' ', spots.Select(spot => $"{Css(spot.X)},{Css(spot.Y)}"));
}

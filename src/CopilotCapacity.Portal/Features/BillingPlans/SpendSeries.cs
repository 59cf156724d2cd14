using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Features.BillingPlans;

/// <summary>One day of a plan's spend. Money is in millionths of the tenant's currency.</summary>
/// <param name="Day">The day, UTC.</param>
/// <param name="Paid">What was paid on it.</param>
/// <param name="Cumulative">What was spent from the window's start to this day's end; null for days to come.</param>
/// <param name="Budget">The budget of the window the day lies in; null when there is none.</param>
/// <param name="Forecast">What is expected to be spent by this day's end; null for past days and where no pace is known.</param>
internal readonly record struct SpendDay(DateOnly Day, PlanDay Paid, long? Cumulative, long? Budget, long? Forecast);

/// <summary>
/// A plan's spend day by day. Sums run from the start of the budget's window, or of the month where no budget is in force. The
/// forecast comes from what the plan paid on the days before, at its price of today; while that history is too short, it goes on at the
/// pace since the running window began, which needs a day.
/// </summary>
internal sealed class SpendSeries
{
    private readonly BillingPlan _plan;
    private readonly IReadOnlyDictionary<DateOnly, PlanDay> _days;
    private readonly DateTimeOffset _now;
    private readonly SpendForecast _forecast;

    public SpendSeries(BillingPlan plan, IReadOnlyDictionary<DateOnly, PlanDay> days, UseForecast? fromHistory, DateTimeOffset now)
    {
        (_plan, _days, _now) = (plan, days, now);
        var start = WindowOf(Period.Of(now)).Start.Start;
        _forecast = new SpendForecast(Sum(DayOf(start), DayOf(now)), plan.Price, fromHistory, start, now);
    }

    /// <summary>What was spent so far in the running window.</summary>
    public long Spent => _forecast.Spent;

    /// <summary>What is expected to be spent by the running window's end; null when no pace is known.</summary>
    public long? Forecast => _forecast.At(WindowOf(Period.Of(_now)).End.Start);

    /// <summary>On what the forecast rests.</summary>
    public ForecastBasis Basis => _forecast.Basis;

    /// <summary>What is spent by the running window's end in nine of ten cases at least, and at most; null without a history.</summary>
    public (long Low, long High)? Band => _forecast is { FromHistory.HasBand: true } && WindowOf(Period.Of(_now)).End.Start is var end
        ? (_forecast.At(end, UseForecast.Low)!.Value, _forecast.At(end, UseForecast.High)!.Value)
        : null;

    /// <summary>The first day that has to be known for a series that begins on a day.</summary>
    public static DateOnly FirstNeeded(BillingPlan plan, DateOnly first, DateTimeOffset now)
    {
        var month = Period.Of(new DateTimeOffset(first, TimeOnly.MinValue, TimeSpan.Zero));
        var start = plan.Budget?.WindowStart(month) ?? month;
        var running = plan.Budget?.WindowStart(Period.Of(now)) ?? Period.Of(now);
        return DayOf((start < running ? start : running).Start);
    }

    /// <summary>The days from one to another, which is not among them.</summary>
    public IEnumerable<SpendDay> Between(DateOnly first, DateOnly afterLast)
    {
        var today = DayOf(_now);
        var cumulative = 0L;
        for (var day = first; day < afterLast; day = day.AddDays(1))
        {
            var month = Period.Of(new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero));
            var window = WindowOf(month);
            var paid = _days.GetValueOrDefault(day);
            cumulative = day == first || day == DayOf(window.Start.Start) ? Sum(DayOf(window.Start.Start), day) : cumulative + paid.CostMicros;
            var isRunning = window == WindowOf(Period.Of(_now));
            yield return new SpendDay(
                day,
                paid,
                day <= today ? cumulative : null,
                _plan.Budget?.WindowStart(month) is null ? null : _plan.Budget.AmountMicros,
                isRunning && day >= today ? _forecast.At(new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero)) : null);
        }
    }

    private static DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(instant.UtcDateTime);

    private (Period Start, Period End) WindowOf(Period month) => _plan.Budget?.WindowStart(month) is { } start
        ? (start, new Period(start.Index + (int)_plan.Budget.Grain))
        : (month, month.Next);

    private long Sum(DateOnly first, DateOnly last)
    {
        var sum = 0L;
        for (var day = first; day <= last; day = day.AddDays(1))
        {
            sum += _days.GetValueOrDefault(day).CostMicros;
        }

        return sum;
    }
}

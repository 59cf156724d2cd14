using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Testing.Forecast;

/// <summary>How far off a way to forecast was, as a share of what was really used.</summary>
/// <param name="Day">The single day that lies as far ahead as the horizon says.</param>
/// <param name="Sum">All days up to there together.</param>
internal readonly record struct Error(double Day, double Sum);

/// <summary>The errors over all origins of a series at one horizon.</summary>
/// <param name="Horizon">Days ahead.</param>
/// <param name="Ours">The forecast.</param>
/// <param name="LastWeek">Each day like the mean of the last seven.</param>
/// <param name="MonthToDate">Each day like the mean since the month began: the straight line of the month.</param>
/// <param name="Scaled">The forecast's error of single days over that of taking the same weekday of the last week one step ahead.</param>
/// <param name="InBand">The share of sums that lay within the band, which is to hold eight of ten.</param>
internal sealed record BackTestResult(int Horizon, Error Ours, Error LastWeek, Error MonthToDate, double Scaled, double InBand)
{
    /// <summary>Whether single days are nearer than by both naive ways.</summary>
    public bool IsBetterByDay => Ours.Day < Math.Min(LastWeek.Day, MonthToDate.Day);

    /// <summary>Whether sums are nearer than by both naive ways.</summary>
    public bool IsBetterBySum => Ours.Sum < Math.Min(LastWeek.Sum, MonthToDate.Sum);
}

/// <summary>
/// Forecasts a series again and again from days of its past, each time knowing only what came before, and compares with what came
/// after. Two naive ways are asked at the same time.
/// </summary>
internal sealed class BackTest
{
    /// <summary>Days ahead that are looked at.</summary>
    public static readonly IReadOnlyList<int> Horizons = [1, 3, 7, 14, 21, 30];

    // As much as the portal keeps for a forecast.
    private const int DaysMost = 800;
    private const int FirstOrigin = 60;
    private const int Ways = 3;

    private readonly DailySeries _series;
    private readonly double[] _used;
    private readonly Sums[] _sums = [.. Horizons.Select(_ => new Sums())];

    private BackTest(DailySeries series)
    {
        _series = series;
        _used = [.. series.Days.Select(day => day is { } use ? use.Thousandths : double.NaN)];
    }

    /// <summary>Runs it.</summary>
    /// <param name="series">What was used.</param>
    /// <param name="step">Days from one origin to the next.</param>
    public static IReadOnlyList<BackTestResult> Run(DailySeries series, int step)
    {
        var test = new BackTest(series);
        for (var origin = FirstOrigin; origin + Horizons[^1] <= test._used.Length; origin += step)
        {
            test.Look(origin);
        }

        var scale = test.WeekAgoError();
        return [.. Horizons.Select((horizon, index) => test._sums[index].Result(horizon, scale))];
    }

    private void Look(int origin)
    {
        var day = _series.First.AddDays(origin);
        var monthStart = day.Day > 1 ? day.AddDays(1 - day.Day) : day.AddMonths(-1);
        var (week, month) = (Mean(origin - 7, origin), Mean(Math.Max(0, monthStart.DayNumber - _series.First.DayNumber), origin));
        if (UseForecast.FromHistory(_series.Until(origin, DaysMost)) is not { } forecast || double.IsNaN(week) || double.IsNaN(month))
        {
            return;
        }

        var start = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
        for (var index = 0; index < Horizons.Count; index++)
        {
            var (horizon, sums) = (Horizons[index], _sums[index]);
            var (from, to) = (start.AddDays(horizon - 1), start.AddDays(horizon));
            sums.AddDay(_used[origin + horizon - 1], [forecast.Between(from, to).Thousandths, week, month]);
            var used = _used.AsSpan(origin, horizon).ToArray().Sum();
            sums.AddSum(
                used,
                [forecast.Between(start, to).Thousandths, week * horizon, month * horizon],
                forecast.Between(start, to, UseForecast.Low).Thousandths <= used && used <= forecast.Between(start, to, UseForecast.High).Thousandths);
        }
    }

    private double Mean(int from, int to)
    {
        var known = _used[from..to].Where(double.IsFinite).ToList();
        return known.Count == 0 ? double.NaN : known.Average();
    }

    private double WeekAgoError() => Enumerable.Range(7, _used.Length - 7)
        .Select(day => Math.Abs(_used[day] - _used[day - 7]))
        .Where(double.IsFinite)
        .Average();

    private sealed class Sums
    {
        private readonly double[] _days = new double[Ways];
        private readonly double[] _sums = new double[Ways];
        private (double Used, int Count) _day;
        private (double Used, int Count, int InBand) _sum;

        public void AddDay(double used, double[] forecasts)
        {
            if (double.IsFinite(used))
            {
                Add(_days, used, forecasts);
                _day = (_day.Used + used, _day.Count + 1);
            }
        }

        public void AddSum(double used, double[] forecasts, bool isInBand)
        {
            if (double.IsFinite(used))
            {
                Add(_sums, used, forecasts);
                _sum = (_sum.Used + used, _sum.Count + 1, _sum.InBand + (isInBand ? 1 : 0));
            }
        }

        public BackTestResult Result(int horizon, double scale) => new(
            horizon, ErrorOf(0), ErrorOf(1), ErrorOf(2), _days[0] / _day.Count / scale, (double)_sum.InBand / _sum.Count);

        private Error ErrorOf(int way) => new(_days[way] / _day.Used, _sums[way] / _sum.Used);

        private static void Add(double[] errors, double used, double[] forecasts)
        {
            for (var way = 0; way < Ways; way++)
            {
                errors[way] += Math.Abs(forecasts[way] - used);
            }
        }
    }
}

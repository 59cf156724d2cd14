using System.Diagnostics;
using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Testing.Forecast;

namespace CopilotCapacity.Benchmarks.Scenarios;

/// <summary>
/// Back-tests the forecast with a rolling origin on real series and on made ones, against two naive ways: each day like the last
/// week's mean, and like the mean of the month so far. Errors are absolute and as a share of what was really used.
/// </summary>
internal static class ForecastBenchmark
{
    // Every day is an origin.
    private const int Step = 1;
    private const int MustBeatFrom = 7;
    private const int Seeds = 3;

    private static readonly (string File, string Name, bool IsLogarithm)[] s_real =
    [
        ("daily-page-views-log.csv", "page views", true),
        ("daily-player-page-views-log.csv", "page views of a player", true),
        ("daily-pedestrians.csv", "pedestrians", false),
        ("daily-bike-rentals.csv", "bike rentals", false),
    ];

    public static Task RunAsync(BenchmarkOptions options, Report report)
    {
        var missed = 0;
        foreach (var (file, name, isLogarithm) in s_real)
        {
            var series = DailySeries.Read(Path.Combine(AppContext.BaseDirectory, "data", file), name, isLogarithm);
            missed += Add(report, name, BackTest.Run(series, Step));
        }

        foreach (var kind in MadeSeries.Kinds)
        {
            var results = Enumerable.Range(1, Seeds).Select(seed => BackTest.Run(MadeSeries.Of(kind, seed), Step)).ToList();
            missed += Add(report, kind, [.. BackTest.Horizons.Select((_, index) => MeanOf([.. results.Select(result => result[index])]))]);
        }

        report.Add($"forecast: comparisons from {MustBeatFrom} days on that a naive way won", $"{missed}", new Goal("0", ""));
        MeasureTime(report);
        return Task.CompletedTask;
    }

    private static int Add(Report report, string name, IReadOnlyList<BackTestResult> results)
    {
        foreach (var result in results)
        {
            report.Add(
                $"forecast: {name}, {result.Horizon} days",
                $"day {result.Ours.Day:P1}, sum {result.Ours.Sum:P1}",
                new Goal(result.Horizon >= MustBeatFrom ? "below both" : "", "band 80 %"),
                $"week {result.LastWeek.Day:P1}, {result.LastWeek.Sum:P1}; month {result.MonthToDate.Day:P1}, {result.MonthToDate.Sum:P1}",
                $"MASE {result.Scaled:0.00}; band holds {result.InBand:P0}{(result.IsBetterByDay ? "" : "; day NOT better")}{(result.IsBetterBySum ? "" : "; sum NOT better")}");
        }

        return results.Where(result => result.Horizon >= MustBeatFrom).Sum(result => (result.IsBetterByDay ? 0 : 1) + (result.IsBetterBySum ? 0 : 1));
    }

    private static BackTestResult MeanOf(IReadOnlyList<BackTestResult> results)
    {
        return new BackTestResult(
            results[0].Horizon,
            Mean(result => result.Ours),
            Mean(result => result.LastWeek),
            Mean(result => result.MonthToDate),
            results.Average(result => result.Scaled),
            results.Average(result => result.InBand));

        Error Mean(Func<BackTestResult, Error> of) => new(results.Average(result => of(result).Day), results.Average(result => of(result).Sum));
    }

    // What a forecast costs, for as much history as pages of a large tenant and of a small one have.
    private static void MeasureTime(Report report)
    {
        const int rounds = 300;
        var series = MadeSeries.Of("week", 1);
        foreach (var days in new[] { 126, 800 })
        {
            var history = series.Until(days, days);
            UseForecast.FromHistory(history);
            var watch = Stopwatch.StartNew();
            for (var round = 0; round < rounds; round++)
            {
                UseForecast.FromHistory(history);
            }

            report.Add($"forecast: one from {days} days", $"{watch.Elapsed.TotalMilliseconds / rounds:0.00} ms", Goal.None);
        }
    }
}

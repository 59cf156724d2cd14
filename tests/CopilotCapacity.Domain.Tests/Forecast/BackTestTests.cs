using CopilotCapacity.Testing.Forecast;

namespace CopilotCapacity.Domain.Tests.Forecast;

/// <summary>The benchmark's back-test with fewer origins, and the errors it may not exceed.</summary>
public sealed class BackTestTests
{
    // No whole weeks, so that origins fall on all weekdays.
    private const int Step = 20;
    private const int MustBeatFrom = 7;

    [Theory]
    [InlineData("daily-page-views-log.csv", true)]
    [InlineData("daily-player-page-views-log.csv", true)]
    [InlineData("daily-pedestrians.csv", false)]
    public void RealSeries_AreForecastBetterThanByBothNaiveWays(string file, bool isLogarithm)
    {
        var results = BackTest.Run(DailySeries.Read(Path.Combine(AppContext.BaseDirectory, "data", file), file, isLogarithm), Step);

        Assert.All(results.Where(result => result.Horizon >= MustBeatFrom), result => Assert.True(result.IsBetterByDay && result.IsBetterBySum, result.ToString()));
        Assert.All(results, result => Assert.InRange(result.InBand, 0.6, 0.95));
    }

    [Fact]
    public void PageViews_AreForecastThisWell()
    {
        var results = BackTest.Run(DailySeries.Read(Path.Combine(AppContext.BaseDirectory, "data", "daily-page-views-log.csv"), "page views", isLogarithm: true), Step);

        Assert.Equal([1, 3, 7, 14, 21, 30], results.Select(result => result.Horizon));
        Assert.All(results, result => Assert.True(result.Ours.Day < 0.16 && result.Ours.Sum < 0.12, result.ToString()));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void MadeSeries_AreForecastBetterThanByBothNaiveWays(string kind)
    {
        var results = BackTest.Run(MadeSeries.Of(kind, seed: 1), Step / 2).Where(result => result.Horizon >= MustBeatFrom);

        Assert.All(results, result => Assert.True(result.IsBetterBySum, result.ToString()));
        Assert.All(results, result => Assert.InRange(result.InBand, 0.6, 1));
    }

    public static TheoryData<string> Kinds() => [.. MadeSeries.Kinds];
}

using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;

namespace CopilotCapacity.Portal.Tests.Components.Shared;

public sealed class BurnDownGeometryTests
{
    private static readonly Period s_november = Period.Of(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Scale_EndsAtARoundNumberAboveTheHighest()
    {
        var geometry = new BurnDownGeometry(Data(day: 15, left: 75_000, used: 75_000));

        Assert.Equal(["0", "40k", "80k", "120k", "160k"], geometry.GridLines.Select(l => l.Label).ToList());
    }

    [Fact]
    public void Today_HalfWay_IsInTheMiddle()
    {
        var geometry = new BurnDownGeometry(Data(day: 15, left: 80_000, used: 75_000));

        Assert.Equal(new Spot(50, 50), geometry.Today);
    }

    [Fact]
    public void Projection_ThatLasts_EndsAtTheMonthsEnd()
    {
        var geometry = new BurnDownGeometry(Data(day: 15, left: 80_000, used: 40_000));

        Assert.Equal(new Spot(100, 75), geometry.ProjectionEnd);
    }

    [Fact]
    public void Projection_ThatDoesNotLast_EndsAtZeroBeforeIt()
    {
        var geometry = new BurnDownGeometry(Data(day: 15, left: 50_000, used: 100_000));

        Assert.Equal(new Spot(75, 100), geometry.ProjectionEnd);
    }

    [Fact]
    public void FirstHours_HaveNoForecast()
    {
        var geometry = new BurnDownGeometry(Data(day: 0.5, left: 149_000, used: 1_000));

        Assert.Null(geometry.Projection);
        Assert.Null(geometry.Band);
        Assert.Null(geometry.ForecastLabelTop);
    }

    [Fact]
    public void MonthSoFar_HasNoBand() => Assert.Null(new BurnDownGeometry(Data(day: 15, left: 80_000, used: 40_000)).Band);

    [Fact]
    public void Outlook_IsDrawnDayByDay_WithItsBand_UntilNothingIsLeft()
    {
        var at = s_november.Start.AddDays(15);
        LeftPoint[] points = [Point(at, 80, 80, 80), Point(at.AddDays(7.5), 20, 40, 60), Point(s_november.End, 0, 0, 40)];
        var geometry = new BurnDownGeometry(Data(day: 15, left: 80_000, used: 75_000) with { Outlook = new PrepaidOutlook(points, ForecastBasis.History) });

        Assert.Equal("50,50 75,75 100,100", geometry.Projection);
        Assert.Equal("50,50 75,62.5 100,75 100,100 75,87.5 50,50", geometry.Band);

        static LeftPoint Point(DateTimeOffset at, long least, long likely, long most) =>
            new(at, Credits.Of(least * 1_000), Credits.Of(likely * 1_000), Credits.Of(most * 1_000));
    }

    [Fact]
    public void NothingEntitled_StillHasAScale()
    {
        var data = Data(day: 15, left: 0, used: 0) with { Samples = [] };

        var geometry = new BurnDownGeometry(data);

        Assert.Equal(100, geometry.Today.Y);
    }

    private static BurnDown Data(double day, long left, long used) => new()
    {
        Period = s_november,
        AsOf = s_november.Start.AddDays(day),
        Samples = [new(s_november.Start, Credits.Of(150_000))],
        Left = Credits.Of(left),
        Used = Credits.Of(used),
    };
}

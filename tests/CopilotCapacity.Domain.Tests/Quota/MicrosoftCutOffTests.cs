using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Tests.Quota;

public sealed class MicrosoftCutOffTests
{
    private static readonly Period s_november = Period.Of(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Line_IsAQuarterMoreThanIsPrepaid_AndCountsWhatNobodyPaidFor()
    {
        var line = MicrosoftCutOff.Of(Credits.Of(100_000), Credits.Of(100_000), Credits.Of(5_000))!.Value;

        Assert.Equal((Credits.Of(125_000), Credits.Of(105_000), Credits.Of(20_000)), (line.Line, line.Used, line.Left));
        Assert.False(line.IsReached);
    }

    [Fact]
    public void LandingOnTheLine_ReachesIt()
    {
        Assert.False(Of(124_999).IsReached);
        Assert.True(Of(125_000).IsReached);
        Assert.Equal(Credits.Zero, Of(130_000).Left);
    }

    [Fact]
    public void NothingPrepaid_HasNoLine() => Assert.Null(MicrosoftCutOff.Of(Credits.Zero, Credits.Zero, Credits.Of(10)));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(4, 5)]
    public void Thousandths_AreRoundedDown(long entitled, long line) =>
        Assert.Equal(new Credits(line), new MicrosoftCutOff(new Credits(entitled), Credits.Zero).Line);

    [Fact]
    public void AtThisPace_TheDayIsTold()
    {
        // 10,000 a day for ten days; another 2.5 days reach the line.
        var now = s_november.Start.AddDays(10);

        Assert.Equal(now.AddDays(2.5), ReachedAt(100_000, now));
        Assert.Equal(now, ReachedAt(125_000, now));
        Assert.Null(ReachedAt(10_000, now));
        Assert.Null(ReachedAt(100_000, s_november.Start.AddHours(3)));
    }

    private static DateTimeOffset? ReachedAt(long used, DateTimeOffset now) =>
        Of(used).ReachedAt(UseForecast.AtPaceOf(Credits.Of(used), s_november, now), s_november, now);

    private static MicrosoftCutOff Of(long used) => new(Credits.Of(100_000), Credits.Of(used));
}

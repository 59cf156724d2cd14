using CopilotCapacity.Domain.Time;
using CopilotCapacity.Testing;
using CsCheck;

namespace CopilotCapacity.Domain.Tests.Time;

public sealed class PeriodTests
{
    [Fact]
    public void Periods_Over130Years_TileWithoutGapOrOverlap()
    {
        var period = Make.Month("1990-01");
        for (var month = 0; month < 130 * 12; month++, period = period.Next)
        {
            Assert.Equal(period.End, period.Next.Start);
            Assert.Equal(period.Days, (period.End - period.Start).TotalDays);
            Assert.Equal(period, period.Next.Previous);
            Assert.True(period.Contains(period.Start));
            Assert.True(period.Contains(period.End.AddTicks(-1)));
            Assert.False(period.Contains(period.End));
            Assert.False(period.Contains(period.Start.AddTicks(-1)));
        }
    }

    [Fact]
    public void Of_AnyInstant_IsTheOnePeriodAroundIt() =>
        Gen.DateTime[new DateTime(1990, 1, 1), new DateTime(2120, 1, 1)].Sample(instant =>
        {
            var at = new DateTimeOffset(DateTime.SpecifyKind(instant, DateTimeKind.Utc));
            var period = Period.Of(at);
            return period.Start <= at && at < period.End && !period.Next.Contains(at) && !period.Previous.Contains(at);
        });

    [Fact]
    public void Of_AnInstantWithOffset_CountsInUtc()
    {
        var stillJanuary = new DateTimeOffset(2026, 2, 1, 0, 30, 0, TimeSpan.FromHours(1));
        Assert.Equal("2026-01", Period.Of(stillJanuary).ToString());
    }

    [Theory]
    [InlineData("2024-02", 29)]
    [InlineData("2026-02", 28)]
    [InlineData("2100-02", 28)]
    [InlineData("2000-02", 29)]
    public void Days_OfFebruary_KnowLeapYears(string month, int days) => Assert.Equal(days, Make.Month(month).Days);

    [Theory]
    [InlineData("2026-13")]
    [InlineData("2026-1")]
    [InlineData("26-01")]
    [InlineData("2026-01-01")]
    [InlineData("")]
    [InlineData(null)]
    public void TryParse_AnythingElse_IsRefused(string? text) => Assert.False(Period.TryParse(text, out _));
}

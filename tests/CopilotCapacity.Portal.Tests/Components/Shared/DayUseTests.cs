using Bunit;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;

namespace CopilotCapacity.Portal.Tests.Components.Shared;

public sealed class DayUseTests : MudTestContext
{
    private static readonly DayUse[] s_days =
    [
        new(new DateOnly(2026, 11, 1), Credits.Of(300), Credits.Zero, Credits.Zero),
        new(new DateOnly(2026, 11, 2), Credits.Of(200), Credits.Of(150), Credits.Of(50)),
    ];

    [Fact]
    public void Bars_AreSharesOfTheBusiestDay()
    {
        var cut = Render<DayBars>(p => p.Add(c => c.Days, s_days));

        Assert.Equal("height: 75%", cut.FindAll(".day-part.prepaid")[0].GetAttribute("style"));
        Assert.Equal(["height: 12.5%", "height: 37.5%", "height: 50%"], cut.FindAll(".day-plot > li")[1].Children.Select(part => part.GetAttribute("style")), StringComparer.Ordinal);
        Assert.Equal("Credits used on each of 2\u00a0days; the most, 400, on 2\u00a0Nov.", cut.Find(".day-bars").GetAttribute("aria-label"));
    }

    [Fact]
    public void Bars_OfQuietDays_AndOfNone_SayNothingWasUsed()
    {
        var quiet = Render<DayBars>(p => p.Add(c => c.Days, [s_days[0] with { Prepaid = Credits.Zero }]));

        Assert.Equal("Nothing was used on these days.", quiet.Find(".day-bars").GetAttribute("aria-label"));
        Assert.All(quiet.FindAll(".day-part"), part => Assert.Equal("height: 0%", part.GetAttribute("style")));
        Assert.Empty(Render<DayBars>(p => p.Add(c => c.Days, [])).FindAll(".day-ends"));
    }

    [Fact]
    public void Table_BeginsWithTheNewestDay_AndAddsUp()
    {
        var rows = Render<DayTable>(p => p.Add(c => c.Days, s_days)).FindAll("tbody tr").Select(row => string.Join(' ', row.Children.Select(cell => cell.TextContent)));

        Assert.Equal(["2\u00a0Nov 200 150 50 400", "1\u00a0Nov 300 0 0 300"], rows, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(QuotaStatus.Depleted, "rect")]
    [InlineData(QuotaStatus.Low, "path")]
    [InlineData(QuotaStatus.Available, "circle")]
    public void Mark_HasAShapeForEachStatus(QuotaStatus status, string shape) =>
        Assert.Single(Render<StatusMark>(p => p.Add(c => c.Status, status)).FindAll(shape));

    [Fact]
    public void Legend_NamesNobody_OnlyWhereNobodyPaid()
    {
        Assert.DoesNotContain("nobody", Render<FundingLegend>().Markup, StringComparison.Ordinal);
        Assert.Contains("nobody", Render<FundingLegend>(p => p.Add(c => c.ShowUnfunded, true)).Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void EmptyState_CarriesTheHeading_OnlyAsAWholePage()
    {
        Assert.Equal("Nothing", Render<EmptyState>(p => p.Add(c => c.Title, "Nothing")).Find("h1").TextContent);
        Assert.Empty(Render<EmptyState>(p => p.Add(c => c.Title, "Nothing").Add(c => c.IsInCard, true)).FindAll("h1"));
    }
}

using Bunit;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;

namespace CopilotCapacity.Portal.Tests.Components.Shared;

public sealed class SharedComponentsTests : MudTestContext
{
    private static readonly DateTimeOffset s_at = new(2026, 11, 22, 14, 7, 31, TimeSpan.Zero);

    [Theory]
    [InlineData(QuotaStatus.Available, "✓ Available")]
    [InlineData(QuotaStatus.Low, "▲ Low")]
    [InlineData(QuotaStatus.Depleted, "■ Depleted")]
    public void StatusChip_HasAShapeAndAWord(QuotaStatus status, string expected)
    {
        var cut = Render<StatusChip>(p => p.Add(c => c.Status, status));

        Assert.Equal(expected, cut.Find(".chip").TextContent);
    }

    [Fact]
    public void AttentionAlert_HasAName_AndIsNoLiveRegion_SinceTheBellIsTheOnlyOne()
    {
        var depleted = Render<AttentionAlert>(p => p.Add(c => c.Status, QuotaStatus.Depleted).Add(c => c.Title, "A is depleted."));

        Assert.Equal("A is depleted.", depleted.Find("section").GetAttribute("aria-label"));
        Assert.Empty(depleted.FindAll("[role=alert], [role=status], [aria-live]"));
    }

    [Fact]
    public void LiveAsOf_NamesTimeAndZone_AndSaysWhenItIsStale()
    {
        var live = Render<LiveAsOf>(p => p.Add(c => c.At, s_at));
        var stale = Render<LiveAsOf>(p => p.Add(c => c.At, s_at).Add(c => c.IsLive, false));

        Assert.Equal("2026-11-22T14:07:31Z", live.Find("time").GetAttribute("datetime"));
        Assert.Contains("14:07:31\u00A0UTC", live.Markup, StringComparison.Ordinal);
        Assert.Contains("not live", stale.Find("[data-testid=as-of]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Figure_WithoutAValue_KeepsItsPlace()
    {
        var cut = Render<Figure>(p => p.Add(c => c.Label, "Left"));

        Assert.Equal(2, cut.FindAll(".mud-skeleton").Count);
    }

    [Fact]
    public void FundingBar_DrawsOnlyWhatWasUsed_AndSaysItInWords()
    {
        var shares = new FundingShares
        {
            Allocation = Credits.Of(40_000),
            Pool = Credits.Of(4_160),
            PayAsYouGo = Credits.Zero,
            Unfunded = Credits.Zero,
            Left = Credits.Of(10_840),
        };

        var cut = Render<FundingBar>(p => p.Add(c => c.Shares, shares));

        Assert.Equal(["width: 72.73%", "width: 7.56%"], cut.FindAll(".part").Select(e => e.GetAttribute("style")).ToList());
        Assert.Equal(
            "80\u00A0% used, 44,160 of 55,000 credits: 40,000 from its allocation, 4,160 from the tenant pool",
            cut.Find("[role=img]").GetAttribute("aria-label"));
    }

    [Fact]
    public void FundingBar_WithoutLimit_ClaimsNoShare()
    {
        var shares = new FundingShares { Allocation = Credits.Zero, Pool = Credits.Zero, PayAsYouGo = Credits.Of(500), Unfunded = Credits.Zero, Left = null };

        Assert.Equal("500 credits used, no limit: 500 pay-as-you-go", shares.Describe());
    }

    [Fact]
    public void ChartWithTable_Switches_BetweenTheTwo()
    {
        bool? asked = null;
        var cut = Render<ChartWithTable>(p => p
            .Add(c => c.Title, "Prepaid credits left")
            .Add(c => c.Chart, "<i>chart</i>")
            .Add(c => c.Table, "<i>table</i>")
            .Add(c => c.ShowTableChanged, show => asked = show));

        cut.FindAll("button")[1].Click();

        cut.WaitForAssertion(() => Assert.True(asked));
        Assert.Equal("chart", cut.Find("i").TextContent);
        Assert.Equal("true", cut.FindAll("button")[0].GetAttribute("aria-pressed"));
    }

    [Fact]
    public void ErrorState_Retry_IsTold()
    {
        var retries = 0;
        var cut = Render<ErrorState>(p => p.Add(c => c.Text, "It failed.").Add(c => c.OnRetry, () => retries++));

        cut.Find("button").Click();

        cut.WaitForAssertion(() => Assert.Equal(1, retries));
    }

    [Fact]
    public void BurnDownChart_LabelsWhatItShows_AndSaysItInASentence()
    {
        var cut = Render<BurnDownChart>(p => p.Add(c => c.Data, Data(runOut: new RunOut("Contact Center", s_at.AddDays(5)))));

        Assert.Equal("41.2k left today", cut.Find(".today-label").TextContent);
        Assert.Contains("Contact Center runs out", cut.Find(".marker-label").TextContent, StringComparison.Ordinal);
        Assert.Contains("Contact Center runs out first", cut.Find("[role=img]").GetAttribute("aria-label"), StringComparison.Ordinal);
    }

    [Fact]
    public void BurnDownTable_HoldsTheSameNumbers_AndTheForecast()
    {
        var cut = Render<BurnDownTable>(p => p.Add(c => c.Data, Data()));

        var rows = cut.FindAll("tbody tr");
        Assert.Equal(4, rows.Count);
        Assert.Contains("150,000", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("41,173", rows[2].TextContent, StringComparison.Ordinal);
    }

    private static BurnDown Data(RunOut? runOut = null) => new()
    {
        Period = Period.Of(s_at),
        AsOf = s_at,
        Samples = [new(Period.Of(s_at).Start, Credits.Of(150_000)), new(s_at.AddDays(-3), Credits.Of(60_000))],
        Left = Credits.Of(41_173),
        Used = Credits.Of(108_827),
        FirstRunOut = runOut,
    };
}

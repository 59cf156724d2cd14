using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Domain.Tests.Rating;

public sealed class RateCardTests
{
    [Theory]
    [InlineData("classicAnswer", 1_000, 1_000)]
    [InlineData("generativeAnswer", 1_000, 2_000)]
    [InlineData("agentAction", 3_000, 15_000)]
    [InlineData("tenantGraphGrounding", 1_000, 10_000)]
    [InlineData("agentFlowActions", 1_000, 130)]
    [InlineData("agentFlowActions", 100_000, 13_000)]
    [InlineData("aiToolBasic", 1_000, 100)]
    [InlineData("aiToolBasic", 1_000_000, 100)]
    [InlineData("aiToolBasic", 1_001_000, 200)]
    [InlineData("aiToolStandard", 1_999_000, 3_000)]
    [InlineData("aiToolStandard", 2_000_000, 3_000)]
    [InlineData("aiToolStandard", 2_001_000, 4_500)]
    [InlineData("aiToolPremium", 1, 10_000)]
    [InlineData("contentProcessing", 2_000, 16_000)]
    [InlineData("voiceClassic", 1_500, 15_000)]
    [InlineData("voiceGenerative", 1_000, 35_000)]
    [InlineData("voicePremium", 1, 75)]
    [InlineData("credits", 1, 1)]
    [InlineData("credits", 12_345, 12_345)]
    public void Rate_EachFeature_IsThePublishedOne(string code, long quantityThousandths, long thousandths)
    {
        var item = new UsageItem(RateCard.Find(code)!.Feature, quantityThousandths);
        Assert.Equal(thousandths, new RateCard().Rate(Make.Usage("1"), item).Charge.Thousandths);
    }

    [Fact]
    public void Published_HasEveryFeatureOnceInTheOrderOfItsNumber()
    {
        var features = Enum.GetValues<Feature>().Where(feature => feature != Feature.Compound);
        Assert.Equal(features, RateCard.Published.Select(rate => rate.Feature));
        Assert.All(RateCard.Published, rate => Assert.Same(rate, RateCard.Find(rate.Feature)));
        Assert.All(RateCard.Published, rate => Assert.Same(rate, RateCard.Find(rate.Code.ToUpperInvariant())));
    }

    [Theory]
    [InlineData(true, "interactive", "teams", true)]
    [InlineData(true, "interactive", "m365Copilot", true)]
    [InlineData(true, "interactive", "sharePoint", true)]
    [InlineData(true, "interactive", "dynamics365", true)]
    [InlineData(true, "interactive", "powerApps", true)]
    [InlineData(true, "INTERACTIVE", "TEAMS", true)]
    [InlineData(false, "interactive", "teams", false)]
    [InlineData(true, "autonomous", "teams", false)]
    [InlineData(true, null, "teams", false)]
    [InlineData(true, "interactive", "website", false)]
    [InlineData(true, "interactive", null, false)]
    public void Rate_LicensedInternalInteractiveUse_IsNotBilled(bool isLicensed, string? trigger, string? channel, bool isFree)
    {
        var usage = Make.Usage("1") with { CopilotLicensed = isLicensed, Trigger = trigger, Channel = channel };
        Assert.All(RateCard.Published, rate =>
        {
            var rated = new RateCard().Rate(usage, new UsageItem(rate.Feature, 1_000));
            var isZeroRated = isFree && rate.Feature is not (Feature.Credits or Feature.VoiceClassic or Feature.VoiceGenerative or Feature.VoicePremium);
            Assert.Equal(isZeroRated ? NonBilledReason.CopilotLicensedUser : NonBilledReason.None, rated.NonBilled);
            Assert.True(rated.Charge.IsPositive);
        });
    }

    [Fact]
    public void Rate_OwnRate_CountsByTheEventsOwnTimeFromItsInstantOn()
    {
        var card = new RateCard();
        card.Add(new RateOverride(Feature.ClassicAnswer, Credits.Of(3), Make.Start));
        card.Add(new RateOverride(Feature.ClassicAnswer, Credits.Of(7), Make.Start.AddDays(1)));
        card.Add(new RateOverride(Feature.GenerativeAnswer, Credits.Of(9), Make.Start.AddDays(-9)));

        Assert.Equal(Credits.Of(1), ClassicAnswerAt(Make.Start.AddTicks(-1)));
        Assert.Equal(Credits.Of(3), ClassicAnswerAt(Make.Start));
        Assert.Equal(Credits.Of(3), ClassicAnswerAt(Make.Start.AddDays(1).AddTicks(-1)));
        Assert.Equal(Credits.Of(7), ClassicAnswerAt(Make.Start.AddDays(1)));

        Credits ClassicAnswerAt(DateTimeOffset time) =>
            card.Rate(Make.Usage("1", time: time), new UsageItem(Feature.ClassicAnswer, 1_000)).Charge;
    }

    [Fact]
    public void Rate_OwnRateTimesAFraction_RoundsUpToTheThousandth()
    {
        var card = new RateCard();
        card.Add(new RateOverride(Feature.VoiceClassic, new Credits(1), Make.Start));
        Assert.Equal(2, card.Rate(Make.Usage("1"), new UsageItem(Feature.VoiceClassic, 1_001)).Charge.Thousandths);
    }

    [Fact]
    public void Find_ACompoundEvent_HasNoRate() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RateCard.Find(Feature.Compound));
}

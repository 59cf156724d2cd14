using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Rates;
using CopilotCapacity.Portal.Tests.Features.Overview;

namespace CopilotCapacity.Portal.Tests.Features.Rates;

public sealed class CalculationTests
{
    [Theory]
    [InlineData(null, "generativeAnswer:1,tenantGraphGrounding:1", 12_000)]
    [InlineData("", "", 0)]
    [InlineData("agentflowactions:3", "agentFlowActions:3", 390)]
    [InlineData("aiToolStandard:1001", "aiToolStandard:1001", 3_000)]
    [InlineData("voiceClassic:1.5,thought:2,credits:0.125", "voiceClassic:1.5,credits:0.125", 15_125)]
    [InlineData("classicAnswer:1.5,classicAnswer:-1,classicAnswer:0,classicAnswer:x,classicAnswer", "classicAnswer:1.5,classicAnswer:-1,classicAnswer:0,classicAnswer:,classicAnswer:", 0)]
    [InlineData("classicAnswer:1000000000", "classicAnswer:1000000000", 1_000_000_000_000)]
    [InlineData("classicAnswer:1000000001", "classicAnswer:1000000001", 0)]
    public void Parse_OfAnAddress_KeepsWhatMakesSense(string? text, string written, long thousandths)
    {
        var calculation = Calculation.Parse(text);

        Assert.Equal(written, calculation.ToString());
        Assert.Equal(thousandths, calculation.Sum(new FakeRates().Card(Overviews.Tenant)).Thousandths);
    }

    [Fact]
    public void Sum_CountsOwnRates_AndManyLinesAreCut()
    {
        var rates = new FakeRates { Own = { [Feature.ClassicAnswer] = (new OwnRateMaker(4).Rate, null) } };

        var calculation = Calculation.Parse(string.Join(',', Enumerable.Repeat("classicAnswer:1", 30)));

        Assert.Equal(Calculation.LinesMax, calculation.Lines.Count);
        Assert.Equal(Credits.Of(80), calculation.Sum(rates.Card(Overviews.Tenant)));
    }

    [Fact]
    public void Money_OfASmallSum_KeepsItsDecimals()
    {
        Assert.Equal("USD\u00A00.12", RateText.Money(new Money(CreditPrice.Published.CostOf(Credits.Of(12)), CurrencyCode.Usd)));
        Assert.Equal("USD\u00A00.096", RateText.Money(new Money(Calculation.PackPrice.CostOf(Credits.Of(12)), CurrencyCode.Usd)));
    }

    [Fact]
    public void Names_AreThereForEveryFeature() =>
        Assert.All(RateCard.Published, rate => Assert.NotEqual(rate.Feature.ToString(), rate.Feature == Feature.Credits ? "" : RateText.NameOf(rate.Feature), StringComparer.Ordinal));

    private sealed record OwnRateMaker(long Credits)
    {
        public Storage.Queries.OwnRate Rate => new(Domain.Units.Credits.Of(Credits), Overviews.AsOf, Overviews.AsOf, null, 1);
    }
}

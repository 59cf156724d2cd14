using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Units;
using CsCheck;

namespace CopilotCapacity.Domain.Tests.Prepaid;

public sealed class PaymentAdviceTests
{
    private static readonly PaymentPrices s_prices = new();

    [Fact]
    public void Pack_PaysFromTwentyThousandCreditsAMonth() => Assert.Equal(Credits.Of(20_000), s_prices.PackPaysFrom);

    [Theory]
    [InlineData(0, 0, 0, 0, 0)]
    [InlineData(10_000, 20000, 10000, 10000, 23750)]
    [InlineData(19_999, 20000, 19999, 19999, 23750)]
    [InlineData(20_000, 20000, 20000, 20000, 23750)]
    [InlineData(25_000, 20000, 20000, 25000, 23750)]
    [InlineData(40_000, 40000, 35000, 40000, 47500)]
    [InlineData(48_000, 40000, 40000, 48000, 47500)]
    [InlineData(125_000, 100000, 100000, 125000, 117500)]
    public void Month_CostsByEachWay_InCents(long credits, long packs, long mixed, long asYouGo, long prePurchase) =>
        Assert.Equal([packs, mixed, asYouGo, prePurchase], Compare(credits).Select(option => option.MicrosPerMonth / 10_000));

    [Fact]
    public void LargerPrePurchase_IsTakenWhereItCostsLess()
    {
        // 12,920 units: five small plans would cost 14,250 dollars a year, the large one 14,100.
        var option = Compare(107_665)[3];

        Assert.Equal((15_000, 1_175_000_000L), (option.Units, option.MicrosPerMonth));
    }

    [Fact]
    public void Arithmetic_IsTold()
    {
        var options = Compare(40_000);

        Assert.Equal((2, Credits.Of(10_000)), (options[0].Packs, options[0].Unused));
        Assert.Equal((1, Credits.Of(15_000)), (options[1].Packs, options[1].AsYouGo));
        Assert.Equal((6_000, Credits.Of(10_000)), (options[3].Units, options[3].Unused));
        Assert.Equal([new PrePurchase(s_prices.Tiers[1], 2)], options[3].Bought);
        Assert.Equal([new PrePurchase(s_prices.Tiers[0], 1), new PrePurchase(s_prices.Tiers[1], 1)], Compare(140_000)[3].Bought);
    }

    [Theory]
    [InlineData(0, 6)]
    [InlineData(1, 5)]
    public void PrePurchase_SavesWhatItsPriceSays(int tier, int percent) => Assert.Equal(percent, s_prices.SavingOf(s_prices.Tiers[tier]));

    [Fact]
    public void Mixed_IsNeverDearerThanEitherOfItsParts()
    {
        Gen.Int[0, 5_000_000].Sample(credits =>
        {
            var options = Compare(credits);

            Assert.True(options[1].MicrosPerMonth <= options[0].MicrosPerMonth);
            Assert.True(options[1].MicrosPerMonth <= options[2].MicrosPerMonth);
            Assert.All(options, option => Assert.True(option.Unused >= Credits.Zero));
        });
    }

    private static IReadOnlyList<PaymentOption> Compare(long credits) => PaymentAdvice.Compare(Credits.Of(credits), s_prices);
}

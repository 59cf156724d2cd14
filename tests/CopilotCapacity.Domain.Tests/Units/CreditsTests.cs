using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Tests.Units;

public sealed class CreditsTests
{
    [Fact]
    public void Add_PastTheLargestLong_Throws() =>
        Assert.Throws<OverflowException>(() => new Credits(long.MaxValue) + new Credits(1));

    [Fact]
    public void Subtract_PastTheSmallestLong_Throws() =>
        Assert.Throws<OverflowException>(() => new Credits(long.MinValue) - new Credits(1));

    [Fact]
    public void Of_MoreCreditsThanThousandthsCanCount_Throws() =>
        Assert.Throws<OverflowException>(() => Credits.Of(long.MaxValue / 999));

    [Theory]
    [InlineData("0.001", 1)]
    [InlineData("1", 1_000)]
    [InlineData("1.0000", 1_000)]
    [InlineData("-2.5", -2_500)]
    [InlineData("1000000000000", 1_000_000_000_000_000)]
    public void TryFrom_AtMostThreeDecimals_IsExact(string text, long thousandths)
    {
        Assert.True(Credits.TryFrom(Number(text), out var credits));
        Assert.Equal(thousandths, credits.Thousandths);
    }

    [Theory]
    [InlineData("0.0001")]
    [InlineData("1.0005")]
    [InlineData("1000000000000.001")]
    [InlineData("-1000000000000.001")]
    [InlineData("999999999999.0000000000000001")]
    public void TryFrom_FinerOrLarger_IsRefused(string text) => Assert.False(Credits.TryFrom(Number(text), out _));

    [Fact]
    public void ToString_WritesOnlyTheDecimalsThereAre()
    {
        Assert.Equal("0.13", new Credits(130).ToString());
        Assert.Equal("25000", Credits.Of(25_000).ToString());
    }

    private static decimal Number(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}

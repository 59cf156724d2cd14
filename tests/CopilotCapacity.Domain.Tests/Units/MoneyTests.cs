using CopilotCapacity.Domain.Units;
using CsCheck;

namespace CopilotCapacity.Domain.Tests.Units;

public sealed class MoneyTests
{
    private static readonly CurrencyCode s_euro = new("EUR");

    [Fact]
    public void Add_TwoCurrencies_Throws() =>
        Assert.Throws<InvalidOperationException>(() => new Money(1, CurrencyCode.Usd) + new Money(1, s_euro));

    [Fact]
    public void Add_PastTheLargestLong_Throws() =>
        Assert.Throws<OverflowException>(() => new Money(long.MaxValue, s_euro) + new Money(1, s_euro));

    [Theory]
    [InlineData("usd", true)]
    [InlineData("EUR", true)]
    [InlineData("EU", false)]
    [InlineData("EURO", false)]
    [InlineData("€12", false)]
    [InlineData(null, false)]
    public void CurrencyCode_IsThreeLetters(string? text, bool isCode) => Assert.Equal(isCode, CurrencyCode.TryParse(text, out _));

    [Fact]
    public void ToAmountString_HasTwoToSixDecimals()
    {
        Assert.Equal("200.00", new Money(200_000_000, s_euro).ToAmountString());
        Assert.Equal("0.000001", new Money(1, s_euro).ToAmountString());
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1_000, 1, 1)]
    [InlineData(1_001, 1, 2)]
    [InlineData(1, 10_000, 10)]
    [InlineData(333, 7, 3)]
    [InlineData(0, 10_000, 0)]
    public void CostOf_RoundsUpToTheMicroUnit(long thousandths, long price, long micros) =>
        Assert.Equal(micros, new CreditPrice(price).CostOf(new Credits(thousandths)));

    [Theory]
    [InlineData(0, 10_000, 0)]
    [InlineData(-5, 10_000, 0)]
    [InlineData(9, 10_000, 0)]
    [InlineData(10, 10_000, 1)]
    [InlineData(1, 7, 142)]
    public void RoomIn_RoundsDownToTheThousandth(long micros, long price, long thousandths) =>
        Assert.Equal(thousandths, new CreditPrice(price).RoomIn(micros).Thousandths);

    [Fact]
    public void RoomIn_MoreThanCanBeCounted_IsTheLargestAmount()
    {
        Assert.True(Money.TryFrom(1_000_000_000_000m, CurrencyCode.Usd, out var most));
        Assert.Equal(Credits.Largest, new CreditPrice(1).RoomIn(most.Micros));
    }

    [Fact]
    public void RoomIn_IsTheMostThatTheMoneyPays() =>
        Gen.Select(Gen.Long[0, 10_000_000], Gen.Long[1, 50_000]).Sample((micros, price) =>
        {
            var of = new CreditPrice(price);
            var room = of.RoomIn(micros);
            return of.CostOf(room) <= micros && of.CostOf(room + new Credits(1)) > micros;
        });
}

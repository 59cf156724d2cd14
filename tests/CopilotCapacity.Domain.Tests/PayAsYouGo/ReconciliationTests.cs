using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Units;
using CsCheck;

namespace CopilotCapacity.Domain.Tests.PayAsYouGo;

public sealed class ReconciliationTests
{
    private static readonly ReconciliationTolerance s_tolerance = new(5, 10_000, TimeSpan.FromHours(24));
    private static readonly DateOnly s_first = new(2026, 11, 1);
    private static readonly DateTimeOffset s_readAt = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(10_000_000, 10_000_000, "")]
    [InlineData(10_000_000, 10_500_000, "")]
    [InlineData(10_000_000, 10_600_000, "UseElsewhere")]
    [InlineData(10_000_000, 9_000_000, "BilledLess")]
    [InlineData(0, 9_000, "")]
    [InlineData(0, 0, "")]
    [InlineData(0, 1_000_000, "UseElsewhere")]
    [InlineData(1_000_000, 0, "BilledLess")]
    public void Difference_BeyondTheTolerance_HasACause(long ours, long billed, string cause) => Assert.Equal(cause, Causes(Day(0, ours, billed)));

    [Fact]
    public void Difference_IsInMoneyAndInPercentOfTheBill()
    {
        var day = Compare([Day(0, 10_000_000, 12_500_000)]).Single();

        Assert.Equal((2_500_000, 20m), (day.Difference!.Value.Micros, day.Percent));
        Assert.Null(Compare([Day(0, 10, 0)]).Single().Percent);
    }

    [Fact]
    public void Unbilled_IsUnknown_NotZero()
    {
        var day = Compare([Day(0, 10_000_000, null)]).Single();

        Assert.Equal((null, null, ReconciliationCause.NotYetBilled), (day.Difference, day.Percent, Assert.Single(day.Causes)));
    }

    [Fact]
    public void OtherCurrency_IsNotCompared()
    {
        var day = Compare([Day(0, 10_000_000, 10_000_000) with { Billed = new Money(10_000_000, new CurrencyCode("EUR")) }]).Single();

        Assert.Equal((null, ReconciliationCause.OtherCurrency), (day.Difference, Assert.Single(day.Causes)));
    }

    [Fact]
    public void BillReadTooEarly_MayStillGrow()
    {
        var early = Day(0, 10_000_000, 4_000_000) with { ReadAt = new DateTimeOffset(2026, 11, 2, 23, 59, 59, TimeSpan.Zero) };

        Assert.Equal("NotYetBilled", Causes(early));
        Assert.Equal("BilledLess", Causes(early with { ReadAt = new DateTimeOffset(2026, 11, 3, 0, 0, 0, TimeSpan.Zero) }));
    }

    [Fact]
    public void LateFacts_Unfunded_AndOtherResources_AreNamedWhereTheyAreKnown()
    {
        var day = Day(0, 10_000_000, 14_000_000);

        Assert.Equal("LateFacts", Causes(day with { OursWhenRead = new Money(9_000_000, CurrencyCode.Usd) }));
        Assert.Equal("Unfunded", Causes(day with { Unfunded = Credits.Of(400) }));
        Assert.Equal("OtherResources", string.Join(' ', Reconciliation.Compare([day], s_tolerance, isWholeGroup: true).Single().Causes));
        Assert.Equal("BilledLess", Causes(Day(0, 10_000_000, 6_000_000) with { Unfunded = Credits.Of(400) }));
    }

    [Fact]
    public void OtherPrice_IsToldFromDaysThatAgree_AndNotFromOne()
    {
        List<DayToReconcile> days = [Day(0, 10_000_000, 12_000_000), Day(1, 5_000_000, 6_000_000), Day(2, 8_000_000, 9_600_000), Day(3, 8_000_000, 20_000_000)];

        var compared = Compare(days);

        Assert.Equal("OtherPrice OtherPrice OtherPrice UseElsewhere", string.Join(' ', compared.Select(day => string.Join('+', day.Causes))));
        Assert.Equal(12_000m, Reconciliation.ImpliedPriceMicros(days[..3], s_tolerance));
        Assert.Null(Reconciliation.ImpliedPriceMicros([Day(0, 10_000_000, 12_000_000)], s_tolerance));
        Assert.Null(Reconciliation.ImpliedPriceMicros([Day(0, 10, 10), Day(1, 10, 10), Day(2, 10, 10)], s_tolerance));
    }

    [Fact]
    public void EveryDay_IsThere_WithACauseExactlyWhereItIsBeyondTheTolerance() =>
        Gen.Select(Gen.Long[0, 50_000_000], Gen.Long[0, 50_000_000]).Array[1, 40].Sample(pairs =>
        {
            var days = pairs.Select((pair, index) => Day(index % 15, pair.Item1, pair.Item2)).ToList();
            return Compare(days).Zip(days).All(pair => pair.First.Of == pair.Second
                && pair.First.Difference!.Value.Micros == pair.Second.Billed!.Value.Micros - pair.Second.Ours.Micros
                && (pair.First.Causes.Count == 0) == IsWithin(pair.Second));
        });

    private static bool IsWithin(DayToReconcile day) =>
        Math.Abs(day.Billed!.Value.Micros - day.Ours.Micros) is var difference && (difference <= s_tolerance.Micros || difference * 100m <= s_tolerance.Percent * day.Billed.Value.Micros);

    private static string Causes(DayToReconcile day) => string.Join(' ', Compare([day]).Single().Causes);

    private static IReadOnlyList<ReconciledDay> Compare(IReadOnlyList<DayToReconcile> days) => Reconciliation.Compare(days, s_tolerance, isWholeGroup: false);

    private static DayToReconcile Day(int offset, long ours, long? billed) => new(
        s_first.AddDays(offset),
        new Credits(ours / 10),
        new Money(ours, CurrencyCode.Usd),
        new Money(ours, CurrencyCode.Usd),
        Credits.Zero,
        billed is { } micros ? new Money(micros, CurrencyCode.Usd) : null,
        s_readAt);
}

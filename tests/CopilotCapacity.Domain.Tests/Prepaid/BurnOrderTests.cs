using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Domain.Tests.Prepaid;

public sealed class BurnOrderTests
{
    [Fact]
    public void Compare_LowerPriority_BeforeWhatWouldBeLostFirst() =>
        AssertBefore(Grant(2, priority: 1), Grant(1, priority: 2, until: "2026-01-16"));

    [Fact]
    public void Compare_ExpiringWithinTheMonth_BeforeUseItOrLoseIt() =>
        AssertBefore(Grant(2, until: "2026-01-31 23:59"), Grant(1, keep: 0));

    [Fact]
    public void Compare_UseItOrLoseIt_BeforeExpiringAfterTheMonth() =>
        AssertBefore(Grant(2, keep: 0, until: "2027-01-01"), Grant(1, until: "2026-02-01 00:01"));

    [Fact]
    public void Compare_CarriedOverInPart_IsNotLostAtTheTurn() =>
        AssertBefore(Grant(2, keep: 0), Grant(1, keep: 1));

    [Fact]
    public void Compare_BothLostAtTheTurn_EarlierExpiryFirst() =>
        AssertBefore(Grant(2, keep: 0, until: "2026-03-01"), Grant(1, keep: 0));

    [Fact]
    public void Compare_ExpiringInTheTurn_IsLostWithUseItOrLoseItButExpiresEarlier() =>
        AssertBefore(Grant(2, until: "2026-02-01"), Grant(1, keep: 0));

    [Theory]
    [InlineData(GrantKind.Included)]
    [InlineData(GrantKind.Promotional)]
    public void Compare_NotPurchased_BeforePurchased(GrantKind kind) =>
        AssertBefore(Grant(2, kind: kind, from: "2026-01-02"), Grant(1));

    [Fact]
    public void Compare_EarlierEffective_First() => AssertBefore(Grant(2), Grant(1, from: "2026-01-01 00:01"));

    [Fact]
    public void Compare_AllElseEqual_LowerIdFirst() => AssertBefore(Grant(1), Grant(2));

    [Fact]
    public void Compare_EndedByHand_KeepsItsPlace() =>
        AssertBefore(Grant(1, endedAt: "2026-01-20"), Grant(2));

    private static void AssertBefore(Grant first, Grant second)
    {
        var order = new BurnOrder(Make.Month("2026-01"));
        Assert.True(order.Compare(Month(first), Month(second)) < 0);
        Assert.True(order.Compare(Month(second), Month(first)) > 0);
        Assert.Equal(0, order.Compare(Month(first), Month(first)));
    }

    private static GrantMonth Month(Grant grant) => new() { Grant = grant, Period = Make.Month("2026-01") };

    private static Grant Grant(
        int number,
        int priority = 100,
        string from = "2026-01-01",
        string? until = null,
        long? keep = null,
        GrantKind kind = GrantKind.MessagePack,
        string? endedAt = null) => new()
        {
            Key = number,
            Id = Make.Grant(number),
            Kind = kind,
            Amount = Credits.Of(1),
            Priority = priority,
            EffectiveAt = Make.At(from),
            ExpiresAt = until is null ? null : Make.At(until),
            Recurrence = Recurrence.None,
            RolloverMax = keep is { } most ? Credits.Of(most) : null,
            CreatedAt = Make.Start,
            EndedAt = endedAt is null ? null : Make.At(endedAt),
        };
}

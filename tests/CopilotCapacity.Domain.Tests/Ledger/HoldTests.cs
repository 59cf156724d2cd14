using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Domain.Tests.Ledger;

/// <summary>What is held and what comes back, where rules meet.</summary>
public sealed class HoldTests
{
    [Theory]
    [InlineData("2026-03-05 00:00", "2026-01")]
    [InlineData("2026-03-05 00:01", "2026-03")]
    [InlineData("2026-05-15 12:00", "2026-05")]
    public void Settle_AfterExpiry_GoesToTheHoldsMonthAsLongAsAFactOfItWould(string now, string month)
    {
        var ledger = WithGrant(10);
        var hold = ledger.Hold(1, 4);
        ledger.Advance(Make.At(now));
        var books = ledger.Books.Count;

        Assert.True(ledger.Settle(hold, Credits.Of(4), 1).Value!.IsLate);
        Assert.Equal(books, ledger.Books.Count);
        Assert.Equal(Make.Month(month), ledger.Changes.Postings[^1].Period);
    }

    [Fact]
    public void Retire_WithAHoldOnAGrantThatHasEnded_TakesNothingFromOthers()
    {
        var ledger = WithGrant(5);
        ledger.AddEnvironment(2);
        ledger.SetAllocation(Make.Environment(), Credits.Of(5), true, true, null);
        ledger.Hold(1, 5);
        ledger.EndGrant(Make.Grant(), null);
        ledger.AddGrant(Make.NewGrant(20, 2));
        ledger.SetAllocation(Make.Environment(), Credits.Of(15), true, true, null);
        ledger.SetAllocation(Make.Environment(2), Credits.Of(10), true, true, null);
        ledger.Conclude();
        ledger.Changes.Clear();

        ledger.RetireEnvironment(Make.Environment(), null);

        Assert.Equal(Credits.Of(10), ledger.Open.Find(ledger.Find(Make.Environment(2))!)!.Backing);
        Assert.Equal(Credits.Of(10), ledger.Open.PoolLeft);
        Assert.Empty(ledger.Changes.Alerts);
    }

    [Fact]
    public void Reverse_AUseOfARetiredEnvironment_GivesItsAllocationToThePool()
    {
        var ledger = WithGrant(10);
        ledger.SetAllocation(Make.Environment(), Credits.Of(10), true, true, null);
        var use = ledger.Record(Make.Usage("1", 4_000)).Value!;
        ledger.RetireEnvironment(Make.Environment(), null);

        ledger.Reverse(use, "by mistake");

        Assert.Equal(Credits.Of(10), ledger.Open.PoolLeft);
    }

    [Fact]
    public void Reverse_AfterTheEnvironmentNamesAnotherCostCenter_LowersTheCapThatCounted()
    {
        var ledger = WithGrant(10);
        var use = ledger.Record(Make.Usage("1", 4_000)).Value!;
        ledger.ChangeEnvironment(Make.Environment(), Make.Description(costCenter: "new"), null);
        var cap = ledger.AddCap(
            Make.Cap(), new CapSettings(new CapScope(null, null, null, "new"), CapWindow.Month, Credits.Of(5), 80, true), new Dictionary<int, Credits>()).Value!;

        ledger.Reverse(use, "by mistake");

        Assert.DoesNotContain(cap.Counts, count => count.Used != Credits.Zero);
    }

    private static TenantLedger WithGrant(long credits)
    {
        var ledger = Make.Ledger();
        ledger.AddEnvironment();
        ledger.AddGrant(Make.NewGrant(credits));
        return ledger;
    }
}

using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Domain.Tests.PayAsYouGo;

/// <summary>Prices that change on a date. A charge keeps the price that was in force when it was booked.</summary>
public sealed class PlannedPriceTests
{
    private static readonly CreditPrice s_dearer = new(20_000);

    [Fact]
    public void Price_ComesIntoForceExactlyAtItsInstant()
    {
        var ledger = Ledger(out var plan);
        ledger.PlanPrices(plan.Id, [new(Make.At("2026-01-20"), s_dearer), new(Make.At("2026-02-01"), new CreditPrice(30_000))]);
        Assert.Equal(Make.At("2026-01-20"), ledger.NextBoundary);

        ledger.Advance(Make.At("2026-01-20").AddTicks(-1));
        ledger.Record(Make.Usage("1", 10_000, time: ledger.Now));
        ledger.Advance(Make.At("2026-01-20"));
        ledger.Record(Make.Usage("2", 10_000, time: ledger.Now));
        ledger.Advance(Make.At("2026-02-01"));
        ledger.Record(Make.Usage("3", 10_000, time: ledger.Now));

        Assert.Equal([100_000L, 200_000L, 300_000L], ledger.Changes.Postings.Select(posting => posting.CostMicros).ToArray());
        Assert.Equal([300_000L, 300_000L], plan.Months.OrderBy(month => month.Period).Select(month => month.SpendMicros).ToArray());
        Assert.Empty(plan.PlannedPrices);
        Assert.Equal(2, ledger.Changes.Entries.Count(entry => entry.Change is PriceBegun));
        AssertReplayed(ledger);
    }

    [Fact]
    public void Price_ChangesWhatABudgetStillBuys_AndAHoldKeepsItsOwn()
    {
        var ledger = Ledger(out var plan);
        ledger.SetBudget(plan.Id, Make.Budget(1_000_000));
        var hold = ledger.Reserve(new NewHold { Id = Make.Hold(), Environment = Make.Environment(), Credits = Credits.Of(40), Life = TimeSpan.FromHours(1) }).Value!;
        ledger.PlanPrices(plan.Id, [new(ledger.Now.AddMinutes(10), s_dearer)]);
        ledger.Conclude();

        ledger.Advance(ledger.Now.AddMinutes(10));

        Assert.Equal(Credits.Of(30), plan.Price.RoomIn(plan.RoomMicros(ledger.Open.Period)!.Value));
        Assert.Equal(400_000, hold.HeldMicros);
        AssertReplayed(ledger);
    }

    [Fact]
    public void PlannedPrice_OfADeletedPlan_NeverComes()
    {
        var ledger = Ledger(out var plan);
        ledger.PlanPrices(plan.Id, [new(Make.At("2026-01-20"), s_dearer)]);
        ledger.DeletePlan(plan.Id, null);
        ledger.Conclude();
        Assert.Equal(Make.At("2026-02-01"), ledger.NextBoundary);

        ledger.Advance(Make.At("2026-01-21"));

        Assert.DoesNotContain(ledger.Changes.Entries, entry => entry.Change is PriceBegun);
        AssertReplayed(ledger);
    }

    [Fact]
    public void List_IsReplacedAsAWhole_AndARefusedOneChangesNothing()
    {
        var ledger = Ledger(out var plan);
        PlannedPrice first = new(Make.At("2026-01-20"), s_dearer);
        ledger.PlanPrices(plan.Id, [first]);
        var (version, sequence) = (plan.Version, ledger.Sequence);

        Assert.NotNull(ledger.PlanPrices(plan.Id, [first with { From = ledger.Now }]).Refusal);
        Assert.NotNull(ledger.PlanPrices(plan.Id, [first, first with { Price = new CreditPrice(1) }]).Refusal);
        Assert.NotNull(ledger.PlanPrices(plan.Id, [.. Enumerable.Range(1, 25).Select(day => first with { From = first.From.AddDays(day) })]).Refusal);
        Assert.NotNull(ledger.PlanPrices(plan.Id, [], version - 1).Refusal);
        Assert.NotNull(ledger.PlanPrices(Make.Plan(9), []).Refusal);
        Assert.Null(ledger.PlanPrices(plan.Id, [first]).Refusal);
        Assert.Equal((version, sequence), (plan.Version, ledger.Sequence));

        Assert.Null(ledger.PlanPrices(plan.Id, []).Refusal);
        Assert.Equal(Make.At("2026-02-01"), ledger.NextBoundary);
    }

    private static TenantLedger Ledger(out BillingPlan plan)
    {
        var ledger = Make.Ledger();
        ledger.AddEnvironment();
        plan = ledger.AddPlan(
            Make.Plan(), new PlanDescription("Plan", "s", "g", "europe", CreditPrice.Published), Make.Environment()).Value!;
        ledger.Conclude();
        return ledger;
    }

    private static void AssertReplayed(TenantLedger ledger)
    {
        var replay = new LedgerReplay(ledger.Id, LedgerLimits.Default);
        var postings = ledger.Changes.Postings.ToDictionary(posting => posting.Sequence);
        var entries = ledger.Changes.Entries.ToDictionary(entry => entry.Sequence);
        for (var sequence = 1L; sequence <= ledger.Sequence; sequence++)
        {
            Assert.Null(entries.TryGetValue(sequence, out var entry) ? replay.Apply(entry, number => postings.GetValueOrDefault(number)) : replay.Apply(postings[sequence]));
        }

        replay.Advance(ledger.Now);
        Assert.Equal(ledger.Changes.Entries.Select(entry => (entry.Sequence, entry.At, entry.Change.GetType())).ToArray(), replay.Ledger.Changes.Entries.Select(entry => (entry.Sequence, entry.At, entry.Change.GetType())).ToArray());
        Assert.Equal(LedgerText.Of(ledger), LedgerText.Of(replay.Ledger));
    }
}

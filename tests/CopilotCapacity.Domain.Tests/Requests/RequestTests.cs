using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Requests;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Domain.Tests.Requests;

/// <summary>Requests for capacity, and what an approval does.</summary>
public sealed class RequestTests
{
    private static readonly RequestId s_id = new(Make.Environment(50).Value);

    [Fact]
    public void Approval_GrowsTheAllocationByWhatWasAsked_OnTopOfWhatItIsNow()
    {
        var ledger = Ledger();
        Assert.Null(ledger.Ask(Credits(20)).Refusal);
        Set(ledger, 30);
        var environment = ledger.Find(Make.Environment())!;
        Assert.Null(ledger.Approve(s_id, environment.AllocationVersion, null).Refusal);

        Assert.Equal(Domain.Units.Credits.Of(50), environment.Allocation);
        Assert.Empty(ledger.Requests);
        Assert.IsType<AllocationSet>(ledger.Changes.Entries[^2].Change);
        Assert.Equal(RequestState.Approved, Assert.IsType<RequestDecided>(ledger.Changes.Entries[^1].Change).Decision);
        Assert.Equal("already_decided", ledger.Approve(s_id, null, null).Refusal!.Code);
    }

    [Fact]
    public void Approval_OfWhatHasChangedSinceItWasSeen_OrNoLongerFits_IsRefusedAndChangesNothing()
    {
        var ledger = Ledger();
        ledger.Ask(Credits(20));
        var seen = ledger.Find(Make.Environment())!.AllocationVersion;
        Set(ledger, 90);
        var (before, text) = (ledger.Sequence, LedgerText.Of(ledger));

        Assert.Equal(RefusalKind.Stale, ledger.Approve(s_id, seen, null).Refusal!.Kind);
        Assert.Equal("exceeds_entitlement", ledger.Approve(s_id, null, null).Refusal!.Code);
        Assert.Equal((before, text), (ledger.Sequence, LedgerText.Of(ledger)));
        ledger.RetireEnvironment(Make.Environment(), null);
        Assert.Equal("not_found", ledger.Approve(s_id, null, null).Refusal!.Code);
        Assert.Null(ledger.Close(s_id, RequestState.Declined, "It is retired.").Refusal);
    }

    [Fact]
    public void Approval_RaisesABudgetByWhatWasAsked()
    {
        var ledger = Ledger();
        ledger.AddPlan(Make.NewPlan());
        var request = new NewRequest { Id = s_id, Plan = Make.Plan(), AmountMicros = 5_000_000 };
        Assert.Equal("no_budget", ledger.Ask(request).Refusal!.Code);
        ledger.SetBudget(Make.Plan(), Make.Budget(1_000_000));
        Assert.Null(ledger.Ask(request).Refusal);
        Assert.Null(ledger.Approve(s_id, ledger.Find(Make.Plan())!.Version, "For the month’s end.").Refusal);

        Assert.Equal(6_000_000, ledger.Find(Make.Plan())!.Budget!.AmountMicros);
    }

    [Theory]
    [InlineData(0, 1, "invalid_request")]
    [InlineData(-1, 1, "invalid_request")]
    [InlineData(5, 9, "not_found")]
    public void Asking_ForNothingOrNowhere_IsRefused(long credits, int environment, string code) =>
        Assert.Equal(code, Ledger().Ask(Credits(credits) with { Environment = Make.Environment(environment) }).Refusal!.Code);

    [Fact]
    public void Asking_TwiceForTheSame_IsRefused_UntilTheFirstIsDecided()
    {
        var ledger = Ledger();
        ledger.Ask(Credits(20));
        var second = Credits(5) with { Id = new RequestId(Guid.NewGuid()) };
        Assert.Equal("already_asked", ledger.Ask(second).Refusal!.Code);
        Assert.Equal("invalid_request", ledger.Close(s_id, RequestState.Declined, " ").Refusal!.Code);
        Assert.Equal("invalid_request", ledger.Close(s_id, RequestState.Declined, new string('x', 501)).Refusal!.Code);
        Assert.Null(ledger.Close(s_id, RequestState.Withdrawn, null).Refusal);
        Assert.Null(ledger.Ask(second).Refusal);
    }

    private static NewRequest Credits(long credits) => new()
    {
        Id = s_id,
        Environment = Make.Environment(),
        Credits = Domain.Units.Credits.Of(credits),
        Reason = "The campaign starts on Monday.",
    };

    private static void Set(TenantLedger ledger, long credits)
    {
        Assert.Null(ledger.SetAllocation(Make.Environment(), Domain.Units.Credits.Of(credits), true, true, null).Refusal);
        ledger.Conclude();
    }

    private static TenantLedger Ledger()
    {
        var ledger = Make.Ledger();
        ledger.AddEnvironment();
        ledger.AddGrant(Make.NewGrant(100));
        ledger.Conclude();
        return ledger;
    }
}

using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Domain.Tests.Ledger;

public sealed class TenantLedgerTests
{
    [Fact]
    public void Record_SeveralItems_SplitsTheWholeChargeOnceAndGivesItOutInTheirOrder()
    {
        var ledger = Make.Ledger();
        ledger.AddEnvironment();
        ledger.AddGrant(Make.NewGrant(10));
        ledger.SetAllocation(Make.Environment(), Credits.Of(4), true, true, null);
        UsageItem[] items = [new(Feature.GenerativeAnswer, 3_000), new(Feature.ClassicAnswer, 2_000), new(Feature.AgentAction, 1_000)];

        var posting = ledger.Record(Make.Usage("1") with { Items = items }).Value!;

        Assert.Equal(new Burn(Credits.Of(4), Credits.Of(6), default, Credits.Of(3)), posting.Burn);
        Assert.Equal(new Burn(Credits.Of(4), Credits.Of(2), default, default), posting.Items[0].Burn);
        Assert.Equal(new Burn(default, Credits.Of(2), default, default), posting.Items[1].Burn);
        Assert.Equal(new Burn(default, Credits.Of(2), default, Credits.Of(3)), posting.Items[2].Burn);
        Assert.Equal(new GrantBurn(1, Credits.Of(10)), Assert.Single(posting.Grants));
    }

    [Fact]
    public void Record_SeveralItemsAtATinyPrice_CostsWhatTheWholeChargeCosts()
    {
        // One micro-unit buys a whole credit: rounding each item up would leave nothing for the second.
        var ledger = WithPlan(microsPerCredit: 1, budgetMicros: 1);
        UsageItem[] items = [new(Feature.Credits, 1), new(Feature.Credits, 500)];

        var posting = ledger.Record(Make.Usage("1") with { Items = items }).Value!;

        Assert.Equal(new Credits(501), posting.Burn.PayAsYouGo);
        Assert.Equal(1, posting.CostMicros);
        Assert.Equal([1, 0], posting.Items.Select(item => item.CostMicros));
    }

    [Fact]
    public void Record_ItemsBilledAndNot_BurnsTheBilledOnesOnly()
    {
        var ledger = Make.Ledger();
        ledger.AddEnvironment();
        var usage = Make.Usage("1") with
        {
            CopilotLicensed = true,
            Trigger = "interactive",
            Channel = "teams",
            Items = [new(Feature.GenerativeAnswer, 1_000), new(Feature.VoiceClassic, 1_000)],
        };

        var posting = ledger.Record(usage).Value!;

        Assert.Equal(Credits.Of(2), posting.NonBilled);
        Assert.Equal(NonBilledReason.CopilotLicensedUser, posting.NonBilledReason);
        Assert.Equal(Credits.Of(10), posting.Billed);
        Assert.Equal(default, posting.Items[0].Burn);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public void Record_MoreThanCanBeCounted_IsRefusedAndLeavesNoTrace(int items)
    {
        var ledger = Make.Ledger();
        ledger.AddEnvironment();
        ledger.Changes.Clear();
        var before = LedgerText.Of(ledger);
        var huge = Make.Usage("1") with { Items = [.. Enumerable.Repeat(new UsageItem(Feature.VoicePremium, long.MaxValue / 40), items)] };

        Assert.Equal("out_of_range", ledger.Record(huge).Refusal?.Code);
        Assert.Equal("out_of_range", ledger.Record(huge with { Time = Make.At("2025-12-31") }).Refusal?.Code);

        Assert.Equal(before, LedgerText.Of(ledger));
        Assert.Empty(ledger.Changes.EnvironmentMonths);
        Assert.Empty(ledger.Open.Environments);
    }

    [Fact]
    public void Record_UpToTheLargestAmount_IsCounted()
    {
        var ledger = Make.Ledger();
        ledger.AddEnvironment();
        Assert.Null(ledger.Record(Make.Usage("1", Credits.Largest.Thousandths)).Refusal);
        Assert.Equal("out_of_range", ledger.Record(Make.Usage("2", 1)).Refusal?.Code);
    }

    [Fact]
    public void Record_ByALinkedApplication_IsChargedToItsEnvironment()
    {
        var ledger = Make.Ledger();
        ledger.AddEnvironment();
        ledger.LinkApplication(Make.Environment(), new LinkedApplication(Make.Application(), ApplicationKind.Sales, "https://sales.example"));
        var posting = ledger.Record(Make.Usage("1") with { Subject = Make.Application().Value }).Value!;
        Assert.Equal(Make.Environment(), posting.Environment.Id);
    }

    [Fact]
    public void RetireEnvironment_LeavesItsPlanAndTheirVersionsShowIt()
    {
        var ledger = WithPlan();
        var plan = ledger.Find(Make.Plan())!;
        ledger.Changes.Clear();
        var version = plan.Version;

        ledger.RetireEnvironment(Make.Environment(), null);

        Assert.Null(ledger.Find(Make.Environment())!.Plan);
        Assert.Equal(version + 1, plan.Version);
        Assert.Contains(plan, ledger.Changes.Plans);
    }

    [Fact]
    public void JoinPlan_WrongTypeRegionOrSecondPlan_IsRefused()
    {
        var ledger = WithPlan();
        ledger.AddPlan(Make.NewPlan(2));
        ledger.AddEnvironment(Make.Environment(2), Make.Description(type: EnvironmentType.Trial), true);
        ledger.AddEnvironment(Make.Environment(3), Make.Description(region: "asia"), true);

        Assert.Equal("on_another_plan", ledger.JoinPlan(Make.Plan(2), Make.Environment(1)).Refusal?.Code);
        Assert.Equal("environment_type_not_eligible", ledger.JoinPlan(Make.Plan(2), Make.Environment(2)).Refusal?.Code);
        Assert.Equal("region_mismatch", ledger.JoinPlan(Make.Plan(2), Make.Environment(3)).Refusal?.Code);
        Assert.Equal("not_found", ledger.JoinPlan(Make.Plan(9), Make.Environment(1)).Refusal?.Code);
        Assert.Equal("on_a_plan", ledger.ChangeEnvironment(Make.Environment(1), Make.Description(region: "asia"), null).Refusal?.Code);
        Assert.Equal("on_a_plan", ledger.ChangeEnvironment(Make.Environment(1), Make.Description(type: EnvironmentType.Teams), null).Refusal?.Code);
    }

    [Fact]
    public void SetRate_CountsFromItsStartUpToTheNext_AndLeavesWhatIsBooked()
    {
        var ledger = Make.Ledger();
        ledger.AddEnvironment();
        var booked = Answer("1", "2026-01-10");
        ledger.SetRate(Feature.GenerativeAnswer, Credits.Of(7), Make.At("2026-01-05"));
        ledger.SetRate(Feature.GenerativeAnswer, Credits.Of(9), null);
        ledger.SetRate(Feature.GenerativeAnswer, Credits.Zero, Make.At("2026-01-20"));

        Assert.Equal(Credits.Of(2), booked);
        Assert.Equal(Credits.Of(2), Answer("2", "2026-01-04"));
        Assert.Equal(Credits.Of(7), Answer("3", "2026-01-10"));
        Assert.Equal(Credits.Of(9), Answer("4", "2026-01-15 12:00"));
        ledger.Advance(Make.At("2026-02-02"));
        Assert.Equal(Credits.Of(9), Answer("5", "2026-01-19"));
        Assert.Equal(Credits.Zero, Answer("6", "2026-01-20"));
        ledger.SetRate(Feature.GenerativeAnswer, Credits.Of(3), Make.At("2026-01-20"));
        Assert.Equal(Credits.Of(3), Answer("7", "2026-01-20"));
        Assert.Equal(4, ledger.Changes.Entries.Count(entry => entry.Change is RateSet));

        Credits Answer(string id, string time) => ledger.Record(Make.Usage(id, time: Make.At(time)) with
        {
            Items = [new UsageItem(Feature.GenerativeAnswer, 1_000)],
        }).Value!.Billed;
    }

    [Fact]
    public void SetRate_ThatCannotBe_IsRefused()
    {
        var ledger = Make.Ledger();
        Assert.Equal("not_found", ledger.SetRate(Feature.Compound, Credits.Of(1), null).Refusal?.Code);
        Assert.Equal("not_found", ledger.SetRate((Feature)99, Credits.Of(1), null).Refusal?.Code);
        Assert.Equal("creditsPerUnit", ledger.SetRate(Feature.Credits, new Credits(-1), null).Refusal?.Field);
        Assert.Equal("creditsPerUnit", ledger.SetRate(Feature.Credits, TenantLedger.LargestRate + new Credits(1), null).Refusal?.Field);
        Assert.Equal(1, ledger.Sequence);
    }

    [Fact]
    public void Changes_WithAnOldVersion_AreRefused()
    {
        var ledger = WithPlan();
        ledger.AddGrant(Make.NewGrant(10));
        Assert.Equal(RefusalKind.Stale, ledger.SetAllocation(Make.Environment(), Credits.Of(1), true, true, 7).Refusal?.Kind);
        Assert.Equal(RefusalKind.Stale, ledger.ChangeEnvironment(Make.Environment(), Make.Description(), 7).Refusal?.Kind);
        Assert.Equal(RefusalKind.Stale, ledger.RetireEnvironment(Make.Environment(), 7).Refusal?.Kind);
        Assert.Equal(RefusalKind.Stale, ledger.EndGrant(Make.Grant(), 7).Refusal?.Kind);
    }

    [Theory]
    [InlineData(0, 7)]
    [InlineData(100, 7)]
    [InlineData(80, 0)]
    [InlineData(80, 91)]
    public void Change_ThresholdsOutOfRange_IsRefused(int percent, int days)
    {
        var ledger = Make.Ledger();
        Assert.Equal(RefusalKind.Invalid, ledger.Change("Contoso", percent, days).Refusal?.Kind);
        Assert.Equal(1, ledger.Sequence);
    }

    [Fact]
    public void Ids_AreSharedByEnvironmentsAndApplications()
    {
        var ledger = WithPlan();
        var application = new LinkedApplication(new LinkedApplicationId(Make.Environment().Value), ApplicationKind.Other, "https://other.example");
        Assert.Equal("already_exists", ledger.LinkApplication(Make.Environment(), application).Refusal?.Code);
        ledger.LinkApplication(Make.Environment(), application with { Id = Make.Application() });
        Assert.Equal("already_exists", ledger.AddEnvironment(new EnvironmentId(Make.Application().Value), Make.Description(), true).Refusal?.Code);
        Assert.Equal("already_exists", ledger.AddPlan(Make.NewPlan()).Refusal?.Code);
    }

    private static TenantLedger WithPlan(long microsPerCredit = 10_000, long? budgetMicros = null)
    {
        var ledger = Make.Ledger();
        ledger.AddEnvironment();
        ledger.AddPlan(Make.NewPlan(microsPerCredit: microsPerCredit));
        ledger.JoinPlan(Make.Plan(), Make.Environment());
        if (budgetMicros is { } micros)
        {
            ledger.SetBudget(Make.Plan(), Make.Budget(micros));
        }

        return ledger;
    }
}

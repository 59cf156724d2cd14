using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Domain.Tests.Ledger;

/// <summary>Who is on which plan, and what it pays.</summary>
public sealed class PlanCases
{
    [Fact]
    public void AnEnvironment_MovesOnlyWhenAsked_AndSpendStaysWhereItWasPaid()
    {
        var ledger = LedgerCase.Run("""
            environment 1
            plan 1
            plan 2
            join 1 1
            join 1 1
            use 1 10                     => payg 10 cost 100000
            join 2 1                     => on_another_plan
            join 2 1 move
            use 1 5                      => payg 5 cost 50000
            leave 1 1                    => not_found
            leave 2 1
            use 1 1                      => unfunded 1
            join 9 1                     => not_found
            join 1 9                     => not_found
            """);
        Assert.Equal([100_000L, 50_000L], ledger.Plans.Select(plan => plan.Months.Single().SpendMicros));
    }

    [Fact]
    public void ADisabledOrDeletedPlan_PaysNothing() => LedgerCase.Run("""
        environment 1
        plan 1
        join 1 1
        disable 1
        use 1 1                      => unfunded 1
        enable 1 price 20000
        use 1 1                      => payg 1 cost 20000
        enable 1 region asia         => region_mismatch
        budget 1 1000000
        delete-plan 1
        use 1 1                      => unfunded 1
        delete-plan 1                => not_found
        enable 1                     => not_found
        join 1 1                     => not_found
        budget 1 5                   => not_found
        leave 1 1                    => not_found
        plan 1                       => already_exists
        """);

    [Fact]
    public void Delete_KeepsThePlanAndWhatItPaid_AndTouchesItsEnvironments()
    {
        var ledger = LedgerCase.Run("""
            environment 1
            plan 1
            join 1 1
            use 1 10                     => payg 10 cost 100000
            """);
        ledger.Changes.Clear();
        ledger.DeletePlan(Make.Plan(), null);

        Assert.Equal(ledger.Now, ledger.Find(Make.Plan())!.DeletedAt);
        Assert.Equal(100_000, ledger.Find(Make.Plan())!.SpendMicros(ledger.Open.Period));
        Assert.Equal([ledger.Find(Make.Environment())!], ledger.Changes.Environments);
        Assert.Equal(new PlanDeleted(Make.Plan()), Assert.Single(ledger.Changes.Entries).Change);
    }

    [Fact]
    public void Add_WithEnvironments_TakesAllOfThemOrNone()
    {
        var ledger = Make.Ledger();
        ledger.AddEnvironment();
        ledger.AddEnvironment(2);
        ledger.AddEnvironment(Make.Environment(3), Make.Description(region: "asia"), true);
        var sequence = ledger.Sequence;
        var description = new PlanDescription("P", "s", "g", "Europe", CreditPrice.Published);

        Assert.Equal("region_mismatch", ledger.AddPlan(Make.Plan(), description, Make.Environment(), Make.Environment(3)).Refusal?.Code);
        Assert.Equal("unknown_environment", ledger.AddPlan(Make.Plan(), description, Make.Environment(), Make.Environment(9)).Refusal?.Code);
        Assert.Empty(ledger.Plans);
        Assert.All(ledger.Environments, environment => Assert.Null(environment.Plan));
        Assert.Equal(sequence, ledger.Sequence);

        Assert.Null(ledger.AddPlan(Make.Plan(), description, Make.Environment(2), Make.Environment(2)).Refusal);
        var created = Assert.IsType<PlanCreated>(ledger.Changes.Entries[^1].Change);
        Assert.Equal([Make.Environment(2)], created.Environments!);
        Assert.Equal("on_another_plan", ledger.AddPlan(Make.Plan(2), description, Make.Environment(2)).Refusal?.Code);
        ledger.AddPlan(Make.Plan(2), description with { IsEnabled = false });
        Assert.False(Assert.IsType<PlanCreated>(ledger.Changes.Entries[^1].Change).IsEnabled);
    }

    [Fact]
    public void AnOldVersion_IsRefused()
    {
        var ledger = LedgerCase.Run("""
            environment 1
            plan 1
            join 1 1
            """);
        var plan = ledger.Find(Make.Plan())!;
        Assert.Equal(2, plan.Version);
        Assert.Equal(RefusalKind.Stale, ledger.DeletePlan(plan.Id, 1).Refusal?.Kind);
        Assert.Equal(RefusalKind.Stale, ledger.LeavePlan(plan.Id, Make.Environment(), 1).Refusal?.Kind);
        Assert.Equal(RefusalKind.Stale, ledger.SetBudget(plan.Id, Make.Budget(1), 1).Refusal?.Kind);
        Assert.Equal(RefusalKind.Stale, ledger.ChangePlan(plan.Id, new PlanDescription("P", "s", "g", "europe", CreditPrice.Published), 1).Refusal?.Kind);
    }

    public static TheoryData<Budget, string?> Budgets => new()
    {
        { Make.Budget(0), null },
        { Make.Budget(-1), "amount.amount" },
        { Make.Budget(1, "2026-03", endsOn: "2026-04"), null },
        { Make.Budget(1, "2026-03", endsOn: "2026-03"), "endsOn" },
        { Make.Budget(1) with { Thresholds = [.. Enumerable.Range(1, 5).Select(Mark)] }, null },
        { Make.Budget(1) with { Thresholds = [.. Enumerable.Range(1, 6).Select(Mark)] }, "thresholds" },
        { Make.Budget(1) with { Thresholds = [Mark(0), Mark(1000), new BudgetThreshold(0, ThresholdBasis.Forecasted)] }, null },
        { Make.Budget(1) with { Thresholds = [Mark(1), Mark(1)] }, "thresholds" },
        { Make.Budget(1) with { Thresholds = [Mark(1), Mark(1001)] }, "thresholds[1].percent" },
        { Make.Budget(1) with { Thresholds = [Mark(-1)] }, "thresholds[0].percent" },
        { Make.Budget(1) with { Contacts = ["a.b+c@mail.example.org", "ü@contoso.example"] }, null },
        { Make.Budget(1) with { Contacts = ["a@contoso.example", "contoso.example"] }, "contacts[1]" },
        { Make.Budget(1) with { Contacts = ["a@b@contoso.example"] }, "contacts[0]" },
        { Make.Budget(1) with { Contacts = ["a b@contoso.example"] }, "contacts[0]" },
        { Make.Budget(1) with { Contacts = ["a@contoso"] }, "contacts[0]" },
        { Make.Budget(1) with { Contacts = ["@contoso.example"] }, "contacts[0]" },
        { Make.Budget(1) with { Contacts = [""] }, "contacts[0]" },
    };

    [Theory]
    [MemberData(nameof(Budgets))]
    public void Budget_ThatCannotBeMeant_NamesTheField(Budget budget, string? field)
    {
        var ledger = Make.Ledger();
        ledger.AddPlan(Make.NewPlan());

        var set = ledger.SetBudget(Make.Plan(), budget);

        Assert.Equal(field, set.Refusal?.Field);
        Assert.Equal(field is null ? 3 : 2, ledger.Sequence);
    }

    private static BudgetThreshold Mark(int percent) => new(percent, ThresholdBasis.Actual);
}

using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Domain.Tests.Laws;

internal enum StepKind
{
    AddEnvironment,
    AddGrant,
    Allocate,
    Use,
    Advance,
    SetBudget,
    JoinPlan,
    Retire,
    EndGrant,
    LeavePlan,
    Permit,
    Hold,
    Settle,
    Release,
    Cap,
    TurnAgent,
    Reverse,
}

/// <summary>A step of a history. Its numbers are turned into amounts and instants by the state it meets, to hit the edges.</summary>
internal readonly record struct Step(StepKind Kind, int Who, int Edge, long Amount, int When, int Flags)
{
    public bool Has(int flag) => (Flags & (1 << flag)) != 0;
}

/// <summary>Runs a history on the ledger and on the model at once, and compares them after each step.</summary>
internal sealed partial class LawsRun
{
    private static readonly long[] s_prices = [10_000, 7, 12_345, 1];

    private readonly LedgerModel _model = new(Make.Start.UtcDateTime);
    private int _grants;
    private int _events;

    public LawsRun(int tenant)
    {
        Ledger = Make.Ledger(tenant: tenant);
        for (var number = 1; number <= 2; number++)
        {
            Ledger.AddPlan(Make.NewPlan(number, s_prices[number - 1]));
            _model.Plans.Add(number, new ModelPlan { Price = s_prices[number - 1] });
            _model.Sequence++;
        }

        AddEnvironment(default);
        Ledger.Changes.Clear();
    }

    public TenantLedger Ledger { get; }

    public void Do(Step step)
    {
        var before = LedgerText.Of(Ledger);
        var sequence = Ledger.Sequence;
        var isDone = Run(step);
        Compare();
        CompareCaps();
        CheckSequence(sequence);
        CheckRefused(step);
        if (!isDone)
        {
            Assert.Equal(before, LedgerText.Of(Ledger));
        }

        Ledger.Changes.Clear();
    }

    /// <summary>Uses charges in environment 1 now.</summary>
    public void UseAll(IEnumerable<long> charges)
    {
        foreach (var charge in charges)
        {
            Ledger.Record(UsageOf(1, charge, Ledger.Now, default));
        }
    }

    public string TotalsOfTheRunningMonth()
    {
        var months = Ledger.Open.Environments.OrderBy(month => month.Environment.Key)
            .Select(month => $"{month.Environment.Key}: {month.Consumed} {month.PoolConsumed} {month.PayAsYouGo + month.Unfunded}");
        return string.Join('\n', [.. months, .. Ledger.Open.Grants.Select(month => $"{month.Grant.Key}: {month.Burned}")]);
    }

    private bool Run(Step step) => step.Kind switch
    {
        StepKind.AddEnvironment => AddEnvironment(step),
        StepKind.AddGrant => AddGrant(step),
        StepKind.Allocate => Allocate(step),
        StepKind.Use => Use(step),
        StepKind.Advance => Advance(step),
        StepKind.SetBudget => SetBudget(step),
        StepKind.JoinPlan => JoinPlan(step),
        StepKind.LeavePlan => LeavePlan(step),
        StepKind.Permit => Permit(step),
        StepKind.Hold => Hold(step),
        StepKind.Settle => Settle(step),
        StepKind.Release => Release(step),
        StepKind.Cap => AddCap(step),
        StepKind.TurnAgent => TurnAgent(step),
        StepKind.Reverse => Reverse(step),
        StepKind.Retire => Same(_model.Retire(step.Who), Ledger.RetireEnvironment(Make.Environment(step.Who), null).Refusal),
        _ => Same(_model.EndGrant(step.Edge + 1), Ledger.EndGrant(Make.Grant(step.Edge + 1), null).Refusal),
    };

    private bool AddEnvironment(Step step)
    {
        var isNew = _model.Environments.TryAdd(Ledger.Environments.Count + 1, new ModelEnvironment { Pool = !step.Has(0) });
        _model.Sequence += isNew ? 1 : 0;
        return Same(isNew, Ledger.AddEnvironment(Make.Environment(Ledger.Environments.Count + 1), Make.Description(), !step.Has(0)).Refusal);
    }

    private bool AddGrant(Step step)
    {
        var number = _grants + 1;
        DateTimeOffset? from = step.Has(0) ? InstantOf(step.When) : null;
        DateTimeOffset? until = step.Has(1) ? InstantOf(step.Edge) : null;
        long? keep = step.Has(3) ? step.Amount / 3 : step.Has(2) ? 0 : null;
        var wanted = new NewGrant
        {
            Id = Make.Grant(number),
            Kind = step.Has(4) ? GrantKind.Included : GrantKind.MessagePack,
            Amount = new Credits(step.Amount + 1),
            Priority = step.Has(5) ? 100 : 50 + step.Who,
            EffectiveAt = from,
            ExpiresAt = until,
            Recurrence = step.Has(2) ? Recurrence.Monthly : Recurrence.None,
            RolloverMax = keep is { } most ? new Credits(most) : null,
        };
        var isAdded = _model.AddGrant(new ModelGrant(
            number, Make.Grant(number).Value, step.Amount + 1, wanted.Priority, (from ?? Ledger.Now).UtcDateTime, until?.UtcDateTime,
            step.Has(2), keep, !step.Has(4)));
        _grants += isAdded ? 1 : 0;
        return Same(isAdded, Ledger.AddGrant(wanted).Refusal);
    }

    private bool Allocate(Step step)
    {
        var credits = AmountOf(step, forAllocation: true);
        var expected = _model.Allocate(step.Who, credits, !step.Has(0), !step.Has(1));
        var actual = Ledger.SetAllocation(Make.Environment(step.Who), new Credits(credits), !step.Has(0), !step.Has(1), null).Refusal;
        Assert.Equal(expected, actual?.Code);
        return actual is null;
    }

    private bool Use(Step step)
    {
        var time = FactTimeOf(step.When);
        var charge = AmountOf(step, forAllocation: false);
        var who = WhoOf(step);
        var expected = _model.Record(step.Who, time.UtcDateTime, charge, who);
        UsageItem[] items = step.Has(0) && charge > 1
            ? [new(Feature.Credits, 1), new(Feature.Credits, charge - 1)]
            : [new(Feature.Credits, charge)];
        var outcome = Ledger.Record(UsageOf(step.Who, charge, time, who) with { Items = items });
        Assert.Equal(expected.Code, outcome.Refusal?.Code);
        if (outcome.Value is { } posting)
        {
            var burn = posting.Burn;
            Assert.Equal(expected, new ModelBurn(
                null, burn.Allocation.Thousandths, burn.Pool.Thousandths, burn.PayAsYouGo.Thousandths, burn.Unfunded.Thousandths, posting.CostMicros));
            CheckPosting(posting, charge);
            _postings.Add((posting, _model.Booked[^1]));
        }

        return outcome.Refusal is null;
    }

    private bool Advance(Step step)
    {
        var to = InstantOf(step.When);
        var (turns, begins, ends) = Marks(to);
        Ledger.Advance(to);
        _model.Advance(to.UtcDateTime);
        Assert.Equal(turns, Ledger.Changes.Entries.Count(entry => entry.Change is PeriodTurned));
        Assert.Equal(begins, Ledger.Changes.Entries.Count(entry => entry.Change is GrantBegun));
        Assert.Equal(ends, Ledger.Changes.Entries.Count(entry => entry.Change is GrantExpired));
        _model.Sequence += turns + begins + ends;
        return true;
    }

    private bool LeavePlan(Step step)
    {
        var number = (step.Edge % 2) + 1;
        var isLeft = _model.Environments.TryGetValue(step.Who, out var environment) && environment is { RetiredAt: null } && environment.Plan == number;
        if (isLeft)
        {
            environment!.Plan = null;
            _model.Sequence++;
        }

        return Same(isLeft, Ledger.LeavePlan(Make.Plan(number), Make.Environment(step.Who), null).Refusal);
    }

    private (int Turns, int Begins, int Ends) Marks(DateTimeOffset to)
    {
        var now = Ledger.Now.UtcDateTime;
        var turns = Math.Max(0, LedgerModel.MonthOf(to.UtcDateTime) - LedgerModel.MonthOf(now));
        var live = _model.Grants.Values.Where(grant => !grant.IsEnded).ToList();
        return (turns, live.Count(grant => IsMark(grant.From)), live.Count(grant => grant.Until is { } until && IsMark(until)));

        bool IsMark(DateTime at) => at > now && at <= to.UtcDateTime && at != LedgerModel.StartOf(LedgerModel.MonthOf(at));
    }

    private bool SetBudget(Step step)
    {
        var number = (step.Who % 2) + 1;
        var plan = _model.Plans[number];
        var spent = plan.Spend.GetValueOrDefault(Ledger.Open.Period.Index);
        long[] amounts = [0, 1, spent, spent + 1, Math.Max(0, spent - 1), step.Amount * 1_000];
        var grain = (TimeGrain)new[] { 1, 3, 12 }[step.When % 3];
        var start = Ledger.Open.Period.Index - (step.Edge % 5) + 1;
        (plan.Budget, plan.Grain, plan.StartsOn, plan.Hard) = (amounts[step.Edge % amounts.Length], (int)grain, start, !step.Has(0));
        plan.EndsOn = step.Has(1) ? start + step.When + 1 : null;
        _model.Sequence++;
        Period? end = plan.EndsOn is { } index ? new Period(index) : null;
        return Same(true, Ledger.SetBudget(Make.Plan(number), new Budget(plan.Budget.Value, grain, new Period(start), end, plan.Hard, [], [])).Refusal);
    }

    private bool JoinPlan(Step step)
    {
        var number = (step.Edge % 2) + 1;
        var isJoined = _model.Environments.TryGetValue(step.Who, out var environment) && environment is { RetiredAt: null, Plan: null };
        if (isJoined)
        {
            environment!.Plan = number;
            _model.Sequence++;
        }

        var isOnIt = environment is { RetiredAt: null } && environment.Plan == number;
        return Same(isJoined || isOnIt, Ledger.JoinPlan(Make.Plan(number), Make.Environment(step.Who)).Refusal);
    }

    private static bool Same(bool expected, Refusal? actual)
    {
        Assert.Equal(expected, actual is null);
        return expected;
    }
}

using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Domain.Tests.Laws;

/// <content>Settings: environments, grants, allocations, plans, caps and agents.</content>
internal sealed partial class LawsRun
{
    private int _grants;
    private int _moves;

    private bool Set(Step step)
    {
        var isDone = step.Kind switch
        {
            StepKind.AddEnvironment => AddEnvironment(step),
            StepKind.Describe => Describe(step),
            StepKind.AddGrant => AddGrant(step),
            StepKind.EndGrant => Same(_model.EndGrant(step.Edge + 1), Ledger.EndGrant(Make.Grant(step.Edge + 1), null).Refusal),
            StepKind.Allocate => Allocate(step),
            StepKind.Move => Move(step),
            StepKind.SetBudget => SetBudget(step),
            StepKind.JoinPlan => JoinPlan(step),
            StepKind.LeavePlan => LeavePlan(step),
            StepKind.ChangePlan => ChangePlan(step),
            StepKind.SetCap => SetCap(step),
            StepKind.DeleteCap => DeleteCap(step),
            StepKind.SetAgent => SetAgent(step),
            StepKind.SetThreshold => SetThreshold(step),
            _ => Same(_model.Retire(step.Who), Ledger.RetireEnvironment(Make.Environment(step.Who), null).Refusal),
        };

        // What retiring an environment adds is told apart from the holds that it releases.
        _model.Conclude(adds: step.Kind != StepKind.Retire);
        return isDone;
    }

    private bool AddEnvironment(Step step)
    {
        var number = Ledger.Environments.Count + 1;
        _model.Environments.Add(number, new ModelEnvironment { Pool = !step.Has(0) });
        _model.Sequence++;
        _model.See(number);
        return Same(null, Ledger.AddEnvironment(Make.Environment(number), Make.Description(), !step.Has(0)).Refusal);
    }

    private bool Describe(Step step)
    {
        var isThere = _model.Environments.TryGetValue(step.Who, out var environment) && environment.RetiredAt is null;
        if (isThere)
        {
            environment!.CostCenter = NameOf("c", step.Names / 6 % 3);
            _model.Sequence++;
        }

        var description = Make.Description(costCenter: NameOf("c", step.Names / 6 % 3));
        return Same(isThere, Ledger.ChangeEnvironment(Make.Environment(step.Who), description, null).Refusal);
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
        var credits = NumberOf(step);
        var expected = _model.Allocate(step.Who, credits, !step.Has(0), !step.Has(1));
        return Same(expected, Ledger.SetAllocation(Make.Environment(step.Who), new Credits(credits), !step.Has(0), !step.Has(1), null).Refusal);
    }

    private bool Move(Step step)
    {
        var to = (step.Who % 3) + 1;
        var credits = Math.Max(1, step.Edge < 6 ? NumberOf(step) : step.Amount);
        var move = new AllocationMove(Make.Environment(step.Who), Make.Environment(to), new Credits(credits));
        var expected = _model.Move(step.Who, to, credits);
        return Same(expected, Ledger.Reallocate(Make.Reallocation(++_moves), [move], null, isTrial: false).Refusal);
    }

    private bool SetBudget(Step step)
    {
        var number = (step.Who % 2) + 1;
        var plan = _model.Plans[number];
        var spent = plan.Spend.GetValueOrDefault(Ledger.Open.Period.Index) + _model.OpenHolds.Sum(hold => _model.HeldMoney(hold, plan));
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
        return Same(
            _model.Join(number, step.Who, step.Has(0)),
            Ledger.JoinPlan(Make.Plan(number), Make.Environment(step.Who), move: step.Has(0)).Refusal);
    }

    private bool LeavePlan(Step step)
    {
        var number = (step.Edge % 2) + 1;
        return Same(_model.Leave(number, step.Who), Ledger.LeavePlan(Make.Plan(number), Make.Environment(step.Who), null).Refusal);
    }

    private bool ChangePlan(Step step)
    {
        var number = (step.Edge % 2) + 1;
        var plan = _model.Plans[number];
        (plan.Price, plan.Enabled) = (s_prices[step.When % s_prices.Length], !step.Has(0));
        _model.Sequence++;
        var description = new PlanDescription("Plan", "s", "g", "europe", new CreditPrice(plan.Price), plan.Enabled);
        return Same(true, Ledger.ChangePlan(Make.Plan(number), description, null).Refusal);
    }

    private bool SetAgent(Step step)
    {
        var agent = NameOf("a", (step.Names % 2) + 1)!;
        var isThere = _model.Environments.TryGetValue(step.Who, out var environment) && environment.RetiredAt is null;
        if (isThere)
        {
            _model.Sequence++;
            _model.AgentsOff.RemoveWhere(off => off == (step.Who, agent));
            _ = step.Has(0) && _model.AgentsOff.Add((step.Who, agent));
        }

        return Same(isThere, Ledger.SetAgent(Make.Environment(step.Who), agent, null, step.Has(0)).Refusal);
    }

    private bool SetThreshold(Step step)
    {
        _model.LowThreshold = new[] { 80, 50, 99, 1 }[step.Edge % 4];
        _model.Sequence++;
        return Same(true, Ledger.Change("Contoso", _model.LowThreshold, 7).Refusal);
    }
}

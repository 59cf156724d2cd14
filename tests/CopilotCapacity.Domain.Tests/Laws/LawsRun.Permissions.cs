using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Domain.Tests.Laws;

/// <content>Permissions, holds, caps, agents and reversals.</content>
internal sealed partial class LawsRun
{
    private readonly List<(Hold Actual, ModelHold Model)> _holds = [];
    private readonly List<(Posting Actual, ModelUse Model)> _postings = [];
    private readonly List<(Cap Actual, ModelCap Model)> _caps = [];
    private readonly List<(int Environment, long Charge, ModelWho Who)> _refused = [];

    /// <summary>Law 9: with no traffic, nothing stays held.</summary>
    public void Rest()
    {
        Do(new Step(StepKind.Advance, 1, 0, 0, 5, 0));
        Assert.Empty(Ledger.Holds);
        Assert.All(Ledger.Books, book => Assert.Equal(Credits.Zero, book.PoolHeld));
        Assert.All(Ledger.Plans.SelectMany(plan => plan.Months), month => Assert.Equal(0, month.HeldMicros));
    }

    private static ModelWho WhoOf(Step step) =>
        new(step.Has(2) ? "agent" : null, step.Has(3) ? "user" : null, step.Has(4) ? "centre" : null);

    private UsageEvent UsageOf(int environment, long charge, DateTimeOffset time, ModelWho who) =>
        Make.Usage($"{++_events}", charge, environment, time) with { AgentId = who.Agent, UserId = who.User, CostCenter = who.CostCenter };

    private bool Permit(Step step)
    {
        var (who, charge) = (WhoOf(step), AmountOf(step, forAllocation: false));
        var expected = _model.RefusalOf(step.Who, charge, who);
        var outcome = Ledger.Permit(UsageOf(step.Who, charge, Ledger.Now, who));
        Assert.Equal(expected, outcome.Refusal?.Code);
        if (outcome.Value is not { } posting)
        {
            Refused(step.Who, charge, who, expected!);
            return false;
        }

        var use = _model.Book(step.Who, LedgerModel.MonthOf(_model.Now), _model.Now, who, charge);
        Assert.Equal(0, use.Burn.Unfunded);
        CheckBooked(posting, use);
        CheckPosting(posting, charge);
        return true;
    }

    private bool Hold(Step step)
    {
        var (who, credits) = (WhoOf(step), AmountOf(step, forAllocation: false));
        var life = step.When % 3 == 0 ? NewHold.LifeMax : TimeSpan.FromMinutes(step.When + 1);
        var expected = _model.RefusalOf(step.Who, credits, who);
        var outcome = Ledger.Reserve(new NewHold
        {
            Id = new HoldId(new Guid(_events++, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)),
            Environment = Make.Environment(step.Who),
            Credits = new Credits(credits),
            AgentId = who.Agent,
            UserId = who.User,
            CostCenter = who.CostCenter,
            Life = life,
        });
        Assert.Equal(expected, outcome.Refusal?.Code);
        if (outcome.Value is not { } hold)
        {
            Refused(step.Who, credits, who, expected!);
            return false;
        }

        _holds.Add((hold, _model.Hold(step.Who, credits, who, life)));
        Assert.Equal(credits, hold.Amount.Thousandths);
        return true;
    }

    // Less, all, more, and nothing; in time, late, and again.
    private bool Settle(Step step)
    {
        if (_holds.Count == 0)
        {
            return true;
        }

        var (hold, model) = _holds[(int)(step.Amount % _holds.Count)];
        long[] amounts = [0, 1, model.Total - 1, model.Total, model.Total + 1, model.Total + step.Amount, model.Burn.Allocation, model.Burn.Allocation + model.Burn.Pool];
        var credits = Math.Max(0, amounts[step.Edge % amounts.Length]);
        var (isFirst, isClosed) = (model.Settled is null, model is { IsOpen: false, IsExpired: false });
        var outcome = Ledger.Settle(hold, new Credits(credits), (UInt128)credits);
        if (!isFirst || isClosed)
        {
            var isAgain = model.Settled == credits;
            Assert.Equal(isAgain ? null : "hold_closed", outcome.Refusal?.Code);
            Assert.Equal(isAgain ? hold.Settlement : null, outcome.Value);
            return false;
        }

        var use = _model.Settle(model, credits);
        Assert.Equal(model.IsExpired, outcome.Value!.IsLate);
        CheckBooked(Ledger.Changes.Postings[^1], use);
        return true;
    }

    private bool Release(Step step)
    {
        if (_holds.Count == 0)
        {
            return true;
        }

        var (hold, model) = _holds[(int)(step.Amount % _holds.Count)];
        var outcome = Ledger.Release(hold);
        if (!model.IsOpen)
        {
            Assert.Equal(model.IsExpired || model.Settled is not null ? "hold_closed" : null, outcome.Refusal?.Code);
            return false;
        }

        Assert.Null(outcome.Refusal);
        _model.Release(model);
        return true;
    }

    private bool AddCap(Step step)
    {
        int? environment = step.Has(0) ? step.Who : null;
        var cap = new ModelCap(environment, WhoOf(step), step.Has(1), (step.Amount / 2) + 1, step.Edge % 3 > 0);
        var scope = new CapScope(environment is { } number ? Make.Environment(number) : null, cap.Who.Agent, cap.Who.User, cap.Who.CostCenter);
        var outcome = Ledger.AddCap(
            new CapId(new Guid(_caps.Count + 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2)),
            new CapSettings(scope, cap.PerDay ? CapWindow.Day : CapWindow.Month, new Credits(cap.Credits), 80, cap.Hard),
            CountedBy(cap));
        var isThere = environment is not { } id || (_model.Environments.TryGetValue(id, out var known) && known.RetiredAt is null);
        Assert.Equal(!scope.IsEmpty && isThere, outcome.Value is not null);
        if (outcome.Value is { } added)
        {
            _model.Caps.Add(cap);
            _caps.Add((added, cap));
            _model.Sequence++;
        }

        return outcome.Value is not null;
    }

    private bool TurnAgent(Step step)
    {
        var isThere = _model.Environments.TryGetValue(step.Who, out var environment) && environment.RetiredAt is null;
        if (isThere)
        {
            _ = step.Has(0) ? _model.TurnedOff.Add((step.Who, "agent")) : _model.TurnedOff.Remove((step.Who, "agent"));
            _model.Sequence++;
        }

        return Same(isThere, Ledger.SetAgent(Make.Environment(step.Who), "agent", null, step.Has(0)).Refusal);
    }

    private bool Reverse(Step step)
    {
        var open = _postings.Where(posting => !posting.Model.IsReversed).ToList();
        if (open.Count == 0)
        {
            return true;
        }

        var (posting, use) = open[(int)(step.Amount % open.Count)];
        return Same(_model.Reverse(use), Ledger.Reverse(posting, "wrong").Refusal);
    }

    private void CheckBooked(Posting posting, ModelUse use)
    {
        var burn = posting.Burn;
        Assert.Equal(use.Burn, new ModelBurn(
            null, burn.Allocation.Thousandths, burn.Pool.Thousandths, burn.PayAsYouGo.Thousandths, burn.Unfunded.Thousandths, posting.CostMicros));
        Assert.Equal(use.Month, posting.Period.Index);
        Assert.Equal(burn.Prepaid.Thousandths, posting.Grants.Sum(part => part.Amount.Thousandths));
        _postings.Add((posting, use));
    }

    private Dictionary<int, Credits> CountedBy(ModelCap cap) => _model.Booked
        .Where(use => !use.IsReversed && use.Time >= LedgerModel.StartOf(LedgerModel.MonthOf(_model.Now)) && cap.Covers(use.Environment, use.Who))
        .GroupBy(use => Cap.WindowOf(cap.PerDay ? CapWindow.Day : CapWindow.Month, new DateTimeOffset(use.Time, TimeSpan.Zero)))
        .ToDictionary(window => window.Key, window => new Credits(window.Sum(use => use.Billed)));

    private void CompareCaps()
    {
        foreach (var (cap, model) in _caps)
        {
            Assert.Equal(_model.CountOf(model, _model.Now), cap.Find(cap.WindowOf(Ledger.Now))?.Counted.Thousandths ?? 0);
        }
    }

    // Law 10, at once and for more.
    private void Refused(int environment, long charge, ModelWho who, string code)
    {
        if (code is not ("unknown_subject" or "environment_retired"))
        {
            _refused.Add((environment, charge, who));
            Assert.NotNull(Ledger.Permit(UsageOf(environment, charge + 1, Ledger.Now, who)).Refusal);
        }
    }

    // Law 10, until something was given: none of these steps adds capacity, gives a hold back or moves the time.
    private void CheckRefused(Step step)
    {
        if (step.Kind is not (StepKind.Use or StepKind.Permit or StepKind.Hold or StepKind.AddEnvironment))
        {
            _refused.Clear();
        }

        Assert.All(_refused, refused => Assert.NotNull(Ledger.Permit(UsageOf(refused.Environment, refused.Charge, Ledger.Now, refused.Who)).Refusal));
    }
}

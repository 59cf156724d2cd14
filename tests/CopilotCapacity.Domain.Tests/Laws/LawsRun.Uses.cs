using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Domain.Tests.Laws;

/// <content>Facts, permissions and what is taken back.</content>
internal sealed partial class LawsRun
{
    private readonly Dictionary<long, Posting> _postings = [];

    private string? Permit(int environment, long charge)
    {
        var time = Ledger.Now;
        var expected = _model.Permit(new Who(environment, null, null, null), time.UtcDateTime, charge);
        var outcome = Ledger.Permit(Make.Usage($"{++_events}", charge, environment, time));
        _ = Compare(expected, outcome, charge);
        return outcome.Refusal?.Code;
    }

    private bool Use(Step step)
    {
        var time = FactTimeOf(step.When);
        var charge = ChargeOf(step);
        var expected = _model.Record(WhoOf(step), time.UtcDateTime, charge);
        return Compare(expected, Ledger.Record(UsageOf(step, time, charge)), charge);
    }

    private bool Permit(Step step)
    {
        var time = PermissionTimeOf(step.When);
        var charge = ChargeOf(step);
        var expected = _model.Permit(WhoOf(step), time.UtcDateTime, charge);
        return Compare(expected, Ledger.Permit(UsageOf(step, time, charge)), charge);
    }

    private bool Compare(ModelBurn expected, Outcome<Posting> outcome, long charge)
    {
        Assert.Equal(expected.Code, outcome.Refusal?.Code);
        if (outcome.Value is { } posting && outcome.Refusal is null)
        {
            Assert.Equal(expected, BurnOf(posting));
            Keep(posting);
            CheckPosting(posting, charge);
            CheckSources(posting);
        }

        _model.Conclude(adds: false);
        return outcome.Refusal is null;
    }

    private bool Reverse(Step step)
    {
        var open = _model.Uses.Where(use => use.ReversedBy is null).ToList();
        if (open.Count == 0)
        {
            return true;
        }

        var use = open[(int)(step.Amount % open.Count)];
        var expected = _model.Reverse(use);
        _model.Conclude(adds: false);
        return Same(expected, Ledger.Reverse(_postings[use.Sequence], "by chance").Refusal);
    }

    // The disk names the cost centre that answered for the use.
    private void Keep(Posting posting)
    {
        var center = posting.Usage.CostCenter ?? posting.Environment.CostCenter;
        _postings.Add(posting.Sequence, new Posting
        {
            Sequence = posting.Sequence,
            RecordedAt = posting.RecordedAt,
            Period = posting.Period,
            Environment = posting.Environment,
            Usage = posting.Usage with { CostCenter = center },
            Items = posting.Items,
            Burn = posting.Burn,
            NonBilled = posting.NonBilled,
            CostMicros = posting.CostMicros,
            PlanCharges = posting.PlanCharges,
            Grants = posting.Grants,
            Kind = posting.Kind,
            Hold = posting.Hold,
        });
    }

    private UsageEvent UsageOf(Step step, DateTimeOffset time, long charge)
    {
        var who = WhoOf(step);
        return Make.Usage($"{++_events}", charge, step.Who, time) with
        {
            Items = ItemsOf(step, charge),
            AgentId = who.Agent,
            UserId = who.User,
            CostCenter = who.CostCenter,
            CopilotLicensed = true,
            Trigger = "interactive",
            Channel = "teams",
        };
    }

    // Work for a licensed user inside is free; a number of credits never is.
    private static UsageItem[] ItemsOf(Step step, long charge) => charge == 0 ? [new(Feature.GenerativeAnswer, 1_000)]
        : step.Has(0) && charge > 1 ? [new(Feature.Credits, 1), new(Feature.Credits, charge - 1)]
        : [new(Feature.Credits, charge)];

    private static ModelBurn BurnOf(Posting posting) => BurnOf(posting.Burn) with { Cost = posting.CostMicros };

    private static ModelBurn BurnOf(Burn burn) => new(
        null, burn.Allocation.Thousandths, burn.Pool.Thousandths, burn.PayAsYouGo.Thousandths, burn.Unfunded.Thousandths, 0);

    // Law 1, and the grants' parts.
    private static void CheckPosting(Posting posting, long charge)
    {
        Assert.Equal(charge, posting.Billed.Thousandths);
        Assert.True(posting.Burn is { Allocation.Thousandths: >= 0, Pool.Thousandths: >= 0, PayAsYouGo.Thousandths: >= 0, Unfunded.Thousandths: >= 0 });
        Assert.Equal(posting.Burn.Prepaid.Thousandths, posting.Grants.Sum(burn => burn.Amount.Thousandths));
        Assert.Equal(posting.Burn, posting.Items.Aggregate(default(Burn), (sum, item) => sum + item.Burn));
        Assert.All(posting.Items.Where(item => item.Rated.NonBilled == NonBilledReason.None), item => Assert.Equal(item.Rated.Charge, item.Burn.Total));
        Assert.Equal(posting.CostMicros, posting.Items.Sum(item => item.CostMicros));
        Assert.Equal(posting.CostMicros, posting.PlanCharges.Sum(part => part.CostMicros));
    }

    // Law 2: who was asked later pays only when those before could not take one more.
    private void CheckSources(Posting posting)
    {
        var month = posting.Period.Index;
        var number = posting.Environment.Key;
        if (posting.Burn.PayAsYouGo.IsPositive || posting.Burn.Unfunded.IsPositive)
        {
            Assert.Equal(0, _model.AllocationLeft(month, number));
            Assert.True(!posting.Environment.DrawFromTenantPool || _model.PoolLeft(month) == 0);
        }

        if (posting.Burn.Unfunded.IsPositive)
        {
            Assert.Equal(0, _model.PaygRoom(number, month));
        }

        // Law 5: what was just paid did not pass a hard budget in force.
        foreach (var plan in posting.PlanCharges.Select(part => part.Plan).Where(plan => plan.Budget is { HardStop: true }))
        {
            var budget = plan.Budget!;
            var start = budget.WindowStart(posting.Period)!.Value;
            Assert.True(plan.UsedMicros(start, budget.Grain) <= budget.AmountMicros);
        }
    }
}

using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Domain.Tests.Laws;

/// <content>Holds.</content>
internal sealed partial class LawsRun
{
    // Closed ones too: the disk knows them.
    private readonly Dictionary<int, Hold> _holds = [];

    /// <summary>Law 9: a day without traffic ends every hold, and nothing stays held.</summary>
    public void CheckNothingStaysHeld()
    {
        var end = Ledger.Now + NewHold.LifeMax;
        Ledger.Advance(end);
        Assert.Empty(Ledger.Holds);
        Assert.All(Ledger.Books, book => Assert.Equal(Credits.Zero, book.PoolHeld));
        Assert.All(Ledger.Books.SelectMany(book => book.Grants), month => Assert.Equal(Credits.Zero, month.Held));
        Assert.All(Ledger.Books.SelectMany(book => book.Environments), month => Assert.Equal(Credits.Zero, month.Held + month.PoolHeld));
        Assert.All(Ledger.Plans.SelectMany(plan => plan.Months), month => Assert.Equal(0, month.HeldMicros));
        Assert.All(Ledger.Caps.SelectMany(cap => cap.Counts), count => Assert.Equal(Credits.Zero, count.Held));
        Assert.All(_holds.Values, hold => Assert.NotEqual(HoldState.Open, hold.State));
    }

    private bool Reserve(Step step)
    {
        var isAgain = step.Has(5) && Ledger.Holds.Count > 0;
        var number = isAgain ? _holds.First(hold => hold.Value.State == HoldState.Open).Key : _holds.Count + 1;
        var amount = ChargeOf(step);
        var who = WhoOf(step);
        var life = LifeOf(step.When);
        var expected = _model.Reserve(number, who, amount, life);
        var outcome = Ledger.Reserve(new NewHold
        {
            Id = Make.Hold(number),
            Environment = Make.Environment(step.Who),
            Credits = new Credits(amount),
            AgentId = who.Agent,
            UserId = who.User,
            CostCenter = who.CostCenter,
            Life = life,
        });
        _model.Conclude(adds: false);
        if (!Same(expected, outcome.Refusal))
        {
            return false;
        }

        _holds.Add(number, outcome.Value!);
        Assert.Equal(_model.Holds[number].Burn with { Cost = 0 }, BurnOf(outcome.Value!.Burn));
        return true;
    }

    private bool Settle(Step step)
    {
        if (!TryFindHold(step, out var number))
        {
            return true;
        }

        var hold = _holds[number];
        var charge = SettledOf(step, hold.Amount.Thousandths);
        var before = Ledger.Sequence;
        if (step.Has(1))
        {
            return SettleWithWork(step, number, charge);
        }

        var expected = _model.Settle(number, _model.Holds[number].Who, hold.MadeAt.UtcDateTime, charge, charge);
        return Compare(expected, Ledger.Settle(hold, new Credits(charge), (UInt128)charge), before, charge);
    }

    private bool SettleWithWork(Step step, int number, long charge)
    {
        var hold = _holds[number];
        var time = step.Has(2) ? FactTimeOf(step.When) : Ledger.Now;
        var who = WhoOf(step with { Who = hold.Environment.Key });
        var usage = UsageOf(step with { Who = hold.Environment.Key }, time, charge) with { ContentHash = (UInt128)charge + 1_000_000 };
        var before = Ledger.Sequence;
        var expected = _model.Settle(number, who, time.UtcDateTime, charge, charge + 1_000_000);
        return Compare(expected, Ledger.Settle(hold, usage), before, charge);
    }

    private bool Compare(ModelBurn expected, Outcome<Settlement> outcome, long before, long charge)
    {
        _model.Conclude(adds: false);
        Assert.Equal(expected.Code, outcome.Refusal?.Code);
        if (expected.Code is not null)
        {
            return false;
        }

        Assert.Equal(expected with { Cost = 0 }, BurnOf(outcome.Value!.Burn));
        if (Ledger.Sequence == before)
        {
            // Settled before with the same content: the first answer, and no change.
            return false;
        }

        var posting = Ledger.Changes.Postings[^1];
        Assert.Equal(expected, BurnOf(posting));
        CheckPosting(posting, charge);
        Keep(posting);
        return true;
    }

    private bool Release(Step step)
    {
        if (!TryFindHold(step, out var number))
        {
            return true;
        }

        var wasOpen = _holds[number].State == HoldState.Open;
        var expected = _model.Release(number);
        _model.Conclude(adds: false);
        return Same(expected, Ledger.Release(_holds[number]).Refusal) && wasOpen;
    }

    // Mostly open ones, and now and then any.
    private bool TryFindHold(Step step, out int number)
    {
        var numbers = _holds.Where(hold => step.Has(5) || hold.Value.State == HoldState.Open).Select(hold => hold.Key).ToList();
        number = numbers.Count == 0 ? 0 : numbers[(int)(step.Amount % numbers.Count)];
        return number != 0;
    }

    private static long SettledOf(Step step, long held)
    {
        long[] edges = [held, held, Math.Max(0, held - 1), held + 1, 0, held / 2, held * 2];
        return step.Edge < edges.Length ? edges[step.Edge] : step.Amount;
    }

    private TimeSpan LifeOf(int when)
    {
        TimeSpan[] lives =
        [
            TimeSpan.FromTicks(1),
            TimeSpan.FromMinutes(5),
            TimeSpan.FromHours(1),
            Ledger.NextBoundary - Ledger.Now,
            Ledger.Open.Period.End - Ledger.Now,
            Ledger.Open.Period.End - Ledger.Now + TimeSpan.FromTicks(1),
        ];
        var life = when < lives.Length ? lives[when] : NewHold.LifeMax;
        return life > NewHold.LifeMax ? NewHold.LifeMax : life;
    }

    private void CompareHolds()
    {
        Assert.Equal(_model.OpenHolds.Select(hold => hold.Number).Order(), _holds.Where(hold => Ledger.Holds.Contains(hold.Value)).Select(hold => hold.Key).Order());
        foreach (var (number, hold) in _holds)
        {
            Assert.Equal(_model.Holds[number].State.ToString(), hold.State.ToString());
        }

        foreach (var plan in Ledger.Plans)
        {
            foreach (var month in plan.Months)
            {
                var held = _model.OpenHolds.Where(hold => hold.Month == month.Period.Index).Sum(hold => _model.HeldMoney(hold, _model.Plans[plan.Key]));
                Assert.Equal(held, month.HeldMicros);
            }
        }
    }
}

using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Domain.Tests.Laws;

/// <content>What must hold after each step.</content>
internal sealed partial class LawsRun
{
    // Laws 1 and 2, and the grants' parts.
    private void CheckPosting(Posting posting, long charge)
    {
        Assert.Equal(charge, posting.Billed.Thousandths);
        Assert.Equal(posting.Burn.Prepaid.Thousandths, posting.Grants.Sum(burn => burn.Amount.Thousandths));
        Assert.Equal(posting.Burn, posting.Items.Aggregate(default(Burn), (sum, item) => sum + item.Burn));
        Assert.Equal(posting.CostMicros, posting.Items.Sum(item => item.CostMicros));
        Assert.All(posting.Items, item => Assert.Equal(item.Rated.Charge, item.Burn.Total));
        var month = posting.Period.Index;
        var number = posting.Environment.Key;
        if (posting.Burn.PayAsYouGo.IsPositive || posting.Burn.Unfunded.IsPositive)
        {
            Assert.Equal(0, _model.UseOf(month, number).AllocationLeft);
            Assert.True(!posting.Environment.DrawFromTenantPool || _model.PoolLeft(month) == 0);
        }

        if (posting.Burn.Unfunded.IsPositive)
        {
            Assert.Equal(0, _model.PaygRoom(number, month));
        }

        // Law 5: what was just paid did not pass a hard budget in force.
        foreach (var plan in posting.PlanCharges.Select(charge => charge.Plan).Where(plan => plan.Budget is { HardStop: true }))
        {
            var budget = plan.Budget!;
            var start = budget.WindowStart(posting.Period)!.Value;
            Assert.True(plan.UsedMicros(start, budget.Grain) <= budget.AmountMicros);
        }
    }

    private void CheckSequence(long before)
    {
        var numbers = Ledger.Changes.Entries.Select(entry => entry.Sequence).Concat(Ledger.Changes.Postings.Select(posting => posting.Sequence)).Order();
        Assert.Equal(Enumerable.Range(0, (int)(Ledger.Sequence - before)).Select(number => before + 1 + number), numbers);
        Assert.Equal(_model.Sequence, Ledger.Sequence);
    }

    private void Compare()
    {
        Assert.Equal(_model.Now, Ledger.Now.UtcDateTime);
        foreach (var book in Ledger.Books)
        {
            Compare(book);
        }

        foreach (var plan in Ledger.Plans)
        {
            var expected = _model.Plans[plan.Key].Spend.Where(spend => spend.Value > 0).OrderBy(spend => spend.Key);
            Assert.Equal(expected, plan.Months.Where(month => month.SpendMicros > 0).OrderBy(month => month.Period).Select(month => KeyValuePair.Create(month.Period.Index, month.SpendMicros)));
        }
    }

    // Laws 3 and 4, against sums of the model.
    private void Compare(MonthBook book)
    {
        var month = book.Period.Index;
        Assert.Equal(_model.Entitled(month), book.Entitled.Thousandths);
        Assert.Equal(_model.PoolLeft(month), book.PoolLeft.Thousandths);
        Assert.Equal(book.Entitled, book.PoolSize + book.Allocated);
        Assert.True(book.PoolLeft >= Credits.Zero && book.PoolSize >= Credits.Zero);
        Assert.Equal(book.Allocated.Thousandths, book.Environments.Sum(environment => environment.Backing.Thousandths));
        foreach (var grant in book.Grants)
        {
            var lot = _model.Lots[(month, grant.Grant.Key)];
            Assert.Equal(
                (lot.Granted, lot.In, lot.Burned, lot.Held, lot.Expired, lot.Out, lot.Left),
                (grant.Granted.Thousandths, grant.CarriedIn.Thousandths, grant.Burned.Thousandths, grant.Held.Thousandths, grant.Expired.Thousandths, grant.CarriedOut.Thousandths, grant.Remaining.Thousandths));
            Assert.True(lot is { Granted: >= 0, In: >= 0, Burned: >= 0, Held: >= 0, Expired: >= 0, Out: >= 0, Left: >= 0 });
        }

        foreach (var (number, _) in _model.Environments)
        {
            var use = _model.UseOf(month, number);
            var actual = book.Find(Ledger.Find(Make.Environment(number))!);
            Assert.Equal(
                (use.Backing, use.FromAllocation, use.FromPool, use.Held, use.PoolHeld, use.Payg, use.Unfunded),
                (actual?.Backing.Thousandths ?? 0, actual?.Consumed.Thousandths ?? 0, actual?.PoolConsumed.Thousandths ?? 0, actual?.Held.Thousandths ?? 0, actual?.PoolHeld.Thousandths ?? 0, actual?.PayAsYouGo.Thousandths ?? 0, actual?.Unfunded.Thousandths ?? 0));
            Assert.True(use.AllocationLeft >= 0);
        }
    }
}

using System.Globalization;
using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Domain.Tests.Laws;

/// <content>The ledger against the model.</content>
internal sealed partial class LawsRun
{
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

        CompareHolds();
        CompareCaps();
        CompareStatuses();
    }

    // Law 8.
    private void CheckSequence(long before)
    {
        var numbers = Ledger.Changes.Entries.Select(entry => entry.Sequence).Concat(Ledger.Changes.Postings.Select(posting => posting.Sequence)).Order();
        Assert.Equal(Enumerable.Range(0, (int)(Ledger.Sequence - before)).Select(number => before + 1 + number), numbers);
        Assert.Equal(_model.Sequence, Ledger.Sequence);
    }

    // Laws 3 and 4, against sums of the model.
    private void Compare(MonthBook book)
    {
        var month = book.Period.Index;
        Assert.Equal(_model.Entitled(month), book.Entitled.Thousandths);
        Assert.Equal(_model.PoolLeft(month), book.PoolLeft.Thousandths);
        Assert.Equal(_model.PoolSize(month), book.PoolSize.Thousandths);
        Assert.Equal(book.Entitled, book.PoolSize + book.Allocated);
        Assert.True(book.PoolLeft >= Credits.Zero && book.PoolSize >= Credits.Zero);
        Assert.Equal(book.Allocated.Thousandths, book.Environments.Sum(environment => environment.Backing.Thousandths));
        foreach (var grant in book.Grants)
        {
            var lot = _model.Lots[(month, grant.Grant.Key)];
            Assert.Equal(
                (lot.Granted, lot.In, lot.Burned, _model.HeldOf(month, grant.Grant.Key), lot.Expired, lot.Out, _model.LeftOf(month, grant.Grant.Key)),
                (grant.Granted.Thousandths, grant.CarriedIn.Thousandths, grant.Burned.Thousandths, grant.Held.Thousandths, grant.Expired.Thousandths, grant.CarriedOut.Thousandths, grant.Remaining.Thousandths));
            Assert.True(lot is { Granted: >= 0, In: >= 0, Burned: >= 0, Expired: >= 0, Out: >= 0 } && grant is { Held.Thousandths: >= 0, Remaining.Thousandths: >= 0 });
        }

        foreach (var (number, _) in _model.Environments)
        {
            Compare(month, number, book.Find(Ledger.Find(Make.Environment(number))!));
        }
    }

    private void Compare(int month, int number, EnvironmentMonth? actual)
    {
        var balance = _model.BalanceOf(month, number);
        Assert.Equal(
            (balance.Backing, balance.FromAllocation, _model.HeldIn(month, number), balance.FromPool, _model.HeldInPool(month, number), balance.Payg, balance.Unfunded),
            actual is null
                ? default
                : (actual.Backing.Thousandths, actual.Consumed.Thousandths, actual.Held.Thousandths, actual.PoolConsumed.Thousandths, actual.PoolHeld.Thousandths, actual.PayAsYouGo.Thousandths, actual.Unfunded.Thousandths));
        Assert.True(_model.AllocationLeft(month, number) >= 0);
    }

    private void CompareStatuses()
    {
        foreach (var environment in Ledger.Environments.Where(environment => environment.RetiredAt is null))
        {
            var expected = _model.StatusOf(environment.Key).ToString();
            Assert.Equal(expected, Ledger.StatusOf(environment).ToString());
            Assert.Equal(expected, environment.Watch.Status.ToString());
        }
    }

    private void CompareAlerts(long before)
    {
        var raised = Ledger.Changes.Alerts;
        Assert.Equal(Enumerable.Range(1, raised.Count).Select(number => before + number), raised.Select(alert => alert.Number));
        var actual = raised
            .Where(alert => alert.Kind is AlertKind.QuotaLow or AlertKind.QuotaDepleted or AlertKind.QuotaRestored)
            .Select(alert => new ModelAlert(
                alert.Kind.ToString(), alert.Cause, string.Join(' ', alert.Environments.Select(environment => environment.Key.ToString(CultureInfo.InvariantCulture)))));
        Assert.Equal(_model.Alerts, actual);
        _model.Alerts.Clear();
    }
}

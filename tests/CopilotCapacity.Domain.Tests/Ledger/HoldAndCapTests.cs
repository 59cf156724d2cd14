using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Domain.Tests.Ledger;

/// <summary>Holds and caps at the ends of months and days.</summary>
public sealed class HoldAndCapTests
{
    private readonly TenantLedger _ledger = Make.Ledger();

    public HoldAndCapTests()
    {
        _ledger.AddEnvironment();
        _ledger.AddGrant(Make.NewGrant(100, monthly: true));
    }

    [Fact]
    public void Settle_LongAfterTheHoldsMonthIsClosedForGood_BooksToTheRunningMonthAndLeavesTheOldOneAlone()
    {
        var hold = _ledger.Reserve(new NewHold
        {
            Id = new HoldId(Guid.Empty),
            Environment = Make.Environment(),
            Credits = Credits.Of(30),
            Life = TimeSpan.FromMinutes(5),
        }).Value!;
        _ledger.Record(Make.Usage("1", 10_000));
        _ledger.Advance(Make.At("2026-06-10"));
        _ledger.Changes.Clear();

        var settlement = _ledger.Settle(hold, Credits.Of(20), 1).Value!;

        Assert.True(settlement.IsLate);
        Assert.Equal(Make.Month("2026-06"), _ledger.Changes.Postings.Single().Period);
        Assert.Equal(Credits.Of(80), _ledger.Open.PoolLeft);
        Assert.DoesNotContain(_ledger.Changes.EnvironmentMonths, month => month.Period == Make.Month("2026-01"));
    }

    [Fact]
    public void DailyCap_FilledByWhatWasToldAhead_StopsTheEnvironmentWhenItsDayBegins()
    {
        var scope = new CapScope(Make.Environment(), null, null, null);
        _ledger.AddCap(new CapId(Guid.Empty), new CapSettings(scope, CapWindow.Day, Credits.Of(5), 80, HardStop: true), new Dictionary<int, Credits>());
        _ledger.Advance(Make.At("2026-01-15 23:58"));
        _ledger.Record(Make.Usage("1", 5_000, time: Make.At("2026-01-16 00:01")));

        Assert.Equal(QuotaStatus.Available, Status());

        _ledger.Advance(Make.At("2026-01-16 00:00"));
        _ledger.Conclude();

        Assert.Equal(QuotaStatus.Depleted, Status());
        Assert.Contains(_ledger.Changes.Alerts, alert => alert.Kind == AlertKind.QuotaDepleted);

        _ledger.Advance(Make.At("2026-01-17 00:00"));
        Assert.Equal(QuotaStatus.Available, Status());
    }

    private QuotaStatus Status() => _ledger.Open.ReachOf(_ledger.Find(Make.Environment())!).StatusAt(80);
}

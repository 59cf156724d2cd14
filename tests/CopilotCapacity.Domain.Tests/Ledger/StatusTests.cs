using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Domain.Tests.Ledger;

/// <summary>Whose status a change concerns, and what is told of it.</summary>
public sealed class StatusTests
{
    [Fact]
    public void Use_InTheMonthAfterThePoolRanDry_StillConcernsAllWhoShareIt()
    {
        var ledger = WithTwo(Make.NewGrant(10, monthly: true));
        Assert.Equal([], AlertsOf(ledger, () => ledger.Record(Make.Usage("1", 7_000))));
        Assert.Equal(["QuotaLow 1 2"], AlertsOf(ledger, () => ledger.Record(Make.Usage("2", 1_000))));
        ledger.Record(Make.Usage("3", 1_000));
        ledger.Record(Make.Usage("4", 1_000));
        ledger.Advance(Make.At("2026-02-01"));

        Assert.Equal(["QuotaLow 1 2"], AlertsOf(ledger, () => ledger.Record(Make.Usage("5", 8_000, time: ledger.Now))));
    }

    [Fact]
    public void Retire_WithAHold_IsOneDecisionForAllWhoShareThePool()
    {
        var ledger = WithTwo(Make.NewGrant(10));
        ledger.SetAllocation(Make.Environment(), Credits.Of(5), true, true, null);
        ledger.Record(Make.Usage("1", 5_000, environment: 2));
        ledger.Hold(1, 1);
        Assert.Equal(QuotaStatus.Depleted, ledger.Find(Make.Environment(2))!.Watch.Status);

        Assert.Equal(["QuotaRestored 2"], AlertsOf(ledger, () => ledger.RetireEnvironment(Make.Environment(), null)));
        Assert.Equal(QuotaStatus.Available, ledger.Find(Make.Environment(2))!.Watch.Status);
    }

    [Fact]
    public void Day_ThatBeginsWithAFullCap_BeginsDepleted()
    {
        var ledger = WithTwo(Make.NewGrant(10));
        AddCap(ledger, CapWindow.Day, 2);
        ledger.Advance(Make.At("2026-01-15 23:58"));
        ledger.Record(Make.Usage("1", 2_000, time: Make.At("2026-01-16 00:01")));
        Assert.Equal(QuotaStatus.Available, ledger.Find(Make.Environment())!.Watch.Status);

        Assert.Equal(["QuotaDepleted 1"], AlertsOf(ledger, () => ledger.Advance(Make.At("2026-01-16"))));
        Assert.Equal("cap_reached", ledger.Permit(Make.Usage("2", 1, time: ledger.Now)).Refusal?.Code);
        Assert.Equal(["QuotaRestored 1"], AlertsOf(ledger, () => ledger.Advance(Make.At("2026-01-17"))));
    }

    [Fact]
    public void RetiredEnvironment_WhateverItsCapDoes_RaisesNothing()
    {
        var ledger = WithTwo(Make.NewGrant(10));
        AddCap(ledger, CapWindow.Day, 2);
        ledger.Record(Make.Usage("1", 2_000));
        ledger.RetireEnvironment(Make.Environment(), null);

        Assert.Equal([], AlertsOf(ledger, () => ledger.DeleteCap(Make.Cap(), null)));
        Assert.Equal(["QuotaDepleted 2"], AlertsOf(ledger, () => ledger.Record(Make.Usage("2", 8_000, environment: 2))));
    }

    [Fact]
    public void Restored_WithoutLimitAllAlong_IsToldOnce()
    {
        var ledger = WithTwo(Make.NewGrant(1));
        ledger.AddPlan(Make.NewPlan());
        var use = ledger.Record(Make.Usage("1")).Value!;
        Assert.Equal(["QuotaRestored 1"], AlertsOf(ledger, () => ledger.JoinPlan(Make.Plan(), Make.Environment())));
        Assert.Equal([], AlertsOf(ledger, () => ledger.SetBudget(Make.Plan(), Make.Budget(5, hardStop: false))));
        Assert.Equal(["QuotaDepleted 1"], AlertsOf(ledger, () => ledger.SetBudget(Make.Plan(), Make.Budget(0))));

        // Within a quarter of an hour, and a reversal adds no capacity; the other environment was not told yet.
        Assert.Equal(["QuotaRestored 2"], AlertsOf(ledger, () => ledger.Reverse(use, "by mistake")));
    }

    private static TenantLedger WithTwo(NewGrant grant)
    {
        var ledger = Make.Ledger();
        ledger.AddGrant(grant);
        ledger.AddEnvironment();
        ledger.AddEnvironment(2);
        ledger.Conclude();
        return ledger;
    }

    private static void AddCap(TenantLedger ledger, CapWindow per, long credits)
    {
        var settings = new CapSettings(new CapScope(Make.Environment(), null, null, null), per, Credits.Of(credits), 80, true);
        ledger.AddCap(Make.Cap(), settings, new Dictionary<int, Credits>());
        ledger.Conclude();
    }

    private static List<string> AlertsOf(TenantLedger ledger, Action change)
    {
        ledger.Changes.Clear();
        change();
        ledger.Conclude();
        return
        [
            .. ledger.Changes.Alerts
                .Where(alert => alert.Kind is AlertKind.QuotaLow or AlertKind.QuotaDepleted or AlertKind.QuotaRestored)
                .Select(alert => $"{alert.Kind} {string.Join(' ', alert.Environments.Select(environment => environment.Key))}"),
        ];
    }
}

using System.Globalization;
using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Anomaly;
using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Domain.Tests.Alerts;

/// <summary>When alerts begin and end by themselves, and which of them are one story.</summary>
public sealed class AlertLifeTests
{
    private static readonly DateTimeOffset s_tomorrow = Make.At("2026-01-16");

    [Fact]
    public void LowDepletedRestored_AreOneStory_AndTheNextTimeAnother()
    {
        var ledger = Ledger(100);
        Use(ledger, 80);
        Use(ledger, 20);
        Add(ledger, 900, 2);
        Use(ledger, 800);

        Assert.Equal("1 QuotaLow of 1 over, 2 QuotaDepleted of 1 over, 3 QuotaRestored of 1, 4 QuotaLow of 4", Told(ledger));
    }

    [Fact]
    public void OneCause_IsOneStory_WhateverItBringsAbout()
    {
        var ledger = Ledger(100);
        Use(ledger, 120);

        Assert.Equal("1 UsageUnfunded of 1, 2 QuotaDepleted of 1", Told(ledger));
    }

    [Fact]
    public void Unfunded_IsOver_WhenTheEnvironmentIsFundedAgainOrTheMonthTurns()
    {
        var funded = Ledger(100);
        Use(funded, 120);
        Add(funded, 50, 2);
        Assert.Contains("UsageUnfunded of 1 over", Told(funded), StringComparison.Ordinal);

        var turned = Ledger(100);
        Add(turned, 100, 2);
        turned.Advance(Make.At("2026-02-02"));
        turned.Record(Make.Usage("late", 1_000_000, time: Make.Start));
        Assert.DoesNotMatch("UsageUnfunded of \\d+ over", Told(turned));
        turned.Advance(Make.At("2026-03-01"));
        Assert.Matches("UsageUnfunded of \\d+ over", Told(turned));
    }

    [Fact]
    public void DepletedThatComesBackWithinAQuarterOfAnHour_IsNotToldAgain_ButIsTrueAgain()
    {
        var ledger = Ledger(100);
        var hold = ledger.Hold(1, 100);
        ledger.Release(hold);
        Assert.Equal("1 QuotaDepleted of 1 over, 2 QuotaRestored of 1", Told(ledger));
        ledger.Hold(1, 100);
        Assert.Equal("1 QuotaDepleted of 1, 2 QuotaRestored of 1", Told(ledger));
        Add(ledger, 50, 2);

        Assert.Equal("1 QuotaDepleted of 1 over, 2 QuotaRestored of 1, 3 QuotaRestored of 1", Told(ledger));
    }

    [Fact]
    public void Reduced_IsOver_WhenCreditsStandBehindTheAllocationAgain()
    {
        var ledger = Make.Ledger();
        ledger.AddEnvironment();
        ledger.AddGrant(Make.NewGrant(100, until: "2026-01-20"));
        ledger.AddGrant(Make.NewGrant(1_000, 2, monthly: true));
        ledger.SetAllocation(Make.Environment(), Credits.Of(1_050), true, true, null);
        ledger.Conclude();
        ledger.Advance(Make.At("2026-01-21"));
        Assert.Contains("AllocationReduced of", Told(ledger), StringComparison.Ordinal);
        Assert.DoesNotMatch("AllocationReduced of \\d+ over", Told(ledger));
        Add(ledger, 500, 3);

        Assert.Matches("AllocationReduced of \\d+ over", Told(ledger));
    }

    [Fact]
    public void Cap_NearsIsReachedAndIsOver_WhenItsDayEnds()
    {
        var ledger = Ledger(1_000);
        Cap(ledger, 100, CapWindow.Day);
        Use(ledger, 85);
        Use(ledger, 20);
        Assert.Equal("1 CapNearing of 1 over, 2 CapReached of 1", Told(ledger));
        Assert.Equal(Make.Environment(7).Value, ledger.Changes.Alerts[1].Subject);
        Assert.Equal(s_tomorrow, ledger.NextBoundary);
        ledger.Advance(s_tomorrow);

        Assert.Equal("1 CapNearing of 1 over, 2 CapReached of 1 over", Told(ledger));
        Assert.Equal(s_tomorrow, ledger.Changes.Resolved[2]);
        Assert.NotEqual(s_tomorrow.AddDays(1), ledger.NextBoundary);
    }

    [Fact]
    public void Cap_IsOver_WhenItIsRaisedOrDeletedOrUseIsTakenBack()
    {
        var raised = Ledger(1_000);
        Cap(raised, 100, CapWindow.Month);
        Use(raised, 100);
        raised.ChangeCap(CapId, Settings(200, CapWindow.Month), new Dictionary<int, Credits>(), null);
        raised.Conclude();
        Assert.Equal("1 CapReached of 1 over", Told(raised));
        Use(raised, 100);
        Assert.Equal("1 CapReached of 1 over, 2 CapReached of 1", Told(raised));
        raised.DeleteCap(CapId, null);
        Assert.Equal("1 CapReached of 1 over, 2 CapReached of 1 over", Told(raised));

        var reversed = Ledger(1_000);
        Cap(reversed, 100, CapWindow.Month);
        var use = Use(reversed, 100);
        reversed.Reverse(use, "sent twice");
        Assert.Equal("1 CapReached of 1 over", Told(reversed));
        Use(reversed, 100);
        Assert.Equal("1 CapReached of 1", Told(reversed));
    }

    [Fact]
    public void Budget_MarksFollowOneAnother_AndAreOverWhenItIsRaised()
    {
        var ledger = Ledger(0);
        ledger.AddPlan(Make.NewPlan());
        ledger.JoinPlan(Make.Plan(), Make.Environment());
        SetBudget(ledger, 1_000_000);
        Use(ledger, 60);
        Use(ledger, 40);
        Assert.Equal(
            "BudgetThreshold over, BudgetThreshold, BudgetExhausted",
            string.Join(", ", Told(ledger).Split(", ").Select(Kind).Where(kind => kind.StartsWith("Budget", StringComparison.Ordinal))));
        SetBudget(ledger, 4_000_000);

        Assert.DoesNotContain(ledger.Changes.Alerts, alert => alert.Kind is AlertKind.BudgetThreshold or AlertKind.BudgetExhausted && !ledger.Changes.Resolved.ContainsKey(alert.Number));
        Assert.Single(ledger.Changes.Alerts.Where(alert => alert.Plan is not null).Select(alert => alert.Story).Distinct());
        ledger.DeletePlan(Make.Plan(), null);
        ledger.Conclude();
    }

    [Fact]
    public void Budget_IsOver_WhenItsPlanIsDeletedOrItsWindowTurns()
    {
        foreach (var turns in new[] { true, false })
        {
            var ledger = Ledger(0);
            ledger.AddPlan(Make.NewPlan());
            ledger.JoinPlan(Make.Plan(), Make.Environment());
            SetBudget(ledger, 1_000_000);
            Use(ledger, 100);
            if (turns)
            {
                ledger.Advance(Make.At("2026-02-01"));
            }
            else
            {
                ledger.DeletePlan(Make.Plan(), null);
                ledger.Conclude();
            }

            Assert.All(ledger.Changes.Alerts.Where(alert => alert.Plan is not null), alert => Assert.Contains(alert.Number, ledger.Changes.Resolved.Keys));
        }
    }

    [Fact]
    public void Unlinked_IsToldOnce_AndIsOverWhenTheApplicationIsLinked()
    {
        var ledger = Ledger(100);
        var application = new LinkedApplication(new LinkedApplicationId(Guid.NewGuid()), ApplicationKind.Sales, "https://contoso.crm.dynamics.com");
        ledger.LinkApplication(Make.Environment(), application);
        ledger.UnlinkApplication(Make.Environment(), application.Id);
        var uses = Enumerable.Range(0, 500).Select(number => Make.Usage($"u{number}", 100) with { Subject = application.Id.Value }).ToList();
        uses.ForEach(use => Assert.Null(ledger.Keep(use).Refusal));
        Assert.Equal("1 UsageUnlinked of 1", Told(ledger));
        Assert.Equal(application.Id.Value, ledger.Changes.Alerts[0].Subject);
        ledger.LinkApplication(Make.Environment(), application, uses);
        Assert.StartsWith("1 UsageUnlinked of 1 over", Told(ledger), StringComparison.Ordinal);

        ledger.UnlinkApplication(Make.Environment(), application.Id);
        ledger.Keep(Make.Usage("again", 100) with { Subject = application.Id.Value });
        Assert.Equal(2, ledger.Changes.Alerts.Count(alert => alert.Kind == AlertKind.UsageUnlinked));
    }

    [Fact]
    public void Anomaly_IsToldOnceUntilItIsOver()
    {
        var ledger = Ledger(1_000);
        var finding = Finding();
        Assert.True(ledger.BeginAnomaly(finding).Value);
        Assert.False(ledger.BeginAnomaly(finding).Value);
        Assert.Equal("1 UsageAnomaly of 1", Told(ledger));
        Assert.Equal("Agent “Returns” uses 6 × its usual, new model", ledger.Changes.Alerts[0].Title);
        Assert.Equal("a-7", ledger.Changes.Alerts[0].AgentId);
        Assert.True(ledger.EndAnomaly(finding.Series).Value);
        Assert.False(ledger.EndAnomaly(finding.Series).Value);
        Assert.Equal("1 UsageAnomaly of 1 over", Told(ledger));
        Assert.True(ledger.BeginAnomaly(finding).Value);
        Assert.Equal("not_found", ledger.BeginAnomaly(finding with { Series = new SeriesKey(Make.Environment(9), "a", null) }).Refusal!.Code);
    }

    [Fact]
    public void RetiredEnvironment_HasNoOpenAlertAnyMore()
    {
        var ledger = Ledger(100);
        ledger.BeginAnomaly(Finding());
        Use(ledger, 120);
        ledger.RetireEnvironment(Make.Environment(), null);

        Assert.Equal(ledger.Changes.Alerts.Select(alert => alert.Number), ledger.Changes.Resolved.Keys.Order());
        Assert.Empty(ledger.Anomalies);
    }

    [Fact]
    public void Snoozed_ComesBackAtItsInstant_OnceAndByItself()
    {
        var ledger = Ledger(100);
        Use(ledger, 80);
        Assert.Equal("invalid_request", ledger.SnoozeAlert(1, Make.Start).Refusal!.Code);
        Assert.Equal("invalid_request", ledger.SnoozeAlert(1, Make.Start.AddDays(32)).Refusal!.Code);
        Assert.Null(ledger.SnoozeAlert(1, Make.Start.AddHours(4)).Refusal);
        Assert.Equal(Make.Start.AddHours(4), ledger.NextBoundary);
        ledger.Advance(Make.Start.AddHours(5));

        var entry = Assert.Single(ledger.Changes.Entries, entry => entry.Change is SnoozeEnded);
        Assert.Equal((Make.Start.AddHours(4), 1L), (entry.At, ((SnoozeEnded)entry.Change).Alert));
        ledger.SnoozeAlert(1, Make.Start.AddHours(8));
        ledger.AcknowledgeAlert(1);
        ledger.Advance(Make.Start.AddHours(9));
        Assert.Single(ledger.Changes.Entries, entry => entry.Change is SnoozeEnded);
    }

    [Fact]
    public void Replay_DecidesSnoozesAnomaliesAndAlertsAgain()
    {
        var ledger = Ledger(100);
        Use(ledger, 80);
        ledger.SnoozeAlert(1, Make.Start.AddHours(1));
        Use(ledger, 30);
        Add(ledger, 500, 2);
        ledger.BeginAnomaly(Finding());
        ledger.Advance(Make.Start.AddHours(2));
        ledger.ReleaseAlert(1);
        ledger.EndAnomaly(Finding().Series);

        var replay = new LedgerReplay(ledger.Id, LedgerLimits.Default);
        var postings = ledger.Changes.Postings.ToDictionary(posting => posting.Sequence);
        var entries = ledger.Changes.Entries.ToDictionary(entry => entry.Sequence);
        for (var sequence = 1L; sequence <= ledger.Sequence; sequence++)
        {
            Assert.Null(entries.TryGetValue(sequence, out var entry)
                ? replay.Apply(entry, number => postings.GetValueOrDefault(number))
                : replay.Apply(postings[sequence]));
        }

        Assert.Equal(LedgerText.Of(ledger), LedgerText.Of(replay.Ledger));
        Assert.Equal(Told(ledger), Told(replay.Ledger));
    }

    private static CapId CapId => new(Make.Environment(7).Value);

    private static CapSettings Settings(long credits, CapWindow per) => new(new CapScope(null, null, null, "north"), per, Credits.Of(credits), 80, false);

    private static void Cap(TenantLedger ledger, long credits, CapWindow per)
    {
        Assert.Null(ledger.AddCap(CapId, Settings(credits, per), new Dictionary<int, Credits>()).Refusal);
        ledger.Conclude();
    }

    private static AnomalyFinding Finding() => new(
        new SeriesKey(Make.Environment(), "a-7", null), "Returns", AnomalySpan.Day, Make.At("2026-01-15"), Credits.Of(6_000), Credits.Of(1_000),
        new AnomalyCause(CauseKind.NewModel, "gpt-6", 83));

    private static TenantLedger Ledger(long credits)
    {
        var ledger = Make.Ledger();
        ledger.AddEnvironment();
        if (credits > 0)
        {
            Add(ledger, credits, 1);
        }

        return ledger;
    }

    private static void Add(TenantLedger ledger, long credits, int number)
    {
        Assert.Null(ledger.AddGrant(Make.NewGrant(credits, number)).Refusal);
        ledger.Conclude();
    }

    private static Posting Use(TenantLedger ledger, long credits) =>
        ledger.Record(Make.Usage($"{ledger.Sequence}", credits * 1_000, time: ledger.Now) with { CostCenter = "north" }).Value!;

    private static void SetBudget(TenantLedger ledger, long micros)
    {
        var budget = Make.Budget(micros) with { Thresholds = [new BudgetThreshold(50, ThresholdBasis.Actual), new BudgetThreshold(100, ThresholdBasis.Actual)] };
        Assert.Null(ledger.SetBudget(Make.Plan(), budget).Refusal);
        ledger.Conclude();
    }

    private static string Kind(string told)
    {
        var words = told.Split(' ');
        return words[^1] is "over" ? $"{words[1]} over" : words[1];
    }

    private static string Told(TenantLedger ledger) => string.Join(", ", ledger.Changes.Alerts.Select(alert => string.Create(
        CultureInfo.InvariantCulture,
        $"{alert.Number} {alert.Kind} of {alert.Story}{(ledger.Changes.Resolved.ContainsKey(alert.Number) ? " over" : "")}")));
}

using CopilotCapacity.Domain.Anomaly;
using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Requests;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Storage.Tests.Ledger;

/// <summary>Alerts on disk: once each under many at once, and what is known of them after a restart.</summary>
public sealed class AlertFileTests
{
    private const int AtOnce = 500;

    private static readonly LinkedApplicationId s_application = new(Make.Environment(40).Value);

    [Fact]
    public async Task FiveHundredUsesAtOnce_CrossEachMarkOnce()
    {
        await using var file = new PortalFile();
        await file.CreateAsync(1);
        await file.ChangeAsync(ledger =>
        {
            // Environment 1 has prepaid credits and a cap, 2 a budget, and an application is not linked.
            ledger.AddEnvironment(drawFromTenantPool: false);
            ledger.AddEnvironment(2, drawFromTenantPool: false);
            ledger.AddGrant(Make.NewGrant(300));
            ledger.SetAllocation(Make.Environment(), Credits.Of(300), false, false, null);
            ledger.AddCap(new CapId(Make.Environment(7).Value), new CapSettings(new CapScope(Make.Environment(), null, null, null), CapWindow.Day, Credits.Of(400), 80, false), new Dictionary<int, Credits>());
            ledger.AddPlan(Make.NewPlan());
            ledger.JoinPlan(Make.Plan(), Make.Environment(2));
            ledger.SetBudget(Make.Plan(), Make.Budget(3_000_000) with { Thresholds = [new BudgetThreshold(50, ThresholdBasis.Actual), new BudgetThreshold(80, ThresholdBasis.Actual)] });
            ledger.LinkApplication(Make.Environment(), new LinkedApplication(s_application, ApplicationKind.Sales, "https://contoso.crm.dynamics.com"));
            return ledger.UnlinkApplication(Make.Environment(), s_application).Refusal is null;
        });

        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(number => Task.Run(() => file.RecordAsync(
            1,
            Make.Usage($"a{number}"),
            Make.Usage($"b{number}", environment: 2),
            Make.Usage($"c{number}") with { Subject = s_application.Value }))));

        Assert.Equal(
            ["BudgetExhausted", "BudgetThreshold", "BudgetThreshold", "CapNearing", "CapReached", "QuotaDepleted", "QuotaDepleted", "QuotaLow", "QuotaLow", "UsageUnfunded", "UsageUnfunded", "UsageUnlinked"],
            file.Query("SELECT Kind FROM alerts").Select(row => ((Domain.Alerts.AlertKind)(long)row[0]!).ToString()).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Equal(Enumerable.Range(1, 12).Select(number => (long)number), file.Query("SELECT Number FROM alerts ORDER BY Number").Select(row => (long)row[0]!));
        Assert.Empty(file.Differences(1));
    }

    [Fact]
    public async Task Restart_KeepsWhatIsOpenSnoozedAnomalousAndAskedFor()
    {
        await using var file = new PortalFile();
        await file.CreateAsync(1);
        var finding = new AnomalyFinding(
            new SeriesKey(Make.Environment(), "a-7", null), "Returns", AnomalySpan.Hour, Make.Start, Credits.Of(600), Credits.Of(100), new AnomalyCause(CauseKind.Loop, "u-1", 90, 120));
        var request = new NewRequest { Id = new RequestId(Make.Environment(50).Value), Environment = Make.Environment(), Credits = Credits.Of(5), Reason = "Monday", Alert = 1 };
        await file.ChangeAsync(ledger =>
        {
            ledger.AddEnvironment();
            ledger.AddGrant(Make.NewGrant(100));
            ledger.AddCap(new CapId(Make.Environment(7).Value), new CapSettings(new CapScope(null, null, null, "north"), CapWindow.Day, Credits.Of(50), 80, false), new Dictionary<int, Credits>());
            return true;
        });
        await file.RecordAsync(1, Make.Usage("1", 120_000) with { CostCenter = "north" });
        await file.ChangeAsync(ledger => ledger.BeginAnomaly(finding).Refusal is null);
        await file.ChangeAsync(ledger => ledger.Ask(request).Refusal is null && ledger.SnoozeAlert(1, Make.Start.AddHours(3)).Refusal is null);
        Assert.Equal(4, file.Number("SELECT COUNT(*) FROM alerts WHERE ResolvedAt IS NULL"));
        await file.RestartAsync();

        await file.ChangeAsync(ledger =>
        {
            Assert.Equal(request, Assert.Single(ledger.Requests));
            Assert.Equal(finding.Series, Assert.Single(ledger.Anomalies));
            Assert.Equal(Make.Start.AddHours(3), ledger.NextBoundary);
            return ledger.EndAnomaly(finding.Series).Value;
        });
        file.Time.SetUtcNow(Make.Start.AddHours(4));
        await file.ReadAsync();
        Assert.Equal(0, file.Number("SELECT COUNT(*) FROM alerts WHERE SnoozedUntil IS NOT NULL"));
        Assert.Equal(Make.Start.AddHours(3).UtcTicks, file.Number("SELECT At FROM journal WHERE Change LIKE '%snoozeEnded%'"));
        await file.RestartAsync();
        file.Time.SetUtcNow(Make.At("2026-01-16"));
        await file.ReadAsync();
        Assert.Equal(Make.At("2026-01-16").UtcTicks, file.Number("SELECT ResolvedAt FROM alerts WHERE Kind = 9"));
        await file.ChangeAsync(ledger => ledger.AddGrant(Make.NewGrant(100, 2)).Refusal is null && ledger.Approve(request.Id, null, null).Refusal is null);

        Assert.Equal(0, file.Number("SELECT COUNT(*) FROM alerts WHERE ResolvedAt IS NULL AND Severity > 0"));
        Assert.Equal([[1L, "Monday"]], file.Query("SELECT State, Reason FROM capacity_requests"));
        Assert.Equal(0, file.Number("SELECT COUNT(*) FROM anomaly_watches"));
        Assert.Empty(file.Differences(1));
    }
}

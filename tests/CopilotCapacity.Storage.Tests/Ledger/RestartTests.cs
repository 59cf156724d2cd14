using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Metering.Ingest;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Storage.Tests.Ledger;

/// <summary>What the disk gives back is what was in memory.</summary>
public sealed class RestartTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Restart_AtAnyPoint_ChangesNothingNowOrLater(int seed)
    {
        await using var straight = new PortalFile();
        await using var restarted = new PortalFile();
        var (one, other) = (new RandomHistory(straight, seed, withLimits: true), new RandomHistory(restarted, seed, withLimits: true));
        await one.BeginAsync();
        await other.BeginAsync();
        for (var part = 0; part < 6; part++)
        {
            await one.DoAsync(25);
            await other.DoAsync(25);
            await restarted.RestartAsync();
            Assert.Equal(await straight.ReadAsync(), await restarted.ReadAsync());
        }

        Assert.Equal(string.Join('\n', one.Results), string.Join('\n', other.Results));
        const string told = "SELECT Number, Cause, Kind, Story, RaisedAt, ResolvedAt FROM alerts ORDER BY TenantKey, Number";
        Assert.Equal(straight.Query(told), restarted.Query(told));
        Assert.Contains(one.Results, result => result.StartsWith("Duplicate", StringComparison.Ordinal) || result.StartsWith("Conflict", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Restart_TheSameIdentity_IsADuplicateWithTheFirstAnswerAndOtherContentAConflict()
    {
        await using var file = new PortalFile();
        await BeginAsync(file);
        var usage = Make.Usage("naïve-🤖", 4_000, source: "/ü");
        var first = await file.RecordAsync(1, usage);
        await file.RestartAsync();
        var before = await file.ReadAsync();
        var again = await file.RecordAsync(1, usage, usage with { ContentHash = 7 }, usage with { Source = "/u" });

        Assert.Equal([RecordResult.Duplicate, RecordResult.Conflict, RecordResult.Recorded], again.Select(outcome => outcome.Result));
        Assert.Equal(first[0].Answer, again[0].Answer);
        Assert.False(string.Equals(before, await file.ReadAsync(), StringComparison.Ordinal), "Two new events must show in what is read.");
        Assert.Equal(2, file.Number("SELECT COUNT(*) FROM usage_events"));
    }

    [Fact]
    public async Task Restart_AFactFromAnEarlierMonth_IsStillKnown()
    {
        await using var file = new PortalFile();
        await BeginAsync(file);
        var usage = Make.Usage("1");
        await file.RecordAsync(1, usage);
        file.Time.SetUtcNow(Make.At("2026-03-05"));
        await file.RestartAsync();
        Assert.Equal(RecordResult.Duplicate, (await file.RecordAsync(1, usage))[0].Result);
        file.Time.SetUtcNow(Make.At("2026-05-05"));
        Assert.Equal(RecordResult.Duplicate, (await file.RecordAsync(1, usage))[0].Result);
    }

    [Fact]
    public async Task Restart_AnAnnualBudgetWithAYearOfLateFacts_StillKnowsItsWholeWindow()
    {
        await using var file = new PortalFile(new MeteringOptions { LateDays = 365 });
        file.Time.SetUtcNow(Make.At("2026-02-15"));
        await BeginAsync(file, credits: 1);
        await file.ChangeAsync(ledger =>
        {
            ledger.AddPlan(Make.NewPlan());
            ledger.JoinPlan(Make.Plan(), Make.Environment());
            return ledger.SetBudget(Make.Plan(), Make.Budget(100_000, "2026-02", Domain.PayAsYouGo.TimeGrain.Annually)).Refusal is null;
        });
        await file.RecordAsync(1, Make.Usage("1", 11_000, time: Make.At("2026-02-15")));
        Advance("2027-01-20");
        await file.ReadAsync();
        Advance("2027-12-20");
        await file.RestartAsync();

        var late = await file.RecordAsync(1, Make.Usage("2", 5_000, time: Make.At("2027-01-10")));
        Assert.Equal(Credits.Of(5), late[0].Answer!.Burn.Unfunded);

        void Advance(string to) => file.Time.SetUtcNow(Make.At(to));
    }

    [Fact]
    public async Task Restart_AGrantThatEndsSoon_IsToldOnceAndItsAlertIsOverWhenItEnds()
    {
        await using var file = new PortalFile();
        await BeginAsync(file);
        await file.ChangeAsync(ledger => ledger.AddGrant(Make.NewGrant(5, 2, until: "2026-02-10")).Refusal is null);
        foreach (var at in new[] { "2026-02-03", "2026-02-04", "2026-02-10", "2026-02-11" })
        {
            file.Time.SetUtcNow(Make.At(at));
            await file.ReadAsync();
            await file.RestartAsync();
        }

        await file.ReadAsync();
        var told = file.Query("SELECT Number, Kind, RaisedAt, ResolvedAt FROM alerts ORDER BY Number");
        Assert.Equal(
            [[1L, 10L, Make.At("2026-02-03").UtcTicks, Make.At("2026-02-10").UtcTicks], [2L, 11L, Make.At("2026-02-10").UtcTicks, null]], told);
    }

    [Fact]
    public async Task FailedCommit_LeavesLabelsKeysAndOtherTenantsUsable()
    {
        await using var file = new PortalFile();
        await BeginAsync(file);
        await BeginAsync(file, tenant: 2);
        await file.RecordAsync(1, Make.Usage("0") with { AgentId = "old" });
        file.Execute("CREATE TRIGGER marked BEFORE INSERT ON usage_events WHEN NEW.EventId = 'marked' BEGIN SELECT RAISE(ABORT, 'marked'); END");

        var labels = file.Number("SELECT COUNT(*) FROM labels");
        await Assert.ThrowsAnyAsync<Exception>(() => file.RecordAsync(1, Make.Usage("fine") with { AgentId = "new" }, Make.Usage("marked")));
        Assert.Equal(labels, file.Number("SELECT COUNT(*) FROM labels"));
        Assert.Equal(1, file.Number("SELECT COUNT(*) FROM usage_events"));

        var other = await file.RecordAsync(2, Make.Usage("1") with { AgentId = "other" });
        var again = await file.RecordAsync(1, Make.Usage("fine") with { AgentId = "new" }, Make.Usage("0") with { AgentId = "old" });
        Assert.Equal(RecordResult.Recorded, other[0].Result);
        Assert.Equal([RecordResult.Recorded, RecordResult.Duplicate], again.Select(outcome => outcome.Result));
        var agents = file.Query("SELECT e.TenantKey, l.Text FROM usage_events e JOIN labels l ON l.TenantKey = e.TenantKey AND l.Key = e.Agent ORDER BY e.TenantKey, e.Sequence");
        Assert.Equal("1 old, 1 new, 2 other", string.Join(", ", agents.Select(row => $"{row[0]} {row[1]}")));
        Assert.Equal(0, file.Number("SELECT COUNT(*) FROM (SELECT 1 FROM labels GROUP BY TenantKey, Text HAVING COUNT(*) > 1)"));
    }

    [Fact]
    public async Task Tenants_WithTheSameIds_DoNotTouch()
    {
        await using var file = new PortalFile();
        await BeginAsync(file);
        await BeginAsync(file, tenant: 2);
        var untouched = await file.ReadAsync(tenant: 2);
        await file.RecordAsync(1, Make.Usage("1", 5_000));
        await file.RestartAsync();

        Assert.Equal(untouched, await file.ReadAsync(tenant: 2));
        Assert.Equal(RecordResult.Recorded, (await file.RecordAsync(2, Make.Usage("1", 6_000)))[0].Result);
        Assert.Equal(RecordResult.Duplicate, (await file.RecordAsync(1, Make.Usage("1", 5_000)))[0].Result);
    }

    private static async Task BeginAsync(PortalFile file, int tenant = 1, long credits = 100)
    {
        await file.CreateAsync(tenant);
        await file.ChangeAsync(
            ledger =>
            {
                ledger.AddEnvironment();
                return ledger.AddGrant(Make.NewGrant(credits)).Refusal is null;
            },
            tenant);
    }
}

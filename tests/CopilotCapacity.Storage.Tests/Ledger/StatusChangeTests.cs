using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Storage.Queries;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Storage.Tests.Ledger;

/// <summary>Changes of status are on disk with the quota of their moment.</summary>
public sealed class StatusChangeTests
{
    [Fact]
    public async Task Changes_AreOnDiskWithTheirQuota_AsTheLedgerHadIt()
    {
        await using var file = await CreateAsync(200);
        await file.ChangeAsync(ledger => ledger.SetAllocation(Make.Environment(1), Credits.Of(50), true, true, null).Value!.Key);
        await file.ChangeAsync(ledger => ledger.SetWhenUnreachable(Make.Environment(1), UnreachableRule.AllowUpTo(new Credits(2_500)), null).Value!.Key);

        // Both marks are passed within one commit.
        await file.RecordAsync(1, Make.Usage("1", 161_000), Make.Usage("2", 39_000));
        var expected = await file.ChangeAsync(ledger => QuotaReading.Of(ledger, ledger.Find(Make.Environment(1))!));
        var changes = Read(file, after: 0);

        Assert.Equal([QuotaStatus.Depleted, QuotaStatus.Available, QuotaStatus.Low, QuotaStatus.Depleted], changes.Select(change => change.Status));
        Assert.Equal(changes.Select(change => change.Sequence).Order(), changes.Select(change => change.Sequence));
        Assert.All(changes, change => Assert.Equal(change.Sequence, change.StatusSequence));
        Assert.Equal(Credits.Of(39), changes[2].Reach.Left);
        Assert.Equal((Credits.Of(50), Credits.Of(111)), (changes[2].AllocationConsumed, changes[2].PoolConsumed));
        Assert.Equal(expected, changes[3]);
        Assert.Equal(changes[2..], Read(file, changes[1].Sequence));
    }

    [Fact]
    public async Task Restart_KeepsSinceWhenTheStatusIsWhatItIs()
    {
        await using var file = await CreateAsync(100);
        await file.RecordAsync(1, Make.Usage("1", 80_000));
        await file.RecordAsync(1, Make.Usage("2", 1_000));
        var before = await SinceAsync(file);

        await file.RestartAsync();

        Assert.Equal(before, await SinceAsync(file));
        Assert.Equal(Read(file, 0)[^1].Sequence, before);
        await file.RecordAsync(1, Make.Usage("3", 19_000));
        Assert.True(await SinceAsync(file) > before);
    }

    [Fact]
    public async Task OneCause_ChangesAllEnvironmentsItMoves_UnderOneNumber()
    {
        await using var file = await CreateAsync(100);
        await file.ChangeAsync(ledger => ledger.AddEnvironment(2).Key);
        await file.RecordAsync(1, Make.Usage("1", 100_000));

        using var snapshot = file.Snapshot();
        var last = StatusChangeQuery.Read(snapshot, snapshot.Tenant(Make.Tenant(1))!, 0, 100).Where(change => change.Status == QuotaStatus.Depleted).TakeLast(2).ToList();

        Assert.Equal([Make.Environment(1), Make.Environment(2)], last.Select(change => change.Environment));
        Assert.Single(last.Select(change => change.Sequence).Distinct());
    }

    [Fact]
    public async Task OldChanges_GoWhenAMonthTurns_ButNeitherYoungOnesNorTheLast()
    {
        await using var file = await CreateAsync(100);
        await file.ChangeAsync(ledger => ledger.AddEnvironment(2).Key);
        await file.RecordAsync(1, Make.Usage("1", 80_000));
        var young = file.Number("SELECT COUNT(*) FROM status_changes");

        file.Time.Advance(TimeSpan.FromDays(39));
        await file.ReadAsync();
        Assert.Equal(young, file.Number("SELECT COUNT(*) FROM status_changes WHERE WrittenAt <= (SELECT MIN(WrittenAt) FROM status_changes)"));
        file.Time.Advance(TimeSpan.FromDays(40));
        await file.ReadAsync();

        Assert.Equal(2, file.Number("SELECT COUNT(DISTINCT EnvironmentKey) FROM status_changes"));
        Assert.Equal(0, file.Number(
            "SELECT COUNT(*) FROM status_changes AS old WHERE Sequence <= 5 AND EXISTS (SELECT 1 FROM status_changes AS later WHERE later.EnvironmentKey = old.EnvironmentKey AND later.Sequence > old.Sequence)"));
    }

    [Fact]
    public async Task Settings_SurviveARestart_AndAReplayBringsThemForth()
    {
        await using var file = await CreateAsync(100);
        await file.ChangeAsync(ledger => ledger.SetWhenUnreachable(Make.Environment(1), UnreachableRule.Allow, null).Value!.Key);
        await file.ChangeAsync(ledger => ledger.SetAllowedOrigins(["https://contoso.example", "http://localhost:3000"]).Value!.Version);
        var before = await file.ReadAsync();

        await file.RestartAsync();

        Assert.Equal(before, await file.ReadAsync());
        Assert.Contains("unreachable allow", before, StringComparison.Ordinal);
        Assert.Empty(file.Differences(1));
    }

    private static async Task<PortalFile> CreateAsync(long credits)
    {
        var file = new PortalFile();
        await file.CreateAsync();
        await file.ChangeAsync(ledger => ledger.AddEnvironment().Key);
        await file.ChangeAsync(ledger => ledger.AddGrant(Make.NewGrant(credits)).Value!.Key);
        return file;
    }

    private static Task<long> SinceAsync(PortalFile file) => file.ChangeAsync(ledger => ledger.Find(Make.Environment(1))!.Watch.StatusSequence);

    private static List<QuotaReading> Read(PortalFile file, long after)
    {
        using var snapshot = file.Snapshot();
        return [.. StatusChangeQuery.Read(snapshot, snapshot.Tenant(Make.Tenant(1))!, Make.Environment(1), after, 100)];
    }
}

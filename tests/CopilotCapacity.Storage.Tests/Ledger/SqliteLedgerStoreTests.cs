using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering.Ingest;
using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Storage.Tests.Ledger;

public sealed class SqliteLedgerStoreTests
{
    [Fact]
    public async Task Record_AfterARestart_KnowsItsEventsAndGoesOnFromItsBalances()
    {
        await using var ledger = await LedgerUnderTest.StartAsync();
        await ledger.PrepareAsync(packs: 1, allocation: 1_000);
        var now = ledger.Clock.GetUtcNow();
        await ledger.Meter.RecordAsync(LedgerUnderTest.Tenant, [LedgerUnderTest.Usage("a", 900, now), LedgerUnderTest.Usage("b", 300, now)]);

        await ledger.RestartAsync();
        var outcomes = await ledger.Meter.RecordAsync(
            LedgerUnderTest.Tenant,
            [LedgerUnderTest.Usage("a", 900, now), LedgerUnderTest.Usage("b", 301, now), LedgerUnderTest.Usage("c", 24_000, now)]);

        Assert.Equal([RecordResult.Duplicate, RecordResult.Conflict, RecordResult.Recorded], outcomes.Select(outcome => outcome.Result));
        Assert.Equal(Credits.Of(900), outcomes[0].Answer!.Burn.Allocation);
        Assert.Equal(Credits.Of(23_800), outcomes[2].Answer!.Burn.Pool);
        Assert.Equal(Credits.Of(200), outcomes[2].Answer!.Burn.Unfunded);
        Assert.Equal(2 + 1, ledger.Scalar("SELECT COUNT(*) FROM usage_events"));
    }

    [Fact]
    public async Task Sequence_RunsWithoutGapThroughJournalAndUsage()
    {
        await using var ledger = await LedgerUnderTest.StartAsync();
        await ledger.PrepareAsync(packs: 1, allocation: 500);
        var now = ledger.Clock.GetUtcNow();
        await ledger.Meter.RecordAsync(LedgerUnderTest.Tenant, [LedgerUnderTest.Usage("a", 1, now), LedgerUnderTest.Usage("a", 1, now)]);
        ledger.Clock.SetUtcNow(new DateTimeOffset(2026, 12, 2, 0, 0, 0, TimeSpan.Zero));
        await ledger.Meter.RecordAsync(LedgerUnderTest.Tenant, [LedgerUnderTest.Usage("b", 1, now), LedgerUnderTest.Usage("c", 1, ledger.Clock.GetUtcNow())]);

        const string all = "(SELECT Sequence FROM journal UNION ALL SELECT Sequence FROM usage_events)";
        Assert.Equal(ledger.Scalar($"SELECT COUNT(*) FROM {all}"), ledger.Scalar($"SELECT MAX(Sequence) FROM {all}"));
        Assert.Equal(ledger.Scalar($"SELECT MAX(Sequence) FROM {all}"), ledger.Scalar("SELECT Sequence FROM tenants"));
        Assert.Equal(ledger.Scalar("SELECT MAX(Sequence) FROM tenants"), ledger.Scalar($"SELECT COUNT(DISTINCT Sequence) FROM {all}"));
    }

    [Fact]
    public async Task Record_OfLastMonth_DoesNotTouchThisMonth()
    {
        await using var ledger = await LedgerUnderTest.StartAsync();
        await ledger.PrepareAsync(packs: 1, allocation: 1_000);
        var november = ledger.Clock.GetUtcNow();
        ledger.Clock.SetUtcNow(new DateTimeOffset(2026, 12, 5, 0, 0, 0, TimeSpan.Zero));

        var late = await ledger.Meter.RecordAsync(LedgerUnderTest.Tenant, [LedgerUnderTest.Usage("late", 1_200, november)]);

        Assert.Equal(Credits.Of(1_000), late[0].Answer!.Burn.Allocation);
        Assert.Equal(Credits.Of(200), late[0].Answer!.Burn.Pool);
        Assert.Equal(Credits.Of(1_000), ledger.Quota().Reach.AllocationLeft);
        Assert.Equal(Credits.Of(24_000), ledger.Quota().Reach.PoolLeft);
    }

    [Theory]
    [InlineData("UPDATE usage_events SET Allocation = 0")]
    [InlineData("DELETE FROM usage_events")]
    [InlineData("UPDATE journal SET Change = '{}'")]
    [InlineData("DELETE FROM journal")]
    public async Task History_CannotBeChanged(string sql)
    {
        await using var ledger = await LedgerUnderTest.StartAsync();
        await ledger.PrepareAsync(packs: 1, allocation: 10);
        await ledger.Meter.RecordAsync(LedgerUnderTest.Tenant, [LedgerUnderTest.Usage("a", 1, ledger.Clock.GetUtcNow())]);

        var refused = Assert.Throws<SqliteException>(() => ledger.Scalar(sql));

        Assert.Contains("only grows", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rollups_EqualTheEventsTheyCount()
    {
        await using var ledger = await LedgerUnderTest.StartAsync();
        await ledger.PrepareAsync(packs: 1, allocation: 1_000);
        var now = ledger.Clock.GetUtcNow();
        for (var batch = 0; batch < 5; batch++)
        {
            var events = Enumerable.Range(0, 40).Select(index =>
                LedgerUnderTest.Usage($"{batch}-{index}", index + 1, now.AddHours(-index)));
            await ledger.Meter.RecordAsync(LedgerUnderTest.Tenant, [.. events]);
        }

        string[] sums = ["SUM(Allocation)", "SUM(Pool)", "SUM(Unfunded)"];
        foreach (var sum in sums)
        {
            Assert.Equal(ledger.Scalar($"SELECT {sum} FROM usage_events"), ledger.Scalar($"SELECT {sum} FROM usage_hours"));
        }

        Assert.Equal(200, ledger.Scalar("SELECT SUM(Events) FROM usage_hours"));
        Assert.Equal(
            ledger.Scalar("SELECT SUM(Allocation + Pool) FROM usage_events"),
            ledger.Scalar("SELECT SUM(Prepaid) FROM usage_days WHERE EnvironmentKey = 0"));
    }
}

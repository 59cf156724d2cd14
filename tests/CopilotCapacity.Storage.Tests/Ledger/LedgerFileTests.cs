using System.Globalization;
using System.Text.Json;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Storage.Ledger;
using CopilotCapacity.Storage.Sqlite;
using CopilotCapacity.Testing;
using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Storage.Tests.Ledger;

/// <summary>What stands in the file, read past the portal.</summary>
public sealed class LedgerFileTests
{
    [Fact]
    public async Task File_AfterARandomHistory_HasNoGapAndItsRollupsAreTheSumsOfItsEvents()
    {
        await using var file = new PortalFile();
        RandomHistory[] histories = [new(file, 11), new(file, 12, tenant: 2)];
        foreach (var history in histories)
        {
            await history.BeginAsync();
        }

        for (var part = 0; part < 5; part++)
        {
            await histories[part % 2].DoAsync(40);
        }

        AssertNoGap(file, 1);
        AssertNoGap(file, 2);
        AssertDays(file);
        AssertHours(file);
        Assert.Equal(
            file.Number("SELECT COUNT(*) FROM usage_events"),
            file.Number("SELECT SUM(Events) FROM usage_hours"));
        Assert.True(file.Number("SELECT COUNT(*) FROM usage_events WHERE Items IS NOT NULL") > 10);
        Assert.Equal("ok", file.Query("PRAGMA integrity_check")[0][0]);
    }

    [Fact]
    public async Task Journal_EveryEntry_ReadsBackAsWhatWasWritten()
    {
        await using var file = new PortalFile();
        var history = new RandomHistory(file, 5);
        await history.BeginAsync();
        await history.DoAsync(80);
        foreach (var row in file.Query("SELECT Change FROM journal"))
        {
            var text = (string)row[0]!;
            var change = JsonSerializer.Deserialize<LedgerChange>(text, JournalJson.Options)!;
            Assert.Equal(text, JsonSerializer.Serialize(change, JournalJson.Options));
        }

        Assert.True(file.Number("SELECT COUNT(DISTINCT json_extract(Change, '$.$type')) FROM journal") >= 8);
    }

    [Theory]
    [InlineData("UPDATE usage_events SET Pool = 0")]
    [InlineData("DELETE FROM usage_events")]
    [InlineData("UPDATE journal SET ActorName = 'Eve'")]
    [InlineData("DELETE FROM journal")]
    public async Task Ledger_OnlyGrows(string sql)
    {
        await using var file = await WithUseAsync();
        var refused = Assert.Throws<SqliteException>(() => file.Execute(sql));
        Assert.Contains("only grows", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE grant_months SET Burned = -1")]
    [InlineData("UPDATE grant_months SET Burned = Granted + CarriedIn + 1")]
    [InlineData("UPDATE environment_months SET Backing = Consumed - 1")]
    [InlineData("UPDATE environment_months SET Unfunded = -1")]
    [InlineData("INSERT INTO plan_months VALUES (1, 1, 24312, 0, -1, 0)")]
    public async Task Balances_ThatCannotBe_AreRefused(string sql)
    {
        await using var file = await WithUseAsync();
        Assert.Equal(19, Assert.Throws<SqliteException>(() => file.Execute(sql)).SqliteErrorCode);
    }

    [Fact]
    public async Task Writer_KeepsAWriteAheadLogSyncedAtEveryCommit()
    {
        await using var file = new PortalFile();
        using var connection = file.Database.OpenForWriting();
        Assert.Equal("wal", Pragma(connection, "journal_mode"));
        Assert.Equal("2", Pragma(connection, "synchronous"));
        Assert.Equal("1", Pragma(connection, "foreign_keys"));
    }

    [Fact]
    public void Prepare_AFolderThatCannotBe_SaysSoInOneSentence()
    {
        var file = Path.GetTempFileName();
        var database = new SqliteDatabase($"Data Source={Path.Combine(file, "portal.db")}");
        Assert.Contains("cannot be used", Assert.Throws<DatabaseUnusableException>(database.Prepare).Message, StringComparison.Ordinal);
        File.Delete(file);
    }

    private static async Task<PortalFile> WithUseAsync()
    {
        var file = new PortalFile();
        await file.CreateAsync();
        await file.ChangeAsync(ledger =>
        {
            ledger.AddEnvironment();
            ledger.AddGrant(Make.NewGrant(10));
            return ledger.SetAllocation(Make.Environment(), Credits.Of(5), true, true, null).Refusal is null;
        });
        await file.RecordAsync(1, Make.Usage("1", 7_000));
        return file;
    }

    private static void AssertNoGap(PortalFile file, int tenant)
    {
        var numbers = file.Query($"SELECT Sequence FROM journal WHERE TenantKey = {tenant} UNION ALL SELECT Sequence FROM usage_events WHERE TenantKey = {tenant} ORDER BY 1")
            .Select(row => (long)row[0]!).ToList();
        Assert.Equal(Enumerable.Range(1, numbers.Count).Select(number => (long)number), numbers);
        Assert.Equal(numbers.Count, file.Number($"SELECT Sequence FROM tenants WHERE Key = {tenant}"));
    }

    private static void AssertDays(PortalFile file)
    {
        const string Sums = "SUM(Allocation + Pool), SUM(PayAsYouGo), SUM(Unfunded), SUM(CostMicros)";
        var day = $"Time / {TimeSpan.TicksPerDay}";
        var expected = file.Query($"""
            SELECT TenantKey, {day}, EnvironmentKey, {Sums} FROM usage_events GROUP BY 1, 2, 3
            UNION ALL SELECT TenantKey, {day}, 0, {Sums} FROM usage_events GROUP BY 1, 2
            ORDER BY 1, 2, 3
            """);
        Assert.Equal(Lines(expected), Lines(file.Query("SELECT * FROM usage_days ORDER BY 1, 2, 3")));
        var paid = file.Query($"SELECT TenantKey, PlanKey, {day}, SUM(PayAsYouGo), SUM(CostMicros) FROM usage_events WHERE PlanKey IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3");
        Assert.NotEmpty(paid);
        Assert.Equal(Lines(paid), Lines(file.Query("SELECT * FROM plan_days ORDER BY 1, 2, 3")));
    }

    // The parts of a charge go to its items in their order; what an item costs is what it adds to the rounded cost.
    private static void AssertHours(PortalFile file)
    {
        var sums = new SortedDictionary<string, long[]>(StringComparer.Ordinal);
        foreach (var row in file.Query($"""
            SELECT e.TenantKey, e.Time / {TimeSpan.TicksPerHour}, e.EnvironmentKey, e.Agent, e.Product, e.Channel, e.User, e.Model, e.Tool,
                e.CostCenter, e.Feature, e.Quantity, e.Rate, e.Items, e.Allocation, e.Pool, e.PayAsYouGo, e.Unfunded, e.CostMicros, e.NonBilled
            FROM usage_events e
            """))
        {
            Add(sums, row);
        }

        var actual = file.Query("SELECT TenantKey, Hour, EnvironmentKey, Agent, Product, Channel, User, Model, Tool, CostCenter, Feature, Uses, Events, NonBilled, Allocation, Pool, PayAsYouGo, Unfunded, CostMicros FROM usage_hours");
        Assert.Equal(
            string.Join('\n', sums.Select(pair => $"{pair.Key}: {string.Join(' ', pair.Value)}").Order(StringComparer.Ordinal)),
            string.Join('\n', actual.Select(row => $"{string.Join(' ', row[..11])}: {string.Join(' ', row[11..])}").Order(StringComparer.Ordinal)));
    }

    private static void Add(SortedDictionary<string, long[]> sums, object?[] row)
    {
        var left = row[14..18].Select(value => (long)value!).ToArray();
        var (paygSoFar, costSoFar) = (0L, 0L);
        var seen = new HashSet<long>();
        foreach (var (feature, charge, isFree) in Items(row))
        {
            var key = $"{string.Join(' ', row[..10])} {feature}";
            var target = sums.TryGetValue(key, out var found) ? found : sums[key] = new long[8];
            target[1] += seen.Count == 0 ? 1 : 0;
            target[0] += seen.Add(feature) ? 1 : 0;
            target[2] += isFree ? charge : 0;
            var rest = isFree ? 0 : charge;
            for (var source = 0; source < 4; source++)
            {
                var part = Math.Min(rest, left[source]);
                left[source] -= part;
                rest -= part;
                target[3 + source] += part;
                paygSoFar += source == 2 ? part : 0;
            }

            Assert.Equal(0, rest);
            var cost = ((paygSoFar * 12_345) + 999) / 1_000;
            target[7] += cost - costSoFar;
            costSoFar = cost;
        }

        Assert.Equal((long)row[18]!, costSoFar);
        Assert.All(left, rest => Assert.Equal(0, rest));
    }

    private static IEnumerable<(long Feature, long Charge, bool IsFree)> Items(object?[] row)
    {
        if (row[13] is string json)
        {
            return JsonSerializer.Deserialize<long[][]>(json)!.Select(item => (item[0], item[3], item[4] != 0));
        }

        var billed = row[14..18].Sum(value => (long)value!);
        return [((long)row[10]!, billed + (long)row[19]!, billed == 0)];
    }

    private static string Pragma(SqliteConnection connection, string name)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA {name}";
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture)!;
    }

    private static string Lines(List<object?[]> rows) => string.Join('\n', rows.Select(row => string.Join(' ', row)));
}

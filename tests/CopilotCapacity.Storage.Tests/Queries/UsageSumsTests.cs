using CopilotCapacity.Storage.Queries;
using CopilotCapacity.Storage.Tests.Ledger;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Storage.Tests.Queries;

/// <summary>Usage added up by days and months tells what the hours tell, however late it is written.</summary>
public sealed class UsageSumsTests
{
    private static readonly Dictionary<UsageDimension, string> s_all = [];

    private static readonly UsageDimension[][] s_groups =
    [
        [],
        [UsageDimension.Environment],
        [UsageDimension.Agent],
        [UsageDimension.Feature],
        [UsageDimension.CostCenter, UsageDimension.Environment],
        [UsageDimension.Agent, UsageDimension.Feature],
    ];

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task Questions_AreAnsweredBySumsAsByHours_AtAnyPointOfAHistory(int seed)
    {
        await using var file = new PortalFile();
        var history = new RandomHistory(file, seed, withLimits: true);
        await history.BeginAsync();
        var waited = 0L;
        for (var part = 0; part < 8; part++)
        {
            await history.DoAsync(25);
            waited += file.Number("SELECT t.Sequence - IFNULL(m.Sequence, 0) FROM tenants t LEFT JOIN usage_sum_marks m ON m.TenantKey = t.Key");
            AssertSame(file);
            Assert.Empty(file.Differences(1));
            if (part % 3 == 2)
            {
                await file.RestartAsync();
            }
        }

        Assert.True(waited > 0, "Some of it must have been read before it was added up.");
        Assert.True(file.Number("SELECT COUNT(*) FROM usage_sums WHERE Span > 0") > 20, "Days must have been added up.");
        Assert.True(file.Number("SELECT COUNT(DISTINCT Span) FROM usage_sums WHERE Span < 0") > 1, "Months must have been added up.");
        Assert.True(file.Number("SELECT COUNT(*) FROM reversals") > 0, "Uses must have been taken back.");
    }

    [Fact]
    public async Task Use_TakenBackAfterItWasAddedUp_IsGoneAtOnceAndStaysGone()
    {
        await using var file = await BegunAsync();
        await file.RecordAsync(1, Make.Usage("1", 5_000), Make.Usage("2", 7_000));
        Assert.Equal(2, file.Number("SELECT SUM(Events) FROM usage_sums WHERE Span > 0"));

        await file.ChangeAsync((ledger, archive) => ledger.Reverse(archive.FindUse(ledger, ledger.Sequence)!.Posting, "wrong").Refusal, 1);
        Assert.Equal(2, file.Number("SELECT SUM(Events) FROM usage_sums WHERE Span > 0"));
        Assert.Equal((1, 5_000), MonthOf(file));

        await file.RestartAsync();
        Assert.Equal((1, 5_000), MonthOf(file));
        file.Time.Advance(TimeSpan.FromMinutes(1));
        await file.RecordAsync(1, Make.Usage("3", 1_000));
        Assert.Equal(2, file.Number("SELECT SUM(Events) FROM usage_sums WHERE Span > 0"));
        Assert.Equal((2, 6_000), MonthOf(file));
        Assert.Empty(file.Differences(1));
    }

    [Fact]
    public async Task FailedCommit_IsNotAddedUp()
    {
        await using var file = await BegunAsync();
        await file.RecordAsync(1, Make.Usage("0", 1_000));
        await file.RecordAsync(1, Make.Usage("1", 2_000));
        file.Execute("CREATE TRIGGER marked BEFORE INSERT ON usage_sums WHEN NEW.Span < 0 BEGIN SELECT RAISE(ABORT, 'marked'); END");
        file.Time.Advance(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAnyAsync<Exception>(() => file.RecordAsync(1, Make.Usage("2", 4_000)));
        Assert.Equal((2, 3_000), MonthOf(file));

        file.Execute("DROP TRIGGER marked");
        await file.RecordAsync(1, Make.Usage("2", 4_000));
        Assert.Equal(3, file.Number("SELECT SUM(Events) FROM usage_sums WHERE Span > 0"));
        Assert.Equal(3, file.Number("SELECT SUM(Events) FROM usage_sums WHERE Span < 0"));
        Assert.Equal(3, file.Number("SELECT SUM(Events) FROM usage_day_totals"));
        Assert.Equal((3, 7_000), MonthOf(file));
        Assert.Empty(file.Differences(1));
    }

    [Theory]
    [InlineData("UPDATE usage_sums SET Pool = Pool + 1 WHERE Span > 0", "sums")]
    [InlineData("UPDATE usage_sums SET Pool = Pool + 1 WHERE Span < 0", "months")]
    [InlineData("DELETE FROM usage_sums WHERE Span < 0", "months")]
    [InlineData("UPDATE usage_day_totals SET Pool = Pool + 1", "totals")]
    [InlineData("DELETE FROM usage_day_totals", "totals")]
    public async Task Verify_SumsThatDiffer_AreFound(string sql, string name)
    {
        await using var file = await BegunAsync();
        await file.RecordAsync(1, Make.Usage("1", 5_000));
        Assert.Empty(file.Differences(1));
        file.Execute(sql);
        Assert.Contains(name, Assert.Single(file.Differences(1)), StringComparison.Ordinal);
    }

    private static async Task<PortalFile> BegunAsync()
    {
        var file = new PortalFile();
        await file.CreateAsync();
        await file.ChangeAsync(ledger =>
        {
            ledger.AddEnvironment();
            return ledger.AddGrant(Make.NewGrant(100)).Refusal is null;
        });
        file.Time.Advance(TimeSpan.FromMinutes(1));
        return file;
    }

    private static (long Events, long Billed) MonthOf(PortalFile file)
    {
        var totals = Read(file, new UsageQuestion(Make.At("2026-01-01"), Make.At("2027-01-01"), [], UsageGranularity.None, s_all)).Totals;
        return (totals.Events, totals.Billed);
    }

    private static void AssertSame(PortalFile file)
    {
        var (first, last) = (file.Number("SELECT MIN(Time) FROM usage_events"), file.Number("SELECT MAX(Time) FROM usage_events"));
        var (from, to) = (new DateTimeOffset(first, TimeSpan.Zero), new DateTimeOffset(last + 1, TimeSpan.Zero));
        var middle = from + ((to - from) / 2);
        foreach (var (begin, end) in new[] { (from, to), (from.AddDays(-1), to.AddDays(40)), (middle, to), (new DateTimeOffset(middle.UtcDateTime.Date, TimeSpan.Zero), to) })
        {
            foreach (var groups in s_groups)
            {
                var filters = groups.Length == 2 ? new Dictionary<UsageDimension, string> { [UsageDimension.Environment] = Make.Environment(2).Value.ToString() } : s_all;
                var byHour = new UsageQuestion(begin, end, groups, UsageGranularity.Hour, filters);
                foreach (var granularity in new[] { UsageGranularity.Day, UsageGranularity.Month, UsageGranularity.None })
                {
                    Assert.Equal(Text(Read(file, byHour), granularity), Text(Read(file, byHour with { Granularity = granularity }), granularity));
                }
            }
        }
    }

    private static UsageAnswer Read(PortalFile file, UsageQuestion question)
    {
        using var snapshot = file.Snapshot();
        return UsageQuery.Read(snapshot, snapshot.Tenant(Make.Tenant(1))!, question);
    }

    // Rows in which all was taken back may be there or not.
    private static string Text(UsageAnswer answer, UsageGranularity granularity) => string.Join(
        '\n',
        answer.Groups
            .GroupBy(group => $"{SpanOf(group.Start, granularity)} {string.Join(' ', group.Keys)}", StringComparer.Ordinal)
            .Select(rows => (rows.Key, Sums: Sum(rows)))
            .Where(row => !string.Equals(row.Sums, Sum([]), StringComparison.Ordinal))
            .OrderBy(row => row.Key, StringComparer.Ordinal)
            .Select(row => $"{row.Key}: {row.Sums}")
            .Append($"{TextOf(answer.Totals)}"));

    private static string SpanOf(DateTimeOffset? start, UsageGranularity granularity) => granularity switch
    {
        UsageGranularity.Day => $"{start:yyyy-MM-dd}",
        UsageGranularity.Month => $"{start:yyyy-MM}",
        _ => "",
    };

    private static string Sum(IEnumerable<UsageGroup> rows)
    {
        var sums = default(UsageSums);
        foreach (var row in rows)
        {
            sums.Add(row.Sums);
        }

        return TextOf(sums);
    }

    private static string TextOf(UsageSums sums) =>
        $"{sums.Events} {sums.NonBilled} {sums.Allocation} {sums.Pool} {sums.PayAsYouGo} {sums.Unfunded} {sums.CostMicros}";
}

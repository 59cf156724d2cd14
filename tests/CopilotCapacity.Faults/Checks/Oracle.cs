using CopilotCapacity.Faults.Load;

namespace CopilotCapacity.Faults.Checks;

/// <summary>What a comparison of senders and file found.</summary>
public sealed class Findings
{
    /// <summary>Acknowledged events that are not there, or there with another amount.</summary>
    public int Lost { get; set; }

    /// <summary>Events that are there more than once.</summary>
    public int Doubled { get; set; }

    /// <summary>Events nobody sent.</summary>
    public int Foreign { get; set; }

    /// <summary>Everything else that is wrong, a sentence each.</summary>
    public List<string> Others { get; } = [];

    /// <summary>Whether all is as it must be.</summary>
    public bool IsClean => Lost == 0 && Doubled == 0 && Foreign == 0 && Others.Count == 0;

    /// <inheritdoc/>
    public override string ToString() =>
        $"lost {Lost}, doubled {Doubled}, foreign {Foreign}{string.Concat(Others.Take(20).Select(other => "\n  " + other))}";
}

/// <summary>Compares what senders remember with what the file holds.</summary>
public static class Oracle
{
    // Each row must be 1..n without gap over both tables, and n the tenant's own number.
    private const string Sequences = """
        WITH s(n) AS (SELECT Sequence FROM usage_events WHERE TenantKey = $1 UNION ALL SELECT Sequence FROM journal WHERE TenantKey = $1)
        SELECT count(*), count(DISTINCT n), min(n), max(n), (SELECT Sequence FROM tenants WHERE Key = $1) FROM s
        """;

    private const string Usage =
        "SELECT sum(Allocation), sum(Pool), sum(PayAsYouGo), sum(Unfunded) FROM usage_events WHERE TenantKey = $1";

    // The same sums where the product keeps them ready: each must agree with the rows.
    private static readonly (string Name, string Sql)[] s_sums =
    [
        ("usage_hours", "SELECT sum(Allocation), sum(Pool), sum(PayAsYouGo), sum(Unfunded) FROM usage_hours WHERE TenantKey = $1"),
        ("environment_months", """
            SELECT sum(Consumed), sum(PoolConsumed), sum(PayAsYouGo), sum(Unfunded) FROM environment_months WHERE TenantKey = $1
            """),
    ];

    private static readonly (string Name, string Sql)[] s_prepaid =
    [
        ("grant_months", "SELECT sum(Burned) FROM grant_months WHERE TenantKey = $1"),
        ("usage_days by environment", "SELECT sum(Prepaid) FROM usage_days WHERE TenantKey = $1 AND EnvironmentKey <> 0"),
        ("usage_days of the tenant", "SELECT sum(Prepaid) FROM usage_days WHERE TenantKey = $1 AND EnvironmentKey = 0"),
    ];

    /// <summary>
    /// Checks a file. <paramref name="isDrained"/> says that everything that was sent has been acknowledged, so that the sums
    /// must agree too; without it what was sent and not acknowledged may be there or not.
    /// </summary>
    public static Findings Check(LedgerFile file, IReadOnlyList<TestTenant> tenants, IReadOnlyList<Sender> senders, bool isDrained)
    {
        var findings = new Findings();
        findings.Others.AddRange(file.Damage());
        var keys = file.Tenants();
        foreach (var tenant in tenants)
        {
            if (!keys.TryGetValue(tenant.Id, out var key))
            {
                findings.Others.Add($"{tenant.Name} is not there.");
                continue;
            }

            Compare(file, key, [.. senders.Where(sender => sender.Tenant == tenant).SelectMany(sender => sender.Sent)], findings);
            CheckSequences(file, key, tenant.Name, findings);
            CheckSums(file, key, tenant.Name, findings);
        }

        if (isDrained)
        {
            var open = senders.Sum(sender => sender.Sent.Count(batch => !batch.IsAcknowledged));
            Require(findings, open == 0, $"{open} batches could not be delivered.");
        }

        return findings;
    }

    private static void Compare(LedgerFile file, long tenant, IReadOnlyList<SentBatch> sent, Findings findings)
    {
        var stored = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var row in file.Events(tenant))
        {
            findings.Doubled += stored.TryAdd(row.Id, row.Thousandths) ? 0 : 1;
        }

        var expected = 0;
        foreach (var batch in sent)
        {
            var present = batch.Events.Count(known => stored.TryGetValue(known.Id, out var amount) && amount == known.Thousandths);
            findings.Lost += batch.IsAcknowledged ? batch.Events.Count - present : 0;
            Require(
                findings,
                batch.IsAcknowledged || present == 0 || present == batch.Events.Count,
                $"{present} of {batch.Events.Count} events of one batch are there.");
            expected += batch.Events.Count(known => stored.ContainsKey(known.Id));
        }

        findings.Foreign += stored.Count - expected;
    }

    private static void CheckSequences(LedgerFile file, long tenant, string name, Findings findings)
    {
        var numbers = file.Numbers(Sequences, tenant);
        var count = numbers[0];
        Require(
            findings,
            numbers.AsSpan(1).SequenceEqual([count, 1, count, count]),
            $"{name}: {count} entries, {numbers[1]} different numbers from {numbers[2]} to {numbers[3]}, the tenant stands at {numbers[4]}.");
    }

    private static void CheckSums(LedgerFile file, long tenant, string name, Findings findings)
    {
        var usage = file.Numbers(Usage, tenant);
        foreach (var (table, sql) in s_sums)
        {
            var sums = file.Numbers(sql, tenant);
            Require(findings, sums.AsSpan().SequenceEqual(usage), $"{name}: {table} has {Text(sums)}, the events have {Text(usage)}.");
        }

        foreach (var (table, sql) in s_prepaid)
        {
            var sum = file.Numbers(sql, tenant)[0];
            Require(findings, sum == usage[0] + usage[1], $"{name}: {table} has {sum}, the events have {usage[0] + usage[1]}.");
        }
    }

    private static void Require(Findings findings, bool holds, string otherwise)
    {
        if (!holds)
        {
            findings.Others.Add(otherwise);
        }
    }

    private static string Text(long[] numbers) => string.Join(" + ", numbers);
}

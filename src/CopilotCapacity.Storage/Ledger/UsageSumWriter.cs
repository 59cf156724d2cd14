using System.Runtime.InteropServices;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Storage.Queries;
using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>
/// Writes usage added up by days and months. It collects what several commits count and writes it with one of them, because the
/// same rows grow again and again: written with each commit they would cost every use a tenth more.
/// </summary>
internal sealed class UsageSumWriter(SqliteConnection connection) : IDisposable
{
    // What is not written yet is read event by event by whoever asks, so it is kept small.
    private const int EventsMost = 5_000;

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);
    private static readonly string[] s_keys = ["TenantKey", "Span", "EnvironmentKey", "Agent", "Feature", "CostCenter"];
    private static readonly string[] s_sums = ["Uses", "Events", "NonBilled", "Allocation", "Pool", "PayAsYouGo", "Unfunded", "CostMicros"];

    private readonly Dictionary<SumKey, UsageRollup.HourSums> _waiting = [];
    private readonly Dictionary<SumKey, UsageRollup.HourSums> _months = [];
    private readonly Dictionary<(int TenantKey, int Day), UsageRollup.HourSums> _totals = [];
    private readonly Dictionary<int, long> _sequences = [];
    private readonly PreparedCommand _add = LedgerWriter.Add(connection, "usage_sums", s_keys, s_sums);
    private readonly PreparedCommand _addTotal = LedgerWriter.Add(connection, "usage_day_totals", ["TenantKey", "Span"], s_sums);
    private readonly PreparedCommand _mark = LedgerWriter.Replace(connection, "usage_sum_marks", ["TenantKey"], ["Sequence"]);
    private long _events;
    private DateTimeOffset _writtenAt;

    /// <summary>Takes up what a tenant has on disk that is not added up, before a commit adds to it.</summary>
    public void Begin(int tenantKey)
    {
        if (_sequences.ContainsKey(tenantKey))
        {
            return;
        }

        var mark = UsageTail.MarkOf(connection, null, tenantKey);
        UsageTail.Read(connection, null, tenantKey, mark, (in UsageFact fact) => Add(tenantKey, fact));
        _sequences.Add(tenantKey, mark);
    }

    /// <summary>Counts a commit, and writes what has come together when it is time.</summary>
    /// <param name="hours">What the commit counts.</param>
    /// <param name="tenants">Its tenants, with their sequence numbers after it.</param>
    /// <param name="at">The real time of the commit.</param>
    public void Write(
        IReadOnlyDictionary<UsageRollup.HourKey, UsageRollup.HourSums> hours, IEnumerable<(int Key, long Sequence)> tenants, DateTimeOffset at)
    {
        foreach (var (key, sums) in hours)
        {
            Sum(_waiting, new SumKey(key.TenantKey, key.Hour / 24, key.EnvironmentKey, key.Agent, key.Feature, key.CostCenter), sums);
            _events += Math.Abs(sums.Events);
        }

        foreach (var (key, sequence) in tenants)
        {
            _sequences[key] = sequence;
        }

        if (_waiting.Count > 0 && (_events >= EventsMost || at - _writtenAt >= s_interval || at < _writtenAt))
        {
            Write();
            _writtenAt = at;
        }
    }

    /// <summary>Forgets what has come together, as after a commit that failed; it is read again when it is needed.</summary>
    public void Forget()
    {
        _waiting.Clear();
        _months.Clear();
        _totals.Clear();
        _sequences.Clear();
        _events = 0;
    }

    public void Dispose()
    {
        _add.Dispose();
        _addTotal.Dispose();
        _mark.Dispose();
    }

    private static void Sum(Dictionary<SumKey, UsageRollup.HourSums> sums, in SumKey key, in UsageRollup.HourSums more) =>
        CollectionsMarshal.GetValueRefOrAddDefault(sums, key, out _).Add(more);

    private void Add(int tenantKey, in UsageFact fact)
    {
        var key = new SumKey(
            tenantKey,
            (int)(fact.Hour / 24),
            fact.Keys[(int)UsageDimension.Environment],
            fact.Keys[(int)UsageDimension.Agent],
            fact.Keys[(int)UsageDimension.Feature],
            fact.Keys[(int)UsageDimension.CostCenter]);
        Sum(_waiting, key, new UsageRollup.HourSums
        {
            Uses = fact.Uses,
            Events = fact.Sums.Events,
            NonBilled = fact.Sums.NonBilled,
            Allocation = fact.Sums.Allocation,
            Pool = fact.Sums.Pool,
            PayAsYouGo = fact.Sums.PayAsYouGo,
            Unfunded = fact.Sums.Unfunded,
            CostMicros = fact.Sums.CostMicros,
        });
        _events += Math.Abs(fact.Sums.Events);
    }

    private void Write()
    {
        foreach (var (key, sums) in _waiting)
        {
            Write(key, sums);
            Sum(_months, key with { Span = SpanOfMonth(key.Span) }, sums);
            CollectionsMarshal.GetValueRefOrAddDefault(_totals, (key.TenantKey, key.Span), out _).Add(sums);
        }

        foreach (var (key, sums) in _months)
        {
            Write(key, sums);
        }

        foreach (var ((tenant, day), sums) in _totals)
        {
            _addTotal.Numbers(
                tenant, day, sums.Uses, sums.Events, sums.NonBilled, sums.Allocation, sums.Pool, sums.PayAsYouGo, sums.Unfunded, sums.CostMicros).Run();
        }

        foreach (var tenant in _waiting.Keys.Select(key => key.TenantKey).Distinct())
        {
            _mark.Numbers(tenant, _sequences[tenant]).Run();
        }

        _waiting.Clear();
        _months.Clear();
        _totals.Clear();
        _events = 0;
    }

    private void Write(in SumKey key, in UsageRollup.HourSums sums) => _add.Numbers(
        key.TenantKey, key.Span, key.EnvironmentKey, key.Agent, key.Feature, key.CostCenter,
        sums.Uses, sums.Events, sums.NonBilled, sums.Allocation, sums.Pool, sums.PayAsYouGo, sums.Unfunded, sums.CostMicros).Run();

    private static int SpanOfMonth(int day) => -Period.Of(new DateTimeOffset(DateOnly.FromDayNumber(day), TimeOnly.MinValue, TimeSpan.Zero)).Index;

    private readonly record struct SumKey(int TenantKey, int Span, int EnvironmentKey, int Agent, int Feature, int CostCenter);
}

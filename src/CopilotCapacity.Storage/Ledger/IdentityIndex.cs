using System.Buffers.Binary;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering.Store;
using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>
/// Finds recorded events by their identity. Identities are kept by the month they were charged to, so that a whole month can
/// go once its events would be refused as too late; a lookup asks each month the tenant has.
/// </summary>
internal sealed class IdentityIndex : IDisposable
{
    private readonly PreparedCommand _periods;
    private readonly PreparedCommand _candidates;
    private readonly PreparedCommand _event;
    private readonly Dictionary<int, SortedSet<int>> _periodsOf = [];

    public IdentityIndex(SqliteConnection connection)
    {
        _periods = new PreparedCommand(connection, "SELECT DISTINCT Period FROM event_identities WHERE TenantKey = ?1");
        _candidates = new PreparedCommand(
            connection,
            "SELECT Sequence FROM event_identities WHERE TenantKey = ?1 AND Period = ?2 AND Fingerprint = ?3");
        _event = new PreparedCommand(
            connection,
            """
            SELECT ContentHash, Allocation, Pool, PayAsYouGo, Unfunded, NonBilled, NonBilledReason
            FROM usage_events e
            WHERE e.TenantKey = ?1 AND e.Sequence = ?2 AND e.EventId = ?3
              AND e.Source = (SELECT Key FROM labels l WHERE l.TenantKey = ?1 AND l.Key = e.Source AND l.Text = ?4)
            """);
    }

    public IReadOnlyList<RecordedEvent?> Find(int tenantKey, IReadOnlyList<UsageEvent> events)
    {
        var found = new RecordedEvent?[events.Count];
        var periods = PeriodsOf(tenantKey);
        if (periods.Count == 0)
        {
            return found;
        }

        for (var index = 0; index < found.Length; index++)
        {
            found[index] = Find(tenantKey, periods, events[index]);
        }

        return found;
    }

    /// <summary>Notes in which months identities were written.</summary>
    public void NotePeriods(int tenantKey, IReadOnlyList<Posting> postings)
    {
        if (postings.Count > 0)
        {
            PeriodsOf(tenantKey).UnionWith(postings.Select(posting => posting.Period.Index));
        }
    }

    /// <summary>Forgets what is known in memory.</summary>
    public void Forget() => _periodsOf.Clear();

    public void Dispose()
    {
        _periods.Dispose();
        _candidates.Dispose();
        _event.Dispose();
    }

    private RecordedEvent? Find(int tenantKey, SortedSet<int> periods, UsageEvent usage)
    {
        var fingerprint = Fingerprint.Of(usage);
        foreach (var period in periods)
        {
            using var rows = _candidates.Numbers(tenantKey, period, fingerprint).Read();
            while (rows.Next())
            {
                if (Match(tenantKey, rows.Number(0), usage) is { } recorded)
                {
                    return recorded;
                }
            }
        }

        return null;
    }

    private RecordedEvent? Match(int tenantKey, long sequence, UsageEvent usage)
    {
        using var rows = _event.Numbers(tenantKey, sequence).Text(usage.Id).Text(usage.Source).Read();
        if (!rows.Next())
        {
            return null;
        }

        var burn = new Burn(
            new Credits(rows.Number(1)),
            new Credits(rows.Number(2)),
            new Credits(rows.Number(3)),
            new Credits(rows.Number(4)));
        var answer = new PostedAnswer(
            sequence, burn, new Credits(rows.Number(5)), (NonBilledReason)rows.Number(6));
        return new RecordedEvent(sequence, BinaryPrimitives.ReadUInt128BigEndian(rows.Bytes(0)), answer);
    }

    private SortedSet<int> PeriodsOf(int tenantKey)
    {
        if (!_periodsOf.TryGetValue(tenantKey, out var periods))
        {
            periods = [];
            using var rows = _periods.Numbers(tenantKey).Read();
            while (rows.Next())
            {
                periods.Add((int)rows.Number(0));
            }

            _periodsOf.Add(tenantKey, periods);
        }

        return periods;
    }
}

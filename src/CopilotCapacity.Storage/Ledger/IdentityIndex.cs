using System.Buffers.Binary;
using System.Text;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering.Store;
using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>
/// Finds recorded events by their identity. The newest identities of a tenant are in memory; each time enough have gathered
/// they are written at once as a sorted segment, because a table ordered by identity would change a page for each event. What
/// is found is compared with the event itself, so a shared fingerprint costs a look and never an event.
/// </summary>
internal sealed class IdentityIndex : IDisposable
{
    private readonly int _segmentEvents;
    private readonly IdentitySegments _store;
    private readonly PreparedCommand _now;
    private readonly PreparedCommand _tail;
    private readonly PreparedCommand _event;
    private readonly Dictionary<int, Known> _tenants = [];
    private readonly List<long> _candidates = [];

    public IdentityIndex(SqliteConnection connection, int segmentEvents)
    {
        _segmentEvents = segmentEvents;
        _store = new IdentitySegments(connection);
        _now = new PreparedCommand(connection, "SELECT Now FROM tenants WHERE Key = ?1");
        _tail = new PreparedCommand(
            connection,
            """
            SELECT e.Sequence, e.Time, e.Period, l.Text, e.EventId
            FROM usage_events e JOIN labels l ON l.TenantKey = e.TenantKey AND l.Key = e.Source
            WHERE e.Id > ?1 AND e.Id < ?2
            """);
        _event = new PreparedCommand(
            connection,
            """
            SELECT ContentHash, Allocation, Pool, PayAsYouGo, Unfunded, NonBilled, NonBilledReason
            FROM usage_events e
            WHERE e.Id = ?1 AND e.EventId = ?2
              AND e.Source = (SELECT Key FROM labels l WHERE l.TenantKey = e.TenantKey AND l.Key = e.Source AND l.Text = ?3)
            """);
    }

    /// <summary>How long after a month's end its facts are accepted; older identities need not be known.</summary>
    public TimeSpan LateWindow { get; set; } = TimeSpan.MaxValue;

    public RecordedEvent?[] Find(int tenantKey, IReadOnlyList<UsageEvent> events)
    {
        var known = Of(tenantKey);
        var found = new RecordedEvent?[events.Count];
        var fingerprints = new long[events.Count];
        for (var index = 0; index < found.Length; index++)
        {
            fingerprints[index] = Fingerprint.Of(events[index]);
            _candidates.Clear();
            known.Tail.Find(fingerprints[index], _candidates);
            found[index] = Match(tenantKey, events[index]);
        }

        // Group by group: the looks into one filter do not wait for each other.
        foreach (var group in known.Groups)
        {
            for (var index = 0; index < found.Length; index++)
            {
                if (group.Summary.MayHold(fingerprints[index]) && found[index] is null)
                {
                    found[index] = Find(tenantKey, group, fingerprints[index], events[index]);
                }
            }
        }

        return found;
    }

    /// <summary>Takes up the identities of a commit while its transaction is open. When it fails, <see cref="Forget"/> must follow.</summary>
    public void Add(int tenantKey, TenantLedger ledger)
    {
        if (ledger.Changes.Postings.Count == 0)
        {
            return;
        }

        // What is not known yet is read from the events, and those of this commit are among them already.
        var isKnown = _tenants.TryGetValue(tenantKey, out var known);
        known ??= Of(tenantKey);
        foreach (var posting in isKnown ? ledger.Changes.Postings : [])
        {
            var belongs = Period.Of(posting.Usage.Time);
            known.Tail.Add(
                new IdentityEntry(Fingerprint.Of(posting.Usage), posting.Sequence), belongs > posting.Period ? belongs : posting.Period);
        }

        if (known.Tail.Count >= _segmentEvents)
        {
            known.RemoveAll(segment => IsTooLate(segment, ledger.Now));
            WriteSegment(tenantKey, known, ledger.Changes.Postings[^1].Sequence);
        }
    }

    /// <summary>Forgets what is known in memory.</summary>
    public void Forget() => _tenants.Clear();

    public void Dispose()
    {
        _store.Dispose();
        _now.Dispose();
        _tail.Dispose();
        _event.Dispose();
    }

    private void WriteSegment(int tenantKey, Known known, long lastSequence)
    {
        var entries = known.Tail.ToArray();
        var segment = _store.Write(tenantKey, ++known.LastNumber, lastSequence, known.Tail.Newest, entries);
        var group = known.GroupOf(segment, _segmentEvents);
        foreach (var entry in entries)
        {
            group.Summary.Add(entry.Fingerprint);
        }

        group.Add(segment);
        if (IdentityGroup.NumberOf(segment.Number + 1) != group.Number)
        {
            _store.Write(tenantKey, group.Number, group.Summary);
        }

        known.Tail.Clear();
    }

    private RecordedEvent? Find(int tenantKey, IdentityGroup group, long fingerprint, UsageEvent usage)
    {
        _candidates.Clear();
        foreach (var segment in group.Segments)
        {
            if (segment.Filter.MayHold(fingerprint))
            {
                _store.Find(tenantKey, segment, fingerprint, _candidates);
            }
        }

        return Match(tenantKey, usage);
    }

    private RecordedEvent? Match(int tenantKey, UsageEvent usage)
    {
        foreach (var sequence in _candidates)
        {
            using var rows = _event.Numbers(UsageEventsSchema.IdOf(tenantKey, sequence)).Text(usage.Id).Text(usage.Source).Read();
            if (rows.Next())
            {
                var burn = new Burn(
                    new Credits(rows.Number(1)), new Credits(rows.Number(2)), new Credits(rows.Number(3)), new Credits(rows.Number(4)));
                var answer = new PostedAnswer(sequence, burn, new Credits(rows.Number(5)), (NonBilledReason)rows.Number(6));
                return new RecordedEvent(sequence, BinaryPrimitives.ReadUInt128BigEndian(rows.Bytes(0)), answer);
            }
        }

        return null;
    }

    private Known Of(int tenantKey)
    {
        if (_tenants.TryGetValue(tenantKey, out var known))
        {
            return known;
        }

        var segments = _store.Read(tenantKey);
        known = new Known { LastNumber = segments.Count == 0 ? 0 : segments[^1].Number };
        ReadTail(tenantKey, segments.Count == 0 ? 0 : segments[^1].LastSequence, known.Tail);

        // Those that are too late stay on disk, and in summaries: somebody may lengthen the time in which late facts are accepted.
        var now = NowOf(tenantKey);
        var growing = IdentityGroup.NumberOf(known.LastNumber + 1);
        foreach (var group in segments.GroupBy(segment => IdentityGroup.NumberOf(segment.Number)))
        {
            if (group.Key == growing || group.Any(segment => !IsTooLate(segment, now)))
            {
                known.Groups.Add(ReadGroup(tenantKey, group.Key, [.. group]));
                known.Groups[^1].RemoveAll(segment => IsTooLate(segment, now));
            }
        }

        _tenants.Add(tenantKey, known);
        return known;
    }

    private IdentityGroup ReadGroup(int tenantKey, int number, List<IdentitySegment> segments)
    {
        var kept = _store.FindSummary(tenantKey, number);
        var group = kept is null ? IdentityGroup.Begin(number, _segmentEvents) : new IdentityGroup(number, kept);
        foreach (var segment in segments)
        {
            if (kept is null)
            {
                _store.Summarise(tenantKey, segment.Number, group.Summary);
            }

            group.Add(segment);
        }

        return group;
    }

    private void ReadTail(int tenantKey, long after, IdentityTail tail)
    {
        using var rows = _tail.Numbers(UsageEventsSchema.IdOf(tenantKey, after), UsageEventsSchema.IdOf(tenantKey + 1, 0)).Read();
        while (rows.Next())
        {
            var belongs = Period.Of(new DateTimeOffset(rows.Number(1), TimeSpan.Zero));
            var charged = new Period((int)rows.Number(2));
            tail.Add(
                new IdentityEntry(Fingerprint.Of(rows.Bytes(3), rows.Bytes(4)), rows.Number(0)), belongs > charged ? belongs : charged);
        }
    }

    private DateTimeOffset NowOf(int tenantKey)
    {
        using var rows = _now.Numbers(tenantKey).Read();
        return rows.Next() ? new DateTimeOffset(rows.Number(0), TimeSpan.Zero) : DateTimeOffset.MinValue;
    }

    private bool IsTooLate(IdentitySegment segment, DateTimeOffset now) => segment.Newest.End < now && now - segment.Newest.End > LateWindow;

    private sealed class Known
    {
        public IdentityTail Tail { get; } = new();

        public List<IdentityGroup> Groups { get; } = [];

        public int LastNumber { get; set; }

        public IdentityGroup GroupOf(IdentitySegment segment, int segmentEvents)
        {
            var number = IdentityGroup.NumberOf(segment.Number);
            if (Groups.Count == 0 || Groups[^1].Number != number)
            {
                Groups.Add(IdentityGroup.Begin(number, segmentEvents));
            }

            return Groups[^1];
        }

        public void RemoveAll(Predicate<IdentitySegment> isOver)
        {
            Groups.ForEach(group => group.RemoveAll(isOver));

            // The last one goes on to be filled.
            Groups.RemoveAll(group => group.Segments.Count == 0 && group != Groups[^1]);
        }
    }
}

/// <summary>A number that stands for an identity in the index. Two identities may share one: what is found is compared.</summary>
internal static class Fingerprint
{
    private const int BytesOnStack = 512;

    public static long Of(UsageEvent usage)
    {
        var most = ((usage.Source.Length + usage.Id.Length) * 3) + 1;
        Span<byte> buffer = most <= BytesOnStack ? stackalloc byte[BytesOnStack] : new byte[most];
        var length = Encoding.UTF8.GetBytes(usage.Source, buffer);
        buffer[length++] = 0;
        return Of(buffer[..(length + Encoding.UTF8.GetBytes(usage.Id, buffer[length..]))]);
    }

    public static long Of(ReadOnlySpan<byte> source, ReadOnlySpan<byte> id)
    {
        var length = source.Length + 1 + id.Length;
        Span<byte> buffer = length <= BytesOnStack ? stackalloc byte[BytesOnStack] : new byte[length];
        source.CopyTo(buffer);
        buffer[source.Length] = 0;
        id.CopyTo(buffer[(source.Length + 1)..]);
        return Of(buffer[..length]);
    }

    private static long Of(ReadOnlySpan<byte> identity) => unchecked((long)System.IO.Hashing.XxHash3.HashToUInt64(identity));
}

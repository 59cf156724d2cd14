using System.Runtime.InteropServices;
using CopilotCapacity.Domain.Time;
using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>Where the event of an identity lies.</summary>
/// <param name="Fingerprint">Stands for the identity; two may share one.</param>
/// <param name="Sequence">The event's sequence number.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct IdentityEntry(long Fingerprint, long Sequence);

/// <summary>
/// Identities that were written at once, sorted by fingerprint, and never change. In memory is only their filter.
/// </summary>
/// <param name="Number">Its number within the tenant.</param>
/// <param name="LastSequence">It holds the identities after the segment before it and up to this event.</param>
/// <param name="Newest">The newest month an event of it belongs or is charged to.</param>
/// <param name="Filter">Says which fingerprints it cannot hold.</param>
internal sealed record IdentitySegment(int Number, long LastSequence, Period Newest, BloomFilter Filter);

/// <summary>Reads and writes segments.</summary>
internal sealed class IdentitySegments : IDisposable
{
    // Four blocks fill a page.
    private const int BlockEntries = 60;

    // A segment is asked only when the summary of its group says yes.
    private const int FilterBits = 10;

    private readonly PreparedCommand _segments;
    private readonly PreparedCommand _block;
    private readonly PreparedCommand _insertSegment;
    private readonly PreparedCommand _insertBlock;
    private readonly PreparedCommand _blocks;
    private readonly PreparedCommand _summary;
    private readonly PreparedCommand _insertSummary;

    public IdentitySegments(SqliteConnection connection)
    {
        _segments = new PreparedCommand(
            connection, "SELECT Number, LastSequence, Newest, Filter FROM identity_segments WHERE TenantKey = ?1 ORDER BY Number");
        _block = new PreparedCommand(
            connection,
            """
            SELECT Entries FROM identity_blocks
            WHERE TenantKey = ?1 AND Number = ?2 AND FirstFingerprint <= ?3 ORDER BY FirstFingerprint DESC LIMIT 1
            """);
        _insertSegment = PreparedCommand.Insert(
            connection, "identity_segments", ["TenantKey", "Number", "LastSequence", "Newest", "Filter"]);
        _insertBlock = PreparedCommand.Insert(
            connection, "identity_blocks", ["TenantKey", "Number", "FirstFingerprint", "Entries"]);
        _blocks = new PreparedCommand(connection, "SELECT Entries FROM identity_blocks WHERE TenantKey = ?1 AND Number = ?2");
        _summary = new PreparedCommand(connection, "SELECT Filter FROM identity_summaries WHERE TenantKey = ?1 AND Number = ?2");
        _insertSummary = PreparedCommand.Insert(connection, "identity_summaries", ["TenantKey", "Number", "Filter"]);
    }

    public List<IdentitySegment> Read(int tenantKey)
    {
        var segments = new List<IdentitySegment>();
        using var rows = _segments.Numbers(tenantKey).Read();
        while (rows.Next())
        {
            segments.Add(new IdentitySegment(
                (int)rows.Number(0), rows.Number(1), new Period((int)rows.Number(2)), new BloomFilter(rows.Bytes(3))));
        }

        return segments;
    }

    /// <summary>Adds the sequence numbers that a segment has for a fingerprint.</summary>
    public void Find(int tenantKey, IdentitySegment segment, long fingerprint, List<long> sequences)
    {
        using var rows = _block.Numbers(tenantKey, segment.Number, fingerprint).Read();
        if (!rows.Next())
        {
            return;
        }

        foreach (var entry in MemoryMarshal.Cast<byte, IdentityEntry>(rows.Bytes(0)))
        {
            if (entry.Fingerprint == fingerprint)
            {
                sequences.Add(entry.Sequence);
            }
        }
    }

    /// <summary>Writes a segment in the open transaction. The entries are sorted in place.</summary>
    public IdentitySegment Write(int tenantKey, int number, long lastSequence, Period newest, Span<IdentityEntry> entries)
    {
        entries.Sort(static (left, right) => left.Fingerprint.CompareTo(right.Fingerprint));
        var filter = new BloomFilter(entries.Length, FilterBits);
        for (var begin = 0; begin < entries.Length;)
        {
            // A fingerprint is in one block only, so that reading one is enough.
            var end = Math.Min(begin + BlockEntries, entries.Length);
            while (end < entries.Length && entries[end].Fingerprint == entries[end - 1].Fingerprint)
            {
                end++;
            }

            var block = entries[begin..end];
            foreach (var entry in block)
            {
                filter.Add(entry.Fingerprint);
            }

            _insertBlock.Numbers(tenantKey, number, block[0].Fingerprint).Bytes(MemoryMarshal.AsBytes(block)).Run();
            begin = end;
        }

        _insertSegment.Numbers(tenantKey, number, lastSequence, newest.Index).Bytes(filter.Bytes).Run();
        return new IdentitySegment(number, lastSequence, newest, filter);
    }

    /// <summary>Adds all fingerprints of a segment to a summary.</summary>
    public void Summarise(int tenantKey, int number, BloomFilter summary)
    {
        using var rows = _blocks.Numbers(tenantKey, number).Read();
        while (rows.Next())
        {
            foreach (var entry in MemoryMarshal.Cast<byte, IdentityEntry>(rows.Bytes(0)))
            {
                summary.Add(entry.Fingerprint);
            }
        }
    }

    /// <summary>The kept summary of a group; null when there is none.</summary>
    public BloomFilter? FindSummary(int tenantKey, int group)
    {
        using var rows = _summary.Numbers(tenantKey, group).Read();
        return rows.Next() ? new BloomFilter(rows.Bytes(0)) : null;
    }

    /// <summary>Keeps the summary of a group that is complete.</summary>
    public void Write(int tenantKey, int group, BloomFilter summary) => _insertSummary.Numbers(tenantKey, group).Bytes(summary.Bytes).Run();

    public void Dispose()
    {
        _blocks.Dispose();
        _summary.Dispose();
        _insertSummary.Dispose();
        _segments.Dispose();
        _block.Dispose();
        _insertSegment.Dispose();
        _insertBlock.Dispose();
    }
}

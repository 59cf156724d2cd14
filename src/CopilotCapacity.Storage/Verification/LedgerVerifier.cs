using System.Text.Json;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering.Store;
using CopilotCapacity.Storage.Ledger;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Storage.Verification;

/// <summary>What a verification found.</summary>
/// <param name="Sequence">The ledger sequence number up to which was verified.</param>
/// <param name="Differences">The first difference of each kind; none when all is as the journal says.</param>
public sealed record LedgerVerification(long Sequence, IReadOnlyList<string> Differences);

/// <summary>
/// Decides a tenant's history again from its journal and its uses, and compares all that comes of it with what is kept:
/// entries, splits, balances, roll-ups and the alerts about grants. It reads one snapshot, while the meter goes on.
/// </summary>
public sealed class LedgerVerifier(IDbContextFactory<PortalDbContext> contexts, LedgerLimits limits)
{
    /// <summary>Verifies a tenant; null when there is no such tenant.</summary>
    public LedgerVerification? Verify(TenantId tenant, CancellationToken cancellationToken)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        if (snapshot.Tenant(tenant) is not { } row)
        {
            return null;
        }

        var history = new History(snapshot, row, new LedgerReplay(tenant, limits));
        if (history.FindDifference(cancellationToken) is { } difference)
        {
            return new LedgerVerification(row.Sequence, [difference]);
        }

        var kept = LedgerReader.Read(snapshot.Context, row, limits);
        var differences = new List<string?>
        {
            BalanceComparison.FindDifference(history.Replayed(row.Now), kept),
            RollupComparison.FindDifference(snapshot, row),
            history.Alerts.FindDifference(snapshot, row),
        };
        return new LedgerVerification(row.Sequence, [.. differences.OfType<string>()]);
    }

    /// <summary>The journal and the uses as one sequence, with what the replay makes of it.</summary>
    private sealed class History(ReadSnapshot snapshot, TenantRow tenant, LedgerReplay replay)
    {
        // What deciding again has brought forth that was not compared yet, in its sequence.
        private readonly Queue<(long Sequence, string Text)> _decided = new();

        public AlertComparison Alerts { get; } = new();

        public TenantLedger Replayed(DateTimeOffset now)
        {
            replay.Advance(now);
            Alerts.Take(replay.Ledger.Changes);
            return replay.Ledger;
        }

        public string? FindDifference(CancellationToken cancellationToken)
        {
            using var entries = snapshot.Context.Journal
                .Where(entry => entry.TenantKey == tenant.Key)
                .OrderBy(entry => entry.Sequence)
                .AsEnumerable()
                .GetEnumerator();
            var hasEntry = entries.MoveNext();
            IEnumerator<RecordedUse>? uses = null;
            for (var sequence = 1L; sequence <= tenant.Sequence; sequence++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                string? difference;
                if (hasEntry && entries.Current.Sequence == sequence)
                {
                    difference = Compare(entries.Current);
                    hasEntry = entries.MoveNext();
                }
                else
                {
                    uses ??= new UseReader(snapshot.Connection, tenant.Key, replay.Ledger).After(0).GetEnumerator();
                    difference = uses.MoveNext() && uses.Current.Posting.Sequence == sequence
                        ? Compare(uses.Current.Posting)
                        : $"At {sequence} there is neither an entry nor a use.";
                }

                if (difference is not null)
                {
                    uses?.Dispose();
                    return difference;
                }
            }

            uses?.Dispose();
            return hasEntry ? $"The journal goes on at {entries.Current.Sequence}, beyond the tenant's last number {tenant.Sequence}." : null;
        }

        private string? Compare(JournalRow row)
        {
            if (_decided.Count == 0)
            {
                var entry = new LedgerEntry(
                    row.Sequence, row.At, JsonSerializer.Deserialize<LedgerChange>(row.Change, JournalJson.Options)!);
                if (replay.Apply(entry, FindUse) is { } refusal)
                {
                    return $"At {row.Sequence} the journal says {row.Change}, which the rules refuse: {refusal.Detail}";
                }

                Collect();
            }

            return Compare(row.Sequence, $"{row.At:O} {row.Change}");
        }

        private string? Compare(Posting posting)
        {
            if (_decided.Count == 0)
            {
                if (replay.Apply(posting) is { } refusal)
                {
                    return $"At {posting.Sequence} a use is booked, which the rules refuse: {refusal.Detail}";
                }

                Collect();
            }

            return Compare(posting.Sequence, PostingText.Of(posting));
        }

        private string? Compare(long sequence, string kept)
        {
            if (!_decided.TryDequeue(out var decided))
            {
                return $"At {sequence} is kept what the rules do not bring forth: {kept}";
            }

            return decided.Sequence == sequence && string.Equals(decided.Text, kept, StringComparison.Ordinal)
                ? null
                : $"At {sequence} is kept: {kept}; the rules say at {decided.Sequence}: {decided.Text}";
        }

        private Posting? FindUse(long sequence) =>
            new UseReader(snapshot.Connection, tenant.Key, replay.Ledger).Find(sequence)?.Posting;

        private void Collect()
        {
            var changes = replay.Ledger.Changes;
            var all = changes.Entries
                .Select(entry => (entry.Sequence, Text: $"{entry.At:O} {JsonSerializer.Serialize(entry.Change, JournalJson.Options)}"))
                .Concat(changes.Postings.Select(posting => (posting.Sequence, Text: PostingText.Of(posting))));
            foreach (var item in all.OrderBy(item => item.Sequence))
            {
                _decided.Enqueue(item);
            }

            Alerts.Take(changes);
            changes.Clear();
        }
    }
}

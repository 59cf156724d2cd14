using System.Text.Json;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Metering.Store;
using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>Writes changes of status, and drops old ones when a month turns; the last one of each environment stays.</summary>
internal sealed class StatusChangeWriter(SqliteConnection connection) : IDisposable
{
    /// <summary>How long a client may have been away and still be told every change; facts are accepted for as long after their month.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(40);

    // One decision that names an environment twice has one outcome: the later one.
    private readonly PreparedCommand _change = LedgerWriter.Replace(
        connection, "status_changes", ["TenantKey", "EnvironmentKey", "Sequence"], ["WrittenAt", "Quota"]);

    private readonly PreparedCommand _prune = new(
        connection,
        """
        DELETE FROM status_changes AS old
        WHERE TenantKey = ?1 AND WrittenAt < ?2 AND EXISTS (
            SELECT 1 FROM status_changes AS later
            WHERE later.TenantKey = old.TenantKey AND later.EnvironmentKey = old.EnvironmentKey AND later.Sequence > old.Sequence)
        """);

    public void Write(int tenantKey, TenantCommit commit)
    {
        var changes = commit.Ledger.Changes;
        foreach (var change in changes.StatusChanges)
        {
            _change.Numbers(tenantKey, change.Environment.Key, change.Reading.Sequence, commit.At.UtcTicks)
                .Text(JsonSerializer.Serialize(StoredQuota.Of(change.Reading), JournalJson.Options)).Run();
        }

        if (changes.HasPassedBoundary && changes.Entries.Any(entry => entry.Change is PeriodTurned))
        {
            _prune.Numbers(tenantKey, (commit.At - KeptFor).UtcTicks).Run();
        }
    }

    public void Dispose()
    {
        _change.Dispose();
        _prune.Dispose();
    }
}

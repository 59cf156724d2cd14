using System.Text.Json;
using CopilotCapacity.Metering.Store;
using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>Appends to the journal. A hold makes two entries, so this is no place for the change tracker.</summary>
internal sealed class JournalWriter(SqliteConnection connection) : IDisposable
{
    private readonly PreparedCommand _entry = PreparedCommand.Insert(
        connection, "journal", ["TenantKey", "Sequence", "At", "Change", "ActorKind", "ActorId", "ActorName", "ActorAddress"]);

    public void Write(SqliteTransaction transaction, int tenantKey, TenantCommit commit)
    {
        foreach (var entry in commit.Ledger.Changes.Entries)
        {
            var actor = commit.Actors.GetValueOrDefault(entry.Sequence);
            _entry.Run(
                transaction, tenantKey, entry.Sequence, entry.At.UtcTicks, JsonSerializer.Serialize(entry.Change, JournalJson.Options),
                (int?)actor?.Kind, actor?.Id, actor?.Name, actor?.Address);
        }
    }

    public void Dispose() => _entry.Dispose();
}

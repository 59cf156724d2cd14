using System.Text.Json;
using CopilotCapacity.Metering.Store;
using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>Appends to the journal. A hold makes two entries, so this is no place for the change tracker.</summary>
internal sealed class JournalWriter(SqliteConnection connection) : IDisposable
{
    private readonly PreparedCommand _entry = PreparedCommand.Insert(
        connection, "journal", ["TenantKey", "Sequence", "At", "Change", "ActorKind", "ActorId", "ActorName", "ActorAddress"]);

    public void Write(int tenantKey, TenantCommit commit)
    {
        foreach (var entry in commit.Ledger.Changes.Entries)
        {
            var actor = commit.Actors.GetValueOrDefault(entry.Sequence);
            _entry.Numbers(tenantKey, entry.Sequence, entry.At.UtcTicks)
                .Text(JsonSerializer.Serialize(entry.Change, JournalJson.Options))
                .Number((int?)actor?.Kind).Text(actor?.Id).Text(actor?.Name).Text(actor?.Address).Run();
        }
    }

    public void Dispose() => _entry.Dispose();
}

using System.Buffers.Binary;
using System.Text.Json;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering.Store;
using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>
/// What applications used while they were not linked. The facts themselves are journal entries; here stands whose they are,
/// their identities, and whether they were booked.
/// </summary>
internal sealed class KeptUses(SqliteConnection connection) : IDisposable
{
    private readonly PreparedCommand _keep = PreparedCommand.Insert(
        connection, "kept_uses", ["TenantKey", "Sequence", "ApplicationId", "Source", "EventId", "ContentHash", "IsBooked"]);

    private readonly PreparedCommand _book = new(
        connection, "UPDATE kept_uses SET IsBooked = 1 WHERE TenantKey = ?1 AND ApplicationId = ?2");

    private readonly PreparedCommand _unlinked = LedgerWriter.Replace(
        connection, "unlinked_applications", ["TenantKey", "Id"], ["Kind", "Url", "IsTold", "OpenAlert"]);

    private readonly PreparedCommand _linked = new(connection, "DELETE FROM unlinked_applications WHERE TenantKey = ?1 AND Id = ?2");

    private readonly PreparedCommand _gone = new(connection, "DELETE FROM applications WHERE TenantKey = ?1 AND Id = ?2");

    private readonly PreparedCommand _any = new(connection, "SELECT 1 FROM kept_uses WHERE TenantKey = ?1 LIMIT 1");

    private readonly PreparedCommand _find = new(
        connection, "SELECT Sequence, ContentHash FROM kept_uses WHERE TenantKey = ?1 AND Source = ?2 AND EventId = ?3");

    // Most tenants keep nothing, and are then asked once.
    private readonly Dictionary<int, bool> _hasAny = [];

    /// <summary>Fills in what is known of the identities of kept facts.</summary>
    public void Find(int tenantKey, IReadOnlyList<UsageEvent> events, RecordedEvent?[] found)
    {
        if (!HasAny(tenantKey))
        {
            return;
        }

        for (var index = 0; index < found.Length; index++)
        {
            using var rows = _find.Numbers(tenantKey).Text(events[index].Source).Text(events[index].Id).Read();
            if (rows.Next())
            {
                var answer = new PostedAnswer(rows.Number(0), default, Credits.Zero, NonBilledReason.None);
                found[index] = new RecordedEvent(rows.Number(0), BinaryPrimitives.ReadUInt128BigEndian(rows.Bytes(1)), answer);
            }
        }
    }

    /// <summary>What was kept of an application and not booked yet, oldest first.</summary>
    public IReadOnlyList<UsageEvent> Of(int tenantKey, LinkedApplicationId application)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT j.Change FROM kept_uses k JOIN journal j ON j.TenantKey = k.TenantKey AND j.Sequence = k.Sequence
            WHERE k.TenantKey = $tenant AND k.ApplicationId = $application AND k.IsBooked = 0 ORDER BY k.Sequence
            """;
        command.Parameters.AddWithValue("$tenant", tenantKey);
        command.Parameters.AddWithValue("$application", application.Value.ToByteArray());
        using var reader = command.ExecuteReader();
        var kept = new List<UsageEvent>();
        while (reader.Read())
        {
            kept.Add(((UsageKept)JsonSerializer.Deserialize<LedgerChange>(reader.GetString(0), JournalJson.Options)!).Usage);
        }

        return kept;
    }

    public void Write(int tenantKey, LedgerChanges changes)
    {
        foreach (var application in changes.Relinked)
        {
            _linked.Numbers(tenantKey).Id(application.Value).Run();
            _book.Numbers(tenantKey).Id(application.Value).Run();
        }

        foreach (var unlinked in changes.Unlinked)
        {
            var application = unlinked.Application;
            _unlinked.Numbers(tenantKey).Id(application.Id.Value).Number((int)application.Kind).Text(application.Url)
                .Numbers(unlinked.IsTold ? 1 : 0, unlinked.OpenAlert).Run();
            _gone.Numbers(tenantKey).Text(application.Id.Value.ToString().ToUpperInvariant()).Run();
        }

        Span<byte> hash = stackalloc byte[16];
        foreach (var kept in changes.Kept)
        {
            BinaryPrimitives.WriteUInt128BigEndian(hash, kept.Usage.ContentHash);
            _keep.Numbers(tenantKey, kept.Sequence).Id(kept.Application.Value).Text(kept.Usage.Source).Text(kept.Usage.Id)
                .Bytes(hash).Number(0).Run();
            _hasAny[tenantKey] = true;
        }
    }

    public void Dispose()
    {
        PreparedCommand[] all = [_keep, _book, _unlinked, _linked, _gone, _any, _find];
        Array.ForEach(all, command => command.Dispose());
    }

    private bool HasAny(int tenantKey)
    {
        if (!_hasAny.TryGetValue(tenantKey, out var hasAny))
        {
            using var rows = _any.Numbers(tenantKey).Read();
            hasAny = rows.Next();
            _hasAny.Add(tenantKey, hasAny);
        }

        return hasAny;
    }
}

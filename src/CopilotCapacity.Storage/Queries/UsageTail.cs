using CopilotCapacity.Storage.Ledger;
using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Storage.Queries;

/// <summary>Takes a fact.</summary>
internal delegate void UsageSink(in UsageFact fact);

/// <summary>Reads what was used and taken back since usage was last added up.</summary>
internal static class UsageTail
{
    /// <summary>The ledger sequence number up to which a tenant's usage is added up.</summary>
    public static long MarkOf(SqliteConnection connection, SqliteTransaction? transaction, int tenantKey)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "SELECT Sequence FROM usage_sum_marks WHERE TenantKey = $tenant";
        command.Parameters.AddWithValue("$tenant", tenantKey);
        return command.ExecuteScalar() is long sequence ? sequence : 0;
    }

    /// <summary>Every use after a sequence number, and, taken away, every use that was reversed after it.</summary>
    public static void Read(SqliteConnection connection, SqliteTransaction? transaction, int tenantKey, long after, UsageSink sink)
    {
        const string last = "9223372036854775807";
        Read(connection, transaction, tenantKey, after, $"u.Id > {UsageEventsSchema.IdOf(tenantKey, after)} AND u.Id < {UsageEventsSchema.IdOf(tenantKey + 1, 0)}", sink);
        Read(
            connection,
            transaction,
            tenantKey,
            after,
            $"""
            u.Id IN (SELECT ({tenantKey} << {UsageEventsSchema.SequenceBits}) + r.Original FROM reversals r
                     WHERE r.TenantKey = $tenant AND r.Sequence > $after AND r.Sequence < {last})
            """,
            (in UsageFact fact) => sink(fact.Taken()));
    }

    private static void Read(SqliteConnection connection, SqliteTransaction? transaction, int tenantKey, long after, string where, UsageSink sink)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"SELECT {UsageEventReader.Columns} FROM usage_events u WHERE {where}";
        command.Parameters.AddWithValue("$tenant", tenantKey);
        command.Parameters.AddWithValue("$after", after);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            UsageEventReader.Add(reader, sink);
        }
    }
}

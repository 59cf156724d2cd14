using System.Text.Json;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Storage.Ledger;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Storage.Queries;

/// <summary>Reads changes of status, each as the quota was at its moment.</summary>
public static class StatusChangeQuery
{
    /// <summary>Changes of all environments after a ledger sequence number, in their order.</summary>
    public static IReadOnlyList<QuotaReading> Read(ReadSnapshot snapshot, TenantRow tenant, long after, int limit) =>
        Read(snapshot, tenant, null, after, limit);

    /// <summary>All changes after one number up to another, those with the same number together.</summary>
    public static IReadOnlyList<QuotaReading> ReadThrough(ReadSnapshot snapshot, TenantRow tenant, long after, long through) =>
        [.. Read(snapshot, tenant, null, after, int.MaxValue).TakeWhile(change => change.Sequence <= through)];

    /// <summary>Changes of one environment after a ledger sequence number, in their order.</summary>
    public static IReadOnlyList<QuotaReading> Read(ReadSnapshot snapshot, TenantRow tenant, EnvironmentId environment, long after, int limit) =>
        Read(snapshot, tenant, environment.Value, after, limit);

    private static List<QuotaReading> Read(ReadSnapshot snapshot, TenantRow tenant, Guid? environment, long after, int limit)
    {
        using var command = snapshot.Connection.CreateCommand();
        command.Transaction = snapshot.Transaction;
        command.CommandText = environment is null
            ? """
              SELECT environments.Id, change.Sequence, change.Quota
              FROM status_changes AS change JOIN environments ON environments.TenantKey = change.TenantKey AND environments.Key = change.EnvironmentKey
              WHERE change.TenantKey = $tenant AND change.Sequence > $after ORDER BY change.Sequence, change.EnvironmentKey LIMIT $limit
              """
            : """
              SELECT $environment, Sequence, Quota FROM status_changes
              WHERE TenantKey = $tenant AND Sequence > $after
                AND EnvironmentKey = (SELECT Key FROM environments WHERE TenantKey = $tenant AND Id = $environment)
              ORDER BY Sequence LIMIT $limit
              """;
        command.Parameters.AddWithValue("$tenant", tenant.Key);
        command.Parameters.AddWithValue("$after", after);
        command.Parameters.AddWithValue("$limit", limit);
        if (environment is { } id)
        {
            command.Parameters.AddWithValue("$environment", id);
        }

        using var rows = command.ExecuteReader();
        var readings = new List<QuotaReading>();
        while (rows.Read())
        {
            readings.Add(JsonSerializer.Deserialize<StoredQuota>(rows.GetString(2), JournalJson.Options)!
                .ToReading(new EnvironmentId(rows.GetGuid(0)), rows.GetInt64(1)));
        }

        return readings;
    }
}

using System.Text.Json;
using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Storage.Model;
using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Storage.Queries;

/// <summary>An alert as it is on disk.</summary>
public sealed record StoredAlert(
    long Number,
    long Cause,
    AlertKind Kind,
    AlertSeverity Severity,
    IReadOnlyList<Guid> Environments,
    Guid? Plan,
    string? AgentId,
    int? Threshold,
    string Title,
    string Text,
    DateTimeOffset RaisedAt,
    DateTimeOffset? ResolvedAt,
    DateTimeOffset? AcknowledgedAt,
    string? AcknowledgedBy);

/// <summary>Which alerts are asked for.</summary>
public enum AlertState
{
    /// <summary>All of them.</summary>
    Any,

    /// <summary>Those that are still true.</summary>
    Open,

    /// <summary>Those that are over.</summary>
    Resolved,

    /// <summary>Those that somebody has seen.</summary>
    Acknowledged,

    /// <summary>Those that nobody has said to have seen.</summary>
    Unacknowledged,
}

/// <summary>Reads alerts.</summary>
public static class AlertQuery
{
    private const string Columns = """
        SELECT Number, Cause, Kind, Severity, Environments, PlanId, Agent, Threshold, Title, Text, RaisedAt, ResolvedAt,
               AcknowledgedAt, AcknowledgedBy
        FROM alerts
        """;

    /// <summary>Alerts after a number, oldest first.</summary>
    public static IReadOnlyList<StoredAlert> Read(ReadSnapshot snapshot, TenantRow tenant, long after, AlertState state, int limit)
    {
        var filter = state switch
        {
            AlertState.Open => "AND ResolvedAt IS NULL",
            AlertState.Resolved => "AND ResolvedAt IS NOT NULL",
            AlertState.Acknowledged => "AND AcknowledgedAt IS NOT NULL",
            AlertState.Unacknowledged => "AND AcknowledgedAt IS NULL",
            _ => "",
        };
        return Read(
            snapshot, tenant, $"{Columns} WHERE TenantKey = $tenant AND Number > $number {filter} ORDER BY Number LIMIT $limit", after, limit);
    }

    /// <summary>The number of the last alert; 0 when there is none.</summary>
    public static long LastNumber(ReadSnapshot snapshot, TenantRow tenant)
    {
        using var command = snapshot.Connection.CreateCommand();
        command.Transaction = snapshot.Transaction;
        command.CommandText = "SELECT COALESCE(MAX(Number), 0) FROM alerts WHERE TenantKey = $tenant";
        command.Parameters.AddWithValue("$tenant", tenant.Key);
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>One alert; null when there is none.</summary>
    public static StoredAlert? Find(ReadSnapshot snapshot, TenantRow tenant, long number) =>
        Read(snapshot, tenant, $"{Columns} WHERE TenantKey = $tenant AND Number = $number LIMIT $limit", number, 1).FirstOrDefault();

    private static List<StoredAlert> Read(ReadSnapshot snapshot, TenantRow tenant, string sql, long number, int limit)
    {
        using var command = snapshot.Connection.CreateCommand();
        command.Transaction = snapshot.Transaction;
        command.CommandText = sql;
        command.Parameters.AddWithValue("$tenant", tenant.Key);
        command.Parameters.AddWithValue("$number", number);
        command.Parameters.AddWithValue("$limit", limit);
        using var reader = command.ExecuteReader();
        var alerts = new List<StoredAlert>();
        while (reader.Read())
        {
            alerts.Add(AlertOf(reader));
        }

        return alerts;
    }

    private static StoredAlert AlertOf(SqliteDataReader row) => new(
        row.GetInt64(0),
        row.GetInt64(1),
        (AlertKind)row.GetInt32(2),
        (AlertSeverity)row.GetInt32(3),
        row.IsDBNull(4) ? [] : JsonSerializer.Deserialize<Guid[]>(row.GetString(4))!,
        row.IsDBNull(5) ? null : new Guid((byte[])row[5]),
        row.IsDBNull(6) ? null : row.GetString(6),
        row.IsDBNull(7) ? null : row.GetInt32(7),
        row.GetString(8),
        row.GetString(9),
        Instant(row, 10)!.Value,
        Instant(row, 11),
        Instant(row, 12),
        row.IsDBNull(13) ? null : row.GetString(13));

    private static DateTimeOffset? Instant(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : new DateTimeOffset(row.GetInt64(column), TimeSpan.Zero);
}

using System.Text.Json;
using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Rating;
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
    string? AcknowledgedBy)
{
    /// <summary>The number of the first alert of its story.</summary>
    public required long Story { get; init; }

    /// <summary>The cap or application it is about.</summary>
    public Guid? Subject { get; init; }

    /// <summary>The feature it is about.</summary>
    public Feature? Feature { get; init; }

    /// <summary>Until when it is set aside; null when it is not.</summary>
    public DateTimeOffset? SnoozedUntil { get; init; }

    /// <summary>Who set it aside.</summary>
    public string? SnoozedBy { get; init; }

    /// <summary>The billing plan that its environment is on now; null when it is about none or several.</summary>
    public Guid? PlanOfEnvironment { get; init; }

    /// <summary>Whether somebody has to look at it: it is true, nobody is on it, and it is not set aside.</summary>
    public bool IsWaiting => IsOpen && AcknowledgedAt is null && SnoozedUntil is null;

    /// <summary>Whether it tells of something that is to be done and still true.</summary>
    public bool IsOpen => ResolvedAt is null && Severity != AlertSeverity.Info;
}

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
    private const string Select = """
        SELECT a.Number, a.Cause, a.Kind, a.Severity, a.Environments, a.PlanId, a.Agent, a.Threshold, a.Title, a.Text, a.RaisedAt,
               a.ResolvedAt, a.AcknowledgedAt, a.AcknowledgedBy, a.Story, a.Subject, a.Feature, a.SnoozedUntil, a.SnoozedBy, p.Id
        FROM alerts a
        """;

    private const string Plan = """

        LEFT JOIN environments e ON json_array_length(a.Environments) = 1
            AND e.TenantKey = a.TenantKey AND e.Id = upper(json_extract(a.Environments, '$[0]'))
        LEFT JOIN billing_plans p ON p.TenantKey = e.TenantKey AND p.Key = e.PlanKey
        """;

    /// <summary>The start of a query; its rows go to <see cref="Read(ReadSnapshot, string, ValueTuple{string, object}[])"/>.</summary>
    internal const string Columns = Select + Plan;

    // SQLite keeps no statistics here and would look through all of a tenant's alerts.
    private const string OfStories = Select + " INDEXED BY alerts_by_story" + Plan;

    private const string OfOpen = Select + " INDEXED BY alerts_open" + Plan;

    /// <summary>Alerts after a number, oldest first.</summary>
    public static IReadOnlyList<StoredAlert> Read(ReadSnapshot snapshot, TenantRow tenant, long after, AlertState state, int limit)
    {
        var filter = state switch
        {
            AlertState.Open => "AND a.ResolvedAt IS NULL",
            AlertState.Resolved => "AND a.ResolvedAt IS NOT NULL",
            AlertState.Acknowledged => "AND a.AcknowledgedAt IS NOT NULL",
            AlertState.Unacknowledged => "AND a.AcknowledgedAt IS NULL",
            _ => "",
        };
        return Read(
            snapshot,
            $"{Columns} WHERE a.TenantKey = $tenant AND a.Number > $number {filter} ORDER BY a.Number LIMIT $limit",
            ("$tenant", tenant.Key),
            ("$number", after),
            ("$limit", limit));
    }

    /// <summary>The number of the last alert; 0 when there is none.</summary>
    public static long LastNumber(ReadSnapshot snapshot, TenantRow tenant)
    {
        using var command = snapshot.Command("SELECT COALESCE(MAX(Number), 0) FROM alerts WHERE TenantKey = $tenant", ("$tenant", tenant.Key));
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Alerts about an environment that are to be acted upon and still true, newest first.</summary>
    public static IReadOnlyList<StoredAlert> ReadOpen(ReadSnapshot snapshot, TenantRow tenant, Guid environment) => Read(
        snapshot,
        $"""
        {OfOpen} JOIN alert_environments about ON about.TenantKey = a.TenantKey AND about.EnvironmentId = $environment AND about.Number = a.Number
        WHERE a.TenantKey = $tenant AND a.ResolvedAt IS NULL AND a.Severity > 0 ORDER BY a.Number DESC
        """,
        ("$tenant", tenant.Key),
        ("$environment", environment.ToString()));

    /// <summary>The alerts of stories, newest first.</summary>
    public static IReadOnlyList<StoredAlert> ReadStories(ReadSnapshot snapshot, TenantRow tenant, IEnumerable<long> stories) => Read(
        snapshot,
        $"{OfStories} WHERE a.TenantKey = $tenant AND a.Story IN ({string.Join(',', stories)}) ORDER BY a.Number DESC",
        ("$tenant", tenant.Key));

    /// <summary>One alert; null when there is none.</summary>
    public static StoredAlert? Find(ReadSnapshot snapshot, TenantRow tenant, long number) => Read(
        snapshot, $"{Columns} WHERE a.TenantKey = $tenant AND a.Number = $number", ("$tenant", tenant.Key), ("$number", number)).FirstOrDefault();

    internal static List<StoredAlert> Read(ReadSnapshot snapshot, string sql, params (string Name, object Value)[] parameters)
    {
        using var command = snapshot.Command(sql, parameters);
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
        row.IsDBNull(13) ? null : row.GetString(13))
    {
        Story = row.GetInt64(14),
        Subject = row.IsDBNull(15) ? null : new Guid((byte[])row[15]),
        Feature = row.IsDBNull(16) ? null : (Feature)row.GetInt32(16),
        SnoozedUntil = Instant(row, 17),
        SnoozedBy = row.IsDBNull(18) ? null : row.GetString(18),
        PlanOfEnvironment = row.IsDBNull(19) ? null : Guid.Parse(row.GetString(19)),
    };

    private static DateTimeOffset? Instant(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : new DateTimeOffset(row.GetInt64(column), TimeSpan.Zero);
}

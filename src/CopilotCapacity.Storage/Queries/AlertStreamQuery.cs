using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Storage.Queries;

/// <summary>Which stories a person wants to see.</summary>
public enum StoryState
{
    /// <summary>All of them.</summary>
    All,

    /// <summary>Those in which something waits for somebody.</summary>
    Waiting,

    /// <summary>Those in which something is still true.</summary>
    Open,

    /// <summary>Those of which something was set aside.</summary>
    Snoozed,

    /// <summary>Those with something that is over.</summary>
    Over,
}

/// <summary>Which alerts a page shows. A story is shown when one of its alerts matches.</summary>
/// <param name="State">Where they stand.</param>
/// <param name="Severity">How urgent they are; null for any.</param>
/// <param name="Kind">What they are about; null for anything.</param>
/// <param name="Environment">The environment they are about; null for any.</param>
/// <param name="Plan">The billing plan they are about; null for any.</param>
/// <param name="Back">How far back they were raised, from the tenant's time; null for ever.</param>
/// <param name="Before">Only stories that go on before this number; null for the newest.</param>
public sealed record AlertFilter(
    StoryState State = StoryState.All,
    AlertSeverity? Severity = null,
    AlertKind? Kind = null,
    Guid? Environment = null,
    Guid? Plan = null,
    TimeSpan? Back = null,
    long? Before = null)
{
    /// <summary>The environments whose alerts whoever asks may see; null for all alerts.</summary>
    public IReadOnlyCollection<Guid>? Only { get; init; }
}

/// <summary>What one cause brought about, from its beginning to its end.</summary>
/// <param name="Alerts">Its alerts, newest first; at least one.</param>
/// <param name="Match">The number of the newest alert that was asked for.</param>
public sealed record AlertStory(IReadOnlyList<StoredAlert> Alerts, long Match)
{
    /// <summary>Its number: that of its first alert.</summary>
    public long Number => Alerts[0].Story;

    /// <summary>The alert that stands for it: the newest one that is still true, else the newest.</summary>
    public StoredAlert Head => Alerts.FirstOrDefault(alert => alert.IsOpen) ?? Alerts[0];

    /// <summary>Whether something of it waits for somebody.</summary>
    public bool IsWaiting => Alerts.Any(alert => alert.IsWaiting);

    /// <summary>Whether something of it is still true.</summary>
    public bool IsOpen => Alerts.Any(alert => alert.IsOpen);
}

/// <summary>How many alerts there are that a person should know of.</summary>
/// <param name="Last">The number of the last alert.</param>
/// <param name="Waiting">How many stories wait for somebody.</param>
/// <param name="Unseen">How many came since the person looked, at most <see cref="AlertStreamQuery.UnseenMost"/>.</param>
/// <param name="Seen">The number up to which the person has looked.</param>
/// <param name="Requests">How many requests for capacity are open.</param>
public sealed record AlertCounts(long Last, long Waiting, long Unseen, long Seen, long Requests);

/// <summary>Reads alerts as people read them: newest first, by stories. What it costs does not grow with history.</summary>
public static class AlertStreamQuery
{
    /// <summary>More than so many unseen ones are not told apart.</summary>
    public const int UnseenMost = 99;

    /// <summary>Stories that match, newest first.</summary>
    /// <param name="snapshot">The moment.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="filter">Which are asked for.</param>
    /// <param name="now">The tenant's time.</param>
    /// <param name="limit">How many at most.</param>
    public static IReadOnlyList<AlertStory> Read(ReadSnapshot snapshot, TenantRow tenant, AlertFilter filter, DateTimeOffset now, int limit)
    {
        var matching = Matching(snapshot, tenant, filter, now, limit);
        if (matching.Count == 0)
        {
            return [];
        }

        var alerts = AlertQuery.ReadStories(snapshot, tenant, matching.Select(match => match.Story))
            .Where(alert => IsVisible(alert, filter.Only))
            .ToLookup(alert => alert.Story);
        return [.. matching.Select(match => new AlertStory([.. alerts[match.Story]], match.Number))];
    }

    /// <summary>What a person should know of at a glance.</summary>
    public static AlertCounts Count(ReadSnapshot snapshot, TenantRow tenant, Guid person, IReadOnlyCollection<Guid>? only)
    {
        var about = About(only);
        using var command = snapshot.Command(
            $"""
            WITH seen(Number) AS (SELECT IFNULL((SELECT Number FROM alerts_seen WHERE TenantKey = $tenant AND UserId = $person), 0))
            SELECT
                (SELECT IFNULL(MAX(Number), 0) FROM alerts WHERE TenantKey = $tenant),
                (SELECT COUNT(DISTINCT a.Story) FROM alerts a INDEXED BY alerts_open WHERE a.TenantKey = $tenant AND a.ResolvedAt IS NULL AND a.Severity > 0
                    AND a.AcknowledgedAt IS NULL AND a.SnoozedUntil IS NULL {about}),
                (SELECT COUNT(*) FROM (SELECT 1 FROM alerts a
                    WHERE a.TenantKey = $tenant AND a.Number > (SELECT Number FROM seen) {about} LIMIT {UnseenMost})),
                (SELECT Number FROM seen),
                (SELECT COUNT(*) FROM capacity_requests WHERE TenantKey = $tenant AND State = 0)
            """,
            ("$tenant", tenant.Key),
            ("$person", person));
        using var row = command.ExecuteReader();
        row.Read();
        return new AlertCounts(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4));
    }

    /// <summary>The newest alerts, newest first.</summary>
    public static IReadOnlyList<StoredAlert> ReadNewest(ReadSnapshot snapshot, TenantRow tenant, IReadOnlyCollection<Guid>? only, int limit) => AlertQuery.Read(
        snapshot,
        $"{AlertQuery.Columns} WHERE a.TenantKey = $tenant {About(only)} ORDER BY a.Number DESC LIMIT $limit",
        ("$tenant", tenant.Key),
        ("$limit", limit));

    /// <summary>Whether an alert is about an environment that may be seen.</summary>
    public static bool IsVisible(StoredAlert alert, IReadOnlyCollection<Guid>? only) => only is null || alert.Environments.Any(only.Contains);

    private static List<(long Story, long Number)> Matching(ReadSnapshot snapshot, TenantRow tenant, AlertFilter filter, DateTimeOffset now, int limit)
    {
        // An environment's own alerts are few among all.
        var from = filter.Environment is null
            ? "alerts a WHERE a.TenantKey = $tenant AND a.Number < $before"
            : """
              alert_environments of CROSS JOIN alerts a ON a.TenantKey = $tenant AND a.Number = of.Number
              WHERE of.TenantKey = $tenant AND of.EnvironmentId = $environment AND of.Number < $before
              """;
        using var command = snapshot.Command(
            $"""
            SELECT a.Story, a.Number FROM {from} {Where("a", filter)}
                AND NOT EXISTS (SELECT 1 FROM alerts b INDEXED BY alerts_by_story WHERE b.TenantKey = $tenant AND b.Story = a.Story AND b.Number > a.Number {Where("b", filter)})
            ORDER BY {(filter.Environment is null ? "a" : "of")}.Number DESC LIMIT $limit
            """,
            ("$tenant", tenant.Key),
            ("$before", filter.Before ?? long.MaxValue),
            ("$limit", limit),
            ("$severity", (long?)filter.Severity ?? 0L),
            ("$kind", (long?)filter.Kind ?? 0L),
            ("$environment", filter.Environment?.ToString() ?? ""),
            ("$plan", filter.Plan?.ToByteArray() ?? []),
            ("$since", filter.Back is { } back ? (now - back).UtcTicks : 0L));
        using var reader = command.ExecuteReader();
        var found = new List<(long Story, long Number)>();
        while (reader.Read())
        {
            found.Add((reader.GetInt64(0), reader.GetInt64(1)));
        }

        return found;
    }

    private static string Where(string name, AlertFilter filter)
    {
        var state = filter.State switch
        {
            StoryState.Waiting => $" AND {name}.ResolvedAt IS NULL AND {name}.Severity > 0 AND {name}.AcknowledgedAt IS NULL AND {name}.SnoozedUntil IS NULL",
            StoryState.Open => $" AND {name}.ResolvedAt IS NULL AND {name}.Severity > 0",
            StoryState.Snoozed => $" AND {name}.ResolvedAt IS NULL AND {name}.SnoozedUntil IS NOT NULL",
            StoryState.Over => $" AND {name}.ResolvedAt IS NOT NULL",
            _ => "",
        };
        return state
            + (filter.Severity is null ? "" : $" AND {name}.Severity = $severity")
            + (filter.Kind is null ? "" : $" AND {name}.Kind = $kind")
            + (filter.Environment is null ? "" : $" AND EXISTS (SELECT 1 FROM alert_environments x WHERE x.TenantKey = $tenant AND x.EnvironmentId = $environment AND x.Number = {name}.Number)")
            + (filter.Plan is null ? "" : $" AND {name}.PlanId = $plan")
            + (filter.Back is null ? "" : $" AND {name}.RaisedAt >= $since")
            + About(filter.Only, name);
    }

    // The ids come from the database and have no character that a text could end with.
    private static string About(IReadOnlyCollection<Guid>? only, string name = "a") => only is null
        ? ""
        : $" AND EXISTS (SELECT 1 FROM alert_environments o WHERE o.TenantKey = $tenant AND o.EnvironmentId IN ({string.Join(',', only.Select(id => $"'{id}'"))}) AND o.Number = {name}.Number)";
}

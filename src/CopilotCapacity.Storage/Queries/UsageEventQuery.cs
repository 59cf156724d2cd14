using System.Globalization;
using System.Text.Json;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Storage.Model;
using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Storage.Queries;

/// <summary>A place in the list of events: after the event with this time and sequence number.</summary>
public readonly record struct UsageEventPlace(long TimeTicks, long Sequence);

/// <summary>One item of an event, as it was rated.</summary>
public sealed record UsageItemView(Feature Feature, long QuantityThousandths, Credits Rate, Credits Charge, NonBilledReason Reason);

/// <summary>A part of an event's charge that one grant paid.</summary>
public sealed record UsageGrantView(Guid Grant, Credits Credits);

/// <summary>An event with all that is kept of it.</summary>
public sealed record UsageEventView
{
#pragma warning disable CS1591 // The members carry the event's own words.
    public required string Id { get; init; }

    public required string Source { get; init; }

    public required long Sequence { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required Guid Environment { get; init; }

    public required Feature Feature { get; init; }

    public required IReadOnlyList<UsageItemView> Items { get; init; }

    public required Burn Burn { get; init; }

    public required Credits NonBilled { get; init; }

    public required NonBilledReason Reason { get; init; }

    public required long CostMicros { get; init; }

    public required Guid? Plan { get; init; }

    public required IReadOnlyList<UsageGrantView> Grants { get; init; }

    public required string? AgentId { get; init; }

    public required string? AgentName { get; init; }

    public required string? UserId { get; init; }

    public required bool CopilotLicensed { get; init; }

    public required string? Trigger { get; init; }

    public required string? Channel { get; init; }

    public required string? Product { get; init; }

    public required string? Model { get; init; }

    public required string? Tool { get; init; }

    public required string? KnowledgeSource { get; init; }

    public required string? CostCenter { get; init; }
#pragma warning restore CS1591

    /// <summary>The place after this event.</summary>
    public UsageEventPlace Place => new(Time.UtcTicks, Sequence);
}

/// <summary>Reads single events, newest first by their own time. A page costs what it holds, not what lies before it.</summary>
public static class UsageEventQuery
{
    private const string Columns = """
        Sequence, Time, RecordedAt, EnvironmentKey, Source, EventId, Feature, Quantity, Rate, Items, Agent, AgentName, User,
        CopilotLicensed, TriggeredBy, Channel, Product, Model, Tool, KnowledgeSource, CostCenter, NonBilled, NonBilledReason,
        Allocation, Pool, PayAsYouGo, Unfunded, CostMicros, PlanKey, Grants
        """;

    private static readonly string[] s_labels =
        ["Source", "Agent", "AgentName", "User", "TriggeredBy", "Channel", "Product", "Model", "Tool", "KnowledgeSource", "CostCenter"];

    /// <summary>Reads a page of events.</summary>
    /// <param name="snapshot">The moment to read.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="question">The range and the filters; how it is grouped does not matter here.</param>
    /// <param name="after">Where the page before ended; null for the first.</param>
    /// <param name="limit">How many events at most.</param>
    public static IReadOnlyList<UsageEventView> Read(
        ReadSnapshot snapshot, TenantRow tenant, UsageQuestion question, UsageEventPlace? after, int limit)
    {
        var names = new UsageNames(snapshot, tenant.Key);
        if (names.Resolve(question.Filters) is not { } filters)
        {
            return [];
        }

        using var command = CommandFor(snapshot, tenant.Key, question, filters, after, limit);
        using var reader = command.ExecuteReader();
        var rows = new List<Dictionary<string, object?>>();
        while (reader.Read())
        {
            rows.Add(Enumerable.Range(0, reader.FieldCount)
                .ToDictionary(reader.GetName, index => reader.IsDBNull(index) ? null : reader.GetValue(index), StringComparer.Ordinal));
        }

        return rows.Count == 0 ? [] : [.. new Texts(snapshot, tenant.Key, names, rows).Views()];
    }

    private static SqliteCommand CommandFor(
        ReadSnapshot snapshot,
        int tenantKey,
        UsageQuestion question,
        Dictionary<UsageDimension, int> filters,
        UsageEventPlace? after,
        int limit)
    {
        var command = snapshot.Connection.CreateCommand();
        command.Transaction = snapshot.Transaction;
        var where = string.Concat(filters.Select(Condition));
        command.CommandText = $"""
            SELECT {Columns}
            FROM usage_events INDEXED BY usage_events_by_time
            WHERE TenantKey = $tenant AND Time >= $from AND Time < $to
              AND (Time <> $time OR Sequence < $sequence){where}
            ORDER BY Time DESC, Id DESC LIMIT $limit
            """;
        var to = question.To.UtcTicks;
        command.Parameters.AddWithValue("$tenant", tenantKey);
        command.Parameters.AddWithValue("$from", question.From.UtcTicks);
        command.Parameters.AddWithValue("$to", after is { } place ? Math.Min(to, place.TimeTicks + 1) : to);
        command.Parameters.AddWithValue("$time", after?.TimeTicks ?? -1);
        command.Parameters.AddWithValue("$sequence", after?.Sequence ?? 0);
        command.Parameters.AddWithValue("$limit", limit);
        return command;
    }

    private static string Condition(KeyValuePair<UsageDimension, int> filter)
    {
        var value = filter.Value.ToString(CultureInfo.InvariantCulture);
        return filter.Key switch
        {
            UsageDimension.Environment => $" AND EnvironmentKey = {value}",
            UsageDimension.Feature =>
                $" AND (Feature = {value} OR EXISTS (SELECT 1 FROM json_each(Items) item WHERE json_extract(item.value, '$[0]') = {value}))",
            _ => $" AND {filter.Key} = {value}",
        };
    }

    // What the numbers of a page stand for, read once for all of it.
    private sealed class Texts
    {
        private readonly IReadOnlyList<Dictionary<string, object?>> _rows;
        private readonly IReadOnlyDictionary<int, string> _labels;
        private readonly IReadOnlyDictionary<int, string> _environments;
        private readonly Dictionary<int, Guid> _plans;
        private readonly Dictionary<int, Guid> _grants;

        public Texts(ReadSnapshot snapshot, int tenantKey, UsageNames names, IReadOnlyList<Dictionary<string, object?>> rows)
        {
            _rows = rows;
            var wanted = rows.SelectMany(row => s_labels.Select(name => Key(row, name))).Where(key => key != 0).ToHashSet();
            _labels = names.Labels(wanted);
            _environments = names.Of(UsageDimension.Environment, []);
            _plans = snapshot.Context.Plans.Where(row => row.TenantKey == tenantKey).ToDictionary(row => row.Key, row => row.Id);
            _grants = snapshot.Context.Grants.Where(row => row.TenantKey == tenantKey).ToDictionary(row => row.Key, row => row.Id);
        }

        public IEnumerable<UsageEventView> Views() => _rows.Select(View);

        private static int Key(Dictionary<string, object?> row, string name) => (int)Number(row, name);

        private static long Number(Dictionary<string, object?> row, string name) => row[name] as long? ?? 0;

        private static Credits Amount(Dictionary<string, object?> row, string name) => new(Number(row, name));

        private static DateTimeOffset Instant(Dictionary<string, object?> row, string name) => new(Number(row, name), TimeSpan.Zero);

        private string? Text(Dictionary<string, object?> row, string name) => _labels.GetValueOrDefault(Key(row, name));

        private UsageEventView View(Dictionary<string, object?> row) => new()
        {
            Id = (string)row["EventId"]!,
            Source = Text(row, "Source") ?? "",
            Sequence = Number(row, "Sequence"),
            Time = Instant(row, "Time"),
            RecordedAt = Instant(row, "RecordedAt"),
            Environment = Guid.Parse(_environments[Key(row, "EnvironmentKey")]),
            Feature = (Feature)Key(row, "Feature"),
            Items = ItemsOf(row),
            Burn = new Burn(Amount(row, "Allocation"), Amount(row, "Pool"), Amount(row, "PayAsYouGo"), Amount(row, "Unfunded")),
            NonBilled = Amount(row, "NonBilled"),
            Reason = (NonBilledReason)Number(row, "NonBilledReason"),
            CostMicros = Number(row, "CostMicros"),
            Plan = row["PlanKey"] is long plan ? _plans[(int)plan] : null,
            Grants = GrantsOf((string?)row["Grants"]),
            AgentId = Text(row, "Agent"),
            AgentName = Text(row, "AgentName"),
            UserId = Text(row, "User"),
            CopilotLicensed = Number(row, "CopilotLicensed") != 0,
            Trigger = Text(row, "TriggeredBy"),
            Channel = Text(row, "Channel"),
            Product = Text(row, "Product"),
            Model = Text(row, "Model"),
            Tool = Text(row, "Tool"),
            KnowledgeSource = Text(row, "KnowledgeSource"),
            CostCenter = Text(row, "CostCenter"),
        };

        private static IReadOnlyList<UsageItemView> ItemsOf(Dictionary<string, object?> row)
        {
            if (row["Items"] is string json)
            {
                return
                [
                    .. JsonSerializer.Deserialize<long[][]>(json)!.Select(item => new UsageItemView(
                        (Feature)item[0], item[1], new Credits(item[2]), new Credits(item[3]), (NonBilledReason)item[4])),
                ];
            }

            var charge = Amount(row, "Allocation") + Amount(row, "Pool") + Amount(row, "PayAsYouGo") + Amount(row, "Unfunded") + Amount(row, "NonBilled");
            return
            [
                new UsageItemView(
                    (Feature)Key(row, "Feature"), Number(row, "Quantity"), Amount(row, "Rate"), charge, (NonBilledReason)Number(row, "NonBilledReason")),
            ];
        }

        private IReadOnlyList<UsageGrantView> GrantsOf(string? text) =>
        [
            .. (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part =>
            {
                var numbers = part.Split(':');
                return new UsageGrantView(
                    _grants[int.Parse(numbers[0], CultureInfo.InvariantCulture)],
                    new Credits(long.Parse(numbers[1], CultureInfo.InvariantCulture)));
            }),
        ];
    }
}

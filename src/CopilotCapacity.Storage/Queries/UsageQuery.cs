using System.Text.Json;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Storage.Model;
using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Storage.Queries;

/// <summary>What usage can be grouped and filtered by.</summary>
public enum UsageDimension
{
#pragma warning disable CS1591 // The members carry the API's own words.
    Environment,
    Agent,
    Feature,
    Product,
    Channel,
    User,
    Model,
    Tool,
    CostCenter,
#pragma warning restore CS1591
}

/// <summary>How long the spans are that usage is added up over, UTC.</summary>
public enum UsageGranularity
{
#pragma warning disable CS1591
    None,
    Hour,
    Day,
    Month,
#pragma warning restore CS1591
}

/// <summary>A question about usage.</summary>
/// <param name="From">The first instant, by the use's own time.</param>
/// <param name="To">The first instant after.</param>
/// <param name="GroupBy">The dimensions each row is of; none for one row a span.</param>
/// <param name="Granularity">The span of a row.</param>
/// <param name="Filters">The values to count; a dimension without filter counts all.</param>
public sealed record UsageQuestion(
    DateTimeOffset From,
    DateTimeOffset To,
    IReadOnlyList<UsageDimension> GroupBy,
    UsageGranularity Granularity,
    IReadOnlyDictionary<UsageDimension, string> Filters);

/// <summary>Added-up usage, in thousandths of a credit and millionths of the currency.</summary>
public struct UsageSums
{
#pragma warning disable CS1591, CA1051
    public long Events;
    public long NonBilled;
    public long Allocation;
    public long Pool;
    public long PayAsYouGo;
    public long Unfunded;
    public long CostMicros;
#pragma warning restore CS1591, CA1051

    /// <summary>What was billed, whoever paid.</summary>
    public readonly long Billed => Allocation + Pool + PayAsYouGo + Unfunded;

    /// <summary>The sum taken back.</summary>
    public readonly UsageSums Taken() => new()
    {
        Events = -Events,
        NonBilled = -NonBilled,
        Allocation = -Allocation,
        Pool = -Pool,
        PayAsYouGo = -PayAsYouGo,
        Unfunded = -Unfunded,
        CostMicros = -CostMicros,
    };

    /// <summary>Adds another sum.</summary>
    public void Add(in UsageSums other)
    {
        Events += other.Events;
        NonBilled += other.NonBilled;
        Allocation += other.Allocation;
        Pool += other.Pool;
        PayAsYouGo += other.PayAsYouGo;
        Unfunded += other.Unfunded;
        CostMicros += other.CostMicros;
    }
}

/// <summary>One row of an answer.</summary>
/// <param name="Keys">The value of each dimension asked for, in their order; null where the use named none.</param>
/// <param name="Start">The start of its span; null without granularity.</param>
/// <param name="Sums">What it adds up to.</param>
public sealed record UsageGroup(IReadOnlyList<string?> Keys, DateTimeOffset? Start, UsageSums Sums)
{
    /// <summary>The number under which each of the keys is kept; 0 where the use named none.</summary>
    public required IReadOnlyList<int> Numbers { get; init; }
}

/// <summary>An answer about usage: its rows in no order, and the sum over all.</summary>
public sealed record UsageAnswer(IReadOnlyList<UsageGroup> Groups, UsageSums Totals);

/// <summary>
/// Adds up usage from roll-ups: whole days and months where these tell apart what is asked for, else hours. Only the parts of an
/// hour at the two ends of the range are counted from the events themselves, so that the cost of a question does not grow with
/// what was used before.
/// </summary>
public static class UsageQuery
{
    private const int HoursPerDay = 24;

    /// <summary>Answers a question.</summary>
    public static UsageAnswer Read(ReadSnapshot snapshot, TenantRow tenant, UsageQuestion question)
    {
        var names = new UsageNames(snapshot, tenant.Key);
        if (names.Resolve(question.Filters) is not { } filters)
        {
            // A filter that names something never used here: nothing can match.
            return new UsageAnswer([], default);
        }

        var rows = new UsageRows(question, filters);
        var firstHour = CeilingHour(question.From);
        var lastHour = FloorHour(question.To);
        if (firstHour <= lastHour)
        {
            ReadHours(snapshot, tenant.Key, firstHour, lastHour, question, rows);
            UsageEventReader.Read(snapshot, tenant.Key, question.From.UtcTicks, firstHour * TimeSpan.TicksPerHour, rows);
            UsageEventReader.Read(snapshot, tenant.Key, lastHour * TimeSpan.TicksPerHour, question.To.UtcTicks, rows);
        }
        else
        {
            UsageEventReader.Read(snapshot, tenant.Key, question.From.UtcTicks, question.To.UtcTicks, rows);
        }

        return rows.Answer(names);
    }

    private static void ReadHours(ReadSnapshot snapshot, int tenantKey, long firstHour, long lastHour, UsageQuestion question, UsageRows rows)
    {
        var (firstDay, lastDay) = ((firstHour + HoursPerDay - 1) / HoursPerDay, lastHour / HoursPerDay);
        if (firstDay >= lastDay || !UsageSumReader.Answers(question))
        {
            UsageRollupReader.Read(snapshot, tenantKey, firstHour, lastHour, rows);
            return;
        }

        UsageRollupReader.Read(snapshot, tenantKey, firstHour, firstDay * HoursPerDay, rows);
        UsageSumReader.Read(snapshot, tenantKey, firstDay, lastDay, question, rows);
        UsageRollupReader.Read(snapshot, tenantKey, lastDay * HoursPerDay, lastHour, rows);
    }

    private static long FloorHour(DateTimeOffset instant) => instant.UtcTicks / TimeSpan.TicksPerHour;

    private static long CeilingHour(DateTimeOffset instant) =>
        (instant.UtcTicks + TimeSpan.TicksPerHour - 1) / TimeSpan.TicksPerHour;
}

/// <summary>Turns what a question names into the numbers the tables hold, and back.</summary>
internal sealed class UsageNames(ReadSnapshot snapshot, int tenantKey)
{
    private Dictionary<int, string>? _environments;

    // Read when it is asked for; a filter asks for one.
    private Dictionary<int, string> Environments => _environments ??= ReadTexts(
        "SELECT Key, Id FROM environments WHERE TenantKey = $tenant", null, static reader => reader.GetGuid(1).ToString());

    public Dictionary<UsageDimension, int>? Resolve(IReadOnlyDictionary<UsageDimension, string> filters)
    {
        var resolved = new Dictionary<UsageDimension, int>();
        foreach (var (dimension, text) in filters)
        {
            if (KeyOf(dimension, text) is not { } key)
            {
                return null;
            }

            resolved.Add(dimension, key);
        }

        return resolved;
    }

    public Dictionary<int, string> TextsOf(UsageDimension dimension, IEnumerable<int> keys)
    {
        switch (dimension)
        {
            case UsageDimension.Environment:
                return Environments;
            case UsageDimension.Feature:
                return keys.ToDictionary(key => key, key => RateCard.CodeOf((Feature)key));
            default:
                return ReadLabels(keys);
        }
    }

    // Each is looked up by its number: a tenant has a label for each of its users.
    private Dictionary<int, string> ReadLabels(IEnumerable<int> keys) => ReadTexts(
        "SELECT l.Key, l.Text FROM json_each($keys) k CROSS JOIN labels l ON l.TenantKey = $tenant AND l.Key = k.value",
        JsonSerializer.Serialize(keys),
        static reader => reader.GetString(1));

    // By hand: a large tenant has tens of thousands.
    private Dictionary<int, string> ReadTexts(string sql, string? keys, Func<SqliteDataReader, string> textOf)
    {
        using var command = snapshot.Connection.CreateCommand();
        command.Transaction = snapshot.Transaction;
        command.CommandText = sql;
        command.Parameters.AddWithValue("$tenant", tenantKey);
        if (keys is not null)
        {
            command.Parameters.AddWithValue("$keys", keys);
        }

        using var reader = command.ExecuteReader();
        var texts = new Dictionary<int, string>();
        while (reader.Read())
        {
            texts.Add(reader.GetInt32(0), textOf(reader));
        }

        return texts;
    }

    private int? KeyOf(UsageDimension dimension, string text) => dimension switch
    {
        UsageDimension.Environment => Guid.TryParseExact(text, "D", out var id)
            ? snapshot.Context.Environments.Where(row => row.TenantKey == tenantKey && row.Id == id).Select(row => (int?)row.Key).SingleOrDefault()
            : null,
        UsageDimension.Feature => RateCard.Find(text) is { } rate ? (int)rate.Feature : null,
        _ => snapshot.Context.Labels
            .Where(row => row.TenantKey == tenantKey && row.Text == text)
            .Select(row => (int?)row.Key)
            .FirstOrDefault(),
    };
}

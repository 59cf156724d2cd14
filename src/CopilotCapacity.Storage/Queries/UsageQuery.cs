using CopilotCapacity.Storage.Model;

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
public sealed record UsageGroup(IReadOnlyList<string?> Keys, DateTimeOffset? Start, UsageSums Sums);

/// <summary>An answer about usage: its rows in no order, and the sum over all.</summary>
public sealed record UsageAnswer(IReadOnlyList<UsageGroup> Groups, UsageSums Totals);

/// <summary>One row of an answer before its values are named.</summary>
/// <param name="Numbers">The number under which the value of each dimension is kept; 0 where the use named none.</param>
/// <param name="Start">The start of its span; null without granularity.</param>
/// <param name="Sums">What it adds up to.</param>
public readonly record struct UsageNumbers(IReadOnlyList<int> Numbers, DateTimeOffset? Start, UsageSums Sums);

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
        if (Collect(snapshot, tenant, question) is not { } rows)
        {
            return new UsageAnswer([], default);
        }

        var names = new UsageNames(snapshot, tenant.Key);
        var texts = question.GroupBy
            .Select((dimension, index) => names.Of(dimension, rows.Groups.Select(group => group.Numbers[index]).Distinct()))
            .ToArray();
        var groups = rows.Groups.Select(group => new UsageGroup(
            [.. group.Numbers.Select((number, index) => texts[index].GetValueOrDefault(number))], group.Start, group.Sums));
        return new UsageAnswer([.. groups], rows.Totals);
    }

    /// <summary>Answers a question without naming anything: whoever shows some of many rows names those with <see cref="UsageNames"/>.</summary>
    public static IEnumerable<UsageNumbers> ReadNumbers(ReadSnapshot snapshot, TenantRow tenant, UsageQuestion question) =>
        Collect(snapshot, tenant, question)?.Groups ?? [];

    // Null when a filter names something never used here: nothing can match.
    private static UsageRows? Collect(ReadSnapshot snapshot, TenantRow tenant, UsageQuestion question)
    {
        if (new UsageNames(snapshot, tenant.Key).Resolve(question.Filters) is not { } filters)
        {
            return null;
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

        return rows;
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

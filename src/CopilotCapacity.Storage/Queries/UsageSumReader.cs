using CopilotCapacity.Domain.Time;
using CopilotCapacity.Storage.Ledger;

namespace CopilotCapacity.Storage.Queries;

/// <summary>Reads whole days and months from the sums, with what was used since they were last written.</summary>
internal static class UsageSumReader
{
    private const int HoursPerDay = 24;

    private const string Sums = "SUM(Uses), SUM(Events), SUM(NonBilled), SUM(Allocation), SUM(Pool), SUM(PayAsYouGo), SUM(Unfunded), SUM(CostMicros)";

    private static readonly Dictionary<UsageDimension, string> s_columns = new()
    {
        [UsageDimension.Environment] = "EnvironmentKey",
        [UsageDimension.Agent] = "Agent",
        [UsageDimension.Feature] = "Feature",
        [UsageDimension.CostCenter] = "CostCenter",
    };

    /// <summary>Whether the sums can answer a question.</summary>
    public static bool Answers(UsageQuestion question) =>
        question.Granularity != UsageGranularity.Hour
        && question.GroupBy.All(s_columns.ContainsKey)
        && question.Filters.Keys.All(s_columns.ContainsKey);

    /// <summary>Reads whole days.</summary>
    /// <param name="snapshot">The moment.</param>
    /// <param name="tenantKey">The tenant.</param>
    /// <param name="firstDay">The first day by its number.</param>
    /// <param name="afterLastDay">The first day after.</param>
    /// <param name="question">The question.</param>
    /// <param name="rows">Takes what is read.</param>
    public static void Read(ReadSnapshot snapshot, int tenantKey, long firstDay, long afterLastDay, UsageQuestion question, UsageRows rows)
    {
        foreach (var (first, last) in SpansOf(firstDay, afterLastDay, question.Granularity))
        {
            ReadSpans(snapshot, tenantKey, first, last, question, rows);
        }

        var (firstHour, afterLastHour) = (firstDay * HoursPerDay, afterLastDay * HoursPerDay);
        UsageTail.Read(snapshot.Connection, snapshot.Transaction, tenantKey, UsageTail.MarkOf(snapshot.Connection, snapshot.Transaction, tenantKey), (in UsageFact fact) =>
        {
            if (fact.Hour >= firstHour && fact.Hour < afterLastHour)
            {
                rows.Add(fact);
            }
        });
    }

    // Whole months where the range has some and nobody asks for days; days before and after them.
    private static IEnumerable<(long First, long Last)> SpansOf(long firstDay, long afterLastDay, UsageGranularity granularity)
    {
        var month = Period.Of(StartOf(firstDay));
        var firstMonth = month.Start == StartOf(firstDay) ? month : month.Next;
        var afterLastMonth = Period.Of(StartOf(afterLastDay));
        if (granularity == UsageGranularity.Day || firstMonth >= afterLastMonth)
        {
            return [(firstDay, afterLastDay - 1)];
        }

        return
        [
            (firstDay, DayOf(firstMonth) - 1),
            (1 - afterLastMonth.Index, -firstMonth.Index),
            (DayOf(afterLastMonth), afterLastDay - 1),
        ];
    }

    private static void ReadSpans(ReadSnapshot snapshot, int tenantKey, long first, long last, UsageQuestion question, UsageRows rows)
    {
        if (first > last)
        {
            return;
        }

        var dimensions = DimensionsOf(question, rows.Filters, isOneSpan: first == last);
        var keepsSpans = first == last || question.Granularity != UsageGranularity.None;
        using var command = new PreparedCommand(snapshot.Connection, dimensions.Count == 0 && first > 0 ? SqlOfTotals(keepsSpans) : SqlOf(dimensions, keepsSpans, rows.Filters));
        using var read = command.Numbers(tenantKey, first, last).Read();
        while (read.Next())
        {
            var next = dimensions.Count + 1;
            var fact = new UsageFact
            {
                Hour = HourOf(read.Number(0)),
                Uses = read.Number(next),
                Sums = new UsageSums
                {
                    Events = read.Number(next + 1),
                    NonBilled = read.Number(next + 2),
                    Allocation = read.Number(next + 3),
                    Pool = read.Number(next + 4),
                    PayAsYouGo = read.Number(next + 5),
                    Unfunded = read.Number(next + 6),
                    CostMicros = read.Number(next + 7),
                },
            };
            for (var index = 0; index < dimensions.Count; index++)
            {
                fact.Keys[(int)dimensions[index]] = (int)read.Number(index + 1);
            }

            rows.Add(fact);
        }
    }

    // A span is kept in the order of environments and their agents: asked for in that order, it is added up while it is read.
    // By agents alone it would have to be sorted first, which takes twice as long; several spans have to be sorted anyway.
    private static List<UsageDimension> DimensionsOf(UsageQuestion question, Dictionary<UsageDimension, int> filters, bool isOneSpan)
    {
        var dimensions = question.GroupBy.Union(filters.Keys);
        return isOneSpan && question.GroupBy.Contains(UsageDimension.Agent)
            ? [.. dimensions.Append(UsageDimension.Environment).Distinct().Order()]
            : [.. dimensions];
    }

    // Days of the tenant as a whole have a row each.
    private static string SqlOfTotals(bool keepsSpans)
    {
        var (span, groups) = keepsSpans ? ("Span", "Span") : ("0", "TenantKey");
        return $"SELECT {span}, {Sums} FROM usage_day_totals WHERE TenantKey = ?1 AND Span BETWEEN ?2 AND ?3 GROUP BY {groups}";
    }

    // An environment's rows are found in each span by their key; to look through those of all would take as long as to add up all.
    private static string SqlOf(List<UsageDimension> dimensions, bool keepsSpans, Dictionary<UsageDimension, int> filters)
    {
        var names = string.Concat(dimensions.Select(dimension => $", s.{s_columns[dimension]}"));
        var where = string.Concat(filters.Select(filter => $" AND s.{s_columns[filter.Key]} = {filter.Value}"));
        var (span, groups) = keepsSpans ? ("s.Span", "s.Span") : ("0", "s.TenantKey");
        return filters.ContainsKey(UsageDimension.Environment)
            ? $"""
              WITH RECURSIVE spans(Span) AS (VALUES(?2) UNION ALL SELECT Span + 1 FROM spans WHERE Span < ?3)
              SELECT {span}{names}, {Sums} FROM spans CROSS JOIN usage_sums s ON s.TenantKey = ?1 AND s.Span = spans.Span{where}
              GROUP BY {groups}{names}
              """
            : $"""
              SELECT {span}{names}, {Sums} FROM usage_sums s WHERE s.TenantKey = ?1 AND s.Span BETWEEN ?2 AND ?3{where}
              GROUP BY {groups}{names}
              """;
    }

    private static long HourOf(long span) => (span < 0 ? DayOf(new Period((int)-span)) : span) * HoursPerDay;

    private static long DayOf(Period month) => month.Start.UtcTicks / TimeSpan.TicksPerDay;

    private static DateTimeOffset StartOf(long day) => new(day * TimeSpan.TicksPerDay, TimeSpan.Zero);
}

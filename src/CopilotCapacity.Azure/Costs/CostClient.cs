using System.Globalization;
using System.Text.Json;
using CopilotCapacity.Azure.Http;

namespace CopilotCapacity.Azure.Costs;

/// <summary>What Azure says was, or will be, spent on a day.</summary>
/// <param name="Day">The day, UTC.</param>
/// <param name="Amount">The cost before tax.</param>
/// <param name="Currency">The currency's code.</param>
/// <param name="IsForecast">Whether it is expected rather than billed.</param>
/// <param name="Group">What it is grouped by; null without grouping.</param>
public sealed record CostDay(DateOnly Day, decimal Amount, string Currency, bool IsForecast, string? Group);

/// <summary>Microsoft Cost Management: what was billed, and what it expects. It comes 8 to 24 hours late.</summary>
public sealed class CostClient(AzureHttp http)
{
    private const string Version = "2025-03-01";
    private const int PagesMax = 50;

    /// <summary>The cost of each day.</summary>
    /// <param name="scope">Such as <c>/subscriptions/…/resourceGroups/…</c>.</param>
    /// <param name="first">The first day.</param>
    /// <param name="last">The last day.</param>
    /// <param name="groupBy">A dimension, such as <c>ResourceId</c>; null for none.</param>
    /// <param name="cancellationToken">Cancels the asking.</param>
    public Task<AzureAnswer<IReadOnlyList<CostDay>>> QueryAsync(string scope, DateOnly first, DateOnly last, string? groupBy, CancellationToken cancellationToken) =>
        QueryAsync(scope, first, last, groupBy, null, cancellationToken);

    /// <summary>The cost of each day, of one resource alone.</summary>
    /// <param name="scope">Such as <c>/subscriptions/…/resourceGroups/…</c>.</param>
    /// <param name="first">The first day.</param>
    /// <param name="last">The last day.</param>
    /// <param name="groupBy">A dimension, such as <c>ResourceId</c>; null for none.</param>
    /// <param name="resource">The resource's id; null for all of the scope.</param>
    /// <param name="cancellationToken">Cancels the asking.</param>
    public Task<AzureAnswer<IReadOnlyList<CostDay>>> QueryAsync(string scope, DateOnly first, DateOnly last, string? groupBy, string? resource, CancellationToken cancellationToken) =>
        ReadAsync(
            $"{scope}/providers/Microsoft.CostManagement/query?api-version={Version}",
            new CostRequest("ActualCost", "Custom", PeriodOf(first, last), DatasetOf(groupBy, resource), null, null),
            groupBy,
            cancellationToken);

    /// <summary>What Azure expects of the days to come, beside those billed so far.</summary>
    public Task<AzureAnswer<IReadOnlyList<CostDay>>> ForecastAsync(string scope, DateOnly first, DateOnly last, CancellationToken cancellationToken) =>
        ForecastAsync(scope, first, last, null, cancellationToken);

    /// <summary>What Azure expects of the days to come, of one resource alone; null for all of the scope.</summary>
    public Task<AzureAnswer<IReadOnlyList<CostDay>>> ForecastAsync(string scope, DateOnly first, DateOnly last, string? resource, CancellationToken cancellationToken) =>
        ReadAsync(
            $"{scope}/providers/Microsoft.CostManagement/forecast?api-version={Version}",
            new CostRequest("ActualCost", "Custom", PeriodOf(first, last), DatasetOf(null, resource), true, false),
            null,
            cancellationToken);

    private static CostDataset DatasetOf(string? groupBy, string? resource) => new(
        "Daily",
        new Dictionary<string, CostAggregation>(StringComparer.Ordinal) { ["totalCost"] = new("PreTaxCost", "Sum") },
        groupBy is null ? null : [new CostGrouping("Dimension", groupBy)],
        resource is null ? null : new CostFilter(new CostComparison("ResourceId", "In", [resource])));

    private static CostPeriod PeriodOf(DateOnly first, DateOnly last) => new(
        new DateTimeOffset(first, TimeOnly.MinValue, TimeSpan.Zero), new DateTimeOffset(last, new TimeOnly(23, 59, 59), TimeSpan.Zero));

    // The columns are named in each answer; their order is not promised.
    private async Task<AzureAnswer<IReadOnlyList<CostDay>>> ReadAsync(string address, CostRequest request, string? groupBy, CancellationToken cancellationToken)
    {
        var days = new List<CostDay>();
        for (var page = 0; page < PagesMax; page++)
        {
            var answer = await http.SendAsync<CostPage>(HttpMethod.Post, address, request, cancellationToken);
            if (answer.Value?.Properties is not { Columns: { } columns, Rows: { } rows } table)
            {
                return answer.Failure ?? http.Malformed("answered no table.");
            }

            if (Read(columns, rows, groupBy) is not { } read)
            {
                return http.Malformed("answered a table that cannot be read.");
            }

            days.AddRange(read);
            if (table.NextLink is not { Length: > 0 } link)
            {
                return new AzureAnswer<IReadOnlyList<CostDay>>(days, null);
            }

            if (!http.IsOwn(link))
            {
                return http.Malformed("named a next page at another address.");
            }

            address = link;
        }

        return http.Malformed($"gave an answer of more than {PagesMax} pages.");
    }

    /// <summary>Reads the rows of a table; null when a column is missing or says something else than expected.</summary>
    internal static List<CostDay>? Read(IReadOnlyList<CostColumn> columns, IReadOnlyList<IReadOnlyList<JsonElement>> rows, string? groupBy)
    {
        var (cost, day, currency) = (At("PreTaxCost") ?? At("Cost"), At("UsageDate"), At("Currency"));
        var (status, group) = (At("CostStatus"), groupBy is null ? null : At(groupBy));
        if (cost is not { } costAt || day is not { } dayAt || currency is not { } currencyAt || (groupBy is not null && group is null))
        {
            return null;
        }

        var days = new List<CostDay>(rows.Count);
        foreach (var row in rows)
        {
            if (row.Count != columns.Count
                || row[costAt].ValueKind != JsonValueKind.Number || !row[costAt].TryGetDecimal(out var amount)
                || row[dayAt].ValueKind != JsonValueKind.Number
                || !DateOnly.TryParseExact(row[dayAt].ToString(), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            {
                return null;
            }

            days.Add(new CostDay(
                date,
                amount,
                row[currencyAt].ToString(),
                status is { } statusAt && string.Equals(row[statusAt].ToString(), "Forecast", StringComparison.OrdinalIgnoreCase),
                group is { } groupAt ? row[groupAt].ToString() : null));
        }

        return days;

        int? At(string name)
        {
            for (var index = 0; index < columns.Count; index++)
            {
                if (string.Equals(columns[index].Name, name, StringComparison.OrdinalIgnoreCase))
                {
                    return index;
                }
            }

            return null;
        }
    }

    private sealed record CostRequest(string Type, string Timeframe, CostPeriod TimePeriod, CostDataset Dataset, bool? IncludeActualCost, bool? IncludeFreshPartialCost);

    private sealed record CostPeriod(DateTimeOffset From, DateTimeOffset To);

    private sealed record CostDataset(string Granularity, IReadOnlyDictionary<string, CostAggregation> Aggregation, IReadOnlyList<CostGrouping>? Grouping, CostFilter? Filter);

    private sealed record CostFilter(CostComparison Dimensions);

    private sealed record CostComparison(string Name, string Operator, IReadOnlyList<string> Values);

    private sealed record CostAggregation(string Name, string Function);

    private sealed record CostGrouping(string Type, string Name);

    private sealed record CostPage(CostTable? Properties);

    private sealed record CostTable(IReadOnlyList<CostColumn>? Columns, IReadOnlyList<IReadOnlyList<JsonElement>>? Rows, string? NextLink);
}

/// <summary>A column of a table of costs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Number or String.</param>
public sealed record CostColumn(string Name, string Type);

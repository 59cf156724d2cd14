using System.Globalization;
using System.Text.Json.Nodes;

namespace CopilotCapacity.AzureStandIn;

/// <summary>Microsoft.CostManagement query and forecast, version 2025-03-01.</summary>
internal static class CostEndpoints
{
    private const string Version = "2025-03-01";
    private const string Marker = "/providers/Microsoft.CostManagement/";

    public static void Map(WebApplication app, AzureState state) => app.Use(async (http, next) =>
    {
        var path = http.Request.Path.Value!;
        if (path.IndexOf(Marker, StringComparison.OrdinalIgnoreCase) is not (>= 0 and var at) || http.Request.Method is not "POST")
        {
            await next(http);
            return;
        }

        if (await Answers.RefusesVersionAsync(http, Version) || await Answers.BodyAsync(http) is not { } body)
        {
            return;
        }

        var kind = path[(at + Marker.Length)..].ToLowerInvariant();
        if (Check(body, kind) is { } problem)
        {
            await Answers.ProblemAsync(http, StatusCodes.Status400BadRequest, "BadRequest", problem);
            return;
        }

        await AnswerAsync(http, state, path[..at], body, isForecast: kind is "forecast");
    });

    private static string? Check(JsonObject body, string kind)
    {
        if (kind is not ("query" or "forecast"))
        {
            return "There is query and forecast.";
        }

        if ((string?)body["type"] is not ("ActualCost" or "AmortizedCost" or "Usage"))
        {
            return "type is not known.";
        }

        if ((string?)body["timeframe"] is "Custom" && (Day(body["timePeriod"]?["from"]) is null || Day(body["timePeriod"]?["to"]) is null))
        {
            return "A custom timeframe has a timePeriod with from and to.";
        }

        if (body["dataset"]?["aggregation"] is not JsonObject { Count: > 0 } || (string?)body["dataset"]!["granularity"] is not "Daily")
        {
            return "dataset has an aggregation, and granularity Daily here.";
        }

        if (body["dataset"]!["filter"] is JsonObject filter
            && (filter["dimensions"] is not JsonObject dimension || (string?)dimension["operator"] is not "In" || string.IsNullOrEmpty((string?)dimension["name"]) || dimension["values"] is not JsonArray { Count: > 0 }))
        {
            return "A filter has dimensions with a name, the operator In and values.";
        }

        return kind is "query" && body.ContainsKey("includeActualCost") ? "includeActualCost belongs to a forecast." : null;
    }

    private static DateOnly? Day(JsonNode? node) =>
        DateTimeOffset.TryParse((string?)node, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? DateOnly.FromDateTime(at.UtcDateTime) : null;

    private static Task AnswerAsync(HttpContext http, AzureState state, string scope, JsonObject body, bool isForecast)
    {
        var (first, last) = (Day(body["timePeriod"]?["from"]) ?? DateOnly.MinValue, Day(body["timePeriod"]?["to"]) ?? DateOnly.MaxValue);
        var group = (string?)body["dataset"]!["grouping"]?[0]?["name"];
        var only = (string?)body["dataset"]!["filter"]?["dimensions"]?["values"]?[0];
        var costs = state.ResourceCosts
            .Where(cost => only is null ? cost.Key.Resource.StartsWith(scope, StringComparison.OrdinalIgnoreCase) : string.Equals(cost.Key.Resource, only, StringComparison.OrdinalIgnoreCase))
            .Select(cost => (cost.Key.Day, cost.Value, Of: cost.Key.Resource))
            .Concat(state.Costs.Where(cost => only is null && string.Equals(cost.Key.Scope, scope, StringComparison.OrdinalIgnoreCase)).Select(cost => (cost.Key.Day, cost.Value, Of: "a group")))
            .Where(cost => cost.Day >= first && cost.Day <= last)
            .ToList();
        var rows = costs.GroupBy(cost => (cost.Day, Of: group is null ? null : cost.Of))
            .OrderBy(day => day.Key.Day)
            .Select(day => RowOf(state, day.Sum(cost => cost.Value), day.Key.Day, day.Key.Of, isForecast ? "Actual" : null))
            .Concat(isForecast && state.ForecastPerDay is { } expected ? DaysAfter(costs.Count == 0 ? first.AddDays(-1) : costs.Max(cost => cost.Day), last).Select(day => RowOf(state, expected, day, null, "Forecast")) : [])
            .ToList();
        var skip = int.TryParse(http.Request.Query["$skiptoken"], NumberStyles.None, CultureInfo.InvariantCulture, out var from) ? from : 0;
        var page = rows.Skip(skip).Take(state.PageSize).ToArray();
        var columns = new List<object> { new { name = "PreTaxCost", type = "Number" } };
        columns.AddRange(group is null ? [] : [new { name = group, type = "String" }]);
        columns.Add(new { name = "UsageDate", type = "Number" });
        columns.AddRange(isForecast ? [new { name = "CostStatus", type = "String" }] : []);
        columns.Add(new { name = "Currency", type = "String" });
        return http.Response.WriteAsJsonAsync(new
        {
            id = $"{scope}/providers/Microsoft.CostManagement/query/1",
            type = "Microsoft.CostManagement/query",
            properties = new
            {
                nextLink = skip + page.Length < rows.Count
                    ? string.Create(CultureInfo.InvariantCulture, $"{http.Request.Scheme}://{http.Request.Host}{http.Request.Path}?api-version={Version}&$skiptoken={skip + page.Length}")
                    : null,
                columns,
                rows = page,
            },
        });
    }

    private static IEnumerable<DateOnly> DaysAfter(DateOnly known, DateOnly last)
    {
        for (var day = known.AddDays(1); day <= last; day = day.AddDays(1))
        {
            yield return day;
        }
    }

    private static JsonArray RowOf(AzureState state, decimal amount, DateOnly day, string? group, string? status)
    {
        var row = new JsonArray(amount);
        if (group is not null)
        {
            row.Add(group);
        }

        row.Add(int.Parse(day.ToString("yyyyMMdd", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
        if (status is not null)
        {
            row.Add(status);
        }

        row.Add(state.Currency);
        return row;
    }
}

using System.Globalization;
using System.Text.Json.Nodes;

namespace CopilotCapacity.AzureStandIn;

/// <summary>Microsoft.Consumption/budgets, version 2024-08-01.</summary>
internal static class BudgetEndpoints
{
    private const string Version = "2024-08-01";
    private const string Marker = "/providers/Microsoft.Consumption/budgets";

    private static readonly string[] s_grains = ["Monthly", "Quarterly", "Annually", "BillingMonth", "BillingQuarter", "BillingAnnual"];
    private static readonly string[] s_operators = ["EqualTo", "GreaterThan", "GreaterThanOrEqualTo"];
    private static int s_versions;

    // A scope has any number of segments, so these are found by what their paths contain.
    public static void Map(WebApplication app, AzureState state) => app.Use(async (http, next) =>
    {
        var path = http.Request.Path.Value!;
        if (path.IndexOf(Marker, StringComparison.OrdinalIgnoreCase) is not (>= 0 and var at))
        {
            await next(http);
            return;
        }

        if (await Answers.RefusesVersionAsync(http, Version))
        {
            return;
        }

        var (scope, name) = (path[..at], path[(at + Marker.Length)..].Trim('/'));
        if (name.Length == 0)
        {
            await Answers.PageAsync(http, state, [.. state.Budgets.Where(pair => pair.Key.StartsWith(scope + Marker, StringComparison.OrdinalIgnoreCase)).Select(pair => pair.Value)]);
            return;
        }

        await (http.Request.Method switch
        {
            "GET" => GetAsync(http, state, path),
            "PUT" => PutAsync(http, state, path, name),
            "DELETE" => DeleteAsync(http, state, path),
            _ => Answers.ProblemAsync(http, StatusCodes.Status405MethodNotAllowed, "MethodNotAllowed", "Not here."),
        });
    });

    private static Task GetAsync(HttpContext http, AzureState state, string path) => state.Budgets.TryGetValue(path, out var budget)
        ? http.Response.WriteAsJsonAsync(budget)
        : Answers.ProblemAsync(http, StatusCodes.Status404NotFound, "NotFound", "The budget was not found.");

    private static Task DeleteAsync(HttpContext http, AzureState state, string path)
    {
        http.Response.StatusCode = state.Budgets.Remove(path) ? StatusCodes.Status200OK : StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static async Task PutAsync(HttpContext http, AzureState state, string path, string name)
    {
        if (await Answers.BodyAsync(http) is not { } body)
        {
            return;
        }

        if (Check(body) is { } problem)
        {
            await Answers.ProblemAsync(http, StatusCodes.Status400BadRequest, "BadRequest", problem);
            return;
        }

        state.BeforeBudgetIsWritten?.Invoke(path);

        // A write with the ETag of another version is refused; one without any writes over what is there.
        var before = state.Budgets.GetValueOrDefault(path);
        if ((string?)body["eTag"] is { } eTag && before is not null && !string.Equals(eTag, (string?)before["eTag"], StringComparison.Ordinal))
        {
            await Answers.ProblemAsync(http, StatusCodes.Status412PreconditionFailed, "PreconditionFailed", "The budget has another eTag.");
            return;
        }

        var properties = body["properties"]!.DeepClone().AsObject();
        properties["currentSpend"] = new JsonObject { ["amount"] = 0, ["unit"] = state.Currency };
        var budget = new JsonObject
        {
            ["id"] = path,
            ["name"] = name,
            ["type"] = "Microsoft.Consumption/budgets",
            ["eTag"] = string.Create(CultureInfo.InvariantCulture, $"\"{Interlocked.Increment(ref s_versions):x}\""),
            ["properties"] = properties,
        };
        state.Budgets[path] = budget;
        http.Response.StatusCode = before is null ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        await http.Response.WriteAsJsonAsync(budget);
    }

    /// <summary>What is wrong with a budget by the documented shape; null when nothing is.</summary>
    public static string? Check(JsonObject body)
    {
        if (body["properties"] is not JsonObject properties)
        {
            return "properties is required.";
        }

        if ((string?)properties["category"] is not "Cost" || properties["amount"] is null || (decimal)properties["amount"]! <= 0)
        {
            return "category is Cost, and amount is above zero.";
        }

        if (!s_grains.Contains((string?)properties["timeGrain"], StringComparer.Ordinal))
        {
            return "timeGrain is not known.";
        }

        if (properties["timePeriod"]?["startDate"] is not { } start || !DateTimeOffset.TryParse((string?)start, CultureInfo.InvariantCulture, out var from) || from.UtcDateTime.Day != 1)
        {
            return "timePeriod.startDate is the first of a month.";
        }

        if (properties["notifications"] is not JsonObject notifications)
        {
            return properties.ContainsKey("currentSpend") ? "currentSpend is read only." : null;
        }

        return notifications.Count > 5
            ? "A budget has at most five notifications."
            : notifications.Select(pair => CheckNotification(pair.Value as JsonObject)).FirstOrDefault(problem => problem is not null);
    }

    private static string? CheckNotification(JsonObject? notification)
    {
        if (notification is null || notification["enabled"] is null || !s_operators.Contains((string?)notification["operator"], StringComparer.Ordinal))
        {
            return "A notification has enabled and an operator.";
        }

        if (notification["threshold"] is not { } threshold || (decimal)threshold is < 0 or > 1000)
        {
            return "A threshold is from 0 to 1000.";
        }

        return notification["contactEmails"] is JsonArray emails && (emails.Count > 0 || notification["contactRoles"] is JsonArray { Count: > 0 } || notification["contactGroups"] is JsonArray { Count: > 0 })
            ? null
            : "A notification tells somebody.";
    }
}

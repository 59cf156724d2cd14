using System.Text.Json.Nodes;

namespace CopilotCapacity.AzureStandIn.PowerPlatform;

/// <summary>Ways in which the licensing API answers.</summary>
internal static class LicensingAnswers
{
    public const string Version = "2024-10-01";

    /// <summary>What every route of it checks before it looks at anything: the version, and that no parameter is unknown to it.</summary>
    public static async Task<bool> RefusesAsync(HttpContext http, params string[] parameters)
    {
        if (await Answers.RefusesVersionAsync(http, Version))
        {
            return true;
        }

        if (http.Request.Query.Keys.FirstOrDefault(key => key is not "api-version" && !parameters.Contains(key, StringComparer.Ordinal)) is not { } unknown)
        {
            return false;
        }

        await InvalidAsync(http, $"The parameter {unknown} is not known.");
        return true;
    }

    /// <summary>The body, checked; null when it was refused.</summary>
    public static async Task<JsonObject?> BodyAsync(HttpContext http, Shape shape)
    {
        if (await Answers.BodyAsync(http) is not { } body)
        {
            return null;
        }

        if (shape(body, "body") is not { } problem)
        {
            return body;
        }

        await InvalidAsync(http, problem);
        return null;
    }

    /// <summary>What is wrong with a request it says as a list.</summary>
    public static Task InvalidAsync(HttpContext http, string message)
    {
        http.Response.StatusCode = StatusCodes.Status400BadRequest;
        return http.Response.WriteAsJsonAsync(new[] { new { key = "request", errorMessage = new { code = "InvalidRequest", message } } });
    }

    public static Task RefusedAsync(HttpContext http, int status, string code, string message) => Answers.ProblemAsync(http, status, code, message);

    public static Task NotFoundAsync(HttpContext http, string what) => RefusedAsync(http, StatusCodes.Status404NotFound, "NotFound", $"The {what} was not found.");

    /// <summary>A list, bare or under value.</summary>
    public static Task ListAsync(HttpContext http, PowerPlatformState state, IEnumerable<JsonNode> items)
    {
        var list = new JsonArray([.. items]);
        return http.Response.WriteAsJsonAsync<JsonNode>(state.BareLists ? list : new JsonObject { ["value"] = list });
    }

    /// <summary>A page of a list, which names the next by an opaque token.</summary>
    public static Task PageAsync(HttpContext http, IReadOnlyList<JsonNode> items, int size)
    {
        var start = http.Request.Query["continuationToken"].ToString() is { Length: > 0 } token ? int.Parse(token[5..], System.Globalization.CultureInfo.InvariantCulture) : 0;
        var page = new JsonObject { ["value"] = new JsonArray([.. items.Skip(start).Take(size)]) };
        if (start + size < items.Count)
        {
            // What a token says is nobody's business, and it needs escaping.
            page["continuationtoken"] = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"a&+/={start + size}");
        }

        return http.Response.WriteAsJsonAsync(page);
    }
}

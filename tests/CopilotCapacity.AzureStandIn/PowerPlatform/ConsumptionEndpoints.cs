using System.Globalization;
using System.Text.Json.Nodes;

namespace CopilotCapacity.AzureStandIn.PowerPlatform;

/// <summary>What agents used: only for a person, page by page.</summary>
internal static class ConsumptionEndpoints
{
    public static void Map(WebApplication app, AzureState azure)
    {
        var state = azure.PowerPlatform;
        app.MapGet("/licensing/entitlements/MCSMessages/resources", async http =>
        {
            if (!await LicensingAnswers.RefusesAsync(http, "fromDate", "toDate", "pageSize", "continuationToken") && await RowsAsync(http, state) is { } rows)
            {
                await LicensingAnswers.PageAsync(http, [.. rows.Select(row => Model(row, []))], azure.PageSize);
            }
        });
        app.MapGet("/licensing/entitlements/MCSMessages/environments/{environment}/resources", async (HttpContext http, string environment) =>
        {
            if (!await LicensingAnswers.RefusesAsync(http, "fromDate", "toDate", "searchRequest", "includeFields", "orderbyConsumed", "continuationToken") && await RowsAsync(http, state) is { } rows)
            {
                var fields = http.Request.Query["includeFields"].ToString().Split(',');
                var groups = rows.Where(row => string.Equals(row.Environment, environment, StringComparison.OrdinalIgnoreCase)).GroupBy(row => row.Day);
                await LicensingAnswers.PageAsync(http, [.. groups.Select(group => new JsonObject { ["resources"] = new JsonArray([.. group.Select(row => Model(row, fields))]) })], azure.PageSize);
            }
        });
    }

    private static async Task<IReadOnlyList<ConsumptionState>?> RowsAsync(HttpContext http, PowerPlatformState state)
    {
        if (!state.SignedInAsPerson)
        {
            await LicensingAnswers.RefusedAsync(http, StatusCodes.Status403Forbidden, "Forbidden", "Only delegated permissions are supported.");
            return null;
        }

        if (Day(http, "fromDate") is not { } from || Day(http, "toDate") is not { } to)
        {
            await LicensingAnswers.InvalidAsync(http, "fromDate and toDate are required.");
            return null;
        }

        return [.. state.Consumption.Where(row => row.Day >= from && row.Day <= to)];
    }

    private static DateOnly? Day(HttpContext http, string name) =>
        DateOnly.TryParseExact(http.Request.Query[name], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static JsonObject Model(ConsumptionState row, IReadOnlyCollection<string> fields)
    {
        var metadata = new JsonObject { ["ResourceName"] = row.Name };
        if (row.NotBilled is { } notBilled)
        {
            metadata["NonBillableQuantity"] = (double)notBilled;
        }

        if (fields.Contains("FeatureName", StringComparer.Ordinal))
        {
            (metadata["FeatureName"], metadata["ChannelId"], metadata["Users"]) = (row.Feature, "msteams", 3);
        }

        return new JsonObject
        {
            ["environmentId"] = row.Environment,
            ["resourceId"] = row.Resource,
            ["consumed"] = (double)row.Consumed,
            ["unit"] = "Count",
            ["asOfDate"] = row.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + "T00:31:49.007",
            ["metadata"] = metadata,
        };
    }
}

using System.Text.Json.Nodes;

namespace CopilotCapacity.AzureStandIn.PowerPlatform;

/// <summary>
/// Limits of agents, with the faults of the service: under the documented version it stores without enforcing, it takes any id, and it
/// deletes none.
/// </summary>
internal static class ThresholdEndpoints
{
    private static readonly Shape s_put = Shapes.Of(
        ("stopResource", Shapes.Flag),
        ("limit", Shapes.Whole),
        ("stopIfOverCapacity", Shapes.Flag),
        ("notifyIfOverCapacity", Shapes.Flag),
        ("notificationThreshold", Shapes.Whole),
        ("resourceConsumption", Shapes.Number));

    public static void Map(WebApplication app, PowerPlatformState state)
    {
        app.MapGet("/licensing/entitlements/MCSMessages/resourceThresholds", async http =>
        {
            if (!await LicensingAnswers.RefusesAsync(http))
            {
                await LicensingAnswers.ListAsync(http, state, state.Thresholds.Select(pair => Model(state, pair.Key.Environment, pair.Key.Resource, pair.Value)));
            }
        });
        app.MapPut("/licensing/environments/{environment}/entitlements/MCSMessages/resources/{resource}/threshold", async (HttpContext http, string environment, string resource) =>
        {
            var version = http.Request.Query["api-version"].ToString();
            if (version is not "1" && await Answers.RefusesVersionAsync(http, LicensingAnswers.Version))
            {
                return;
            }

            if (await LicensingAnswers.BodyAsync(http, s_put) is not { } body)
            {
                return;
            }

            if (!HasSource(state, environment))
            {
                await LicensingAnswers.RefusedAsync(http, StatusCodes.Status400BadRequest, "NoAvailableCapacitySource", "No environment allocation or tenant pool found");
                return;
            }

            var threshold = new ThresholdState(
                (bool?)body["stopResource"] ?? false,
                (decimal?)body["limit"],
                (bool?)body["stopIfOverCapacity"] ?? false,
                (bool?)body["notifyIfOverCapacity"] ?? false,
                (int?)body["notificationThreshold"] ?? 0,
                IsEnforced: version is "1");
            state.Write(() => state.Thresholds[(environment, resource)] = threshold);
            await http.Response.WriteAsJsonAsync(Model(state, environment, resource, threshold));
        });
    }

    private static bool HasSource(PowerPlatformState state, string environment) => state.Environments.TryGetValue(environment, out var found)
        && (!found.Allocations.TryGetValue("MCSMessages", out var allocation) || allocation.Quantity > 0 || allocation.Rules.GetValueOrDefault("TenantPool", true)
            || state.Policies.Values.Any(policy => policy.Environments.Contains(environment)));

    private static JsonObject Model(PowerPlatformState state, string environment, string resource, ThresholdState threshold) => new()
    {
        ["resourceId"] = resource,
        ["entitlementId"] = "MCSMessages",
        ["environmentId"] = environment,
        ["stopResource"] = threshold.StopResource,
        ["limit"] = (double?)threshold.Limit,
        ["stopIfOverCapacity"] = threshold.StopIfOverCapacity,
        ["notifyIfOverCapacity"] = threshold.NotifyIfOverCapacity,
        ["notificationThreshold"] = threshold.NotificationThreshold,
        ["resourceConsumption"] = (double)state.Consumption.Where(row => (row.Environment, row.Resource).Equals((environment, resource))).Sum(row => row.Consumed),
        ["createdOn"] = threshold.CreatedOn,
    };
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CopilotCapacity.AzureStandIn.PowerPlatform;

/// <summary>Allocations: allocationsByEnvironment and allocationsV2.</summary>
internal static partial class AllocationEndpoints
{
    private const string Credits = "MCSMessages";

    private static readonly string[] s_currencies =
    [
        "AI", "AppPass", "AppPassForTeams", "Invoice", "MCSSessions", "MCSMessages", "PAHostedRPA", "PAUnattendedRPA", "PerFlowPlan", "PortalAddOns", "PortalLogins", "PortalViews",
        "PowerPagesAuthenticated", "PowerPagesAnonymous", "PowerAutomatePerProcess", "ProcessMiningDataStorage", "SCMessages", "VAConversations",
    ];

    private static readonly string[] s_olderRules = ["Alert", "PayGo", "TenantPool", "Deny"];

    private static readonly Shape s_put = Shapes.Of(
        ("scope!", Shapes.Of(("tenantId", Shapes.Text), ("environmentGroupId", Shapes.Text), ("environmentId!", Shapes.Text), ("resourceId", Shapes.Text), ("userId", Shapes.Text), ("userGroupId", Shapes.Text))),
        ("allocatedEntitlements!", Shapes.ListOf(Shapes.Of(
            ("entitlementId!", Shapes.Text),
            ("allocation!", Shapes.Of(("quantity", Shapes.Number), ("autoAllocated", Shapes.Number), ("unit", Shapes.OneOf("NotSpecified", "MB", "Count", "Hour")))),
            ("enforcementRules", Shapes.ListOf(Shapes.Of(("ruleType!", Shapes.OneOf("NotSpecified", "Alert", "PayGo", "TenantPool", "Deny", "Throttle")), ("enabled!", Shapes.Flag))))))));

    private static readonly Shape s_patch = Shapes.Of(
        ("environmentId!", Shapes.Text),
        ("currencyAllocations!", Shapes.ListOf(Shapes.Of(
            ("currencyType!", Shapes.OneOf(s_currencies)),
            ("allocated", Shapes.Whole),
            ("autoAllocated", Shapes.Whole),
            ("enforcementRules", Shapes.ListOf(Shapes.Of(("ruleType!", Shapes.OneOf(s_olderRules)), ("enabled!", Shapes.Flag))))))));

    public static void Map(WebApplication app, PowerPlatformState state)
    {
        app.MapGet("/licensing/allocationsByEnvironment", async http =>
        {
            if (!await LicensingAnswers.RefusesAsync(http))
            {
                await LicensingAnswers.ListAsync(http, state, state.Environments.Select(pair => Model(pair.Key, pair.Value)));
            }
        });
        app.MapGet("/licensing/allocationsByEnvironment/{id}", async (HttpContext http, string id) =>
        {
            if (!await LicensingAnswers.RefusesAsync(http))
            {
                await (state.Environments.TryGetValue(id, out var found) ? http.Response.WriteAsJsonAsync(Model(id, found)) : LicensingAnswers.NotFoundAsync(http, "environment"));
            }
        });
        app.MapPatch("/licensing/allocationsByEnvironment", http => PatchAsync(http, state));
        app.MapPut("/licensing/allocationsV2", http => PutAsync(http, state));
        app.MapGet("/licensing/allocationsV2/availability", http => AvailabilityAsync(http, state));
    }

    private static async Task AvailabilityAsync(HttpContext http, PowerPlatformState state)
    {
        if (await LicensingAnswers.RefusesAsync(http, "$filter"))
        {
            return;
        }

        if (Filter().Match(http.Request.Query["$filter"].ToString()) is not { Success: true } filter)
        {
            await LicensingAnswers.InvalidAsync(http, "$filter names an environmentId and the EntitlementIds.");
            return;
        }

        await http.Response.WriteAsJsonAsync(new
        {
            scope = new { environmentId = filter.Groups["environment"].Value },
            entitlementAllocationsAvailable = new[] { new { entitlementId = Credits, availableQuantity = state.Entitled - state.Allocated, unit = "Count" } },
        });
    }

    [GeneratedRegex(@"^environmentId eq '(?<environment>[^']+)' and EntitlementId in \('MCSMessages'\)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Filter();

    // The whole document of the scope is replaced: what is not named in it is gone.
    private static async Task PutAsync(HttpContext http, PowerPlatformState state)
    {
        if (await LicensingAnswers.RefusesAsync(http) || await LicensingAnswers.BodyAsync(http, s_put) is not { } body)
        {
            return;
        }

        var id = (string)body["scope"]!["environmentId"]!;
        var wanted = body["allocatedEntitlements"]!.AsArray().Select(entitlement => (Id: (string)entitlement!["entitlementId"]!, Allocation: new AllocationState(
            (decimal?)entitlement["allocation"]!["quantity"] ?? 0,
            (decimal?)entitlement["allocation"]!["autoAllocated"],
            RulesOf(entitlement["enforcementRules"])))).ToList();
        if (!await RefusesAsync(http, state, id, wanted))
        {
            state.Write(() =>
            {
                state.Environments[id].Allocations.Clear();
                wanted.ForEach(entitlement => state.Environments[id].Allocations[entitlement.Id] = entitlement.Allocation);
            });
            await http.Response.WriteAsJsonAsync(new { statusCode = 200, isErrorResult = false });
        }
    }

    private static async Task PatchAsync(HttpContext http, PowerPlatformState state)
    {
        if (await LicensingAnswers.RefusesAsync(http) || await LicensingAnswers.BodyAsync(http, s_patch) is not { } body)
        {
            return;
        }

        var id = (string)body["environmentId"]!;
        var wanted = body["currencyAllocations"]!.AsArray().Select(currency => (Id: (string)currency!["currencyType"]!, Allocation: new AllocationState(
            (decimal?)currency["allocated"] ?? 0, (decimal?)currency["autoAllocated"], RulesOf(currency["enforcementRules"])))).ToList();
        if (!await RefusesAsync(http, state, id, wanted))
        {
            state.Write(() => wanted.ForEach(currency => state.Environments[id].Allocations[currency.Id] = currency.Allocation));
            await http.Response.WriteAsJsonAsync(Model(id, state.Environments[id]));
        }
    }

    private static async Task<bool> RefusesAsync(HttpContext http, PowerPlatformState state, string id, IReadOnlyList<(string Id, AllocationState Allocation)> wanted)
    {
        if (!state.Environments.TryGetValue(id, out var environment))
        {
            await LicensingAnswers.InvalidAsync(http, $"The environment {id} does not exist.");
            return true;
        }

        if (environment.GroupRule is { } locked && wanted.Any(entitlement => entitlement.Allocation.Rules.TryGetValue("TenantPool", out var pool) && pool != locked))
        {
            await LicensingAnswers.RefusedAsync(http, StatusCodes.Status400BadRequest, "TenantPoolLockedByPolicy", "A published environment group rule governs the tenant pool of this environment.");
            return true;
        }

        var now = environment.Allocations.TryGetValue(Credits, out var allocation) ? allocation.Quantity : 0;
        if (wanted.Any(entitlement => entitlement.Allocation.Quantity < 0)
            || wanted.Where(entitlement => entitlement.Id is Credits).Sum(entitlement => entitlement.Allocation.Quantity) - now > state.Entitled - state.Allocated)
        {
            await LicensingAnswers.RefusedAsync(http, StatusCodes.Status400BadRequest, "InsufficientCapacity", "There is not enough capacity to allocate.");
            return true;
        }

        return false;
    }

    private static Dictionary<string, bool> RulesOf(JsonNode? rules) =>
        rules?.AsArray().ToDictionary(rule => (string)rule!["ruleType"]!, rule => (bool)rule!["enabled"]!, StringComparer.Ordinal) ?? [];

    // The model by environment knows whole numbers, the outside currencies and the older rules only.
    private static JsonObject Model(string id, EnvironmentState environment) => new()
    {
        ["environmentId"] = id,
        ["currencyAllocations"] = new JsonArray([.. environment.Allocations.Where(pair => s_currencies.Contains(pair.Key, StringComparer.Ordinal)).Select(pair => new JsonObject
        {
            ["currencyType"] = pair.Key,
            ["allocated"] = (int)pair.Value.Quantity,
            ["autoAllocated"] = (int)(pair.Value.AutoAllocated ?? 0),
            ["enforcementRules"] = Rules(pair.Value.Rules.Where(rule => s_olderRules.Contains(rule.Key, StringComparer.Ordinal))),
        })]),
    };

    public static JsonArray Rules(IEnumerable<KeyValuePair<string, bool>> rules) =>
        new([.. rules.Select(rule => new JsonObject { ["ruleType"] = rule.Key, ["enabled"] = rule.Value })]);
}

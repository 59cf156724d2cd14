using System.Text.Json.Nodes;

namespace CopilotCapacity.AzureStandIn.PowerPlatform;

/// <summary>Entitlements of the tenant and of environments, and the report of currencies.</summary>
internal static class EntitlementEndpoints
{
    // What it knows is of the day before.
    private static readonly DateTimeOffset s_updated = new(2026, 11, 28, 0, 0, 0, TimeSpan.Zero);

    public static void Map(WebApplication app, PowerPlatformState state)
    {
        app.MapGet("/licensing/entitlements/{id}", async (HttpContext http, string id) =>
        {
            if (await LicensingAnswers.RefusesAsync(http))
            {
                return;
            }

            if (id is not "MCSMessages" || state.Packs is null)
            {
                http.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }

            await http.Response.WriteAsJsonAsync(Tenant(state));
        });
        app.MapGet("/licensing/environments/{id}/entitlements", async (HttpContext http, string id) =>
        {
            if (!await LicensingAnswers.RefusesAsync(http, "$filter"))
            {
                await (state.Environments.TryGetValue(id, out var found)
                    ? LicensingAnswers.ListAsync(http, state, found.Allocations.Select(pair => Of(id, found, pair.Key, pair.Value)).DefaultIfEmpty(Of(id, found, "MCSMessages", null)))
                    : LicensingAnswers.NotFoundAsync(http, "environment"));
            }
        });
        app.MapGet("/licensing/tenantCapacity/currencyReports", async http =>
        {
            if (!await LicensingAnswers.RefusesAsync(http, "includeAllocations", "includeConsumptions"))
            {
                await LicensingAnswers.ListAsync(http, state, [Report(http, state)]);
            }
        });
    }

    private static JsonObject Tenant(PowerPlatformState state) => new()
    {
        ["entitlementId"] = "MCSMessages",
        ["productCategories"] = new JsonArray("CopilotStudio"),
        ["entitlement"] = new JsonObject
        {
            ["unit"] = "Count",
            ["capacity"] = new JsonObject
            {
                ["entitled"] = new JsonObject { ["value"] = (double)state.Entitled },
                ["consumed"] = Consumed(state.Consumed),
                ["unit"] = "Count",
                ["allocated"] = new JsonObject { ["value"] = (double)state.Allocated, ["autoAllocated"] = 0.0 },
                ["availableQuantity"] = (double)(state.Entitled - state.Allocated),
                ["status"] = "WithinCapacity",
                ["licenses"] = new JsonArray(new JsonObject
                {
                    ["skuId"] = "COPILOT_STUDIO_MESSAGES",
                    ["productName"] = "Microsoft Copilot Studio",
                    ["licenseQuantity"] = state.Packs,
                    ["entitled"] = new JsonObject { ["value"] = (double)state.Entitled },
                    ["licenseTier"] = "Paid",
                    ["licenseStatus"] = "Enabled",
                    ["licenseSource"] = "CommerceService",
                    ["isUnlimited"] = false,
                }),
            },
            ["payGo"] = PayGo(state.Environments.Values.Sum(environment => environment.PayGo)),
        },
    };

    private static JsonObject Of(string id, EnvironmentState environment, string entitlement, AllocationState? allocation)
    {
        var capacity = new JsonObject
        {
            ["allocated"] = new JsonObject { ["value"] = (double)(allocation?.Quantity ?? 0), ["autoAllocated"] = (double)(allocation?.AutoAllocated ?? 0) },
            ["consumed"] = Consumed(environment.Consumed),
            ["status"] = environment.Consumed > allocation?.Quantity ? "CoveredOverage" : "WithinCapacity",
            ["enforcementRules"] = AllocationEndpoints.Rules(allocation?.Rules ?? new Dictionary<string, bool>(StringComparer.Ordinal)),
        };
        if (environment.Consumed is { } consumed)
        {
            capacity["availableQuantity"] = (double)((allocation?.Quantity ?? 0) - consumed);
        }

        return new JsonObject
        {
            ["environmentId"] = id,
            ["environmentName"] = environment.Name,
            ["environmentType"] = environment.Type,
            ["location"] = environment.Location,
            ["isManagedEnvironment"] = environment.GroupRule is not null,
            ["scenario"] = "None",
            ["disasterRecoveryState"] = "NotSpecified",
            ["entitlementId"] = entitlement,
            ["cleanupOpportunitySize"] = 0,
            ["recommendationCount"] = 0,
            ["addons"] = new JsonArray(),
            ["permissions"] = new JsonArray(),
            ["productCategories"] = new JsonArray("CopilotStudio"),
            ["entitlement"] = new JsonObject { ["unit"] = "Count", ["capacity"] = capacity, ["payGo"] = PayGo(environment.PayGo) },
        };
    }

    private static JsonObject Consumed(decimal? value)
    {
        var consumed = new JsonObject { ["consumptionType"] = value is null ? "NotSpecified" : "Snapshot" };
        if (value is { } known)
        {
            (consumed["value"], consumed["lastUpdatedOn"], consumed["writeOff"]) = ((double)known, s_updated, 0.0);
        }

        return consumed;
    }

    private static JsonObject PayGo(decimal? value) => new() { ["entitled"] = new JsonObject { ["value"] = 0.0 }, ["consumed"] = Consumed(value) };

    private static JsonObject Report(HttpContext http, PowerPlatformState state)
    {
        var report = new JsonObject { ["currencyType"] = "MCSMessages", ["purchased"] = (long)state.Entitled };
        if (http.Request.Query["includeAllocations"] != "false")
        {
            report["allocated"] = (long)state.Allocated;
        }

        if (http.Request.Query["includeConsumptions"] == "true" && state.Consumed is { } consumed)
        {
            report["consumed"] = new JsonObject { ["unitsConsumed"] = (long)consumed, ["lastUpdatedDay"] = s_updated };
        }

        return report;
    }
}

using System.Globalization;
using System.Text.Json.Nodes;

namespace CopilotCapacity.AzureStandIn.PowerPlatform;

/// <summary>Billing policies and their environments; each has a resource in Azure, which stays behind when the policy is deleted.</summary>
internal static class BillingPolicyEndpoints
{
    private static readonly DateTimeOffset s_made = new(2026, 11, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly Shape s_status = Shapes.OneOf("Enabled", "Disabled");
    private static readonly Shape s_put = Shapes.Of(("name", Shapes.Text), ("status", s_status));
    private static readonly Shape s_environments = Shapes.Of(("environmentIds!", Shapes.ListOf(Shapes.Text)));
    private static readonly Shape s_post = Shapes.Of(
        ("name!", Shapes.Text),
        ("location!", Shapes.Text),
        ("billingInstrument!", Shapes.Of(("subscriptionId!", Shapes.Id), ("resourceGroup!", Shapes.Text), ("id", Shapes.Text))),
        ("status", s_status));

    public static void Map(WebApplication app, AzureState azure)
    {
        var state = azure.PowerPlatform;
        app.MapGet("/licensing/billingPolicies", http => ListAsync(http, azure));
        app.MapPost("/licensing/billingPolicies", http => CreateAsync(http, azure));
        app.MapGet("/licensing/billingPolicies/{id}", (HttpContext http, string id) => OfAsync(http, state, id, policy => http.Response.WriteAsJsonAsync(Model(id, policy))));
        app.MapDelete("/licensing/billingPolicies/{id}", (HttpContext http, string id) => OfAsync(http, state, id, _ =>
        {
            state.Policies.Remove(id);
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }));
        app.MapPut("/licensing/billingPolicies/{id}", (HttpContext http, string id) => OfAsync(http, state, id, async policy =>
        {
            if (await LicensingAnswers.BodyAsync(http, s_put) is { } body)
            {
                (policy.Name, policy.Status) = ((string?)body["name"] ?? policy.Name, (string?)body["status"] ?? policy.Status);
                await http.Response.WriteAsJsonAsync(Model(id, policy));
            }
        }));
        app.MapPost("/licensing/billingPolicies/{id}/refreshProvisioningStatus", (HttpContext http, string id) => OfAsync(http, state, id, policy =>
        {
            policy.Refreshed++;
            return http.Response.WriteAsJsonAsync(Model(id, policy));
        }));
        app.MapGet("/licensing/billingPolicies/{id}/environments", (HttpContext http, string id) => OfAsync(http, state, id, policy => http.Response.WriteAsJsonAsync(new
        {
            value = policy.Environments.Select(environment => new { billingPolicyId = id, environmentId = environment }),
        })));
        app.MapPost("/licensing/billingPolicies/{id}/environments/add", (HttpContext http, string id) => ChangeAsync(http, state, id, isAdd: true));
        app.MapPost("/licensing/billingPolicies/{id}/environments/remove", (HttpContext http, string id) => ChangeAsync(http, state, id, isAdd: false));
        app.MapGet("/licensing/environments/{environment}/billingPolicy", async (HttpContext http, string environment) =>
        {
            if (!await LicensingAnswers.RefusesAsync(http))
            {
                var (id, policy) = state.Policies.FirstOrDefault(pair => pair.Value.Environments.Contains(environment));
                await (policy is null ? LicensingAnswers.NotFoundAsync(http, "billing policy") : http.Response.WriteAsJsonAsync(Model(id, policy)));
            }
        });
    }

    private static async Task OfAsync(HttpContext http, PowerPlatformState state, string id, Func<PolicyState, Task> answer)
    {
        if (!await LicensingAnswers.RefusesAsync(http))
        {
            await (state.Policies.TryGetValue(id, out var policy) ? answer(policy) : LicensingAnswers.NotFoundAsync(http, "billing policy"));
        }
    }

    private static async Task ListAsync(HttpContext http, AzureState azure)
    {
        if (await LicensingAnswers.RefusesAsync(http, "$top", "$skiptoken"))
        {
            return;
        }

        var skip = int.TryParse(http.Request.Query["$skiptoken"], NumberStyles.None, CultureInfo.InvariantCulture, out var from) ? from : 0;
        var policies = azure.PowerPlatform.Policies.ToList();
        var page = new JsonObject { ["value"] = new JsonArray([.. policies.Skip(skip).Take(azure.PageSize).Select(pair => Model(pair.Key, pair.Value))]) };
        if (skip + azure.PageSize < policies.Count)
        {
            page["@odata.nextLink"] = string.Create(
                CultureInfo.InvariantCulture, $"{http.Request.Scheme}://{http.Request.Host}{http.Request.Path}?api-version={LicensingAnswers.Version}&$skiptoken={skip + azure.PageSize}");
        }

        await http.Response.WriteAsJsonAsync(page);
    }

    private static async Task CreateAsync(HttpContext http, AzureState azure)
    {
        if (await LicensingAnswers.RefusesAsync(http) || await LicensingAnswers.BodyAsync(http, s_post) is not { } body)
        {
            return;
        }

        var (subscription, group, name) = ((string)body["billingInstrument"]!["subscriptionId"]!, (string)body["billingInstrument"]!["resourceGroup"]!, (string)body["name"]!);
        if (!azure.Subscriptions.TryGetValue(subscription, out var found) || !found.ResourceGroups.ContainsKey(group))
        {
            await LicensingAnswers.InvalidAsync(http, "The resource group was not found in the subscription.");
            return;
        }

        if (!found.MayWrite || found.Provider is not "Registered")
        {
            await LicensingAnswers.RefusedAsync(http, StatusCodes.Status403Forbidden, "AzureResourceNotCreated", "Microsoft.PowerPlatform is not registered in the subscription, or the caller may not write there.");
            return;
        }

        var id = string.Create(CultureInfo.InvariantCulture, $"00000000-0000-0000-0000-{azure.PowerPlatform.Policies.Count + 1:D12}");
        var policy = new PolicyState { Name = name, Subscription = subscription, ResourceGroup = group, Location = (string)body["location"]!, Status = (string?)body["status"] ?? "Enabled" };
        azure.PowerPlatform.Policies[id] = policy;
        found.Accounts.Add((group, name));
        http.Response.StatusCode = StatusCodes.Status201Created;
        await http.Response.WriteAsJsonAsync(Model(id, policy));
    }

    private static Task ChangeAsync(HttpContext http, PowerPlatformState state, string id, bool isAdd) => OfAsync(http, state, id, async policy =>
    {
        if (await LicensingAnswers.BodyAsync(http, s_environments) is not { } body)
        {
            return;
        }

        var environments = body["environmentIds"]!.AsArray().Select(environment => (string)environment!).ToList();
        if (isAdd && environments.Find(environment => !MayJoin(state, policy, environment)) is { } wrong)
        {
            await LicensingAnswers.InvalidAsync(http, $"The environment {wrong} is not there, of another region, or neither production nor sandbox.");
            return;
        }

        foreach (var other in state.Policies.Values.Where(other => isAdd || other == policy))
        {
            other.Environments.ExceptWith(environments);
        }

        policy.Environments.UnionWith(isAdd ? environments : []);
    });

    private static bool MayJoin(PowerPlatformState state, PolicyState policy, string environment) => state.Environments.TryGetValue(environment, out var found)
        && found.Type is "Production" or "Sandbox" && string.Equals(found.Location, policy.Location, StringComparison.OrdinalIgnoreCase);

    private static JsonObject Model(string id, PolicyState policy) => new()
    {
        ["id"] = id,
        ["name"] = policy.Name,
        ["status"] = policy.Status,
        ["location"] = policy.Location,
        ["billingInstrument"] = new JsonObject
        {
            ["subscriptionId"] = policy.Subscription,
            ["resourceGroup"] = policy.ResourceGroup,
            ["id"] = $"/subscriptions/{policy.Subscription}/resourceGroups/{policy.ResourceGroup}/providers/Microsoft.PowerPlatform/accounts/{policy.Name}",
        },
        ["createdOn"] = s_made,
        ["createdBy"] = new JsonObject { ["id"] = "00000000-0000-0000-0000-00000000000a", ["type"] = "User" },
        ["lastModifiedOn"] = s_made,
        ["lastModifiedBy"] = new JsonObject { ["id"] = "00000000-0000-0000-0000-00000000000a", ["type"] = "User" },
    };
}

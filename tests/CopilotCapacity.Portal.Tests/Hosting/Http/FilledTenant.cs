using System.Text.Json;
using CopilotCapacity.Portal.Tests.Features.Permissions;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Portal.Tests.Hosting.Http;

/// <summary>A tenant with one of everything an address can name.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Ids">What stands where in an address, by the name of the place.</param>
internal sealed record FilledTenant(TenantUnderTest Tenant, IReadOnlyDictionary<string, string> Ids)
{
    /// <summary>Fills a new tenant.</summary>
    /// <param name="fixture">The portal.</param>
    /// <param name="uses">How many uses it has; the last one is the one that is named.</param>
    public static async Task<FilledTenant> CreateAsync(ApiFixture fixture, int uses)
    {
        var tenant = await fixture.NewTenantAsync(PermissionCalls.Start);
        var url = $"/api/v1/tenants/{tenant.Id}";
        var environment = await tenant.NewEnvironmentAsync();
        var grant = await tenant.BuyAsync(100);
        var moves = JsonSerializer.Serialize(new { moves = new[] { new { to = environment, credits = 1 } } });
        var cap = await tenant.CapAsync(new { scope = new { environmentId = environment }, per = "day", credits = 1, notifyPercent = 1 });
        var hold = await tenant.HeldAsync(environment, 1);
        var application = await tenant.Api.SendJsonAsync(
            HttpMethod.Post, $"{url}/environments/{environment}/applications", "{\"application\": \"sales\", \"url\": \"https://contoso.example\"}");
        var reallocation = await tenant.Api.SendJsonAsync(HttpMethod.Post, $"{url}/reallocations", moves);
        ApiReply? use = null;
        for (var count = 0; count < uses; count++)
        {
            use = await tenant.ConsumeAsync(PermissionCalls.Use(environment, $"{count}", 1));
        }

        var channel = await tenant.Api.SendJsonAsync(
            HttpMethod.Post, $"{url}/channels", "{\"name\": \"Hook\", \"kind\": \"webhook\", \"url\": \"https://hooks.contoso.example\", \"enabled\": false}");
        var delivery = await tenant.Api.SendJsonAsync(HttpMethod.Post, $"{url}/channels/{IdOf(channel.Json)}/test", null);
        using var admin = fixture.Portal.CreateApi();
        return new FilledTenant(tenant, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["tenantId"] = tenant.Id.ToString(),
            ["environmentId"] = environment.ToString(),
            ["planId"] = (await tenant.NewPlanAsync(environment)).ToString(),
            ["grantId"] = IdOf(grant.Json),
            ["capId"] = IdOf(cap.Json),
            ["holdId"] = hold.ToString(),
            ["applicationId"] = IdOf(application.Json),
            ["reallocationId"] = IdOf(reallocation.Json),
            ["alertId"] = IdOf((await tenant.Api.ReadAsync($"{url}/alerts")).Item(0)),
            ["channelId"] = IdOf(channel.Json),
            ["deliveryId"] = IdOf(delivery.Json),
            ["keyId"] = IdOf((await admin.ReadAsync($"{url}/api-keys")).Item(0)),
            ["sequence"] = use!.Json.GetProperty("sequence").GetRawText(),
            ["feature"] = "credits",
            ["agentId"] = "a-7",
        });
    }

    /// <summary>An address in which every place is filled, one of them perhaps with something else.</summary>
    public string Fill(string pattern, string? name = null, string? value = null) => Ids.Aggregate(
        "/" + pattern.TrimStart('/'),
        (path, id) => path.Replace($"{{{id.Key}}}", string.Equals(id.Key, name, StringComparison.Ordinal) ? value : id.Value, StringComparison.Ordinal));

    private static string IdOf(JsonElement element) => element.GetProperty("id").GetString()!;
}

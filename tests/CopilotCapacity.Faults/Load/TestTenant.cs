using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using CopilotCapacity.Faults.Portal;

namespace CopilotCapacity.Faults.Load;

/// <summary>A tenant the tests send usage for.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Key">A key for everything in it.</param>
/// <param name="Environments">Its environments; the first has an allocation.</param>
public sealed record TestTenant(Guid Id, string Name, string Key, IReadOnlyList<Guid> Environments)
{
    /// <summary>Makes a tenant whose prepaid credits pay for some of what is sent; the rest goes unfunded.</summary>
    public static async Task<TestTenant> CreateAsync(Uri portal, string name, decimal credits, DateTimeOffset? testClock = null)
    {
        using var admin = AdminOf(portal);
        var tenant = (await PostAsync(admin, "/api/v1/tenants", new { name, testClock })).GetProperty("id").GetGuid();
        var path = $"/api/v1/tenants/{tenant}";
        string[] scopes = ["usage:write", "quota:read", "capacity:read", "capacity:write"];
        var key = (await PostAsync(admin, $"{path}/api-keys", new { name = "faults", scopes })).GetProperty("secret").GetString()!;
        using var own = ClientOf(portal, key);
        var environments = new List<Guid>();
        foreach (var environment in new[] { "Sales", "Service" })
        {
            var made = await PostAsync(own, $"{path}/environments", new { name = environment, type = "production", region = "europe" });
            environments.Add(made.GetProperty("id").GetGuid());
        }

        await PostAsync(own, $"{path}/grants", new { amount = credits, recurrence = "monthly" });
        using var allocation = new HttpRequestMessage(HttpMethod.Put, $"{path}/environments/{environments[0]}/allocation")
        {
            Content = JsonContent.Create(new { credits = credits / 4 }),
        };
        allocation.Headers.TryAddWithoutValidation("If-Match", "*");
        (await own.SendAsync(allocation)).EnsureSuccessStatusCode();
        return new TestTenant(tenant, name, key, environments);
    }

    /// <summary>A client of the portal's administrator.</summary>
    public static HttpClient AdminOf(Uri portal) => ClientOf(portal, PortalProcess.AdminKey);

    /// <summary>A client with a key.</summary>
    public static HttpClient ClientOf(Uri portal, string key)
    {
        var client = new HttpClient { BaseAddress = portal, Timeout = TimeSpan.FromMinutes(1) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    private static async Task<JsonElement> PostAsync(HttpClient client, string path, object body)
    {
        using var answer = await client.PostAsJsonAsync(path, body);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}

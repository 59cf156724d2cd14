using System.Net;
using System.Text;
using System.Text.Json;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Portal.Tests;

/// <summary>One portal for all tests of a class; each test makes its own tenant.</summary>
public sealed class ApiFixture : IAsyncLifetime
{
    public PortalUnderTest Portal { get; } = new();

    public Task<TenantUnderTest> NewTenantAsync(DateTimeOffset? testClock = null) => Portal.CreateTenantAsync(testClock: testClock);

    /// <summary>A client with a key of the tenant that carries only some scopes.</summary>
    public async Task<HttpClient> WithScopesAsync(TenantUnderTest tenant, params string[] scopes)
    {
        using var admin = Portal.CreateApi();
        var created = await admin.SendJsonAsync(
            HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/api-keys", JsonSerializer.Serialize(new { name = "some", scopes }));
        return Portal.CreateApi(created.Json.GetProperty("secret").GetString()!);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await Portal.DisposeAsync();
}

/// <summary>An answer that was read to its end.</summary>
public sealed record ApiReply(HttpStatusCode Status, string Body, string? MediaType, string? ETag, HttpResponseMessage Message)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string? Code => MediaType is "application/problem+json" ? Json.GetProperty("code").GetString() : null;

    public JsonElement Item(int index) => Json.GetProperty("items")[index];
}

/// <summary>Short ways to ask.</summary>
internal static class ApiCalls
{
    public const string Structured = "application/cloudevents+json";
    public const string Batch = "application/cloudevents-batch+json";

    public static async Task<ApiReply> AskAsync(this HttpClient api, HttpRequestMessage request)
    {
        var answer = await api.SendAsync(request);
        var body = await answer.Content.ReadAsStringAsync();
        return new ApiReply(
            answer.StatusCode, body, answer.Content.Headers.ContentType?.MediaType, answer.Headers.ETag?.ToString(), answer);
    }

    public static Task<ApiReply> SendJsonAsync(
        this HttpClient api, HttpMethod method, string path, string? body, params (string Name, string Value)[] headers) =>
        api.SendAsync(method, path, body, "application/json", headers);

    public static Task<ApiReply> SendAsync(
        this HttpClient api, HttpMethod method, string path, string? body, string? contentType, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (contentType is not null)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
            }
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return api.AskAsync(request);
    }

    public static Task<ApiReply> ReadAsync(this HttpClient api, string path, params (string Name, string Value)[] headers) =>
        api.SendJsonAsync(HttpMethod.Get, path, null, headers);

    /// <summary>Records events and asks what became of each.</summary>
    public static Task<ApiReply> RecordAsync(this HttpClient api, string body, string contentType = "application/json") =>
        api.SendAsync(HttpMethod.Post, "/api/v1/events", body, contentType, ("Prefer", "return=representation"));

    public static async Task<Guid> NewEnvironmentAsync(this TenantUnderTest tenant, bool drawFromTenantPool = true, string? costCenter = null)
    {
        var body = JsonSerializer.Serialize(new { name = "Sales", type = "production", region = "europe", costCenter, drawFromTenantPool });
        var created = await tenant.Api.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/environments", body);
        Assert.Equal(HttpStatusCode.Created, created.Status);
        return created.Json.GetProperty("id").GetGuid();
    }

    public static async Task<ApiReply> BuyAsync(this TenantUnderTest tenant, decimal creditsPerPack, int packs = 1)
    {
        var bought = await tenant.Api.SendJsonAsync(
            HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/message-packs", JsonSerializer.Serialize(new { packs, creditsPerPack }));
        Assert.Equal(HttpStatusCode.Created, bought.Status);
        return bought;
    }

    public static Task<ApiReply> AllocateAsync(this TenantUnderTest tenant, Guid environment, decimal credits) => tenant.Api.SendJsonAsync(
        HttpMethod.Put,
        $"/api/v1/tenants/{tenant.Id}/environments/{environment}/allocation",
        JsonSerializer.Serialize(new { credits }),
        ("If-Match", "*"));

    public static async Task<JsonElement> CapacityAsync(this TenantUnderTest tenant, string? period = null)
    {
        var query = period is null ? "" : $"?period={period}";
        return (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/capacity{query}")).Json;
    }

    public static async Task<JsonElement> UsageAsync(this TenantUnderTest tenant, string query) =>
        (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/usage?{query}")).Json;

    public static decimal Number(this JsonElement element, params string[] path) =>
        path.Aggregate(element, (current, name) => current.GetProperty(name)).GetDecimal();
}

/// <summary>Writes events as their senders would.</summary>
internal static class EventText
{
    public const string Time = "2026-11-15T10:00:00Z";

    /// <summary>A structured event; <paramref name="data"/> is JSON, and a null time is left out.</summary>
    public static string Of(
        Guid subject, string id, string feature = "generativeAnswer", string data = "{}", string? time = Time, string extra = "")
    {
        var when = time is null ? "" : $"\"time\": \"{time}\",";
        return $$"""
            { "specversion": "1.0", "id": "{{id}}", "source": "test", "type": "copilot.{{feature}}", "subject": "{{subject}}",
              {{when}} {{extra}} "data": {{data}} }
            """;
    }

    public static string Array(IEnumerable<string> events) => $"[{string.Join(",", events)}]";
}

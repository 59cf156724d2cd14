using System.Globalization;
using System.Net;
using System.Text.Json;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Portal.Tests.Features.Permissions;

/// <summary>Short ways to ask for permissions.</summary>
internal static class PermissionCalls
{
    public static readonly DateTimeOffset Start = new(2026, 1, 10, 0, 0, 0, TimeSpan.Zero);

    public static string Use(Guid subject, string id, decimal credits, string more = "", DateTimeOffset? time = null) => EventText.Of(
        subject,
        id,
        "credits",
        $"{{\"quantity\": {credits.ToString(CultureInfo.InvariantCulture)}{more}}}",
        (time ?? Start).UtcDateTime.ToString("O", CultureInfo.InvariantCulture));

    public static Task<ApiReply> ConsumeAsync(this TenantUnderTest tenant, string body) =>
        tenant.Api.SendJsonAsync(HttpMethod.Post, "/api/v1/consume", body);

    public static Task<ApiReply> ReserveAsync(this TenantUnderTest tenant, object hold) =>
        tenant.Api.SendJsonAsync(HttpMethod.Post, "/api/v1/holds", JsonSerializer.Serialize(hold));

    public static async Task<Guid> HeldAsync(this TenantUnderTest tenant, Guid environmentId, decimal credits, int expiresInSeconds = 300)
    {
        var held = await tenant.ReserveAsync(new { environmentId, credits, expiresInSeconds });
        Assert.True(held.Status == HttpStatusCode.Created, held.Body);
        return held.Json.GetProperty("id").GetGuid();
    }

    public static Task<ApiReply> SettleAsync(this TenantUnderTest tenant, Guid hold, string body) =>
        tenant.Api.SendJsonAsync(HttpMethod.Post, $"/api/v1/holds/{hold}/settle", body);

    public static Task<ApiReply> ReleaseAsync(this TenantUnderTest tenant, Guid hold) =>
        tenant.Api.SendJsonAsync(HttpMethod.Delete, $"/api/v1/holds/{hold}", null);

    public static async Task ClockAsync(this TenantUnderTest tenant, DateTimeOffset now) => Assert.Equal(
        HttpStatusCode.OK,
        (await tenant.Api.SendJsonAsync(HttpMethod.Put, $"/api/v1/tenants/{tenant.Id}/clock", JsonSerializer.Serialize(new { now }))).Status);

    public static async Task<ApiReply> CapAsync(this TenantUnderTest tenant, object cap)
    {
        var made = await tenant.Api.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/caps", JsonSerializer.Serialize(cap));
        Assert.True(made.Status == HttpStatusCode.Created, made.Body);
        return made;
    }

    public static async Task<string> AlertsAsync(this TenantUnderTest tenant, string query = "") => string.Join(' ', (await tenant.Api
        .ReadAsync($"/api/v1/tenants/{tenant.Id}/alerts{query}")).Json.GetProperty("items").EnumerateArray()
        .Select(alert => alert.GetProperty("kind").GetString()));

    public static async Task<JsonElement> QuotaAsync(this TenantUnderTest tenant, Guid environment) =>
        (await tenant.Api.ReadAsync($"/api/v1/environments/{environment}/quota")).Json;
}

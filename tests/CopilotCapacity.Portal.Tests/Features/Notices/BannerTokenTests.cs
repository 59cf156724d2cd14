using System.Net;
using System.Text.Json;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Portal.Tests.Features.Notices;

public sealed class BannerTokenTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string Page = "https://contoso.crm.dynamics.com";

    [Fact]
    public async Task Token_OpensTheQuotaAndTheStreamOfItsEnvironment_AndNothingElse()
    {
        var (tenant, environment, token) = await NewAsync();
        var other = await tenant.NewEnvironmentAsync();
        using var page = fixture.Portal.CreateApi(token);

        Assert.Equal("available", (await page.ReadAsync($"/api/v1/environments/{environment}/quota")).Json.GetProperty("status").GetString());
        await using var stream = await EventStream.OpenAsync(page, environment);
        Assert.Equal("available", (await stream.NextAsync()).Status);

        Assert.Equal(HttpStatusCode.NotFound, (await page.ReadAsync($"/api/v1/environments/{other}/quota")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await page.ReadAsync($"/api/v1/environments/{other}/notices/stream")).Status);
        foreach (var path in new[] { $"/api/v1/tenants/{tenant.Id}", $"/api/v1/tenants/{tenant.Id}/alerts", $"/api/v1/tenants/{tenant.Id}/capacity" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await page.ReadAsync(path)).Status);
        }

        foreach (var path in new[] { $"/api/v1/environments/{environment}/banner-token", "/api/v1/events", "/api/v1/consume", "/hubs/alerts/negotiate?negotiateVersion=1" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await page.SendJsonAsync(HttpMethod.Post, path, "{}")).Status);
        }
    }

    [Fact]
    public async Task Token_EndsByItself_WithItsKey_AndWhenOneCharacterIsAnother()
    {
        var (tenant, environment, token) = await NewAsync();
        var path = $"/api/v1/environments/{environment}/quota";
        for (var index = 0; index < token.Length; index += 7)
        {
            using var forged = fixture.Portal.CreateApi($"{token[..index]}{(token[index] == 'x' ? 'y' : 'x')}{token[(index + 1)..]}");
            Assert.Equal(HttpStatusCode.Unauthorized, (await forged.ReadAsync(path)).Status);
        }

        using var admin = fixture.Portal.CreateApi();
        var made = await admin.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/api-keys", "{\"name\": \"site\", \"scopes\": [\"quota:read\"]}");
        using var site = fixture.Portal.CreateApi(made.Json.GetProperty("secret").GetString()!);
        using var short60 = fixture.Portal.CreateApi(await TokenAsync(site, environment, "{\"expiresInSeconds\": 60}"));
        using var longer = fixture.Portal.CreateApi(await TokenAsync(site, environment, "{\"expiresInSeconds\": 3600, \"audience\": \"admins\"}"));
        Assert.Equal(HttpStatusCode.OK, (await short60.ReadAsync(path)).Status);
        fixture.Portal.Clock!.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(HttpStatusCode.Unauthorized, (await short60.ReadAsync(path)).Status);
        Assert.Equal(HttpStatusCode.OK, (await longer.ReadAsync(path)).Status);
        await admin.SendJsonAsync(HttpMethod.Delete, $"/api/v1/tenants/{tenant.Id}/api-keys/{made.Json.GetProperty("id").GetString()}", null);
        fixture.Portal.Clock!.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(HttpStatusCode.Unauthorized, (await longer.ReadAsync(path)).Status);
    }

    [Theory]
    [InlineData("{\"expiresInSeconds\": 59}")]
    [InlineData("{\"expiresInSeconds\": 3601}")]
    [InlineData("{\"audience\": \"everybody\"}")]
    public async Task Token_OfAnUnreasonableWish_IsRefused(string body)
    {
        var (tenant, environment, _) = await NewAsync();

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await tenant.Api.SendJsonAsync(HttpMethod.Post, $"/api/v1/environments/{environment}/banner-token", body)).Status);
    }

    [Fact]
    public async Task Pages_OfAllowedOriginsAlone_MayRead()
    {
        const string origin = "https://fabrikam.crm.dynamics.com";
        var (tenant, environment, token) = await NewAsync();
        using var page = fixture.Portal.CreateApi(token);
        using var browser = fixture.Portal.CreateClient();
        var path = $"/api/v1/environments/{environment}/quota";
        Assert.Equal("foreign_origin", (await page.ReadAsync(path, ("Origin", origin))).Code);
        Assert.False((await PreflightAsync(browser, path, origin)).Message.Headers.Contains("Access-Control-Allow-Origin"));

        await AllowAsync(tenant, "https://Fabrikam.crm.dynamics.com:443/");
        fixture.Portal.Clock!.Advance(TimeSpan.FromSeconds(2));

        var asked = await PreflightAsync(browser, path, origin);
        Assert.Equal(HttpStatusCode.NoContent, asked.Status);
        Assert.Equal(origin, Assert.Single(asked.Message.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Contains("Last-Event-ID", Assert.Single(asked.Message.Headers.GetValues("Access-Control-Allow-Headers")), StringComparison.Ordinal);
        Assert.False(asked.Message.Headers.Contains("Access-Control-Allow-Credentials"));
        var read = await page.ReadAsync(path, ("Origin", origin));
        Assert.Equal(origin, Assert.Single(read.Message.Headers.GetValues("Access-Control-Allow-Origin")));
        await using var stream = await EventStream.OpenAsync(page, environment, origin: origin);
        Assert.Equal(origin, Assert.Single(stream.Headers.GetValues("Access-Control-Allow-Origin")));
        foreach (var foreign in new[] { "https://evil.example", "null", "http://fabrikam.crm.dynamics.com", origin + ".evil.example", origin + ":444" })
        {
            Assert.Equal("foreign_origin", (await page.ReadAsync(path, ("Origin", foreign))).Code);
            Assert.False((await PreflightAsync(browser, path, foreign)).Message.Headers.Contains("Access-Control-Allow-Origin"));
        }

        // Another tenant's list opens nothing here, and no other route is opened.
        var (theirs, theirEnvironment, theirToken) = await NewAsync();
        using var theirPage = fixture.Portal.CreateApi(theirToken);
        Assert.Equal("foreign_origin", (await theirPage.ReadAsync($"/api/v1/environments/{theirEnvironment}/quota", ("Origin", origin))).Code);
        Assert.False((await PreflightAsync(browser, $"/api/v1/tenants/{theirs.Id}", origin)).Message.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.False((await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}", ("Origin", origin))).Message.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("http://contoso.example")]
    [InlineData("https://contoso.example/path")]
    [InlineData("https://*.contoso.example")]
    [InlineData("https://user@contoso.example")]
    [InlineData("contoso.example")]
    [InlineData("*")]
    [InlineData("null")]
    public async Task Origin_ThatIsNone_IsRefusedAndChangesNothing(string origin)
    {
        var (tenant, _, _) = await NewAsync();
        await AllowAsync(tenant, Page);

        var refused = await AllowAsync(tenant, origin);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.True(refused.Json.GetProperty("errors").TryGetProperty("allowedOrigins", out _));
        Assert.Equal(Page, Assert.Single((await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}")).Json.GetProperty("allowedOrigins").EnumerateArray().Select(item => item.GetString())));
    }

    [Fact]
    public async Task Origins_StandOnTheTrail()
    {
        var (tenant, _, _) = await NewAsync();
        await AllowAsync(tenant, Page, "http://localhost:3000");

        var trail = await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/audit?action=tenant.origins");

        Assert.Contains($"{Page} http://localhost:3000", trail.Body, StringComparison.Ordinal);
    }

    private Task<ApiReply> AllowAsync(TenantUnderTest tenant, params string[] allowedOrigins) => fixture.Portal.CreateApi().SendJsonAsync(
        HttpMethod.Put, $"/api/v1/tenants/{tenant.Id}", JsonSerializer.Serialize(new { allowedOrigins }), ("If-Match", "*"));

    private static Task<ApiReply> PreflightAsync(HttpClient browser, string path, string origin) => browser.SendJsonAsync(
        HttpMethod.Options, path, null, ("Origin", origin), ("Access-Control-Request-Method", "GET"), ("Access-Control-Request-Headers", "authorization,last-event-id"));

    private async Task<(TenantUnderTest Tenant, Guid Environment, string Token)> NewAsync()
    {
        var tenant = await fixture.NewTenantAsync();
        await tenant.BuyAsync(100);
        var environment = await tenant.NewEnvironmentAsync();
        return (tenant, environment, await TokenAsync(tenant.Api, environment, null));
    }

    private static async Task<string> TokenAsync(HttpClient api, Guid environment, string? body)
    {
        var made = await api.SendJsonAsync(HttpMethod.Post, $"/api/v1/environments/{environment}/banner-token", body);
        Assert.Equal(HttpStatusCode.OK, made.Status);
        Assert.Equal(environment, made.Json.GetProperty("environmentId").GetGuid());
        return made.Json.GetProperty("token").GetString()!;
    }
}

using System.Net;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Portal.Tests.Features.ApiKeys;

public sealed class ApiKeyEndpointsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Key_ShowsItsSecretOnce_AndStopsWhenRevoked()
    {
        var tenant = await fixture.NewTenantAsync();
        using var admin = fixture.Portal.CreateApi();
        var url = $"/api/v1/tenants/{tenant.Id}/api-keys";
        var created = await admin.SendJsonAsync(HttpMethod.Post, url, "{\"name\": \"x\", \"scopes\": [\"Capacity:Read\"]}");
        var secret = created.Json.GetProperty("secret").GetString()!;
        using var client = fixture.Portal.CreateApi(secret);
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync($"/api/v1/tenants/{tenant.Id}/capacity")).Status);

        var listed = await admin.ReadAsync(url);
        var revoked = await admin.SendJsonAsync(HttpMethod.Delete, $"{url}/{created.Json.GetProperty("id").GetGuid()}", null);

        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Equal("capacity:read", created.Json.GetProperty("scopes")[0].GetString());
        Assert.DoesNotContain("secret", listed.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, listed.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, revoked.Status);
        Assert.Equal("unauthorized", (await client.ReadAsync($"/api/v1/tenants/{tenant.Id}/capacity")).Code);
    }

    [Fact]
    public async Task Key_StopsWhenItExpires()
    {
        await using var portal = new PortalUnderTest();
        var tenant = await portal.CreateTenantAsync();
        using var admin = portal.CreateApi();
        var created = await admin.SendJsonAsync(
            HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/api-keys", "{\"name\": \"x\", \"scopes\": [\"capacity:read\"], \"expiresAt\": \"2026-11-15T13:00:00+01:00\"}");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, created.Status);
        created = await admin.SendJsonAsync(
            HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/api-keys", "{\"name\": \"x\", \"scopes\": [\"capacity:read\"], \"expiresAt\": \"2026-11-15T12:00:01Z\"}");
        using var client = portal.CreateApi(created.Json.GetProperty("secret").GetString()!);

        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync($"/api/v1/tenants/{tenant.Id}")).Status);
        portal.Clock!.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.ReadAsync($"/api/v1/tenants/{tenant.Id}")).Status);
    }

    [Fact]
    public async Task TenantsKey_WithTheAdministratorsScope_ManagesOnlyItsTenant()
    {
        var (mine, other) = (await fixture.NewTenantAsync(), await fixture.NewTenantAsync());
        using var client = await fixture.WithScopesAsync(mine, "portal:admin");

        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync($"/api/v1/tenants/{mine.Id}/api-keys")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await client.ReadAsync($"/api/v1/tenants/{other.Id}/api-keys")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await client.SendJsonAsync(HttpMethod.Put, $"/api/v1/tenants/{other.Id}", "{}")).Status);
        Assert.Equal("missing_scope", (await client.ReadAsync("/api/v1/tenants")).Code);
        Assert.Equal("missing_scope", (await client.SendJsonAsync(HttpMethod.Post, "/api/v1/tenants", "{\"name\": \"x\"}")).Code);
    }

    [Theory]
    [InlineData("{\"name\": \"x\"}")]
    [InlineData("{\"name\": \"x\", \"scopes\": []}")]
    [InlineData("{\"name\": \"x\", \"scopes\": [null]}")]
    [InlineData("{\"name\": \"x\", \"scopes\": [\"everything\"]}")]
    [InlineData("{\"scopes\": [\"quota:read\"]}")]
    public async Task Create_WithoutMeaning_Is422(string body)
    {
        var tenant = await fixture.NewTenantAsync();
        using var admin = fixture.Portal.CreateApi();

        var reply = await admin.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/api-keys", body);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "invalid_request"), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData("Basic abc")]
    [InlineData("Bearer")]
    [InlineData("Bearer cck_0123456789abcdef_wrong")]
    [InlineData("Bearer ü")]
    public async Task WrongKey_Is401(string header)
    {
        using var client = fixture.Portal.CreateClient();

        var reply = await client.ReadAsync("/api/v1/tenants", ("Authorization", header));

        Assert.Equal((HttpStatusCode.Unauthorized, "unauthorized"), (reply.Status, reply.Code));
        Assert.Equal("Bearer", reply.Message.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task Create_RepeatedByAnotherCaller_GivesNoSecretAway()
    {
        var tenant = await fixture.NewTenantAsync();
        using var admin = fixture.Portal.CreateApi();
        using var another = await fixture.WithScopesAsync(tenant, "portal:admin");
        const string body = "{\"name\": \"x\", \"scopes\": [\"quota:read\"]}";

        var first = await admin.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/api-keys", body, ("Idempotency-Key", "shared"));
        var second = await another.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/api-keys", body, ("Idempotency-Key", "shared"));

        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal("idempotency_key_reused", second.Code);
    }

    [Fact]
    public async Task Key_Rotated_WorksOnForTheOverlap_AndTheNewOneAtOnce()
    {
        await using var portal = new PortalUnderTest();
        var tenant = await portal.CreateTenantAsync();
        using var admin = portal.CreateApi();
        var url = $"/api/v1/tenants/{tenant.Id}/api-keys";
        var old = (await admin.ReadAsync(url)).Item(0);

        var rotated = await admin.SendJsonAsync(HttpMethod.Post, $"{url}/{old.GetProperty("id").GetGuid()}/rotate", "{\"overlapSeconds\": 60}");

        Assert.Equal(HttpStatusCode.Created, rotated.Status);
        Assert.Equal("no-store", rotated.Message.Headers.CacheControl?.ToString());
        Assert.Equal(old.GetProperty("scopes").GetRawText(), rotated.Json.GetProperty("scopes").GetRawText());
        using var next = portal.CreateApi(rotated.Json.GetProperty("secret").GetString()!);
        Assert.Equal(HttpStatusCode.OK, (await next.ReadAsync($"/api/v1/tenants/{tenant.Id}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}")).Status);
        portal.Clock!.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(HttpStatusCode.OK, (await next.ReadAsync($"/api/v1/tenants/{tenant.Id}")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}")).Status);
        Assert.Equal(
            HttpStatusCode.NotFound, (await admin.SendJsonAsync(HttpMethod.Post, $"{url}/{old.GetProperty("id").GetGuid()}/rotate", "{}")).Status);
    }

    [Theory]
    [InlineData("{\"overlapSeconds\": -1}")]
    [InlineData("{\"overlapSeconds\": 2592001}")]
    public async Task Key_RotatedWithAnOverlapThatCannotBe_IsRefused(string body)
    {
        var tenant = await fixture.NewTenantAsync();
        using var admin = fixture.Portal.CreateApi();
        var url = $"/api/v1/tenants/{tenant.Id}/api-keys";
        var key = (await admin.ReadAsync(url)).Item(0).GetProperty("id").GetGuid();

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await admin.SendJsonAsync(HttpMethod.Post, $"{url}/{key}/rotate", body)).Status);
        Assert.Equal(1, (await admin.ReadAsync(url)).Json.GetProperty("items").GetArrayLength());
    }
}

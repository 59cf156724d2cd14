using System.Net;

namespace CopilotCapacity.Portal.Tests.Features.Environments;

public sealed class EnvironmentEndpointsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("production", "production")]
    [InlineData("SANDBOX", "sandbox")]
    [InlineData("Trial", "trial")]
    [InlineData("developer", "developer")]
    [InlineData("Default", "default")]
    [InlineData("tEAMS", "teams")]
    public async Task Create_OfAnyType_IsReadBack(string type, string written)
    {
        var tenant = await fixture.NewTenantAsync();
        var id = Guid.NewGuid();
        var body = $$"""{"id": "{{id}}", "name": "A", "type": "{{type}}", "region": "eu", "drawFromTenantPool": null}""";

        var created = await tenant.Api.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/environments", body);
        var read = await tenant.Api.ReadAsync(created.Message.Headers.Location!.ToString());
        var again = await tenant.Api.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/environments", body);

        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Equal((created.Body, created.ETag), (read.Body, read.ETag));
        Assert.Equal(written, read.Json.GetProperty("type").GetString());
        Assert.Equal((HttpStatusCode.Conflict, "already_exists"), (again.Status, again.Code));
    }

    [Theory]
    [InlineData("{\"type\": \"trial\", \"region\": \"eu\"}", "name")]
    [InlineData("{\"name\": \" \", \"type\": \"trial\", \"region\": \"eu\"}", "name")]
    [InlineData("{\"name\": \"A\", \"region\": \"eu\"}", "type")]
    [InlineData("{\"name\": \"A\", \"type\": \"other\", \"region\": \"eu\"}", "type")]
    [InlineData("{\"name\": \"A\", \"type\": 1, \"region\": \"eu\"}", "type")]
    [InlineData("{\"name\": \"A\", \"type\": \"sandbox,trial\", \"region\": \"eu\"}", "type")]
    [InlineData("{\"name\": \"A\", \"type\": \"trial\"}", "region")]
    [InlineData("{\"name\": \"\\udc00\", \"type\": \"trial\", \"region\": \"eu\"}", "name")]
    public async Task Create_WithoutMeaning_NamesTheField(string body, string field)
    {
        var tenant = await fixture.NewTenantAsync();

        var reply = await tenant.Api.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/environments", body);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "invalid_request"), (reply.Status, reply.Code));
        Assert.True(reply.Json.GetProperty("errors").TryGetProperty(field, out _), reply.Body);
    }

    [Fact]
    public async Task Delete_RetiresIt_KeepsItsPastAndFreesItsAllocation()
    {
        var tenant = await fixture.NewTenantAsync();
        await tenant.BuyAsync(100);
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.AllocateAsync(environment, 60);
        await tenant.Api.RecordAsync(EventText.Of(environment, "1", "credits", "{\"quantity\": 10}"));

        var url = $"/api/v1/tenants/{tenant.Id}/environments/{environment}";
        var gone = await tenant.Api.SendJsonAsync(HttpMethod.Delete, url, null, ("If-Match", "*"));

        Assert.Equal((HttpStatusCode.NoContent, ""), (gone.Status, gone.Body));
        Assert.Equal("not_found", (await tenant.Api.ReadAsync(url)).Code);
        Assert.Equal("not_found", (await tenant.Api.ReadAsync($"{url}/allocation")).Code);
        Assert.Equal("not_found", (await tenant.Api.ReadAsync($"/api/v1/environments/{environment}/quota")).Code);
        Assert.Equal(90, (await tenant.CapacityAsync()).Number("pool", "remaining"));
        Assert.Equal(HttpStatusCode.OK, (await tenant.Api.RecordAsync(EventText.Of(environment, "2", time: "2026-11-15T11:59:59Z"))).Status);
        Assert.Equal("environment_retired", (await tenant.Api.RecordAsync(EventText.Of(environment, "3", time: "2026-11-15T12:00:00Z"))).Code);
        Assert.Equal(2, (await tenant.UsageAsync($"environment={environment}")).Number("totals", "events"));
    }

    [Fact]
    public async Task TheSameId_InTwoTenants_IsTwoEnvironments()
    {
        var body = $$"""{"id": "{{Guid.NewGuid()}}", "name": "A", "type": "trial", "region": "eu"}""";
        foreach (var tenant in new[] { await fixture.NewTenantAsync(), await fixture.NewTenantAsync() })
        {
            var created = await tenant.Api.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/environments", body);
            Assert.Equal(HttpStatusCode.Created, created.Status);
        }
    }
}

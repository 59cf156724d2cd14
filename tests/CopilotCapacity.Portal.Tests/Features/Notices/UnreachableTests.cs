using System.Net;
using System.Text.Json;

namespace CopilotCapacity.Portal.Tests.Features.Notices;

public sealed class UnreachableTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("\"allow\"", "\"allow\"")]
    [InlineData("\"REFUSE\"", "\"refuse\"")]
    [InlineData("{\"allow\": 12.5}", "{\"allow\":12.5}")]
    public async Task Rule_IsSetOnTheEnvironment_AndSentWithEveryQuota(string rule, string sent)
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        var url = $"/api/v1/tenants/{tenant.Id}/environments/{environment}";
        var changed = await tenant.Api.SendJsonAsync(HttpMethod.Put, url, $"{{\"name\": \"Sales\", \"type\": \"production\", \"region\": \"europe\", \"whenUnreachable\": {rule}}}", ("If-Match", "*"));
        var kept = await tenant.Api.SendJsonAsync(HttpMethod.Put, url, "{\"name\": \"Sales 2\", \"type\": \"production\", \"region\": \"europe\"}", ("If-Match", changed.ETag!));

        Assert.Equal(HttpStatusCode.OK, kept.Status);
        Assert.Equal(sent, kept.Json.GetProperty("whenUnreachable").GetRawText());
        Assert.Equal(sent, (await tenant.Api.ReadAsync(url)).Json.GetProperty("whenUnreachable").GetRawText());
        Assert.Equal(sent, (await tenant.Api.ReadAsync($"/api/v1/environments/{environment}/quota")).Json.GetProperty("whenUnreachable").GetRawText());
        var trail = await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/audit?action=environment.unreachable");
        Assert.Equal(rule.Contains("REFUSE", StringComparison.Ordinal) ? 0 : 1, trail.Json.GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("\"maybe\"")]
    [InlineData("{\"allow\": 0}")]
    [InlineData("{\"allow\": -1}")]
    [InlineData("{\"allow\": 1.2345}")]
    [InlineData("{\"allow\": 1, \"more\": 2}")]
    [InlineData("{\"refuse\": 1}")]
    [InlineData("{}")]
    [InlineData("7")]
    [InlineData("[]")]
    public async Task Rule_ThatIsNone_IsRefusedByItsField_AndNothingIsMade(string rule)
    {
        var tenant = await fixture.NewTenantAsync();
        var id = Guid.NewGuid();

        var refused = await tenant.Api.SendJsonAsync(
            HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/environments", $"{{\"id\": \"{id}\", \"name\": \"Sales\", \"type\": \"production\", \"region\": \"europe\", \"whenUnreachable\": {rule}}}");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("whenUnreachable", refused.Json.GetProperty("errors").EnumerateObject().First().Name, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/environments/{id}")).Status);
    }

    [Fact]
    public async Task NewEnvironment_RefusesUnlessSaidOtherwise()
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        var made = await tenant.Api.SendJsonAsync(
            HttpMethod.Post,
            $"/api/v1/tenants/{tenant.Id}/environments",
            JsonSerializer.Serialize(new { name = "Open", type = "sandbox", region = "europe", whenUnreachable = "allow" }));

        Assert.Equal("refuse", (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/environments/{environment}")).Json.GetProperty("whenUnreachable").GetString());
        Assert.Equal((HttpStatusCode.Created, "allow"), (made.Status, made.Json.GetProperty("whenUnreachable").GetString()));
    }
}

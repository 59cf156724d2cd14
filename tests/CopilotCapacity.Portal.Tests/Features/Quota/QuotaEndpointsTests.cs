using System.Net;
using System.Text.Json;

namespace CopilotCapacity.Portal.Tests.Features.Quota;

public sealed class QuotaEndpointsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Quota_ChangesItsStatusAndTagExactlyAtTheThreshold()
    {
        var tenant = await fixture.NewTenantAsync();
        await tenant.BuyAsync(100);
        var environment = await tenant.NewEnvironmentAsync();
        var url = $"/api/v1/environments/{environment}/quota";
        await tenant.AllocateAsync(environment, 40);
        await tenant.Api.RecordAsync(EventText.Of(environment, "1", "credits", "{\"quantity\": 79.999}"));
        var available = await tenant.Api.ReadAsync(url);
        await tenant.Api.RecordAsync(EventText.Of(environment, "2", "credits", "{\"quantity\": 0.001}"));
        var low = await tenant.Api.ReadAsync(url, ("If-None-Match", available.ETag!));
        var unchanged = await tenant.Api.ReadAsync(url, ("If-None-Match", $"\"x\", {low.ETag}"));
        await tenant.Api.RecordAsync(EventText.Of(environment, "3", "credits", "{\"quantity\": 20}"));
        var depleted = await tenant.Api.ReadAsync(url);

        Assert.Equal("available", available.Json.GetProperty("status").GetString());
        Assert.Equal(20.001m, available.Json.Number("remaining"));
        Assert.Equal("pool", available.Json.GetProperty("paysNow").GetString());
        Assert.Equal(JsonValueKind.Null, available.Json.GetProperty("paysNext").ValueKind);
        Assert.Equal(JsonValueKind.Null, available.Json.GetProperty("notice").ValueKind);
        Assert.Equal(40, available.Json.Number("allocation", "consumed"));
        Assert.Equal(39.999m, available.Json.Number("pool", "consumed"));
        Assert.Equal(60, available.Json.Number("pool", "size"));
        Assert.False(available.Json.GetProperty("payAsYouGo").GetProperty("enabled").GetBoolean());
        Assert.Equal("2026-12-01T00:00:00Z", available.Json.GetProperty("resetsAt").GetString());
        Assert.Equal("refuse", available.Json.GetProperty("whenUnreachable").GetString());
        Assert.Equal("low", low.Json.GetProperty("status").GetString());
        Assert.Equal("warning", low.Json.GetProperty("notice").GetProperty("severity").GetString());
        Assert.Equal(HttpStatusCode.NotModified, unchanged.Status);
        Assert.Equal("depleted", depleted.Json.GetProperty("status").GetString());
        Assert.Equal(0, depleted.Json.Number("remaining"));
        Assert.NotEmpty(depleted.Json.GetProperty("actions").EnumerateArray());
        Assert.Equal(3, new[] { available.ETag, low.ETag, depleted.ETag }.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("x")]
    [InlineData("00000000-0000-0000-0000-000000000001")]
    public async Task Quota_OfNothing_Is404(string environment)
    {
        var tenant = await fixture.NewTenantAsync();

        Assert.Equal("not_found", (await tenant.Api.ReadAsync($"/api/v1/environments/{environment}/quota")).Code);
    }

    [Fact]
    public async Task Quota_OfAnotherTenantsEnvironment_IsAnsweredAsNothing()
    {
        var (mine, other) = (await fixture.NewTenantAsync(), await fixture.NewTenantAsync());
        var theirs = await mine.Api.ReadAsync($"/api/v1/environments/{await other.NewEnvironmentAsync()}/quota");

        Assert.Equal(HttpStatusCode.NotFound, theirs.Status);
        Assert.Equal((await mine.Api.ReadAsync($"/api/v1/environments/{Guid.NewGuid()}/quota")).Body, theirs.Body);
    }
}

using System.Net;

namespace CopilotCapacity.Portal.Tests.Features.Allocations;

public sealed class AllocationEndpointsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Set_WithinThePool_IsBacked_AndConsumptionLeavesTheETag()
    {
        var tenant = await fixture.NewTenantAsync();
        await tenant.BuyAsync(100);
        var environment = await tenant.NewEnvironmentAsync(drawFromTenantPool: false);
        var url = $"/api/v1/tenants/{tenant.Id}/environments/{environment}/allocation";
        var before = await tenant.Api.ReadAsync(url);
        Assert.Equal(
            "{\"credits\":0,\"drawFromTenantPool\":false,\"payAsYouGo\":true,\"backed\":0,\"consumed\":0,\"held\":0,\"remaining\":0}", before.Body);

        var set = await tenant.Api.SendJsonAsync(HttpMethod.Put, url, "{\"credits\": 40.125, \"payAsYouGo\": false}", ("If-Match", before.ETag!));
        await tenant.Api.RecordAsync(EventText.Of(environment, "1", "credits", "{\"quantity\": 0.125}"));
        var after = await tenant.Api.ReadAsync(url);

        Assert.Equal(HttpStatusCode.OK, set.Status);
        Assert.NotEqual(before.ETag, set.ETag, StringComparer.Ordinal);
        Assert.Equal(set.ETag, after.ETag);
        Assert.Equal(
            "{\"credits\":40.125,\"drawFromTenantPool\":false,\"payAsYouGo\":false,\"backed\":40.125,\"consumed\":0.125,\"held\":0,\"remaining\":40}", after.Body);
    }

    [Fact]
    public async Task Set_BeyondThePoolOrBelowTheConsumed_Is409()
    {
        var tenant = await fixture.NewTenantAsync();
        await tenant.BuyAsync(100);
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.AllocateAsync(environment, 60);
        await tenant.Api.RecordAsync(EventText.Of(environment, "1", "credits", "{\"quantity\": 30}"));

        var tooMuch = await tenant.AllocateAsync(environment, 100.001m);
        var tooLittle = await tenant.AllocateAsync(environment, 29.999m);

        Assert.Equal((HttpStatusCode.Conflict, "exceeds_entitlement"), (tooMuch.Status, tooMuch.Code));
        Assert.Equal(40, tooMuch.Json.Number("available"));
        Assert.Equal((HttpStatusCode.Conflict, "below_consumed"), (tooLittle.Status, tooLittle.Code));
        Assert.Equal(HttpStatusCode.OK, (await tenant.AllocateAsync(environment, 100)).Status);
        Assert.Equal(HttpStatusCode.OK, (await tenant.AllocateAsync(environment, 30)).Status);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"credits\": null}")]
    [InlineData("{\"credits\": \"5\"}")]
    [InlineData("{\"credits\": -0.001}")]
    [InlineData("{\"credits\": 0.0001}")]
    [InlineData("{\"credits\": 1.00000000000000000000000000000001}")]
    [InlineData("{\"credits\": 1, \"payAsYouGo\": \"yes\"}")]
    public async Task Set_WithoutMeaning_Is422(string body)
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();

        var reply = await tenant.Api.SendJsonAsync(
            HttpMethod.Put, $"/api/v1/tenants/{tenant.Id}/environments/{environment}/allocation", body, ("If-Match", "*"));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "invalid_request"), (reply.Status, reply.Code));
    }
}

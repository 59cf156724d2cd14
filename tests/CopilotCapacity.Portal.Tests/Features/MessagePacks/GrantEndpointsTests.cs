using System.Net;
using System.Text.Json;

namespace CopilotCapacity.Portal.Tests.Features.MessagePacks;

public sealed class GrantEndpointsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Packs_ByDefault_AreAMonthlyGrantWithoutRollover()
    {
        var tenant = await fixture.NewTenantAsync();

        var bought = await tenant.Api.SendJsonAsync(
            HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/message-packs", "{\"packs\": 3, \"orderReference\": \"PO-1\"}");
        var read = await tenant.Api.ReadAsync(bought.Message.Headers.Location!.ToString());

        Assert.Equal(HttpStatusCode.Created, bought.Status);
        Assert.Equal((bought.Body, bought.ETag), (read.Body, read.ETag));
        Assert.Equal("messagePack", read.Json.GetProperty("kind").GetString());
        Assert.Equal("monthly", read.Json.GetProperty("recurrence").GetString());
        Assert.Equal(75_000, read.Json.Number("amount"));
        Assert.Equal(0, read.Json.Number("rolloverMax"));
        Assert.Equal(100, read.Json.Number("priority"));
        Assert.Equal("200.00", read.Json.GetProperty("unitPrice").GetProperty("amount").GetString());
        Assert.Equal(75_000, read.Json.Number("granted"));
        Assert.All(["carriedIn", "burned", "held", "expired"], name => Assert.Equal(0, read.Json.Number(name)));
        Assert.Equal(75_000, read.Json.Number("remaining"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"packs\": 0}")]
    [InlineData("{\"packs\": -1}")]
    [InlineData("{\"packs\": 1.5}")]
    [InlineData("{\"packs\": 99999999999}")]
    [InlineData("{\"packs\": 1, \"creditsPerPack\": 0}")]
    [InlineData("{\"packs\": 1, \"unitPrice\": {\"amount\": \"-1\", \"currency\": \"USD\"}}")]
    [InlineData("{\"packs\": 1, \"unitPrice\": {\"amount\": \"1e3\", \"currency\": \"USD\"}}")]
    [InlineData("{\"packs\": 1, \"unitPrice\": {\"currency\": \"USD\"}}")]
    [InlineData("{\"packs\": 1, \"unitPrice\": {\"amount\": \"1\"}}")]
    [InlineData("{\"packs\": 1, \"unitPrice\": {\"amount\": \"1\", \"currency\": \"EUR\"}}")]
    [InlineData("{\"packs\": 1, \"expiresAt\": \"2026-11-15T12:00:00Z\"}")]
    [InlineData("{\"packs\": 1, \"effectiveAt\": \"2026-12-02T00:00:00Z\", \"expiresAt\": \"2026-12-01T00:00:00Z\"}")]
    public async Task Packs_WithoutMeaning_Are422(string body)
    {
        var tenant = await fixture.NewTenantAsync();

        var reply = await tenant.Api.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/message-packs", body);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, reply.Status);
        Assert.Equal(0, (await tenant.CapacityAsync()).Number("entitled"));
    }

    [Fact]
    public async Task Grant_OfTheFuture_CountsOnlyThen_AndMonthsBeyondReachAre422()
    {
        var tenant = await fixture.NewTenantAsync(new DateTimeOffset(2026, 1, 10, 0, 0, 0, TimeSpan.Zero));
        var created = await tenant.Api.SendJsonAsync(
            HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/grants",
            "{\"amount\": 10.5, \"kind\": \"INCLUDED\", \"recurrence\": \"None\", \"effectiveAt\": \"2026-01-20T00:00:00+01:00\"}");
        Assert.Equal("2026-01-19T23:00:00Z", created.Json.GetProperty("effectiveAt").GetString());
        Assert.Equal(JsonValueKind.Null, created.Json.GetProperty("rolloverMax").ValueKind);
        Assert.Equal(0, (await tenant.CapacityAsync()).Number("entitled"));

        await tenant.Api.SendJsonAsync(HttpMethod.Put, $"/api/v1/tenants/{tenant.Id}/clock", "{\"now\": \"2026-01-19T23:00:00Z\"}");

        Assert.Equal(10.5m, (await tenant.CapacityAsync()).Number("entitled"));
        foreach (var period in new[] { "2026-13", "2026", "x", "", "9999-12", "0000-01", "2026-1" })
        {
            Assert.Equal("invalid_period", (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/capacity?period={period}")).Code);
        }

        Assert.Equal(0, (await tenant.CapacityAsync("0001-01")).Number("entitled"));
        Assert.Equal(0, (await tenant.CapacityAsync("9999-11")).Number("entitled"));
    }

    [Fact]
    public async Task Delete_EndsIt_KeepsItListed_AndNeverTakesWhatAllocationsNeed()
    {
        var tenant = await fixture.NewTenantAsync();
        var grant = (await tenant.BuyAsync(100)).Json.GetProperty("id").GetString();
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.AllocateAsync(environment, 60);
        var url = $"/api/v1/tenants/{tenant.Id}/grants/{grant}";

        var refused = await tenant.Api.SendJsonAsync(HttpMethod.Delete, url, null, ("If-Match", "*"));
        await tenant.AllocateAsync(environment, 0);
        var ended = await tenant.Api.SendJsonAsync(HttpMethod.Delete, url, null, ("If-Match", "*"));
        var read = await tenant.Api.ReadAsync(url);

        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Equal(HttpStatusCode.NoContent, ended.Status);
        Assert.Equal(100, read.Json.Number("expired"));
        Assert.Equal(0, read.Json.Number("remaining"));
        Assert.Equal(0, (await tenant.CapacityAsync()).Number("entitled"));
        Assert.Contains(grant!, (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/grants")).Body, StringComparison.Ordinal);
    }
}

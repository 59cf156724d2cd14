using System.Net;
using System.Text.Json;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Portal.Tests.Features.Rates;

public sealed class RateEndpointsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task List_ShowsThePublishedCard()
    {
        var tenant = await fixture.NewTenantAsync();

        var list = await tenant.Api.ReadAsync(Url(tenant));

        Assert.Equal(13, list.Json.GetProperty("items").GetArrayLength());
        Assert.Equal(
            "{\"feature\":\"aiToolBasic\",\"unit\":\"token\",\"perQuantity\":1000,\"creditsPerUnit\":0.1," +
            "\"source\":\"Microsoft Learn, Copilot Studio billing rates (requirements-messages-management)\",\"grade\":\"P\"," +
            "\"effectiveAt\":null,\"effectiveUntil\":null,\"overridden\":false," +
            "\"published\":{\"creditsPerUnit\":0.1,\"source\":\"Microsoft Learn, Copilot Studio billing rates (requirements-messages-management)\",\"grade\":\"P\"}," +
            "\"zeroRating\":{\"allowed\":true,\"rule\":\"Free for a Microsoft 365 Copilot licensed user who uses it interactively in Teams, Microsoft 365 Copilot, SharePoint, Dynamics 365 or Power Apps.\"}," +
            "\"history\":[]}",
            list.Item(5).GetRawText());
        Assert.False(list.Item(12).GetProperty("zeroRating").GetProperty("allowed").GetBoolean());
        Assert.Equal("S", list.Item(9).GetProperty("grade").GetString());
    }

    [Fact]
    public async Task Set_RatesWhatHappensFromThenOn_AlsoAfterARestart()
    {
        await using var portal = new PortalUnderTest();
        var tenant = await portal.CreateTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.Api.RecordAsync(EventText.Of(environment, "1", time: "2026-11-15T10:00:00Z"));

        var planned = await SetAsync(tenant, "GenerativeAnswer", "{\"creditsPerUnit\": 4.5, \"effectiveAt\": \"2026-12-01T00:00:00+00:00\"}");
        var past = await SetAsync(tenant, "generativeAnswer", "{\"creditsPerUnit\": 3, \"effectiveAt\": \"2026-11-15T09:00:00Z\"}");

        Assert.False(planned.Json.GetProperty("overridden").GetBoolean());
        Assert.Equal(2, planned.Json.Number("creditsPerUnit"));
        Assert.Equal("2026-12-01T00:00:00Z", planned.Json.GetProperty("effectiveUntil").GetString());
        Assert.True(past.Json.GetProperty("overridden").GetBoolean());
        Assert.Equal(3, past.Json.Number("creditsPerUnit"));
        Assert.Equal(2, past.Json.Number("published", "creditsPerUnit"));
        Assert.Equal(("2026-11-15T09:00:00Z", "2026-12-01T00:00:00Z"), (past.Json.GetProperty("effectiveAt").GetString(), past.Json.GetProperty("effectiveUntil").GetString()));
        Assert.Equal(JsonValueKind.Null, past.Json.GetProperty("grade").ValueKind);
        Assert.Equal(
            [(4.5m, "test"), (3m, "test")],
            past.Json.GetProperty("history").EnumerateArray().Select(own => (own.Number("creditsPerUnit"), own.GetProperty("setBy").GetString()!)));
        Assert.Equal(past.Body, (await tenant.Api.ReadAsync(Url(tenant))).Item(1).GetRawText());

        await tenant.Api.RecordAsync(EventText.Of(environment, "2", time: "2026-11-15T10:00:00Z"));
        await tenant.Api.RecordAsync(EventText.Of(environment, "3", time: "2026-11-15T08:00:00Z"));
        portal.Clock!.SetUtcNow(new DateTimeOffset(2026, 12, 2, 0, 0, 0, TimeSpan.Zero));
        await tenant.Api.RecordAsync(EventText.Of(environment, "4", time: "2026-12-01T00:00:00Z"));
        Assert.Equal(7, (await tenant.UsageAsync("from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z")).Number("totals", "billed"));
        Assert.Equal(4.5m, (await tenant.UsageAsync("")).Number("totals", "billed"));
    }

    [Theory]
    [InlineData("generativeAnswer", "{}", 422)]
    [InlineData("generativeAnswer", "{\"creditsPerUnit\": -0.001}", 422)]
    [InlineData("generativeAnswer", "{\"creditsPerUnit\": 0.0001}", 422)]
    [InlineData("generativeAnswer", "{\"creditsPerUnit\": 1000000.001}", 422)]
    [InlineData("generativeAnswer", "{\"creditsPerUnit\": 1, \"effectiveAt\": \"2026-12-01\"}", 422)]
    [InlineData("generativeAnswer", "{\"creditsPerUnit\": 1, \"effectiveAt\": \"0001-01-01T00:00:00Z\"}", 422)]
    [InlineData("usage", "{\"creditsPerUnit\": 1}", 404)]
    [InlineData("thought", "{\"creditsPerUnit\": 1}", 404)]
    public async Task Set_WithoutMeaning_IsRefused(string feature, string body, int status)
    {
        var tenant = await fixture.NewTenantAsync();

        var reply = await SetAsync(tenant, feature, body);

        Assert.Equal(status, (int)reply.Status);
        Assert.DoesNotContain("\"overridden\":true", (await tenant.Api.ReadAsync(Url(tenant))).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Set_WithoutTheScope_Is403OnlyForAFeatureThereIs()
    {
        var tenant = await fixture.NewTenantAsync();
        using var reader = await fixture.WithScopesAsync(tenant, "capacity:read");

        Assert.Equal(HttpStatusCode.Forbidden, (await reader.SendJsonAsync(HttpMethod.Put, $"{Url(tenant)}/credits", "{")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await reader.SendJsonAsync(HttpMethod.Put, $"{Url(tenant)}/thought", "{")).Status);
    }

    private static string Url(TenantUnderTest tenant) => $"/api/v1/tenants/{tenant.Id}/rates";

    private static Task<ApiReply> SetAsync(TenantUnderTest tenant, string feature, string body) =>
        tenant.Api.SendJsonAsync(HttpMethod.Put, $"{Url(tenant)}/{feature}", body);
}

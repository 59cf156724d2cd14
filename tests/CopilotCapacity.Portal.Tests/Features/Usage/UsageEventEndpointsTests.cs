using System.Globalization;
using System.Net;
using System.Text.Json;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Portal.Tests.Features.Usage;

public sealed class UsageEventEndpointsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Event_ShowsWhatWasSentAndHowItWasPaid()
    {
        var tenant = await fixture.NewTenantAsync();
        var grant = (await tenant.BuyAsync(3)).Json.GetProperty("id").GetGuid();
        var environment = await tenant.NewEnvironmentAsync(costCenter: "CC-1");
        var plan = await tenant.NewPlanAsync(environment);
        await tenant.Api.RecordAsync(EventText.Of(environment, "u1", "generativeAnswer", """
            { "quantity": 2, "agent": { "id": "a-7", "name": "Returns" }, "user": { "id": "u-42" }, "trigger": "autonomous", "channel": "web",
              "product": "copilotStudio", "model": "m", "tool": "t", "knowledgeSource": "k" }
            """));

        var item = (await tenant.Api.ReadAsync(Url(tenant))).Item(0);

        Assert.Equal(
            "{\"id\":\"u1\",\"source\":\"test\",\"sequence\":5,\"time\":\"2026-11-15T10:00:00Z\",\"recordedAt\":\"2026-11-15T12:00:00Z\"," +
            $"\"environmentId\":\"{environment}\",\"feature\":\"generativeAnswer\",\"quantity\":2,\"rate\":2,\"credits\":4," +
            "\"burn\":{\"allocation\":0,\"pool\":3,\"payAsYouGo\":1,\"unfunded\":0},\"money\":{\"amount\":\"0.01\",\"currency\":\"USD\"}," +
            $"\"grants\":[{{\"id\":\"{grant}\",\"credits\":3}}],\"billingPlanId\":\"{plan}\"," +
            "\"agent\":{\"id\":\"a-7\",\"name\":\"Returns\"},\"user\":{\"id\":\"u-42\",\"copilotLicensed\":false},\"trigger\":\"autonomous\"," +
            "\"channel\":\"web\",\"product\":\"copilotStudio\",\"model\":\"m\",\"tool\":\"t\",\"knowledgeSource\":\"k\",\"costCenter\":\"CC-1\"}",
            item.GetRawText());
    }

    [Fact]
    public async Task Event_OfSeveralItems_ShowsEachOfThem_AndWhatIsFree()
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.Api.RecordAsync(EventText.Of(environment, "1", "usage", """
            { "user": { "copilotLicensed": true }, "trigger": "interactive", "channel": "teams",
              "items": [ { "feature": "generativeAnswer" }, { "feature": "credits", "quantity": 0.5 } ] }
            """));

        var item = (await tenant.Api.ReadAsync(Url(tenant))).Item(0);

        Assert.Equal("usage", item.GetProperty("feature").GetString());
        Assert.Equal(JsonValueKind.Null, item.GetProperty("quantity").ValueKind);
        Assert.Equal(0.5m, item.Number("credits"));
        Assert.Equal((2m, "copilotLicensedUser"), (item.Number("nonBilled", "credits"), item.GetProperty("nonBilled").GetProperty("reason").GetString()));
        Assert.Equal(
            "[{\"feature\":\"generativeAnswer\",\"quantity\":1,\"rate\":2,\"credits\":0,\"nonBilled\":{\"credits\":2,\"reason\":\"copilotLicensedUser\"}}," +
            "{\"feature\":\"credits\",\"quantity\":0.5,\"rate\":1,\"credits\":0.5}]",
            item.GetProperty("items").GetRawText());
    }

    [Theory]
    [InlineData("", 12)]
    [InlineData("agent=a1", 4)]
    [InlineData("agent=A1", 0)]
    [InlineData("feature=generativeAnswer", 6)]
    [InlineData("feature=credits", 3)]
    [InlineData("feature=agentAction&agent=a0", 2)]
    [InlineData("feature=voicePremium", 0)]
    [InlineData("channel=nowhere", 0)]
    [InlineData("from=2026-11-10T02:00:00Z&to=2026-11-10T05:00:00Z", 6)]
    public async Task List_ByPages_HoldsEachMatchingEventOnce_NewestFirst(string query, int count)
    {
        var tenant = await FilledAsync();
        foreach (var limit in new[] { 1, 5, 1000 })
        {
            var seen = new List<(string Time, long Sequence)>();
            var next = "";
            do
            {
                var page = await tenant.Api.ReadAsync($"{Url(tenant)}?{query}&limit={limit}{next}");
                Assert.Equal(HttpStatusCode.OK, page.Status);
                seen.AddRange(page.Json.GetProperty("items").EnumerateArray()
                    .Select(item => (item.GetProperty("time").GetString()!, item.GetProperty("sequence").GetInt64())));
                next = page.Json.GetProperty("next").ValueKind == JsonValueKind.Null ? null : $"&cursor={page.Json.GetProperty("next").GetString()}";
            }
            while (next is not null);

            Assert.Equal(count, seen.Count);
            Assert.Equal(seen.OrderByDescending(item => item.Time, StringComparer.Ordinal).ThenByDescending(item => item.Sequence).Distinct(), seen);
        }
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    [InlineData("cursor=MTpvdGhlcg")]
    [InlineData("cursor=!!!")]
    [InlineData("from=yesterday")]
    public async Task List_ThatCannotBeMeant_Is422(string query)
    {
        var tenant = await fixture.NewTenantAsync();

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await tenant.Api.ReadAsync($"{Url(tenant)}?{query}")).Status);
    }

    private static string Url(TenantUnderTest tenant) => $"/api/v1/tenants/{tenant.Id}/usage/events";

    // Twelve events in six hours, two at each instant, sent oldest last; every fourth uses two features.
    private async Task<TenantUnderTest> FilledAsync()
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        var start = new DateTimeOffset(2026, 11, 10, 6, 0, 0, TimeSpan.Zero);
        var events = Enumerable.Range(0, 12).Select(index => EventText.Of(
            environment,
            $"u{index}",
            index % 4 == 0 ? "usage" : index % 2 == 0 ? "agentAction" : "generativeAnswer",
            $$"""{ "agent": { "id": "a{{index % 3}}" }, "items": [ { "feature": "credits" }, { "feature": "agentAction" } ] }""",
            time: start.AddHours(-index / 2).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)));
        Assert.Equal(HttpStatusCode.OK, (await tenant.Api.RecordAsync(EventText.Array(events))).Status);
        return tenant;
    }
}

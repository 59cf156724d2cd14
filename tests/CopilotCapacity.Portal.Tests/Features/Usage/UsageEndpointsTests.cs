using System.Net;
using System.Text.Json;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Portal.Tests.Features.Usage;

public sealed class UsageEndpointsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private static readonly string[] s_sums = ["billed", "nonBilled"];
    private static readonly string[] s_burns = ["allocation", "pool", "payAsYouGo", "unfunded"];

    [Theory]
    [InlineData("from=x")]
    [InlineData("from=2026-11-01")]
    [InlineData("from=")]
    [InlineData("to=2026-02-30T00:00:00Z")]
    [InlineData("from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z")]
    [InlineData("from=2026-11-01T00:00:00Z&to=2026-11-01T00:00:00Z")]
    [InlineData("from=2020-11-01T00:00:00Z")]
    [InlineData("granularity=week")]
    [InlineData("granularity=1")]
    [InlineData("granularity=hour,day")]
    [InlineData("groupBy=colour")]
    [InlineData("groupBy=1")]
    [InlineData("limit=0")]
    public async Task Question_WithoutMeaning_Is422(string query)
    {
        var tenant = await fixture.NewTenantAsync();

        var reply = await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/usage?{query}");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "invalid_request"), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task Question_WithoutParameters_IsAboutTheMonth()
    {
        var tenant = await fixture.NewTenantAsync();

        var usage = await tenant.UsageAsync("");

        Assert.Equal("2026-11-01T00:00:00Z", usage.GetProperty("from").GetString());
        Assert.Equal("2026-12-01T00:00:00Z", usage.GetProperty("to").GetString());
        Assert.Equal("none", usage.GetProperty("granularity").GetString());
        Assert.Equal("{\"amount\":\"0.00\",\"currency\":\"USD\"}", usage.GetProperty("totals").GetProperty("money").ToString());
        Assert.Equal(JsonValueKind.Null, usage.GetProperty("next").ValueKind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("groupBy=environment")]
    [InlineData("groupBy=Feature,CHANNEL&granularity=Hour")]
    [InlineData("groupBy=agent,user,model,tool,product,costCenter&granularity=day")]
    [InlineData("groupBy=environment,feature&granularity=month")]
    [InlineData("granularity=hour")]
    [InlineData("groupBy=user&channel=teams&granularity=day")]
    [InlineData("groupBy=user&feature=agentAction")]
    [InlineData("groupBy=agent&agent=nobody")]
    public async Task Rows_AddUpToTheTotals_OverAnyRange(string query)
    {
        var (tenant, _, _) = await FilledAsync();
        string[] ranges =
        [
            "",
            "&from=2026-11-14T09:17:23.5Z&to=2026-11-15T08:41:00Z",
            "&from=2026-11-14T09:17:00Z&to=2026-11-14T09:18:00Z",
            "&from=2026-11-14T11:00:00%2B02:00&to=2026-11-14T10:30:00Z",
        ];
        foreach (var range in ranges)
        {
            var usage = await tenant.UsageAsync($"{query}{range}&limit=1000");

            var (totals, items) = (usage.GetProperty("totals"), usage.GetProperty("items").EnumerateArray().ToList());
            Assert.All(s_sums, name => Assert.Equal(totals.Number(name), items.Sum(item => item.Number(name))));
            Assert.All(s_burns, name => Assert.Equal(totals.Number("burn", name), items.Sum(item => item.Number("burn", name))));
            Assert.Equal(totals.Number("billed"), s_burns.Sum(name => totals.Number("burn", name)));
            if (!query.Contains("feature", StringComparison.OrdinalIgnoreCase))
            {
                Assert.Equal(totals.Number("events"), items.Sum(item => item.Number("events")));
            }
        }
    }

    [Fact]
    public async Task Ranges_ThatTile_AddUpToTheWhole()
    {
        var (tenant, _, _) = await FilledAsync();
        string[] cuts = ["2026-11-14T00:00:00Z", "2026-11-14T09:17:23.5Z", "2026-11-14T09:30:00Z", "2026-11-14T10:00:00Z", "2026-11-15T03:33:33Z", "2026-11-16T00:00:00Z"];

        var whole = (await tenant.UsageAsync($"from={cuts[0]}&to={cuts[^1]}")).GetProperty("totals");
        var parts = new List<JsonElement>();
        for (var index = 1; index < cuts.Length; index++)
        {
            parts.Add((await tenant.UsageAsync($"from={cuts[index - 1]}&to={cuts[index]}")).GetProperty("totals"));
        }

        Assert.Equal(60, whole.Number("events"));
        Assert.Equal(whole.Number("events"), parts.Sum(part => part.Number("events")));
        Assert.All(s_sums, name => Assert.Equal(whole.Number(name), parts.Sum(part => part.Number(name))));
        Assert.All(s_burns, name => Assert.Equal(whole.Number("burn", name), parts.Sum(part => part.Number("burn", name))));
    }

    [Fact]
    public async Task CompoundEvent_CountsOnceInTotals_AndAtEachOfItsFeatures()
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.Api.RecordAsync(EventText.Of(
            environment, "1", "usage",
            "{\"items\": [{\"feature\": \"agentAction\"}, {\"feature\": \"agentAction\"}, {\"feature\": \"credits\", \"quantity\": 0.5}]}"));
        foreach (var range in new[] { "", "&from=2026-11-15T09:59:00Z&to=2026-11-15T10:01:00Z" })
        {
            var plain = await tenant.UsageAsync(range);
            var byFeature = await tenant.UsageAsync($"groupBy=feature{range}");
            var actions = await tenant.UsageAsync($"feature=AgentAction{range}");

            Assert.Equal(1, plain.Number("totals", "events"));
            Assert.Equal(10.5m, plain.Number("totals", "billed"));
            Assert.Equal(1, byFeature.Number("totals", "events"));
            Assert.Equal(
                [("agentAction", 1m, 10m), ("credits", 1m, 0.5m)],
                byFeature.GetProperty("items").EnumerateArray()
                    .Select(item => (item.GetProperty("key").GetProperty("feature").GetString()!, item.Number("events"), item.Number("billed"))));
            Assert.Equal((1m, 10m), (actions.Number("totals", "events"), actions.Number("totals", "billed")));
        }
    }

    [Fact]
    public async Task Rows_NameTheirKeyAndStart()
    {
        var (tenant, first, _) = await FilledAsync();

        var usage = await tenant.UsageAsync($"groupBy=environment,costCenter&granularity=hour&environment={first.ToString().ToUpperInvariant()}&limit=1");
        var item = usage.GetProperty("items")[0];

        Assert.Equal(first.ToString(), item.GetProperty("key").GetProperty("environment").GetString());
        Assert.Equal("CC-1", item.GetProperty("key").GetProperty("costCenter").GetString());
        Assert.Equal("2026-11-14T00:00:00Z", item.GetProperty("start").GetString());
        Assert.NotEqual(JsonValueKind.Null, usage.GetProperty("next").ValueKind);
        var second = await tenant.UsageAsync(
            $"groupBy=environment,costCenter&granularity=hour&environment={first}&limit=1&cursor={usage.GetProperty("next").GetString()}");
        Assert.NotEqual(item.GetProperty("start").GetString(), second.GetProperty("items")[0].GetProperty("start").GetString(), StringComparer.Ordinal);
        Assert.Equal(0, (await tenant.UsageAsync($"environment={Guid.NewGuid()}")).Number("totals", "events"));
    }

    // 60 events over 40 hours, some compound, some zero-rated, in two environments.
    private async Task<(TenantUnderTest Tenant, Guid First, Guid Second)> FilledAsync()
    {
        var tenant = await fixture.NewTenantAsync();
        await tenant.BuyAsync(200);
        var (first, second) = (await tenant.NewEnvironmentAsync(costCenter: "CC-1"), await tenant.NewEnvironmentAsync());
        await tenant.AllocateAsync(first, 50);
        var start = new DateTimeOffset(2026, 11, 14, 0, 0, 0, TimeSpan.Zero);
        var events = Enumerable.Range(0, 60).Select(index => EventText.Of(
            index % 3 == 0 ? first : second,
            $"u{index}",
            (index % 4) switch { 0 => "usage", 1 => "agentAction", 2 => "agentFlowActions", _ => "credits" },
            $$"""
            { "user": { "id": "u{{index % 5}}", "copilotLicensed": {{(index % 2 == 0 ? "true" : "false")}} }, "trigger": "interactive",
              "channel": "{{(index % 7 == 0 ? "web" : "teams")}}", "model": "m{{index % 2}}", "agent": { "id": "a{{index % 3}}" },
              "items": [ { "feature": "generativeAnswer", "quantity": 2 }, { "feature": "credits", "quantity": 0.125 } ] }
            """,
            time: start.AddMinutes((index * 34) + 0.5).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture)));
        var recorded = await tenant.Api.RecordAsync(EventText.Array(events));
        Assert.Equal(HttpStatusCode.OK, recorded.Status);
        return (tenant, first, second);
    }
}

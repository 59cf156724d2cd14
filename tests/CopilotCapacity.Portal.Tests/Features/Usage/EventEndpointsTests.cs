using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Portal.Tests.Features.Usage;

public sealed class EventEndpointsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string Url = "/api/v1/events";

    [Fact]
    public async Task Record_MixedScenario_PaysFromAllocationThenPoolThenNobody()
    {
        var tenant = await fixture.NewTenantAsync();
        await tenant.BuyAsync(100);
        var environment = await tenant.NewEnvironmentAsync();
        Assert.Equal(HttpStatusCode.OK, (await tenant.AllocateAsync(environment, 30)).Status);

        // 12 × 2 = 24 of the allocation's 30; then 10 = 6 + 4; then 8.5 of the pool's 66; then 100 = 57.5 + 42.5 of nobody.
        var first = await tenant.Api.RecordAsync(EventText.Of(environment, "1", "generativeAnswer", "{\"quantity\": 12}"));
        var second = await tenant.Api.RecordAsync(EventText.Of(environment, "2", "tenantGraphGrounding"));
        var third = await tenant.Api.RecordAsync(EventText.Of(environment, "3", "credits", "{\"quantity\": 8.5}"));
        var fourth = await tenant.Api.RecordAsync(EventText.Of(environment, "4", "contentProcessing", "{\"quantity\": 12.5e0}"));
        var fifth = await tenant.Api.RecordAsync(EventText.Of(environment, "5", "voiceClassic", "{\"quantity\": 10}"));

        AssertBurn(first.Item(0), 24, 24, 0, 0, 0);
        AssertBurn(second.Item(0), 10, 6, 4, 0, 0);
        AssertBurn(third.Item(0), 8.5m, 0, 8.5m, 0, 0);
        Assert.Equal("invalid_quantity", fourth.Code);
        AssertBurn(fifth.Item(0), 100, 0, 57.5m, 0, 42.5m);
        var capacity = await tenant.CapacityAsync();
        Assert.Equal(100, capacity.Number("entitled"));
        Assert.Equal(30, capacity.Number("allocated"));
        Assert.Equal(100, capacity.Number("consumed"));
        Assert.Equal(0, capacity.Number("remaining"));
        Assert.Equal(70, capacity.Number("pool", "size"));
        Assert.Equal(70, capacity.Number("pool", "consumed"));
        Assert.Equal(42.5m, capacity.Number("unfunded"));
        Assert.Equal(0, capacity.Number("payAsYouGo", "credits"));
        var usage = (await tenant.UsageAsync("")).GetProperty("totals");
        Assert.Equal(4, usage.Number("events"));
        Assert.Equal(142.5m, usage.Number("billed"));
        Assert.Equal(30, usage.Number("burn", "allocation"));
        Assert.Equal(70, usage.Number("burn", "pool"));
        Assert.Equal(42.5m, usage.Number("burn", "unfunded"));
    }

    public static TheoryData<string, string, decimal> Rates => new()
    {
        { "classicAnswer", "1", 1 }, { "generativeAnswer", "1", 2 }, { "agentAction", "3", 15 }, { "tenantGraphGrounding", "1", 10 },
        { "agentFlowActions", "1", 0.13m }, { "agentFlowActions", "7", 0.91m }, { "aiToolBasic", "1", 0.1m },
        { "aiToolBasic", "1000", 0.1m }, { "aiToolBasic", "1001", 0.2m }, { "aiToolStandard", "2500", 4.5m }, { "aiToolPremium", "1", 10 },
        { "contentProcessing", "2", 16 }, { "voiceClassic", "0.5", 5 }, { "voiceGenerative", "1.001", 35.035m },
        { "voicePremium", "0.001", 0.075m }, { "credits", "0.001", 0.001m }, { "CREDITS", "12.345", 12.345m },
    };

    [Theory]
    [MemberData(nameof(Rates))]
    public async Task Record_ByThePublishedRates_Costs(string feature, string quantity, decimal credits)
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();

        var reply = await tenant.Api.RecordAsync(EventText.Of(environment, "1", feature, $"{{\"quantity\": {quantity}}}"));

        AssertBurn(reply.Item(0), credits, 0, 0, 0, credits);
    }

    [Fact]
    public async Task ZeroRating_NeedsLicenceTriggerChannelAndFeature()
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        string?[] licences = ["true", "false", null];
        string?[] triggers = ["interactive", "INTERACTIVE", "autonomous", null];
        string?[] channels = ["teams", "m365Copilot", "sharePoint", "dynamics365", "powerApps", "PowerApps", "web", null];
        string[] features = ["generativeAnswer", "agentFlowActions", "aiToolBasic", "contentProcessing", "credits", "voiceClassic"];
        var cases = (from licence in licences
                     from trigger in triggers
                     from channel in channels
                     from feature in features
                     select (Licence: licence, Trigger: trigger, Channel: channel, Feature: feature)).ToList();
        var events = cases.Select((one, index) => EventText.Of(
            environment, $"z{index}", one.Feature, $$"""
            { "user": { "copilotLicensed": {{one.Licence ?? "null"}} }, "trigger": {{Quote(one.Trigger)}}, "channel": {{Quote(one.Channel)}} }
            """));

        var items = (await tenant.Api.RecordAsync(EventText.Array(events))).Json.GetProperty("items");

        for (var index = 0; index < cases.Count; index++)
        {
            var one = cases[index];
            var isFree = one.Licence is "true"
                && string.Equals(one.Trigger, "interactive", StringComparison.OrdinalIgnoreCase)
                && one.Channel is not (null or "web")
                && one.Feature is not ("credits" or "voiceClassic");
            var item = items[index];
            Assert.True(isFree == item.TryGetProperty("nonBilled", out var nonBilled), $"{one}: {item}");
            Assert.True(isFree == (item.Number("credits") == 0), $"{one}: {item}");
            if (isFree)
            {
                Assert.True(nonBilled.Number("credits") > 0);
                Assert.Equal("copilotLicensedUser", nonBilled.GetProperty("reason").GetString());
                Assert.Equal(0, item.Number("burn", "unfunded"));
            }
        }
    }

    [Fact]
    public async Task Replay_OfAWholeBatch_ChangesNothing()
    {
        var tenant = await fixture.NewTenantAsync();
        await tenant.BuyAsync(50);
        var environment = await tenant.NewEnvironmentAsync();
        var batch = EventText.Array(Enumerable.Range(0, 100).Select(index => EventText.Of(
            environment, $"r{index % 90}", index % 90 == 7 ? "usage" : "agentAction",
            index % 90 == 7 ? "{\"items\": [{\"feature\": \"credits\", \"quantity\": 0.5}, {\"feature\": \"agentAction\"}]}" : "{}",
            time: index % 90 == 3 ? null : EventText.Time)));

        var first = await tenant.Api.RecordAsync(batch, ApiCalls.Batch);
        var (capacity, usage) = (await tenant.CapacityAsync(), await tenant.UsageAsync("groupBy=feature&granularity=hour"));
        var second = await tenant.Api.RecordAsync(batch);
        var silent = await tenant.Api.SendJsonAsync(HttpMethod.Post, Url, batch);

        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal(HttpStatusCode.NoContent, silent.Status);
        Assert.Equal("", silent.Body);
        Assert.Equal(90, first.Json.GetProperty("items").EnumerateArray().Count(item => item.GetProperty("outcome").GetString() is "recorded"));
        Assert.Equal(first.Body.Replace("recorded", "duplicate", StringComparison.Ordinal), second.Body);
        Assert.Equal(capacity.ToString(), (await tenant.CapacityAsync()).ToString());
        Assert.Equal(usage.ToString(), (await tenant.UsageAsync("groupBy=feature&granularity=hour")).ToString());
    }

    [Theory]
    [InlineData("generativeAnswer", "{\"quantity\": 1}", "{\"quantity\": 1.0}", "duplicate")]
    [InlineData("generativeAnswer", "{\"quantity\": 1}", "{}", "conflict")]
    [InlineData("generativeAnswer", "{\"quantity\": 1}", "{\"quantity\": 2}", "conflict")]
    [InlineData("generativeAnswer", "{\"a\": 1, \"b\": 2}", "{\"b\": 2, \"a\": 1}", "duplicate")]
    [InlineData("generativeAnswer", "{\"a\": 1}", "{\"a\": 2}", "conflict")]
    public async Task Record_AnIdentityAgain_IsJudgedByItsContent(string feature, string data, string again, string outcome)
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.Api.RecordAsync(EventText.Of(environment, "1", feature, data));

        var single = await tenant.Api.RecordAsync(EventText.Of(environment, "1", feature, again));
        var array = await tenant.Api.RecordAsync($"[{EventText.Of(environment, "1", feature, again)}]");

        var isConflict = outcome is "conflict";
        Assert.Equal(isConflict ? HttpStatusCode.Conflict : HttpStatusCode.OK, single.Status);
        Assert.Equal(isConflict ? "event_conflict" : null, single.Code);
        Assert.Equal(isConflict ? HttpStatusCode.MultiStatus : HttpStatusCode.OK, array.Status);
        Assert.Equal(outcome, array.Item(0).GetProperty("outcome").GetString());
        Assert.Equal(1, (await tenant.UsageAsync("")).Number("totals", "events"));
    }

    [Fact]
    public async Task Record_WithAnotherTime_IsAConflict()
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.Api.RecordAsync(EventText.Of(environment, "1", time: "2026-11-15T10:00:00Z"));

        Assert.Equal(HttpStatusCode.OK, (await tenant.Api.RecordAsync(EventText.Of(environment, "1", time: "2026-11-15T11:00:00+01:00"))).Status);
        Assert.Equal("event_conflict", (await tenant.Api.RecordAsync(EventText.Of(environment, "1", time: "2026-11-15T10:00:01Z"))).Code);
        Assert.Equal("event_conflict", (await tenant.Api.RecordAsync(EventText.Of(environment, "1", time: null))).Code);
    }

    [Fact]
    public async Task Record_TheSameIdentityInTwoTenants_IsTwoEvents()
    {
        foreach (var tenant in new[] { await fixture.NewTenantAsync(), await fixture.NewTenantAsync() })
        {
            var environment = await tenant.NewEnvironmentAsync();
            var reply = await tenant.Api.RecordAsync(EventText.Of(environment, "shared"));
            Assert.Equal("recorded", reply.Item(0).GetProperty("outcome").GetString());
        }
    }

    [Fact]
    public async Task Record_AnArrayWithRefusedOnes_RecordsTheOthersInOrder()
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        string[] events =
        [
            EventText.Of(environment, "ok"),
            EventText.Of(Guid.NewGuid(), "stranger"),
            "1",
            EventText.Of(environment, "late", time: "2026-09-29T00:00:00Z"),
            EventText.Of(environment, "early", time: "2026-11-15T12:05:00.001Z"),
            EventText.Of(environment, "ok", "agentAction"),
            EventText.Of(environment, "ahead", time: "2026-11-15T12:05:00Z"),
        ];

        var reply = await tenant.Api.SendAsync(HttpMethod.Post, Url, EventText.Array(events), ApiCalls.Batch);

        Assert.Equal(HttpStatusCode.MultiStatus, reply.Status);
        var items = reply.Json.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(
            "recorded rejected rejected rejected rejected conflict recorded",
            string.Join(' ', items.Select(item => item.GetProperty("outcome").GetString())));
        Assert.Equal(
            "- unknown_subject invalid_event too_late in_the_future event_conflict -",
            string.Join(' ', items.Select(item => item.TryGetProperty("code", out var code) ? code.GetString() : "-")));
        Assert.Equal("late", items[3].GetProperty("id").GetString());
        Assert.Equal("test", items[3].GetProperty("source").GetString());
        Assert.False(items[1].TryGetProperty("sequence", out _));
        Assert.Equal(2, (await tenant.UsageAsync("")).Number("totals", "events"));
    }

    [Theory]
    [InlineData("application/cloudevents+json", "{", 400, "invalid_json")]
    [InlineData("application/cloudevents+json", "[]", 400, "invalid_json")]
    [InlineData("application/cloudevents-batch+json", "{}", 400, "invalid_json")]
    [InlineData("application/cloudevents-batch+json", "[{}] x", 400, "invalid_json")]
    [InlineData("application/json", "", 400, "invalid_json")]
    [InlineData("application/json", "5", 400, "invalid_json")]
    [InlineData("application/json", "{\"id\": \"1\", \"id\": \"2\"}", 400, "invalid_json")]
    [InlineData("application/json", "{}", 422, "invalid_event")]
    [InlineData("application/json", "{\"\\ud800\": 1}", 400, "invalid_json")]
    [InlineData("text/plain", "{}", 415, "unsupported_media_type")]
    [InlineData("application/xml", "<a/>", 415, "unsupported_media_type")]
    [InlineData("application/json; charset=utf-16", "{}", 415, "unsupported_media_type")]
    [InlineData(null, "{}", 415, "unsupported_media_type")]
    [InlineData("rubbish", "{}", 415, "unsupported_media_type")]
    [InlineData("application/json; charset=UTF-8", "{}", 422, "invalid_event")]
    [InlineData("application/cloudevents+json; charset=\"utf-8\"", "{}", 422, "invalid_event")]
    [InlineData("Application/JSON", "{}", 422, "invalid_event")]
    public async Task Record_ABodyThatIsNone_IsRefusedWhole(string? contentType, string body, int status, string code)
    {
        var tenant = await fixture.NewTenantAsync();

        var reply = await tenant.Api.SendAsync(HttpMethod.Post, Url, body, contentType);

        Assert.Equal((status, code), ((int)reply.Status, reply.Code));
    }

    [Fact]
    public async Task Record_InvalidUtf8OrDeepNesting_Is400AndStoresNothing()
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        var good = EventText.Of(environment, "1");
        var deep = EventText.Of(environment, "2", data: $"{{\"a\": {new string('[', 100)}{new string(']', 100)}}}");
        using var content = new ByteArrayContent([.. Encoding.UTF8.GetBytes($"[{good}, \""), 0xFF, .. "\"]"u8]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        var invalid = await tenant.Api.AskAsync(new HttpRequestMessage(HttpMethod.Post, Url) { Content = content });
        var nested = await tenant.Api.RecordAsync($"[{good}, {deep}]");

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_json"), (invalid.Status, invalid.Code));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_json"), (nested.Status, nested.Code));
        Assert.Equal(0, (await tenant.UsageAsync("")).Number("totals", "events"));
    }

    [Fact]
    public async Task Record_5000EventsButNotOneMore()
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        var events = Enumerable.Range(0, 5_001).Select(index => EventText.Of(environment, $"{index}")).ToList();

        var tooMany = await tenant.Api.RecordAsync(EventText.Array(events));
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "too_many_events"), (tooMany.Status, tooMany.Code));
        Assert.Equal(0, (await tenant.UsageAsync("")).Number("totals", "events"));
        var enough = await tenant.Api.SendJsonAsync(HttpMethod.Post, Url, EventText.Array(events.Take(5_000)));
        Assert.Equal(HttpStatusCode.NoContent, enough.Status);
        Assert.Equal(5_000, (await tenant.UsageAsync("")).Number("totals", "events"));
    }

    [Fact]
    public async Task Record_Over4MiB_Is413()
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        var body = EventText.Of(environment, "1") + new string(' ', 4 * 1024 * 1024);
        var chunked = new HttpRequestMessage(HttpMethod.Post, Url) { Content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(body))) };
        chunked.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        chunked.Headers.TransferEncodingChunked = true;

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await tenant.Api.RecordAsync(body)).Status);
        Assert.Equal("too_large", (await tenant.Api.AskAsync(chunked)).Code);
        Assert.Equal(0, (await tenant.UsageAsync("")).Number("totals", "events"));
    }

    [Fact]
    public async Task Record_EmptyArray_IsDone()
    {
        var tenant = await fixture.NewTenantAsync();

        Assert.Equal(HttpStatusCode.NoContent, (await tenant.Api.SendJsonAsync(HttpMethod.Post, Url, "[]")).Status);
        Assert.Equal("{\"items\":[]}", (await tenant.Api.RecordAsync("[]")).Body);
    }

    [Fact]
    public async Task Record_Binary_IsTheSameEventAsStructured()
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        const string data = "{\"quantity\": 2, \"agent\": {\"name\": \"Returns €\"}}";
        var structured = $$"""
            { "specversion": "1.0", "id": "ü 1%", "source": "https://a.example/x", "type": "copilot.agentAction", "subject": "{{environment}}",
              "time": "{{EventText.Time}}", "traceparent": "00-ab", "sampled": true, "rank": 3, "datacontenttype": "application/json", "data": {{data}} }
            """;
        (string, string)[] headers =
        [
            ("ce-specversion", "1.0"), ("CE-ID", "%C3%BC%201%25"), ("ce-source", "https://a.example/x"), ("ce-type", "copilot.agentAction"),
            ("ce-subject", environment.ToString()), ("ce-time", "2026-11-15T11:00:00%2B01:00"), ("ce-traceparent", "\"00-ab\""),
            ("ce-sampled", "true"), ("ce-rank", "3"), ("Prefer", "return=representation"),
        ];

        var binary = await tenant.Api.SendJsonAsync(HttpMethod.Post, Url, data.Replace("2", "2.0", StringComparison.Ordinal), headers);
        var again = await tenant.Api.RecordAsync(structured, ApiCalls.Structured);
        var asVendorType = await tenant.Api.SendAsync(HttpMethod.Post, Url, data, "application/vnd.usage+json", headers);

        Assert.Equal(HttpStatusCode.OK, binary.Status);
        Assert.Equal("ü 1%", binary.Item(0).GetProperty("id").GetString());
        Assert.Equal(10, binary.Item(0).Number("credits"));
        Assert.Equal("duplicate", again.Item(0).GetProperty("outcome").GetString());
        Assert.Equal("duplicate", asVendorType.Item(0).GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Record_Binary_WithoutDataOrWithBadData()
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        (string, string)[] headers =
        [
            ("ce-specversion", "1.0"), ("ce-id", "b"), ("ce-source", "s"), ("ce-type", "copilot.agentAction"), ("ce-subject", environment.ToString()),
        ];

        Assert.Equal(HttpStatusCode.BadRequest, (await tenant.Api.SendJsonAsync(HttpMethod.Post, Url, "{", headers)).Status);
        Assert.Equal("invalid_event", (await tenant.Api.SendJsonAsync(HttpMethod.Post, Url, "[]", headers)).Code);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await tenant.Api.SendAsync(HttpMethod.Post, Url, "<a/>", "text/xml", headers)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await tenant.Api.SendJsonAsync(HttpMethod.Post, Url, null, headers)).Status);
        var structured = $$"""{"specversion":"1.0","id":"b","source":"s","type":"copilot.agentAction","subject":"{{environment}}"}""";
        Assert.Equal("duplicate", (await tenant.Api.RecordAsync(structured)).Item(0).GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Record_WithThePortalsKey_Is403AndWithoutScopeToo()
    {
        var tenant = await fixture.NewTenantAsync();
        using var admin = fixture.Portal.CreateApi();
        using var reader = await fixture.WithScopesAsync(tenant, "quota:read");

        Assert.Equal("tenant_key_required", (await admin.SendJsonAsync(HttpMethod.Post, Url, "{")).Code);
        Assert.Equal("tenant_key_required", (await admin.ReadAsync($"/api/v1/environments/{Guid.NewGuid()}/quota")).Code);
        Assert.Equal("missing_scope", (await reader.SendJsonAsync(HttpMethod.Post, Url, "{")).Code);
    }

    [Fact]
    public async Task Rehearsal_EventWithoutTime_HappensAtItsOwnClock()
    {
        var tenant = await fixture.NewTenantAsync(new DateTimeOffset(2026, 1, 20, 8, 0, 0, TimeSpan.Zero));
        var environment = await tenant.NewEnvironmentAsync();

        var reply = await tenant.Api.RecordAsync(EventText.Of(environment, "1", time: null));

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal(1, (await tenant.UsageAsync("from=2026-01-20T08:00:00Z&to=2026-01-20T08:00:01Z")).Number("totals", "events"));
    }

    private static string Quote(string? text) => text is null ? "null" : JsonSerializer.Serialize(text);

    private static void AssertBurn(JsonElement item, decimal credits, decimal allocation, decimal pool, decimal payAsYouGo, decimal unfunded)
    {
        Assert.Equal("recorded", item.GetProperty("outcome").GetString());
        Assert.Equal(credits, item.Number("credits"));
        Assert.Equal(allocation, item.Number("burn", "allocation"));
        Assert.Equal(pool, item.Number("burn", "pool"));
        Assert.Equal(payAsYouGo, item.Number("burn", "payAsYouGo"));
        Assert.Equal(unfunded, item.Number("burn", "unfunded"));
        Assert.False(item.TryGetProperty("nonBilled", out _));
    }
}

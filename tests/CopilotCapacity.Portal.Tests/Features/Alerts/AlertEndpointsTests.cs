using System.Net;
using System.Text.Json;
using CopilotCapacity.Portal.Tests.Features.Permissions;
using static CopilotCapacity.Portal.Tests.Features.Permissions.PermissionCalls;

namespace CopilotCapacity.Portal.Tests.Features.Alerts;

public sealed class AlertEndpointsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Crossing_IsToldOnceAtTheMark_AndRestoredWhenCapacityIsAdded()
    {
        var tenant = await fixture.NewTenantAsync(Start);
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.BuyAsync(100);
        await tenant.Api.RecordAsync(Use(environment, "1", 79.999m));
        Assert.Equal("", await tenant.AlertsAsync());
        await tenant.Api.RecordAsync(Use(environment, "2", 0.001m));
        await tenant.Api.RecordAsync(Use(environment, "3", 5));
        Assert.Equal("quota.low", await tenant.AlertsAsync());
        await tenant.Api.RecordAsync(Use(environment, "4", 20));
        await tenant.BuyAsync(1_000);

        var all = (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/alerts")).Json.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["quota.low", "usage.unfunded", "quota.depleted", "quota.restored"], all.ConvertAll(alert => alert.GetProperty("kind").GetString()!));
        Assert.Equal([1L, 2, 3, 4], all.ConvertAll(alert => alert.GetProperty("sequence").GetInt64()));
        Assert.All(all, alert => Assert.Equal(environment, alert.GetProperty("environmentId").GetGuid()));
        Assert.True(all[2].TryGetProperty("resolvedAt", out _));
        Assert.Equal("quota.restored", await tenant.AlertsAsync("?after=3"));
    }

    [Fact]
    public async Task Jump_PastTwoMarks_TellsTheFurtherOnly()
    {
        var tenant = await fixture.NewTenantAsync(Start);
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.BuyAsync(100);
        await tenant.Api.RecordAsync(Use(environment, "1", 100));

        Assert.Equal("quota.depleted", await tenant.AlertsAsync());
    }

    [Fact]
    public async Task PoolRunningDry_IsOneAlertThatListsTheEnvironments()
    {
        var tenant = await fixture.NewTenantAsync(Start);
        var (first, second) = (await tenant.NewEnvironmentAsync(), await tenant.NewEnvironmentAsync());
        var own = await tenant.NewEnvironmentAsync(drawFromTenantPool: false);
        await tenant.BuyAsync(100);
        await tenant.AllocateAsync(own, 10);
        await tenant.Api.RecordAsync(Use(first, "1", 90));

        var alert = (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/alerts")).Item(0);
        Assert.Equal("quota.depleted", await tenant.AlertsAsync());
        Assert.Equal(
            new[] { first, second }.Order(), alert.GetProperty("environmentIds").EnumerateArray().Select(id => id.GetGuid()).Order());
        Assert.Equal("available", (await tenant.QuotaAsync(own)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task ReleasedHold_IsNoReasonToTellAgain_ButAQuarterOfAnHourIs()
    {
        var tenant = await fixture.NewTenantAsync(Start);
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.BuyAsync(100);
        for (var round = 0; round < 3; round++)
        {
            await tenant.ReleaseAsync(await tenant.HeldAsync(environment, 100));
        }

        Assert.Equal("quota.depleted quota.restored", await tenant.AlertsAsync());
        await tenant.ClockAsync(Start.AddMinutes(15));
        await tenant.HeldAsync(environment, 100);
        Assert.Equal("quota.depleted quota.restored quota.depleted", await tenant.AlertsAsync());
    }

    [Fact]
    public async Task Clock_MovedOverMonths_TellsOfGrantsThatEndSoonAndCreditsThatWereLost()
    {
        var tenant = await fixture.NewTenantAsync(Start);
        var root = $"/api/v1/tenants/{tenant.Id}";
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.Api.SendJsonAsync(HttpMethod.Post, $"{root}/message-packs", "{\"packs\": 2, \"creditsPerPack\": 50, \"orderReference\": \"PO-1\"}");
        await tenant.Api.SendJsonAsync(
            HttpMethod.Post, $"{root}/grants", "{\"kind\": \"promotional\", \"amount\": 30, \"expiresAt\": \"2026-02-10T00:00:00Z\"}");
        await tenant.Api.RecordAsync(Use(environment, "1", 40));
        await tenant.ClockAsync(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));

        var all = (await tenant.Api.ReadAsync($"{root}/alerts")).Json.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal("grant.wasted grant.expiring grant.wasted grant.wasted", await tenant.AlertsAsync());
        Assert.Equal(
            ["2026-02-01", "2026-02-03", "2026-02-10", "2026-03-01"], all.ConvertAll(alert => alert.GetProperty("raisedAt").GetString()![..10]));
        Assert.Equal("60 prepaid credits of January 2026 were not used", all[0].GetProperty("title").GetString());
        Assert.Contains("60 of 2 message packs (order PO-1)", all[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(("warning", "info"), (all[1].GetProperty("severity").GetString(), all[2].GetProperty("severity").GetString()));
        Assert.StartsWith("2026-02-10", all[1].GetProperty("resolvedAt").GetString(), StringComparison.Ordinal);
        Assert.All(all, alert => Assert.Equal("reallocate", alert.GetProperty("actions")[0].GetProperty("kind").GetString()));
        Assert.All(all, alert => Assert.False(alert.TryGetProperty("environmentId", out _)));
        var verified = await tenant.Api.SendJsonAsync(HttpMethod.Post, $"{root}/ledger/verify", null);
        Assert.True(verified.Json.GetProperty("ok").GetBoolean(), verified.Body);
    }

    [Fact]
    public async Task Horizon_ThatGrows_TellsAtOnce()
    {
        var tenant = await fixture.NewTenantAsync(Start);
        using var admin = fixture.Portal.CreateApi();
        var root = $"/api/v1/tenants/{tenant.Id}";
        await tenant.Api.SendJsonAsync(HttpMethod.Post, $"{root}/grants", "{\"amount\": 30, \"expiresAt\": \"2026-02-10T00:00:00Z\"}");
        Assert.Equal("", await tenant.AlertsAsync());
        await admin.SendJsonAsync(HttpMethod.Put, root, "{\"name\": \"Contoso\", \"warningHorizonDays\": 60}", ("If-Match", "*"));

        Assert.Equal("grant.expiring", await tenant.AlertsAsync());
    }

    [Fact]
    public async Task Acknowledge_NotesWhoHasSeenItOnce()
    {
        var tenant = await fixture.NewTenantAsync(Start);
        await tenant.BuyAsync(100);
        await tenant.Api.RecordAsync(Use(await tenant.NewEnvironmentAsync(), "1", 100));
        var id = (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/alerts")).Item(0).GetProperty("id").GetGuid();
        var path = $"/api/v1/tenants/{tenant.Id}/alerts/{id}/acknowledge";
        var seen = await tenant.Api.SendJsonAsync(HttpMethod.Post, path, null);
        var again = await tenant.Api.SendJsonAsync(HttpMethod.Post, path, null);

        Assert.Equal((HttpStatusCode.OK, "test"), (seen.Status, seen.Json.GetProperty("acknowledgedBy").GetString()));
        Assert.Equal(seen.Body, again.Body);
        Assert.Equal(("quota.depleted", ""), (await tenant.AlertsAsync("?state=acknowledged"), await tenant.AlertsAsync("?state=unacknowledged")));
        var unknown = await tenant.Api.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/alerts/{Guid.NewGuid()}/acknowledge", null);
        Assert.Equal(HttpStatusCode.NotFound, unknown.Status);
    }

    [Fact]
    public async Task Cap_CountsWhatWasUsedBefore_NearsIsReachedAndStopsPermissionsUntilTheDayTurns()
    {
        var tenant = await fixture.NewTenantAsync(Start);
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.BuyAsync(1_000);
        await tenant.Api.RecordAsync(Use(environment, "1", 70));
        var cap = await tenant.CapAsync(new { scope = new { environmentId = environment }, per = "day", credits = 100, hardStop = true });
        Assert.Equal((70, 30), (cap.Json.Number("used"), cap.Json.Number("remaining")));

        var hold = await tenant.HeldAsync(environment, 15);
        Assert.Equal("cap.nearing", await tenant.AlertsAsync());
        var refused = await tenant.ConsumeAsync(Use(environment, "2", 16));
        Assert.Equal("cap_reached", refused.Code);
        Assert.Equal(15, refused.Json.GetProperty("explanation")[0].Number("left"));
        await tenant.SettleAsync(hold, "{\"credits\": 15}");
        await tenant.Api.RecordAsync(Use(environment, "3", 20));
        Assert.Equal("depleted", (await tenant.QuotaAsync(environment)).GetProperty("status").GetString());
        Assert.Equal("cap.nearing cap.reached quota.depleted", await tenant.AlertsAsync());

        await tenant.ClockAsync(Start.AddDays(1));
        Assert.Equal("available", (await tenant.QuotaAsync(environment)).GetProperty("status").GetString());
        Assert.Equal("cap.nearing cap.reached quota.depleted quota.restored", await tenant.AlertsAsync());
        Assert.Equal(HttpStatusCode.OK, (await tenant.ConsumeAsync(Use(environment, "4", 16, time: Start.AddDays(1)))).Status);
    }

    [Fact]
    public async Task Reversal_ReturnsToTheSourcesAndHappensOnce()
    {
        var tenant = await fixture.NewTenantAsync(Start);
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.BuyAsync(100);
        await tenant.AllocateAsync(environment, 10);
        var cap = await tenant.CapAsync(new { scope = new { environmentId = environment }, per = "month", credits = 500 });
        var use = await tenant.ConsumeAsync(Use(environment, "1", 40));
        var path = $"/api/v1/events/{use.Json.GetProperty("sequence").GetInt64()}/reversal";
        var reversed = await tenant.Api.SendJsonAsync(HttpMethod.Post, path, "{\"reason\": \"sent twice\"}");

        Assert.Equal((HttpStatusCode.Created, 40), (reversed.Status, reversed.Json.Number("credits")));
        Assert.Equal((0, 100), ((await tenant.CapacityAsync()).Number("consumed"), (await tenant.CapacityAsync()).Number("remaining")));
        var usage = await tenant.UsageAsync("from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z&granularity=none");
        Assert.Equal((0, 0), (usage.Number("totals", "billed"), usage.Number("totals", "events")));
        var counted = await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/caps/{cap.Json.GetProperty("id").GetGuid()}");
        Assert.Equal(0, counted.Json.Number("used"));
        Assert.Equal("already_reversed", (await tenant.Api.SendJsonAsync(HttpMethod.Post, path, "{\"reason\": \"again\"}")).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await tenant.Api.SendJsonAsync(HttpMethod.Post, "/api/v1/events/999/reversal", "{\"reason\": \"x\"}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await (await fixture.NewTenantAsync(Start)).Api.SendJsonAsync(HttpMethod.Post, path, "{\"reason\": \"x\"}")).Status);
    }

    [Theory]
    [InlineData("{}", "scope")]
    [InlineData("{\"scope\": {}, \"per\": \"day\", \"credits\": 1}", "scope")]
    [InlineData("{\"scope\": {\"agentId\": \"a\"}, \"per\": \"week\", \"credits\": 1}", "per")]
    [InlineData("{\"scope\": {\"agentId\": \"a\"}, \"per\": \"day\", \"credits\": 0}", "credits")]
    [InlineData("{\"scope\": {\"agentId\": \"a\"}, \"per\": \"day\", \"credits\": 1, \"notifyPercent\": 101}", "notifyPercent")]
    public async Task Cap_WithAFault_NamesTheField(string body, string field)
    {
        var tenant = await fixture.NewTenantAsync(Start);
        var refused = await tenant.Api.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/caps", body);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.True(refused.Json.GetProperty("errors").TryGetProperty(field, out _), refused.Body);
    }
}

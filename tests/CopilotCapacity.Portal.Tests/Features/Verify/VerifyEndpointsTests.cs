using System.Net;
using System.Text.Json;
using CopilotCapacity.Testing;
using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Portal.Tests.Features.Verify;

public sealed class VerifyEndpointsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Verify_AHistoryOfEverything_FindsNoDifference()
    {
        var tenant = await LivedAsync();

        var verified = await VerifyAsync(tenant);
        Assert.True(verified.GetProperty("ok").GetBoolean(), verified.GetRawText());
        Assert.Equal((await tenant.CapacityAsync()).GetProperty("sequence").GetInt64(), verified.GetProperty("sequence").GetInt64());
    }

    [Theory]
    [InlineData("UPDATE environment_months SET PoolConsumed = PoolConsumed - 1 WHERE PoolConsumed > 0", "balance of environment")]
    [InlineData("UPDATE grant_months SET Burned = Burned - 1 WHERE Burned > 0", "balance of grant")]
    [InlineData("UPDATE plan_months SET SpendMicros = SpendMicros + 1", "balance of plan")]
    [InlineData("UPDATE usage_hours SET Unfunded = Unfunded + 1", "roll-up by hours")]
    [InlineData("UPDATE usage_days SET Prepaid = Prepaid + 1", "roll-up by days")]
    [InlineData("UPDATE alerts SET Title = 'none' WHERE Kind = 11", "alert is kept")]
    [InlineData("UPDATE alerts SET ResolvedAt = NULL WHERE Kind = 10", "alert is kept")]
    [InlineData("DROP TRIGGER usage_events_never_change; UPDATE usage_events SET Quantity = Quantity + 1000 WHERE EventId = '1'", "x 21000")]
    [InlineData("DROP TRIGGER usage_events_never_go; DELETE FROM usage_events WHERE EventId = '1'", "neither an entry nor a use")]
    [InlineData("DROP TRIGGER journal_never_changes; UPDATE journal SET Change = replace(Change, '100000', '100001') WHERE Change LIKE '%grantAdded%'", "kept")]
    public async Task Verify_AfterTampering_NamesTheFirstDifference(string tampering, string named)
    {
        await using var portal = new PortalUnderTest();
        var tenant = await LivedAsync(await portal.CreateTenantAsync(testClock: new DateTimeOffset(2026, 1, 10, 0, 0, 0, TimeSpan.Zero)));
        using (var connection = new SqliteConnection($"Data Source={portal.DatabaseFile};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = tampering;
            command.ExecuteNonQuery();
        }

        var verified = await VerifyAsync(tenant);
        Assert.False(verified.GetProperty("ok").GetBoolean());
        Assert.Contains(named, verified.GetProperty("differences")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_OfAnotherTenant_Is404()
    {
        var (mine, other) = (await fixture.NewTenantAsync(), await fixture.NewTenantAsync());
        var answer = await mine.Api.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{other.Id}/ledger/verify", null);
        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
    }

    private async Task<TenantUnderTest> LivedAsync() =>
        await LivedAsync(await fixture.NewTenantAsync(new DateTimeOffset(2026, 1, 10, 0, 0, 0, TimeSpan.Zero)));

    // Grants of several kinds, a plan with a budget, facts, permissions, holds that end in each way, a cap, a reversal, a month's turn.
    private static async Task<TenantUnderTest> LivedAsync(TenantUnderTest tenant)
    {
        var root = $"/api/v1/tenants/{tenant.Id}";
        await tenant.BuyAsync(100);
        await PostAsync(tenant, $"{root}/grants", new { kind = "promotional", amount = 30, expiresAt = "2026-01-20T00:00:00Z" });
        var environment = await tenant.NewEnvironmentAsync();
        var other = await tenant.NewEnvironmentAsync();
        await tenant.AllocateAsync(environment, 20);
        var plan = await tenant.NewPlanAsync(environment);
        await tenant.SetBudgetAsync(plan, PlanText.Budget("0.40", startsOn: "2026-01-01"));
        await PostAsync(tenant, $"{root}/caps", new { scope = new { environmentId = other }, per = "day", credits = 500, hardStop = true });
        await tenant.Api.RecordAsync(Event(environment, "1", 20));
        var granted = await tenant.Api.SendJsonAsync(HttpMethod.Post, "/api/v1/consume", Event(environment, "2", 35));
        Assert.Equal(HttpStatusCode.OK, granted.Status);
        var settled = await HoldAsync(tenant, environment, 10);
        var released = await HoldAsync(tenant, environment, 5);
        await HoldAsync(tenant, other, 3);
        await tenant.Api.SendJsonAsync(HttpMethod.Post, $"/api/v1/holds/{settled}/settle", "{\"credits\": 12.5}");
        await tenant.Api.SendJsonAsync(HttpMethod.Delete, $"/api/v1/holds/{released}", null);
        await PostAsync(tenant, $"/api/v1/events/{granted.Json.GetProperty("sequence").GetInt64()}/reversal", new { reason = "a mistake" });
        await ClockAsync(tenant, "2026-01-25T00:00:00Z");
        await tenant.Api.RecordAsync(Event(environment, "3", 150, "2026-01-24T10:00:00Z"));
        await ClockAsync(tenant, "2026-02-03T00:00:00Z");
        await tenant.Api.RecordAsync(EventText.Array([Event(other, "4", 7, "2026-01-31T10:00:00Z"), Event(other, "5", 11, "2026-02-02T10:00:00Z")]));
        await tenant.Api.SendJsonAsync(HttpMethod.Delete, $"{root}/environments/{other}", null, ("If-Match", "*"));
        return tenant;
    }

    private static string Event(Guid environment, string id, decimal credits, string time = "2026-01-10T00:00:00Z") =>
        EventText.Of(environment, id, "credits", JsonSerializer.Serialize(new { quantity = credits }), time);

    private static async Task<Guid> HoldAsync(TenantUnderTest tenant, Guid environmentId, decimal credits) =>
        (await PostAsync(tenant, "/api/v1/holds", new { environmentId, credits })).GetProperty("id").GetGuid();

    private static async Task<JsonElement> PostAsync(TenantUnderTest tenant, string path, object body)
    {
        var answer = await tenant.Api.SendJsonAsync(HttpMethod.Post, path, JsonSerializer.Serialize(body));
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Body);
        return answer.Json;
    }

    private static async Task ClockAsync(TenantUnderTest tenant, string now)
    {
        var moved = await tenant.Api.SendJsonAsync(HttpMethod.Put, $"/api/v1/tenants/{tenant.Id}/clock", JsonSerializer.Serialize(new { now }));
        Assert.Equal(HttpStatusCode.OK, moved.Status);
    }

    private static async Task<JsonElement> VerifyAsync(TenantUnderTest tenant)
    {
        var answer = await tenant.Api.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/ledger/verify", null);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Body);
        return answer.Json;
    }
}

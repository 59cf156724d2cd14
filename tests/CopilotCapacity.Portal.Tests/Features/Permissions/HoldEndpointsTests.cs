using System.Net;
using CopilotCapacity.Testing;
using static CopilotCapacity.Portal.Tests.Features.Permissions.PermissionCalls;

namespace CopilotCapacity.Portal.Tests.Features.Permissions;

public sealed class HoldEndpointsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Hold_SettledWithLess_ReturnsToTheSourceDrawnLast()
    {
        var (tenant, environment) = await WithAsync(allocation: 5, pool: 10, budget: "0.10");
        var hold = await tenant.HeldAsync(environment, 20);
        var held = await tenant.QuotaAsync(environment);
        var settled = await tenant.SettleAsync(hold, "{\"credits\": 8}");
        var after = await tenant.QuotaAsync(environment);

        Assert.Equal((5, 10, 5), (held.Number("allocation", "held"), held.Number("pool", "held"), held.Number("remaining")));
        Assert.Equal((5, 3, 0), (settled.Json.Number("burn", "allocation"), settled.Json.Number("burn", "pool"), settled.Json.Number("burn", "payAsYouGo")));
        Assert.False(settled.Json.TryGetProperty("late", out _));
        Assert.Equal((0, 0, 17), (after.Number("allocation", "held"), after.Number("pool", "held"), after.Number("remaining")));
    }

    [Fact]
    public async Task Hold_SettledWithMore_BooksTheRestAsAFact()
    {
        var (tenant, environment) = await WithAsync(allocation: 5, pool: 0, budget: "0.01");
        var settled = await tenant.SettleAsync(await tenant.HeldAsync(environment, 5), "{\"credits\": 7.5}");

        Assert.Equal((7.5m, 5, 1, 1.5m), (settled.Json.Number("credits"), settled.Json.Number("burn", "allocation"), settled.Json.Number("burn", "payAsYouGo"), settled.Json.Number("burn", "unfunded")));
        var usage = await tenant.UsageAsync("from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z&groupBy=feature&granularity=none");
        Assert.Equal((1, 7.5m), (usage.Number("totals", "events"), usage.Number("totals", "billed")));
        Assert.Equal("credits", usage.GetProperty("items")[0].GetProperty("key").GetProperty("feature").GetString());
    }

    [Fact]
    public async Task Hold_EndsOnce()
    {
        var (tenant, environment) = await WithAsync(pool: 100);
        var (settled, released) = (await tenant.HeldAsync(environment, 10), await tenant.HeldAsync(environment, 10));
        var first = await tenant.SettleAsync(settled, "{\"credits\": 0}");
        var again = await tenant.SettleAsync(settled, "{ \"credits\": 0.000 }");

        Assert.Equal((HttpStatusCode.OK, first.Body), (again.Status, again.Body));
        Assert.Equal("hold_closed", (await tenant.SettleAsync(settled, "{\"credits\": 1}")).Code);
        Assert.Equal("hold_closed", (await tenant.ReleaseAsync(settled)).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await tenant.ReleaseAsync(released)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await tenant.ReleaseAsync(released)).Status);
        Assert.Equal("hold_closed", (await tenant.SettleAsync(released, "{\"credits\": 1}")).Code);
        Assert.Equal((0, 100), ((await tenant.CapacityAsync()).Number("held"), (await tenant.CapacityAsync()).Number("remaining")));
    }

    [Fact]
    public async Task Hold_FromItsExpiryOn_IsFreeAndIsSettledLate()
    {
        var (tenant, environment) = await WithAsync(pool: 100);
        var hold = await tenant.HeldAsync(environment, 60, expiresInSeconds: 60);
        Assert.Equal("insufficient_credits", (await tenant.ReserveAsync(new { environmentId = environment, credits = 41 })).Code);
        await tenant.ClockAsync(Start.AddSeconds(60));
        Assert.Equal(0, (await tenant.CapacityAsync()).Number("held"));
        var late = await tenant.SettleAsync(hold, "{\"credits\": 110}");

        Assert.True(late.Json.GetProperty("late").GetBoolean());
        Assert.Equal((100, 10), (late.Json.Number("burn", "pool"), late.Json.Number("burn", "unfunded")));
        Assert.Equal(late.Body, (await tenant.SettleAsync(hold, "{\"credits\": 110}")).Body);
        Assert.Equal("hold_closed", (await tenant.ReleaseAsync(hold)).Code);
    }

    [Fact]
    public async Task Hold_OverAMonthsTurn_BelongsToItsMonth()
    {
        var (tenant, environment) = await WithAsync(pool: 100);
        await tenant.ClockAsync(Start.AddDays(21.9));
        var hold = await tenant.HeldAsync(environment, 30, expiresInSeconds: 86_400);
        await tenant.ClockAsync(new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero));
        var settled = await tenant.SettleAsync(hold, "{\"credits\": 20}");

        Assert.Equal(20, settled.Json.Number("burn", "pool"));
        Assert.Equal((20, 0), ((await tenant.CapacityAsync("2026-01")).Number("consumed"), (await tenant.CapacityAsync("2026-02")).Number("consumed")));
    }

    [Fact]
    public async Task Hold_ByAnEvent_ReckonsItsCreditsAndIsSettledByOne()
    {
        var (tenant, environment) = await WithAsync(pool: 100);
        var body = $"{{\"event\": {Use(environment, "1", 12)}, \"expiresInSeconds\": 60}}";
        var hold = await tenant.Api.SendJsonAsync(HttpMethod.Post, "/api/v1/holds", body, ("Idempotency-Key", "once"));
        var again = await tenant.Api.SendJsonAsync(HttpMethod.Post, "/api/v1/holds", body, ("Idempotency-Key", "once"));
        var settled = await tenant.SettleAsync(hold.Json.GetProperty("id").GetGuid(), Use(environment, "1", 9));

        Assert.Equal(12, hold.Json.Number("credits"));
        Assert.Equal(hold.Body, again.Body);
        Assert.Equal(9, settled.Json.Number("credits"));
        Assert.Equal("duplicate", (await tenant.Api.RecordAsync(Use(environment, "1", 9))).Item(0).GetProperty("outcome").GetString());
        Assert.Equal("event_conflict", (await tenant.SettleAsync(await tenant.HeldAsync(environment, 1), Use(environment, "1", 9))).Code);
    }

    [Fact]
    public async Task DeletingTheEnvironment_ReleasesItsHolds()
    {
        var (tenant, environment) = await WithAsync(pool: 100);
        var hold = await tenant.HeldAsync(environment, 60);
        await tenant.Api.SendJsonAsync(HttpMethod.Delete, $"/api/v1/tenants/{tenant.Id}/environments/{environment}", null, ("If-Match", "*"));

        Assert.Equal((0, 100), ((await tenant.CapacityAsync()).Number("held"), (await tenant.CapacityAsync()).Number("remaining")));
        Assert.Equal("hold_closed", (await tenant.SettleAsync(hold, "{\"credits\": 1}")).Code);
    }

    [Theory]
    [InlineData("{\"credits\": 0}", "credits")]
    [InlineData("{\"credits\": -1}", "credits")]
    [InlineData("{\"credits\": 1.0001}", "credits")]
    [InlineData("{\"credits\": \"1\"}", "credits")]
    [InlineData("{}", "credits")]
    [InlineData("{\"credits\": 1, \"expiresInSeconds\": 86401}", "expiresInSeconds")]
    [InlineData("{\"credits\": 1, \"expiresInSeconds\": 0}", "expiresInSeconds")]
    [InlineData("{\"credits\": 1, \"expiresInSeconds\": 1.5}", "expiresInSeconds")]
    [InlineData("{\"credits\": 1, \"agent\": {\"name\": \"x\"}}", "agent")]
    public async Task Hold_WithAFault_NamesTheField(string body, string field)
    {
        var (tenant, environment) = await WithAsync(pool: 100);
        var whole = body.Length == 2 ? $"{{\"environmentId\": \"{environment}\"}}" : $"{{\"environmentId\": \"{environment}\", {body[1..]}";
        var refused = await tenant.Api.SendJsonAsync(HttpMethod.Post, "/api/v1/holds", whole);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.True(refused.Json.GetProperty("errors").TryGetProperty(field, out _), refused.Body);
        Assert.Equal(0, (await tenant.CapacityAsync()).Number("held"));
    }

    [Fact]
    public async Task Hold_OfAnotherTenant_IsNotThere()
    {
        var (tenant, environment) = await WithAsync(pool: 100);
        var (other, _) = await WithAsync(pool: 100);
        var hold = await tenant.HeldAsync(environment, 60);

        Assert.Equal(HttpStatusCode.NotFound, (await other.SettleAsync(hold, "{\"credits\": 1}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.ReleaseAsync(hold)).Status);
        Assert.Equal("unknown_subject", (await other.ReserveAsync(new { environmentId = environment, credits = 1 })).Code);
    }

    private async Task<(TenantUnderTest Tenant, Guid Environment)> WithAsync(decimal allocation = 0, decimal pool = 0, string? budget = null)
    {
        var tenant = await fixture.NewTenantAsync(Start);
        var environment = await tenant.NewEnvironmentAsync();
        if (allocation + pool > 0)
        {
            await tenant.BuyAsync(allocation + pool);
            await tenant.AllocateAsync(environment, allocation);
        }

        if (budget is not null)
        {
            await tenant.SetBudgetAsync(await tenant.NewPlanAsync(environment), PlanText.Budget(budget, startsOn: "2026-01-01"));
        }

        return (tenant, environment);
    }
}

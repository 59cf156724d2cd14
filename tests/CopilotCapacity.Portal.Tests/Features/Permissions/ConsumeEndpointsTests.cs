using System.Net;
using System.Text.Json;
using static CopilotCapacity.Portal.Tests.Features.Permissions.PermissionCalls;

namespace CopilotCapacity.Portal.Tests.Features.Permissions;

public sealed class ConsumeEndpointsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Consume_Granted_IsBurntWithTheQuotaAfterIt()
    {
        var tenant = await fixture.NewTenantAsync(Start);
        await tenant.BuyAsync(100);
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.AllocateAsync(environment, 30);
        var granted = await tenant.ConsumeAsync(Use(environment, "1", 40));

        Assert.Equal(HttpStatusCode.OK, granted.Status);
        Assert.Equal("recorded", granted.Json.GetProperty("outcome").GetString());
        Assert.Equal(30, granted.Json.Number("burn", "allocation"));
        Assert.Equal(10, granted.Json.Number("burn", "pool"));
        Assert.Equal(60, granted.Json.Number("quota", "remaining"));
        Assert.Equal(JsonValueKind.Null, granted.Json.GetProperty("quota").GetProperty("notice").ValueKind);
    }

    [Fact]
    public async Task Consume_Again_IsADuplicateEvenWhenItsTimeIsLongPast_AndOtherContentIsAConflict()
    {
        var tenant = await fixture.NewTenantAsync(Start);
        await tenant.BuyAsync(100);
        var environment = await tenant.NewEnvironmentAsync();
        var use = Use(environment, "1", 40);
        var first = await tenant.ConsumeAsync(use);
        await tenant.ClockAsync(Start.AddHours(1));

        var again = await tenant.ConsumeAsync(use);
        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.Equal("duplicate", again.Json.GetProperty("outcome").GetString());
        Assert.Equal(first.Json.GetProperty("sequence").GetInt64(), again.Json.GetProperty("sequence").GetInt64());
        Assert.Equal((HttpStatusCode.Conflict, "event_conflict"), Of(await tenant.ConsumeAsync(Use(environment, "1", 41))));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "not_now"), Of(await tenant.ConsumeAsync(Use(environment, "2", 1))));
    }

    [Theory]
    [InlineData(301, "not_now")]
    [InlineData(300, null)]
    [InlineData(-300, null)]
    [InlineData(-301, "not_now")]
    public async Task Consume_MayBeFiveMinutesOff(int seconds, string? code)
    {
        var tenant = await fixture.NewTenantAsync(Start);
        await tenant.BuyAsync(100);
        var environment = await tenant.NewEnvironmentAsync();

        Assert.Equal(code, (await tenant.ConsumeAsync(Use(environment, "1", 1, time: Start.AddSeconds(seconds)))).Code);
    }

    [Fact]
    public async Task Consume_Refused_ExplainsItselfAndLeavesNoTrace()
    {
        var tenant = await fixture.NewTenantAsync(Start);
        var environment = await tenant.NewEnvironmentAsync(drawFromTenantPool: false);
        await tenant.BuyAsync(100);
        await tenant.AllocateAsync(environment, 10);
        var before = (await tenant.CapacityAsync()).GetRawText();

        var refused = await tenant.ConsumeAsync(Use(environment, "1", 10.001m));
        Assert.Equal((HttpStatusCode.PaymentRequired, "insufficient_credits"), Of(refused));
        Assert.Equal("application/problem+json", refused.MediaType);
        var explanation = refused.Json.GetProperty("explanation").EnumerateArray().ToList();
        Assert.Equal(["allocation", "pool", "payAsYouGo"], explanation.ConvertAll(part => part.GetProperty("source").GetString()!));
        Assert.Equal([10, 90, 0], explanation.ConvertAll(part => part.Number("left")));
        Assert.Contains("does not draw on it", explanation[1].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(refused.Json.GetProperty("actions").EnumerateArray());
        Assert.Equal(10, refused.Json.Number("quota", "remaining"));
        Assert.Equal(before, (await tenant.CapacityAsync()).GetRawText());

        Assert.Equal(HttpStatusCode.OK, (await tenant.ConsumeAsync(Use(environment, "1", 10))).Status);
        Assert.Equal((HttpStatusCode.PaymentRequired, "quota_depleted"), Of(await tenant.ConsumeAsync(Use(environment, "2", 0.001m))));
        var free = EventText.Of(
            environment, "3", data: "{\"user\": {\"id\": \"u\", \"copilotLicensed\": true}, \"trigger\": \"interactive\", \"channel\": \"teams\"}",
            time: Start.UtcDateTime.ToString("O"));
        Assert.Equal(HttpStatusCode.OK, (await tenant.ConsumeAsync(free)).Status);
    }

    [Fact]
    public async Task Consume_UpToAHardBudget_ThenBudgetExhausted()
    {
        var tenant = await fixture.NewTenantAsync(Start);
        var environment = await tenant.NewEnvironmentAsync();
        var plan = await tenant.NewPlanAsync(environment);
        await tenant.SetBudgetAsync(plan, PlanText.Budget("0.10", startsOn: "2026-01-01"));

        Assert.Equal((HttpStatusCode.PaymentRequired, "insufficient_credits"), Of(await tenant.ConsumeAsync(Use(environment, "1", 10.5m))));
        Assert.Equal(HttpStatusCode.OK, (await tenant.ConsumeAsync(Use(environment, "1", 10))).Status);
        Assert.Equal((HttpStatusCode.PaymentRequired, "budget_exhausted"), Of(await tenant.ConsumeAsync(Use(environment, "2", 1))));
        Assert.Equal("quota.depleted budget.exhausted", await tenant.AlertsAsync());
    }

    [Fact]
    public async Task Consume_OfAnAgentThatIsTurnedOff_IsRefusedBeforeAnythingElse_WhileFactsPass()
    {
        var tenant = await fixture.NewTenantAsync(Start);
        var environment = await tenant.NewEnvironmentAsync();
        const string Agent = ", \"agent\": {\"id\": \"a-7\", \"name\": \"Returns\"}";
        var path = $"/api/v1/tenants/{tenant.Id}/environments/{environment}/agents/a-7";
        var off = await tenant.Api.SendJsonAsync(HttpMethod.Put, path, "{\"turnedOff\": true}");
        var refused = await tenant.ConsumeAsync(Use(environment, "1", 1, Agent));
        await tenant.Api.RecordAsync(Use(environment, "2", 1, Agent));

        Assert.True(off.Json.GetProperty("turnedOff").GetBoolean());
        Assert.Equal((HttpStatusCode.PaymentRequired, "agent_turned_off"), Of(refused));
        Assert.Equal("agent", refused.Json.GetProperty("explanation")[0].GetProperty("source").GetString());
        var agents = (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/agents")).Item(0);
        Assert.Equal(("Returns", 1m), (agents.GetProperty("name").GetString(), agents.Number("monthToDate", "billed")));
        await tenant.Api.SendJsonAsync(HttpMethod.Put, path, "{\"turnedOff\": false}");
        Assert.Equal("quota_depleted", (await tenant.ConsumeAsync(Use(environment, "1", 1, Agent))).Code);
    }

    [Fact]
    public async Task Consume_AnArrayOrAnUnknownSubject_IsRefused()
    {
        var tenant = await fixture.NewTenantAsync(Start);
        var environment = await tenant.NewEnvironmentAsync();

        Assert.Equal(HttpStatusCode.BadRequest, (await tenant.ConsumeAsync($"[{Use(environment, "1", 1)}]")).Status);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "unknown_subject"), Of(await tenant.ConsumeAsync(Use(Guid.NewGuid(), "1", 1))));
    }

    private static (HttpStatusCode Status, string? Code) Of(ApiReply reply) => (reply.Status, reply.Code);
}

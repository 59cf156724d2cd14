using System.Net;
using System.Text.Json;
using CopilotCapacity.Portal.Features.Forecasts;
using CopilotCapacity.Portal.Tests.Features.Permissions;
using CopilotCapacity.Testing;
using static CopilotCapacity.Portal.Tests.Features.Permissions.PermissionCalls;

namespace CopilotCapacity.Portal.Tests.Features.Forecasts;

/// <summary>What a rehearsal shows of forecasts: when the quota ends, who is warned, and what a plan will spend.</summary>
public sealed class ForecastTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private static readonly DateTimeOffset s_first = new(2025, 12, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly DateTimeOffset s_now = new(2026, 1, 20, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task QuotaThatWillRunOut_IsForetoldByItsHistory_WarnedOfOnce_AndOverWithNewCapacity()
    {
        var tenant = await fixture.NewTenantAsync(s_first);
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.BuyAsync(250);
        await tenant.ClockAsync(s_now);
        Assert.DoesNotContain("quota.forecast", await tenant.AlertsAsync(), StringComparison.Ordinal);
        await UseDailyAsync(tenant, environment, 10);
        await tenant.ClockAsync(s_now.AddHours(12));
        await tenant.ClockAsync(s_now.AddHours(12));

        // 190 of 250 are used: 60 at 10 a day from noon on.
        var quota = await tenant.QuotaAsync(environment);
        Assert.Equal("available", quota.GetProperty("status").GetString());
        Assert.Equal(new DateTimeOffset(2026, 1, 26, 12, 0, 0, TimeSpan.Zero), quota.GetProperty("depletesAt").GetDateTimeOffset());
        var alert = Assert.Single(await OfKindAsync(tenant, "quota.forecast"));
        Assert.Equal(environment, alert.GetProperty("environmentId").GetGuid());
        Assert.Contains("2026-01-26", alert.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.Contains("In 95 of 100 cases", alert.GetProperty("text").GetString(), StringComparison.Ordinal);

        await tenant.BuyAsync(1_000);
        await tenant.ClockAsync(s_now.AddHours(13));
        Assert.True(Assert.Single(await OfKindAsync(tenant, "quota.forecast")).TryGetProperty("resolvedAt", out _));
        Assert.Equal(JsonValueKind.Null, (await tenant.QuotaAsync(environment)).GetProperty("depletesAt").ValueKind);
        await AssertVerifiedAsync(tenant);
    }

    [Fact]
    public async Task SpendThatWillPassAMark_IsForetold()
    {
        var tenant = await fixture.NewTenantAsync(s_first);
        var environment = await tenant.NewEnvironmentAsync();
        var plan = (await tenant.Api.SendJsonAsync(
            HttpMethod.Post,
            $"/api/v1/tenants/{tenant.Id}/billing-plans",
            JsonSerializer.Serialize(new { name = "West", subscriptionId = Guid.NewGuid(), resourceGroup = "rg", region = "europe", environments = new[] { environment } }))).Json.GetProperty("id").GetGuid();
        await tenant.ClockAsync(s_now);
        await UseDailyAsync(tenant, environment, 1_000);
        var budget = await tenant.Api.SendJsonAsync(
            HttpMethod.Put,
            $"/api/v1/tenants/{tenant.Id}/billing-plans/{plan}/budget",
            """{"amount":{"amount":"300.00","currency":"USD"},"timeGrain":"monthly","startsOn":"2026-01-01","hardStop":false,"thresholds":[{"percent":100,"basis":"forecasted"}],"contacts":[]}""",
            ("If-Match", "*"));
        Assert.Equal(HttpStatusCode.OK, budget.Status);
        await tenant.ClockAsync(s_now.AddSeconds(1));

        // 19 days of 1,000 credits at a cent, and 12 more.
        var spend = (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/billing-plans/{plan}/spend")).Json;
        Assert.Equal("190.00", spend.GetProperty("spend").GetProperty("amount").GetString());
        Assert.StartsWith("3", spend.GetProperty("forecast").GetProperty("amount").GetString(), StringComparison.Ordinal);
        var alert = Assert.Single(await OfKindAsync(tenant, "budget.forecast"));
        Assert.Equal((plan, 100), (alert.GetProperty("planId").GetGuid(), alert.GetProperty("threshold").GetInt32()));
        await AssertVerifiedAsync(tenant);
    }

    [Theory]
    [InlineData("2026-01-20T10:00:00Z", 300)]
    [InlineData("2026-01-20T23:57:00Z", 195)]
    [InlineData("2026-01-20T23:59:59Z", 16)]
    public void NextLook_IsInFiveMinutes_OrSoonAfterMidnight(string now, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), ForecastWatch.UntilNext(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)));

    private static async Task UseDailyAsync(TenantUnderTest tenant, Guid environment, decimal credits)
    {
        var events = Enumerable.Range(0, (s_now - s_first).Days).Select(day => Use(environment, $"{day}", credits, time: s_first.AddDays(day).AddHours(9)));
        Assert.Equal(HttpStatusCode.OK, (await tenant.Api.RecordAsync(EventText.Array(events))).Status);
    }

    private static async Task<List<JsonElement>> OfKindAsync(TenantUnderTest tenant, string kind) =>
    [
        .. (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/alerts")).Json.GetProperty("items").EnumerateArray()
            .Where(alert => string.Equals(alert.GetProperty("kind").GetString(), kind, StringComparison.Ordinal)),
    ];

    private static async Task AssertVerifiedAsync(TenantUnderTest tenant)
    {
        var verified = await tenant.Api.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/ledger/verify", "{}");
        Assert.True(verified.Json.GetProperty("ok").GetBoolean(), verified.Body);
    }
}

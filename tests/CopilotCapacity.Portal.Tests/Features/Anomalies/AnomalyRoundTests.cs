using System.Globalization;
using CopilotCapacity.Portal.Features.Anomalies;
using CopilotCapacity.Portal.Tests.Features.Permissions;
using CopilotCapacity.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CopilotCapacity.Portal.Tests.Features.Anomalies;

/// <summary>The hourly look at use, on the real portal with six weeks of use.</summary>
public sealed class AnomalyRoundTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private static readonly DateTimeOffset s_begin = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Loop_IsToldWithItsCause_OnceUntilItIsOver_AndItsFeatureIsNot()
    {
        var tenant = await fixture.NewTenantAsync(s_begin);
        await tenant.BuyAsync(1_000_000);
        var environment = await tenant.NewEnvironmentAsync();
        const int days = 44;
        for (var day = 0; day < days; day++)
        {
            await tenant.ClockAsync(s_begin.AddDays(day).AddHours(23));
            await SendAsync(tenant, environment, [.. Enumerable.Range(9, 8).Select(hour => (s_begin.AddDays(day).AddHours(hour), 40m, $"u-{hour}"))]);
        }

        var at = s_begin.AddDays(days);
        await JudgeAsync(tenant, at.AddHours(10), (at.AddHours(9), 40m, "u-9"));
        Assert.Equal("", await AnomaliesAsync(tenant));

        var loop = Enumerable.Range(0, 300).Select(number => (at.AddHours(10).AddSeconds(number * 10), 10m, "u-9")).ToArray();
        await JudgeAsync(tenant, at.AddHours(11), loop);
        await JudgeAsync(tenant, at.AddHours(12), [.. loop.Select(use => (use.Item1.AddHours(1), use.Item2, use.Item3))]);
        var alert = (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/alerts")).Json.GetProperty("items").EnumerateArray().Single(item => item.GetProperty("kind").ValueEquals("usage.anomaly"));
        Assert.Equal(("a-7", environment), (alert.GetProperty("agentId").GetString(), alert.GetProperty("environmentId").GetGuid()));
        Assert.Contains("Agent “Returns”", alert.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.Contains("seems to loop", alert.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.Contains("300 times an hour", alert.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal("addCap showUsage", string.Join(' ', alert.GetProperty("actions").EnumerateArray().Select(action => action.GetProperty("kind").GetString())));

        for (var hour = 13; hour <= 15; hour++)
        {
            await JudgeAsync(tenant, at.AddHours(hour), (at.AddHours(hour - 1), 40m, "u-9"));
        }

        Assert.Equal("over", await AnomaliesAsync(tenant));
        var verified = await tenant.Api.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/ledger/verify", null);
        Assert.True(verified.Json.GetProperty("ok").GetBoolean(), verified.Body);
    }

    [Fact]
    public void NextLook_IsFiveMinutesAfterTheHour()
    {
        Assert.Equal(TimeSpan.FromMinutes(5), AnomalyWatch.UntilNext(s_begin));
        Assert.Equal(TimeSpan.FromHours(1), AnomalyWatch.UntilNext(s_begin.AddMinutes(5)));
        Assert.Equal(TimeSpan.FromMinutes(6), AnomalyWatch.UntilNext(s_begin.AddMinutes(59)));
    }

    private async Task JudgeAsync(TenantUnderTest tenant, DateTimeOffset now, params (DateTimeOffset At, decimal Credits, string User)[] uses)
    {
        await tenant.ClockAsync(now);
        await SendAsync(tenant, tenant.Id, uses);
        await fixture.Portal.Services.GetRequiredService<AnomalyRound>().JudgeAsync(new(tenant.Id));
    }

    private readonly Dictionary<Guid, Guid> _environments = [];

    private async Task SendAsync(TenantUnderTest tenant, Guid environment, (DateTimeOffset At, decimal Credits, string User)[] uses)
    {
        environment = environment == tenant.Id ? _environments[tenant.Id] : _environments[tenant.Id] = environment;
        var events = uses.Select(use => EventText.Of(
            environment,
            Guid.NewGuid().ToString(),
            "credits",
            string.Create(CultureInfo.InvariantCulture, $$"""{ "quantity": {{use.Credits}}, "agent": { "id": "a-7", "name": "Returns" }, "user": { "id": "{{use.User}}" } }"""),
            use.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)));
        var sent = await tenant.Api.RecordAsync(EventText.Array(events));
        Assert.True(sent.Status == System.Net.HttpStatusCode.OK, sent.Body);
    }

    private static async Task<string> AnomaliesAsync(TenantUnderTest tenant) => string.Join(' ',
        (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/alerts")).Json.GetProperty("items").EnumerateArray()
            .Where(item => item.GetProperty("kind").ValueEquals("usage.anomaly"))
            .Select(item => item.TryGetProperty("resolvedAt", out _) ? "over" : "open"));
}

using System.Globalization;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Usage.Pages;
using CopilotCapacity.Storage;
using CopilotCapacity.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CopilotCapacity.Portal.Tests.Features.Usage.Pages;

/// <summary>What the page of usage reads, on the real portal: the same as the API answers.</summary>
public sealed class UsageReaderTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private PortalUnderTest Portal => fixture.Portal;

    [Theory]
    [InlineData("environment")]
    [InlineData("agent")]
    [InlineData("feature")]
    [InlineData("costCenter")]
    public async Task Page_AddsUpToWhatTheApiSays(string group)
    {
        var (tenant, _) = await UsedTenantAsync();
        var person = await Portal.AddPersonAsync(tenant.Id);

        var usage = await ReadAsync(tenant, person, UsageView.Parse(null, group, null, null, null));

        var api = (await tenant.UsageAsync($"from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z&groupBy={group}"));
        var totals = api.GetProperty("totals");
        Assert.Equal((totals.Number("billed"), totals.Number("nonBilled"), totals.Number("events")), (usage!.Total.Billed.Value, usage.Total.NonBilled.Value, usage.Total.Uses));
        Assert.Equal(api.GetProperty("items").GetArrayLength(), usage.Groups);
        Assert.Equal(usage.Total.Billed, usage.Days.Aggregate(Credits.Zero, (sum, day) => sum + day.Total));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(TenantRole.EnvironmentAdministrator)]
    public async Task Days_AreThoseOfTheApi_NewestFirst(TenantRole? role)
    {
        var (tenant, environments) = await UsedTenantAsync();
        var person = role is null
            ? await Portal.AddPersonAsync(tenant.Id)
            : await Portal.AddPersonAsync(tenant.Id, role.Value, environments[0]);

        var usage = await ReadAsync(tenant, person, UsageView.Parse("days", "day", null, null, null, "2026-11-01", "2026-11-14"));

        Assert.Equal(["2026-11-14", "2026-11-07"], usage!.Rows.Select(row => row.Key!).ToArray());
        Assert.Equal([Credits.Of(5), Credits.Of(30)], usage.Rows.Select(row => row.Billed));
        Assert.Equal("Sat\u00a014\u00a0Nov\u00a02026", usage.Rows[0].Name);
        var most = await ReadAsync(tenant, person, UsageView.Parse("days", "day", null, "billed", null, "2026-11-01", "2026-11-14"));
        Assert.Equal(["2026-11-07", "2026-11-14"], most!.Rows.Select(row => row.Key!).ToArray());
    }

    [Fact]
    public async Task Csv_HasTheRowsOfThePage_AndIsForThoseWhoMay()
    {
        var (tenant, _) = await UsedTenantAsync();
        var person = await Portal.AddPersonAsync(tenant.Id);
        using var browser = await Portal.SignInAsync(person.Email!);

        var file = await browser.GetAsync($"/tenants/{tenant.Id}/usage.csv?group=agent");

        Assert.Equal("usage-by-agent-2026-11-01-to-2026-11-15.csv", file.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
        var bytes = await file.Content.ReadAsByteArrayAsync();
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        var lines = System.Text.Encoding.UTF8.GetString(bytes[3..]).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal("agent,name,uses,billedCredits,nonBilledCredits,payAsYouGo,currency", lines[0]);
        Assert.Equal(["a-2,a-2,1,30,0,0.00,USD", "a-1,a-1,2,15,0,0.00,USD", ",none named,1,5,0,0.00,USD"], lines[1..]);
        using var stranger = await Portal.SignInAsync((await Portal.AddPersonAsync()).Email!);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await stranger.GetAsync($"/tenants/{tenant.Id}/usage.csv")).StatusCode);
    }

    [Fact]
    public async Task EnvironmentAdministrator_SeesTheirs_InRowsTotalsDaysAndFile()
    {
        var (tenant, environments) = await UsedTenantAsync();
        var person = await Portal.AddPersonAsync(tenant.Id, TenantRole.EnvironmentAdministrator, environments[1]);

        var usage = await ReadAsync(tenant, person, UsageView.Parse(null, null, null, null, null));
        using var browser = await Portal.SignInAsync(person.Email!);
        var file = await browser.GetStringAsync($"/tenants/{tenant.Id}/usage.csv");

        Assert.Equal((1, Credits.Of(5), Credits.Of(5)), (usage!.Groups, usage.Total.Billed, usage.Days.Aggregate(Credits.Zero, (sum, day) => sum + day.Total)));
        Assert.Equal(2, file.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Range_AndEnvironment_NarrowDown_AndSayWhatWasBefore()
    {
        var (tenant, environments) = await UsedTenantAsync();
        var person = await Portal.AddPersonAsync(tenant.Id);

        var week = await ReadAsync(tenant, person, UsageView.Parse("7d", null, null, null, null));
        var one = await ReadAsync(tenant, person, UsageView.Parse("30d", "agent", environments[0].ToString(), null, null));
        var empty = await ReadAsync(tenant, person, UsageView.Parse("last-month", null, null, null, null));

        Assert.Equal((Credits.Of(20), Credits.Of(30)), (week!.Total.Billed, week.BilledBefore!.Value));
        Assert.Equal((2, Credits.Of(45), null), (one!.Groups, one.Total.Billed, one.BilledBefore));
        Assert.Equal((0, new DateOnly(2026, 11, 15)), (empty!.Groups, empty.LastUsed!.Value));
    }

    // Three uses of one environment by two agents, and one of another by none.
    private async Task<(TenantUnderTest Tenant, Guid[] Environments)> UsedTenantAsync()
    {
        var tenant = await fixture.NewTenantAsync();
        var (a, b) = (await tenant.NewEnvironmentAsync(costCenter: "CC-1"), await tenant.NewEnvironmentAsync());
        await tenant.BuyAsync(1_000);
        await RecordAsync(tenant, a, "2026-11-15T10:00:00Z", 10, "a-1");
        await RecordAsync(tenant, a, "2026-11-14T10:00:00Z", 5, "a-1");
        await RecordAsync(tenant, a, "2026-11-07T10:00:00Z", 30, "a-2");
        await RecordAsync(tenant, b, "2026-11-15T11:00:00Z", 5, null);
        return (tenant, [a, b]);
    }

    private static async Task RecordAsync(TenantUnderTest tenant, Guid environment, string time, int credits, string? agent)
    {
        var data = agent is null
            ? string.Create(CultureInfo.InvariantCulture, $"{{\"quantity\":{credits}}}")
            : string.Create(CultureInfo.InvariantCulture, $"{{\"quantity\":{credits},\"agent\":{{\"id\":\"{agent}\"}}}}");
        var reply = await tenant.Api.RecordAsync(EventText.Of(environment, Guid.NewGuid().ToString(), "credits", data, time), "application/cloudevents+json");
        Assert.Equal(System.Net.HttpStatusCode.OK, reply.Status);
    }

    private async Task<UsageOverview?> ReadAsync(TenantUnderTest tenant, PortalUser person, UsageView view)
    {
        await using var page = Portal.OpenPageAs(person);
        return await page.ServiceProvider.GetRequiredService<IUsageReader>().ReadAsync(new(tenant.Id), view, default);
    }
}

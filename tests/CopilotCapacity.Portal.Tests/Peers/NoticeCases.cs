using System.Globalization;
using System.Net;
using System.Text.Json;

namespace CopilotCapacity.Portal.Tests.Peers;

/// <summary>Marks that are crossed, and who is told.</summary>
internal static class NoticeCases
{
    private const int MarksMax = 5;

    private static readonly DateTimeOffset s_start = new(2026, 5, 10, 0, 0, 0, TimeSpan.Zero);

    // A budget of 100 makes a mark in units one in percent. A jump past several marks tells the furthest.
    public static async Task ThresholdsAsync(ApiFixture fixture, PeerCase scenario)
    {
        var given = scenario.Given;
        Assert.Equal("increasing", given.Maybe("direction")?.GetString() ?? "increasing");
        var marks = given.List("thresholds").Select(mark => mark.GetDecimal()).ToList();
        if (given.Maybe("recurringStep") is { } step)
        {
            while (marks.Count < MarksMax)
            {
                marks.Add(marks.DefaultIfEmpty(0).Max() + step.GetDecimal());
            }
        }

        var tenant = await PeerTenant.StartAsync(fixture, s_start);
        await tenant.PayAsYouGoAsync(100, hardStop: false, marks);
        var previous = given.Decimal("previous");
        if (previous > 0)
        {
            await tenant.UseAsync(previous);
        }

        var before = (await tenant.AlertsAsync("budget.threshold")).Count;
        await tenant.UseAsync(given.Decimal("current") - previous);
        var told = (await tenant.AlertsAsync("budget.threshold")).Skip(before).Select(alert => alert.Decimal("threshold"));

        Assert.True(scenario.Expects("crossed", out var crossed));
        var expected = crossed.EnumerateArray().Select(mark => mark.GetDecimal()).ToList();
        Assert.Equal(expected.Count == 0 ? [] : [expected.Max()], told);
    }

    public static async Task BurstAsync(ApiFixture fixture, PeerCase scenario)
    {
        var given = scenario.Given;
        var tenant = await PeerTenant.StartAsync(fixture, s_start);
        var granted = given.Decimal("granted");
        await tenant.GrantAsync("all", granted);
        var lowThresholdPercent = (int)(100 - (100 * given.Decimal("remainingThreshold") / granted));
        using var admin = fixture.Portal.CreateApi();
        var settings = JsonSerializer.Serialize(new { name = "Contoso", lowThresholdPercent, warningHorizonDays = 7 });
        var set = await admin.SendJsonAsync(HttpMethod.Put, $"/api/v1/tenants/{tenant.Tenant.Id}", settings, ("If-Match", "*"));
        Assert.Equal(HttpStatusCode.OK, set.Status);
        await tenant.UseAsync(given.Decimal("used"));

        var range = given.Text("each").Split("..").Select(end => decimal.Parse(end, CultureInfo.InvariantCulture)).ToList();
        var random = new Random(500);
        var burst = Enumerable.Range(0, (int)given.Decimal("parallelBurst"))
            .Select(_ => Math.Round(range[0] + ((decimal)random.NextDouble() * (range[1] - range[0])), 3))
            .Select(credits => tenant.Event(credits))
            .ToList();
        await Parallel.ForEachAsync(burst, new ParallelOptions { MaxDegreeOfParallelism = 50 }, async (use, _) => await tenant.UseAsync(use));

        await scenario.CheckAsync("notifications", async () => (await tenant.AlertsAsync("quota.low")).Count);
    }

    public static async Task LimitAsync(ApiFixture fixture, PeerCase scenario)
    {
        var tenant = await PeerTenant.StartAsync(fixture, s_start);
        await tenant.GrantAsync("all", scenario.Given.Decimal("granted"));
        Assert.True(scenario.Expects("noticeAfter", out var notices));
        foreach (var (use, isTold) in scenario.Given.List("uses").Zip(notices.EnumerateArray()))
        {
            await tenant.UseAsync(use.GetDecimal());
            Assert.Equal(isTold.GetBoolean(), string.Equals(await tenant.StatusAsync(), "depleted", StringComparison.Ordinal));
        }
    }

    public static async Task ScopeAsync(ApiFixture fixture, PeerCase scenario)
    {
        var tenant = await PeerTenant.StartAsync(fixture, s_start);
        var environments = new Dictionary<string, Guid>(StringComparer.Ordinal);
        foreach (var limit in scenario.Given.List("thresholds"))
        {
            var environmentId = await EnvironmentAsync(limit.Text("environment"));
            await tenant.PostAsync("caps", new { scope = new { environmentId, agentId = limit.Text("agent") }, per = "month", credits = limit.Decimal("limit") });
        }

        var query = scenario.Given.GetProperty("query");
        var (environment, agent) = (await EnvironmentAsync(query.Text("environment")), query.Text("agent"));
        await tenant.UseAsync(tenant.Event("credits", new { quantity = 1, agent = new { id = agent } }, environment: environment));
        var agents = (await tenant.Tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Tenant.Id}/agents")).Json.List("items");
        var caps = agents.Single(item => item.GetProperty("environmentId").GetGuid() == environment).List("caps").ToList();
        Assert.True(scenario.Expects("limit", out var expected));
        Assert.Equal(expected.Maybe() is { } value ? [value] : [], caps.Select(cap => cap.Decimal("credits")));

        async Task<Guid> EnvironmentAsync(string name)
        {
            if (!environments.TryGetValue(name, out var id))
            {
                environments[name] = id = await tenant.Tenant.NewEnvironmentAsync();
            }

            return id;
        }
    }

    private static decimal? Maybe(this JsonElement number) =>
        number.ValueKind == JsonValueKind.Number ? number.GetDecimal() : null;
}

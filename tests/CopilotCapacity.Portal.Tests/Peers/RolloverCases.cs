namespace CopilotCapacity.Portal.Tests.Peers;

/// <summary>What is carried over a month's turn.</summary>
internal static class RolloverCases
{
    private static readonly DateTimeOffset s_start = new(2026, 5, 10, 0, 0, 0, TimeSpan.Zero);

    public static async Task PercentAsync(ApiFixture fixture, PeerCase scenario)
    {
        var given = scenario.Given;
        var tenant = await PeerTenant.StartAsync(fixture, s_start);
        await MonthlyAsync(tenant, given.Decimal("included"), given.Decimal("maxPercent"));
        await UseAsync(tenant, given.Decimal("used"));
        await TurnAsync(tenant);

        var grant = await tenant.GrantAsync("all");
        await scenario.CheckAsync("rolledOver", grant.Number("carriedIn"));
        await scenario.CheckAsync("balanceAfterReset", grant.Number("remaining"));
    }

    public static async Task CyclesAsync(ApiFixture fixture, PeerCase scenario)
    {
        var given = scenario.Given;
        var tenant = await PeerTenant.StartAsync(fixture, s_start);
        await MonthlyAsync(tenant, given.Decimal("included"), given.Decimal("maxPercent"));
        Assert.True(scenario.Expects("rolloverAfter", out var expected));
        foreach (var (cycle, carried) in given.List("cycles").Zip(expected.EnumerateArray()))
        {
            await UseAsync(tenant, cycle.Decimal("used"));
            await TurnAsync(tenant);
            Assert.Equal(carried.GetDecimal(), (await tenant.GrantAsync("all")).Number("carriedIn"));
        }
    }

    public static async Task BurnAsync(ApiFixture fixture, PeerCase scenario)
    {
        var given = scenario.Given;
        var (included, rolledOver) = (given.Decimal("included"), given.Decimal("rolledOver"));
        var tenant = await PeerTenant.StartAsync(fixture, s_start);
        await tenant.GrantAsync("all", included, isMonthly: true, rolloverMax: rolledOver);
        await UseAsync(tenant, included - rolledOver);
        await TurnAsync(tenant);
        Assert.True(scenario.Expects("after", out var expected));
        foreach (var (use, after) in given.List("uses").Zip(expected.EnumerateArray()))
        {
            await UseAsync(tenant, use.GetDecimal());
            var grant = await tenant.GrantAsync("all");
            Assert.Equal(after.Decimal("rollover"), Math.Max(0, grant.Number("carriedIn") - grant.Number("burned")));
            Assert.Equal(after.Decimal("total"), grant.Number("remaining"));
        }
    }

    public static async Task MixedAsync(ApiFixture fixture, PeerCase scenario)
    {
        var tenant = await PeerTenant.StartAsync(fixture, s_start);
        foreach (var credits in scenario.Given.List("credits"))
        {
            await tenant.GrantAsync(
                $"{Guid.NewGuid()}", credits.Decimal("units"), rolloverMax: credits.GetProperty("rollover").GetBoolean() ? null : 0);
        }

        await UseAsync(tenant, scenario.Given.Decimal("usage"));
        await TurnAsync(tenant);
        await scenario.CheckAsync("rollover", () => tenant.RemainingAsync());
    }

    private static Task MonthlyAsync(PeerTenant tenant, decimal included, decimal percent) =>
        tenant.GrantAsync("all", included, isMonthly: true, rolloverMax: Math.Floor(included * percent / 100));

    private static Task UseAsync(PeerTenant tenant, decimal credits) => credits > 0 ? tenant.UseAsync(credits) : Task.CompletedTask;

    private static Task TurnAsync(PeerTenant tenant)
    {
        var now = tenant.Now;
        return tenant.MoveToAsync(new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1));
    }
}

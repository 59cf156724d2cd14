namespace CopilotCapacity.Portal.Tests.Peers;

/// <summary>Prepaid first, then pay-as-you-go up to its budget.</summary>
internal static class PayAsYouGoCases
{
    private static readonly DateTimeOffset s_start = new(2026, 5, 10, 0, 0, 0, TimeSpan.Zero);

    public static async Task CapAsync(ApiFixture fixture, PeerCase scenario)
    {
        var given = scenario.Given;
        var tenant = await PeerTenant.StartAsync(fixture, s_start);
        await tenant.GrantAsync("all", given.Decimal("prepaid"));
        await tenant.PayAsYouGoAsync(given.Maybe("paygCap")?.GetDecimal());
        await tenant.SwitchPayAsYouGoAsync(given.GetProperty("payg").GetBoolean());
        foreach (var use in given.List("uses"))
        {
            await tenant.UseAsync(use.GetDecimal());
        }

        if (given.Maybe("then") is { } then)
        {
            await tenant.SwitchPayAsYouGoAsync(then.GetProperty("payg").GetBoolean());
            foreach (var use in then.List("uses"))
            {
                await tenant.UseAsync(use.GetDecimal());
            }
        }

        // What nobody paid is recorded with us; a peer counts only what was paid.
        var capacity = await tenant.CapacityAsync();
        await scenario.CheckAsync("usage", capacity.Number("consumed") + capacity.Number("payAsYouGo", "credits"));
        await scenario.CheckAsync("prepaidLeft", capacity.Number("remaining"));
        await scenario.CheckAsync("payg", capacity.Number("payAsYouGo", "credits"));
    }

    public static async Task PrepaidFirstAsync(ApiFixture fixture, PeerCase scenario)
    {
        var uses = scenario.Given.List("uses").OrderBy(use => use.Instant("at")).ToList();
        var tenant = await PeerTenant.StartAsync(fixture, uses[0].Instant("at").AddHours(-1));
        await tenant.GrantAsync("all", scenario.Given.Decimal("prepaid"));
        await tenant.PayAsYouGoAsync(null);
        foreach (var use in uses)
        {
            await tenant.MoveToAsync(use.Instant("at"));
            await tenant.UseAsync(use.Decimal("qty"));
        }

        var capacity = await tenant.CapacityAsync();
        await scenario.CheckAsync("prepaidLeft", capacity.Number("remaining"));
        await scenario.CheckAsync("payg", capacity.Number("payAsYouGo", "credits"));
    }

    public static async Task ModeAsync(ApiFixture fixture, PeerCase scenario)
    {
        var given = scenario.Given;
        var tenant = await PeerTenant.StartAsync(fixture, s_start);
        if (given.Decimal("poolLeft") > 0)
        {
            await tenant.GrantAsync("all", given.Decimal("poolLeft"));
        }

        await tenant.PayAsYouGoAsync(given.Maybe("paygBudget")?.GetDecimal());
        var results = new List<string>();
        foreach (var use in given.List("uses"))
        {
            results.Add(await tenant.ConsumeAsync(use.GetDecimal()) ? "ok" : "blocked");
        }

        Assert.True(scenario.Expects("result", out var expected));
        Assert.Equal(string.Join(' ', expected.EnumerateArray()), string.Join(' ', results));
    }
}

using System.Text.Json;

namespace CopilotCapacity.Portal.Tests.Peers;

/// <summary>Grants that are burnt down over time. A peer's reset is our month's turn, so times are moved to where a month turns.</summary>
internal static class BurndownCases
{
    public static async Task BurndownAsync(ApiFixture fixture, PeerCase scenario)
    {
        var given = scenario.Given;
        var start = given.GetProperty("start");
        Assert.True(start.Maybe("balances") is null && start.Decimal("overage") == 0, "A start with balances has no translation.");
        Assert.False(given.Maybe("preserveOverageOnReset")?.GetBoolean() ?? false, "Overage is never carried over a month's turn.");

        var resets = given.List("resets").Select(reset => reset.GetDateTimeOffset()).Order().ToList();
        var clock = new PeerClock(resets);
        var until = clock.Of(given.Instant("until"));
        var tenant = await PeerTenant.StartAsync(fixture, clock.Of(start.Instant("at")));
        foreach (var grant in given.List("grants"))
        {
            await GrantAsync(tenant, clock, grant, resets.Count > 0);
        }

        // What comes after the moment that is asked about is not seen then.
        foreach (var use in given.List("usage").Where(use => clock.Of(use.Instant("at")) <= until).OrderBy(use => use.Instant("at")))
        {
            await tenant.MoveToAsync(clock.Of(use.Instant("at")));
            await tenant.UseAsync(use.Decimal("qty"));
        }

        await tenant.MoveToAsync(until);
        await CheckAsync(scenario, tenant, clock, start.Instant("at"));
    }

    public static async Task ResumeAsync(ApiFixture fixture, PeerCase scenario)
    {
        var given = scenario.Given;
        var clock = new PeerClock([]);
        var first = given.GetProperty("grant");
        var start = first.Instant("effectiveAt");
        var snapshot = given.GetProperty("snapshot");
        var tenant = await PeerTenant.StartAsync(fixture, clock.Of(start));
        await GrantAsync(tenant, clock, first, hasResets: false);
        var uses = given.List("usage").OrderBy(use => use.Instant("at")).ToList();
        foreach (var use in uses.Where(use => use.Instant("at") <= snapshot.Instant("at")))
        {
            await UseAtAsync(tenant, clock, use);
        }

        // What is kept at this moment is what everything after it starts from.
        await tenant.MoveToAsync(clock.Of(snapshot.Instant("at")));
        foreach (var balance in snapshot.GetProperty("balances").EnumerateObject())
        {
            Assert.Equal(balance.Value.GetDecimal(), await tenant.RemainingAsync(balance.Name));
        }

        Assert.Equal(snapshot.Decimal("usage"), (await tenant.UsageAsync(clock.Of(start))).Number("billed"));
        foreach (var use in uses.Where(use => use.Instant("at") > snapshot.Instant("at") && use.Instant("at") <= given.Instant("at")))
        {
            await UseAtAsync(tenant, clock, use);
        }

        await tenant.MoveToAsync(clock.Of(given.Instant("at")));
        await CheckAsync(scenario, tenant, clock, start);

        // The same numbers, computed from the start.
        await tenant.VerifyAsync();
    }

    public static async Task RaceAsync(ApiFixture fixture, PeerCase scenario)
    {
        var given = scenario.Given;
        var clock = new PeerClock([]);
        var first = given.GetProperty("grant");
        var tenant = await PeerTenant.StartAsync(fixture, clock.Of(first.Instant("effectiveAt")));
        await GrantAsync(tenant, clock, first, hasResets: false);
        foreach (var use in given.List("usage"))
        {
            await UseAtAsync(tenant, clock, use);
        }

        await tenant.MoveToAsync(clock.Of(given.Instant("at")));
        Assert.True(scenario.Expects("invariant", out var invariant));
        var sides = invariant.GetString()!.Split("==", StringSplitOptions.TrimEntries);
        Assert.Equal("usageInPeriod + balance - overage", sides[0]);
        var whole = decimal.Parse(sides[1], System.Globalization.CultureInfo.InvariantCulture);
        var uses = Enumerable.Range(0, 20).Select(_ => tenant.UseAsync(5)).ToList();
        var reads = Enumerable.Range(0, 20).Select(_ => tenant.CapacityAsync()).ToList();
        await Task.WhenAll(uses);
        foreach (var capacity in await Task.WhenAll(reads))
        {
            Assert.Equal(whole, capacity.Number("consumed") + capacity.Number("unfunded") + capacity.Number("remaining") - capacity.Number("unfunded"));
        }
    }

    private static async Task CheckAsync(PeerCase scenario, PeerTenant tenant, PeerClock clock, DateTimeOffset start)
    {
        if (scenario.Expects("balances", out var balances))
        {
            foreach (var balance in balances.EnumerateObject())
            {
                Assert.Equal((balance.Name, balance.Value.GetDecimal()), (balance.Name, await tenant.RemainingAsync(balance.Name)));
            }
        }

        var capacity = await tenant.CapacityAsync();
        await scenario.CheckAsync("overage", capacity.Number("unfunded"));
        await scenario.CheckAsync("balance", capacity.Number("remaining"));
        await scenario.CheckAsync("totalAvailable", capacity.Number("entitled"));
        await scenario.CheckAsync("usageSinceReset", capacity.Number("consumed") + capacity.Number("unfunded"));
        await scenario.CheckAsync("usageInPeriod", capacity.Number("consumed") + capacity.Number("unfunded"));
        await scenario.CheckAsync("usage", async () => (await tenant.UsageAsync(clock.Of(start))).Number("billed"));
        if (scenario.Expects("usageSince", out var since))
        {
            Assert.Equal(clock.Of(since.GetDateTimeOffset()), capacity.GetProperty("period").Instant("start"));
        }
    }

    private static async Task UseAtAsync(PeerTenant tenant, PeerClock clock, JsonElement use)
    {
        await tenant.MoveToAsync(clock.Of(use.Instant("at")));
        await tenant.UseAsync(use.Decimal("qty"));
    }

    // A peer's grant that names no rollover carries nothing over a reset.
    private static async Task GrantAsync(PeerTenant tenant, PeerClock clock, JsonElement grant, bool hasResets)
    {
        var rollover = grant.Maybe("rollover");
        Assert.Equal(0, rollover?.Decimal("min") ?? 0);
        await tenant.GrantAsync(
            grant.Text("id"),
            grant.Decimal("amount"),
            (int)grant.Decimal("priority"),
            clock.Of(grant.Instant("effectiveAt")),
            grant.Maybe("expiresAt") is { } expiresAt ? clock.Of(expiresAt.GetDateTimeOffset()) : null,
            isMonthly: grant.Maybe("recurrence") is not null,
            rolloverMax: rollover?.Decimal("max") ?? (hasResets ? 0 : null));
    }
}

/// <summary>Moves a peer's times so that each of its resets falls on a first of a month; the order stays.</summary>
internal sealed class PeerClock(IReadOnlyList<DateTimeOffset> resets)
{
    private static readonly DateTimeOffset s_firstTurn = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    public DateTimeOffset Of(DateTimeOffset instant)
    {
        if (resets.Count == 0)
        {
            return instant;
        }

        var passed = resets.Count(reset => reset <= instant);
        return passed == 0
            ? s_firstTurn - (resets[0] - instant)
            : s_firstTurn.AddMonths(passed - 1) + (instant - resets[passed - 1]);
    }
}

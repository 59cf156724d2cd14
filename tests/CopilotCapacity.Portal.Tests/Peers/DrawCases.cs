using System.Globalization;
using System.Text.Json;

namespace CopilotCapacity.Portal.Tests.Peers;

/// <summary>One charge on several grants, and the order in which they pay.</summary>
internal static class DrawCases
{
    private static readonly DateTimeOffset s_start = new(2026, 5, 10, 0, 0, 0, TimeSpan.Zero);

    public static async Task DrawAsync(ApiFixture fixture, PeerCase scenario)
    {
        var tenant = await PeerTenant.StartAsync(fixture, s_start);
        var buckets = scenario.Given.List("buckets").ToList();
        foreach (var bucket in buckets)
        {
            await GrantAsync(tenant, bucket);
        }

        await tenant.MoveToAsync(s_start.AddHours(1));
        var granted = await tenant.ConsumeAsync(scenario.Given.Decimal("amount"));
        Assert.Equal(!scenario.Expects("error", out _), granted);
        Assert.True(scenario.Expects("remaining", out var remaining));
        foreach (var balance in remaining.EnumerateObject())
        {
            Assert.Equal((balance.Name, balance.Value.GetDecimal()), (balance.Name, await tenant.RemainingAsync(balance.Name)));
        }
    }

    public static async Task OrderAsync(ApiFixture fixture, PeerCase scenario)
    {
        var tenant = await PeerTenant.StartAsync(fixture, s_start);
        var grants = scenario.Given.List("grants").ToDictionary(grant => grant.Text("id"), StringComparer.Ordinal);
        foreach (var grant in grants.Values)
        {
            var expires = DateTime.ParseExact(grant.Text("expires"), "MM-dd", CultureInfo.InvariantCulture);
            await tenant.GrantAsync(
                grant.Text("id"),
                grant.Decimal("balance"),
                (int)grant.Decimal("priority"),
                expiresAt: new DateTimeOffset(s_start.Year, expires.Month, expires.Day, 0, 0, 0, TimeSpan.Zero),
                kind: Given.KindOf(grant.Text("category")));
        }

        // Each in its turn is used up before the next is touched.
        Assert.True(scenario.Expects("order", out var order));
        var ids = order.EnumerateArray().Select(id => id.GetString()!).ToList();
        for (var index = 0; index < ids.Count; index++)
        {
            Assert.True(await tenant.ConsumeAsync(grants[ids[index]].Decimal("balance")));
            for (var other = 0; other < ids.Count; other++)
            {
                var expected = other <= index ? 0 : grants[ids[other]].Decimal("balance");
                Assert.Equal((ids[other], expected), (ids[other], await tenant.RemainingAsync(ids[other])));
            }
        }
    }

    private static Task GrantAsync(PeerTenant tenant, JsonElement bucket) => tenant.GrantAsync(
        bucket.Text("id"),
        bucket.Decimal("remaining"),
        (int)bucket.Decimal("priority"),
        effectiveAt: s_start.AddMinutes((double)bucket.Decimal("createdOrder")),
        expiresAt: bucket.Maybe("expiresInDays") is { } days ? s_start.AddDays(days.GetDouble()) : null,
        kind: Given.KindOf(bucket.Text("category")));
}

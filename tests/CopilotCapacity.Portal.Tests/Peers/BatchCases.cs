using System.Text.Json;

namespace CopilotCapacity.Portal.Tests.Peers;

/// <summary>The same identity more than once, within a batch and across batches.</summary>
internal static class BatchCases
{
    private static readonly DateTimeOffset s_start = new(2026, 5, 10, 0, 0, 0, TimeSpan.Zero);

    public static async Task BatchAsync(ApiFixture fixture, PeerCase scenario)
    {
        var given = scenario.Given;
        var tenant = await PeerTenant.StartAsync(fixture, s_start);
        await tenant.GrantAsync("all", given.Decimal("granted"));
        List<JsonElement> batches = given.Maybe("batches") is { } several
            ? [.. several.EnumerateArray()]
            : [given.GetProperty("batch")];
        var left = new List<decimal>();
        foreach (var batch in batches)
        {
            await tenant.UseAsync([.. batch.EnumerateArray().Select(item => tenant.Event(item.Decimal("qty"), item.Maybe("key")?.GetString()))]);
            left.Add(await tenant.RemainingAsync());
        }

        await scenario.CheckAsync("remaining", left[^1]);
        if (scenario.Expects("remainingAfter", out var expected))
        {
            Assert.Equal(expected.EnumerateArray().Select(number => number.GetDecimal()), left);
        }
    }
}

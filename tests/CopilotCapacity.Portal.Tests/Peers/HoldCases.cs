using System.Net;

namespace CopilotCapacity.Portal.Tests.Peers;

/// <summary>Credits reserved before the work.</summary>
internal static class HoldCases
{
    private static readonly DateTimeOffset s_start = new(2026, 5, 10, 0, 0, 0, TimeSpan.Zero);

    public static async Task SettleAsync(ApiFixture fixture, PeerCase scenario)
    {
        var tenant = await PeerTenant.StartAsync(fixture, s_start);
        var buckets = scenario.Given.List("bucketsInBurnOrder").ToList();
        for (var index = 0; index < buckets.Count; index++)
        {
            await tenant.GrantAsync(buckets[index].Text("id"), buckets[index].Decimal("granted"), priority: index + 1);
        }

        foreach (var step in scenario.Given.List("ops").Select(step => step.EnumerateArray().ToList()))
        {
            switch (step[0].GetString())
            {
                case "use":
                    Assert.True(await tenant.ConsumeAsync(step[1].GetDecimal()));
                    break;
                case "hold":
                    await tenant.HoldAsync(step[1].GetString()!, step[2].GetDecimal());
                    break;
                case "settle":
                    await tenant.SettleAsync(step[1].GetString()!, step[2].GetDecimal());
                    break;
                case "release":
                    await tenant.ReleaseAsync(step[1].GetString()!);
                    break;
                default:
                    Assert.Fail($"No translation of the step {step[0]}.");
                    break;
            }
        }

        await scenario.CheckAsync("remaining", () => tenant.RemainingAsync());
        if (scenario.Expects("buckets", out var balances))
        {
            foreach (var balance in balances.EnumerateObject())
            {
                Assert.Equal((balance.Name, balance.Value.GetDecimal()), (balance.Name, await tenant.RemainingAsync(balance.Name)));
            }
        }
    }

    public static async Task PendingAsync(ApiFixture fixture, PeerCase scenario)
    {
        var tenant = await PeerTenant.StartAsync(fixture, s_start);
        await tenant.GrantAsync("all", 1_000_000);
        await tenant.HoldAsync("hold", scenario.Given.Decimal("pending"));
        await CheckAsync("afterPending");
        if (scenario.Given.Maybe("post") is { } posted)
        {
            await tenant.SettleAsync("hold", posted.GetDecimal());
        }
        else
        {
            await tenant.ReleaseAsync("hold");
        }

        await CheckAsync("afterPost");
        await CheckAsync("afterVoid");

        async Task CheckAsync(string name)
        {
            if (!scenario.Expects(name, out var expected))
            {
                return;
            }

            var capacity = await tenant.CapacityAsync();
            foreach (var number in expected.EnumerateObject())
            {
                var actual = number.Name switch
                {
                    "pending" => capacity.Number("held"),
                    "posted" => capacity.Number("consumed"),
                    _ => throw new InvalidOperationException($"No translation of {number.Name}."),
                };
                Assert.Equal(decimal.Parse(number.Value.GetString()!, System.Globalization.CultureInfo.InvariantCulture), actual);
            }
        }
    }

    public static async Task ErrorAsync(ApiFixture fixture, PeerCase scenario)
    {
        var tenant = await PeerTenant.StartAsync(fixture, s_start);
        await tenant.GrantAsync("all", 100);
        var expiresInSeconds = scenario.Given.Decimal("holdTtlHours") * 3_600;
        var answer = await tenant.SendAsync(
            HttpMethod.Post, "/api/v1/holds", new { environmentId = tenant.Environment, credits = 1, expiresInSeconds });

        Assert.True(scenario.Expects("error", out var error));
        Assert.Equal(error.GetBoolean(), answer.Status == HttpStatusCode.UnprocessableEntity);
        Assert.Equal(error.GetBoolean() ? 0 : 1, (await tenant.CapacityAsync()).Number("held"));
    }
}

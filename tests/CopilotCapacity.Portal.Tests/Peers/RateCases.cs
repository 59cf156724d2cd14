using System.Net;

namespace CopilotCapacity.Portal.Tests.Peers;

/// <summary>What use costs, and what of it is free.</summary>
internal static class RateCases
{
    private const int TokensPerResponse = 1_000;

    private static readonly DateTimeOffset s_start = new(2026, 5, 10, 0, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, (string Feature, int Quantity)> s_features = new(StringComparer.Ordinal)
    {
        ["classic answer"] = ("classicAnswer", 1),
        ["generative answer"] = ("generativeAnswer", 1),
        ["agent action"] = ("agentAction", 1),
        ["tenant graph grounding"] = ("tenantGraphGrounding", 1),
        ["agent flow action"] = ("agentFlowActions", 1),
        ["AI tool basic response"] = ("aiToolBasic", TokensPerResponse),
        ["AI tool standard response"] = ("aiToolStandard", TokensPerResponse),
        ["AI tool premium response"] = ("aiToolPremium", TokensPerResponse),
        ["content page"] = ("contentProcessing", 1),
        ["voice classic minute"] = ("voiceClassic", 1),
        ["voice genai minute"] = ("voiceGenerative", 1),
        ["voice premium genai minute"] = ("voicePremium", 1),
    };

    public static async Task CardAsync(ApiFixture fixture, PeerCase scenario)
    {
        var tenant = await PeerTenant.StartAsync(fixture, s_start);
        var card = (await tenant.Tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Tenant.Id}/rates")).Json.List("items")
            .ToDictionary(rate => rate.Text("feature"), rate => rate.Decimal("creditsPerUnit"), StringComparer.Ordinal);
        var events = scenario.Given.List("events").Select(item => (s_features[item.Text("type")].Feature, Quantity: item.Decimal("n") * s_features[item.Text("type")].Quantity)).ToList();
        foreach (var ((feature, _), rate) in events.Zip(scenario.Given.List("creditsPerUnit")))
        {
            Assert.Equal((feature, rate.GetDecimal()), (feature, card[feature]));
        }

        var recorded = await tenant.Tenant.Api.RecordAsync(
            EventText.Array(events.Select(item => tenant.Event(item.Feature, new { quantity = item.Quantity }))));
        var credits = recorded.Json.List("items").Select(item => item.Decimal("credits")).ToList();
        Assert.True(scenario.Expects("credits", out var expected));
        Assert.Equal(expected.EnumerateArray().Select(number => number.GetDecimal()), credits);
        await scenario.CheckAsync("total", credits.Sum());
        Assert.Equal(credits.Sum(), (await tenant.CapacityAsync()).Number("unfunded"));
    }

    public static async Task LicencesAsync(ApiFixture fixture, PeerCase scenario)
    {
        var given = scenario.Given;
        var tenant = await PeerTenant.StartAsync(fixture, s_start);
        var feature = FeatureAt(given.Decimal("creditsPerMessage"));
        var messages = given.Decimal("users") * given.Decimal("messagesPerDay") * given.Decimal("days");
        var licensed = messages * given.Decimal("licensedPercent") / 100;
        foreach (var (quantity, copilotLicensed) in new[] { (licensed, true), (messages - licensed, false) })
        {
            if (quantity > 0)
            {
                await tenant.UseAsync(tenant.Event(
                    feature, new { quantity, channel = "teams", trigger = "interactive", user = new { id = "u", copilotLicensed } }));
            }
        }

        var usage = await tenant.UsageAsync(s_start);
        await scenario.CheckAsync("gross", usage.Number("billed") + usage.Number("nonBilled"));
        await scenario.CheckAsync("nonBilled", usage.Number("nonBilled"));
        await scenario.CheckAsync("billed", usage.Number("billed"));
    }

    public static async Task MixAsync(ApiFixture fixture, PeerCase scenario)
    {
        var given = scenario.Given;
        var generative = given.Decimal("messages") * given.Decimal("generativePercent") / 100;
        await scenario.CheckAsync("billed", () => BilledAsync(isGenerativeFree: false));
        await scenario.CheckAsync("billedIfGenerativeFree", () => BilledAsync(isGenerativeFree: true));

        async Task<decimal> BilledAsync(bool isGenerativeFree)
        {
            var tenant = await PeerTenant.StartAsync(fixture, s_start);
            var (rich, plain) = (FeatureAt(given.Decimal("creditsGenerative")), FeatureAt(given.Decimal("creditsClassic")));
            if (isGenerativeFree)
            {
                var set = await tenant.SendAsync(HttpMethod.Put, $"/api/v1/tenants/{tenant.Tenant.Id}/rates/{rich}", new { creditsPerUnit = 0 });
                Assert.Equal(HttpStatusCode.OK, set.Status);
            }

            await tenant.UseAsync(
                tenant.Event(rich, new { quantity = generative }), tenant.Event(plain, new { quantity = given.Decimal("messages") - generative }));
            return (await tenant.UsageAsync(s_start)).Number("billed");
        }
    }

    private static string FeatureAt(decimal creditsPerMessage) => creditsPerMessage switch
    {
        1 => "classicAnswer",
        2 => "generativeAnswer",
        5 => "agentAction",
        10 => "tenantGraphGrounding",
        _ => throw new InvalidOperationException($"No message costs {creditsPerMessage} credits."),
    };
}

using CopilotCapacity.AzureStandIn.PowerPlatform;

namespace CopilotCapacity.Portal.Tests.Features.Sync.PowerPlatform;

/// <summary>Limits of agents there and monthly caps here; packs here and the entitlement there.</summary>
[Collection("Azure")]
public sealed class PlatformLimitTests
{
    private const string Agent = "a0000000-0000-0000-0000-000000000001";

    [Fact]
    public async Task TheirLimit_IsAdopted_AsAMonthlyCap()
    {
        await using var portal = await PlatformPortal.StartAsync();
        var id = await portal.NewEnvironmentAsync();
        portal.There.Thresholds[(id.ToString(), Agent)] = new ThresholdState(false, 2_000, true, true, 75);

        var difference = await portal.DifferenceAsync("limit:");
        Assert.Equal(["Limit a month: nothing | 2,000 credits", "Stops at the limit: nothing | yes", "Told from: nothing | 75\u00a0%"], PlatformPortal.Texts(difference));
        Assert.Null(await portal.AdoptAsync(difference));

        var cap = Assert.Single((await portal.ReadAsync("caps")).GetProperty("items").EnumerateArray());
        Assert.Equal((2_000m, 75, true, "month", Agent), (cap.GetProperty("credits").GetDecimal(), cap.GetProperty("notifyPercent").GetInt32(), cap.GetProperty("hardStop").GetBoolean(), cap.GetProperty("per").GetString(), cap.GetProperty("scope").GetProperty("agentId").GetString()));
        Assert.Empty((await portal.SyncAsync()).Differences);
    }

    [Fact]
    public async Task OurCap_IsPushed_OverTheirLimit_AndEnforced_AndTheOtherEnvironmentsIsLeft()
    {
        await using var portal = await PlatformPortal.StartAsync();
        await portal.BuyAsync();
        var (id, other) = (await portal.NewEnvironmentAsync(), await portal.NewEnvironmentAsync("Copy"));
        await NewCapAsync(portal, id, 1_500);
        portal.There.Thresholds[(id.ToString(), Agent)] = new ThresholdState(false, 2_000, true, true, 75);
        portal.There.Thresholds[(other.ToString(), Agent)] = new ThresholdState(false, null, false, false, 0);
        await portal.AllowWritingAsync();

        var difference = await portal.DifferenceAsync("limit:");
        Assert.Equal(["Limit a month: 1,500 credits | 2,000 credits", "Stops at the limit: no | yes", "Told from: 80\u00a0% | 75\u00a0%"], PlatformPortal.Texts(difference));
        Assert.Null(await portal.PushAsync(difference));

        var stored = portal.There.Thresholds[(id.ToString(), Agent)];
        Assert.Equal((1_500m, false, true, 80, true), (stored.Limit, stored.StopIfOverCapacity, stored.NotifyIfOverCapacity, stored.NotificationThreshold, stored.IsEnforced));
        Assert.Null(portal.There.Thresholds[(other.ToString(), Agent)].Limit);
        Assert.Empty((await portal.SyncAsync()).Differences);
    }

    [Fact]
    public async Task LimitThatIsNotHere_IsTakenAwayThere_WithoutADelete()
    {
        await using var portal = await PlatformPortal.StartAsync();
        await portal.BuyAsync();
        var id = await portal.NewEnvironmentAsync();
        portal.There.Thresholds[(id.ToString(), Agent)] = new ThresholdState(false, 2_000, true, true, 75);
        await portal.AllowWritingAsync();

        Assert.Null(await portal.PushAsync(await portal.DifferenceAsync("limit:")));

        var stored = portal.There.Thresholds[(id.ToString(), Agent)];
        Assert.Equal((false, false), (stored.StopIfOverCapacity, stored.NotifyIfOverCapacity));
        Assert.Empty((await portal.SyncAsync()).Differences);
    }

    // The service stores a limit for any id, of an agent or of nothing.
    [Theory]
    [InlineData(true, true, true)]
    [InlineData(false, true, false)]
    [InlineData(true, false, false)]
    public async Task OurCap_IsPushed_OnlyForAnAgentThatIsKnownThere(bool used, bool asPerson, bool canPush)
    {
        await using var portal = await PlatformPortal.StartAsync();
        await portal.BuyAsync();
        var id = await portal.NewEnvironmentAsync();
        await NewCapAsync(portal, id, 1_500);
        portal.There.SignedInAsPerson = asPerson;
        if (used)
        {
            portal.There.Consumption.Add(new ConsumptionState(id.ToString(), Agent, "Returns", DateOnly.FromDateTime(DateTime.UtcNow.AddDays(-1)), 12, 0));
        }

        await portal.AllowWritingAsync();
        var difference = await portal.DifferenceAsync("limit:");

        Assert.Equal(canPush, difference.CanPush);
        Assert.Equal(canPush, await portal.PushAsync(difference) is null);
        Assert.Equal(canPush ? 1 : 0, portal.There.Thresholds.Count);
        Assert.Equal(!canPush, difference.Note?.Contains("It would take a limit for any id", StringComparison.Ordinal) is true);
    }

    [Fact]
    public async Task CapWithFractions_CannotBePushed_AndSaysWhy()
    {
        await using var portal = await PlatformPortal.StartAsync();
        await portal.BuyAsync();
        var id = await portal.NewEnvironmentAsync();
        await NewCapAsync(portal, id, 1_500.5m);
        portal.There.Thresholds[(id.ToString(), Agent)] = new ThresholdState(false, 2_000, true, true, 75);

        var difference = await portal.DifferenceAsync("limit:");

        Assert.Equal((false, "Power Platform takes limits of whole credits, up to 2,147,483,647."), (difference.CanPush, difference.Note));
    }

    [Fact]
    public async Task LimitWithNothingBehindIt_IsExplained()
    {
        await using var portal = await PlatformPortal.StartAsync();
        var id = await portal.NewEnvironmentAsync(there: 0, rules: [("TenantPool", false)]);
        await NewCapAsync(portal, id, 1_500);
        portal.There.Thresholds[(id.ToString(), Agent)] = new ThresholdState(false, 2_000, true, true, 75);
        await portal.AllowWritingAsync();

        Assert.StartsWith("Power Platform takes no limit for an agent of Sales: nothing pays for it there.", await portal.PushAsync(await portal.DifferenceAsync("limit:")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AgentThatIsOff_IsAdoptedOrPushed(bool push)
    {
        await using var portal = await PlatformPortal.StartAsync();
        await portal.BuyAsync();
        var id = await portal.NewEnvironmentAsync();
        portal.There.Thresholds[(id.ToString(), Agent)] = new ThresholdState(true, null, false, false, 80);
        await portal.AllowWritingAsync();

        var difference = await portal.DifferenceAsync("off:");
        Assert.Equal(["Agent: on | off"], PlatformPortal.Texts(difference));
        Assert.Null(push ? await portal.PushAsync(difference) : await portal.AdoptAsync(difference));

        Assert.Equal(!push, portal.There.Thresholds[(id.ToString(), Agent)].StopResource);
        Assert.Equal(push ? [] : ["agent.set"], await portal.AdoptedAsync());
        Assert.Empty((await portal.SyncAsync()).Differences);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AgentThatIsOffHere_IsPushed_OnlyWhereItIsKnown(bool isKnown)
    {
        await using var portal = await PlatformPortal.StartAsync();
        await portal.BuyAsync();
        var id = await portal.NewEnvironmentAsync();
        await portal.SendAsync(HttpMethod.Put, $"environments/{id}/agents/{Agent}", new { turnedOff = true });
        if (isKnown)
        {
            portal.There.Consumption.Add(new ConsumptionState(id.ToString(), Agent, "Returns", DateOnly.FromDateTime(DateTime.UtcNow.AddDays(-1)), 12, 0));
        }

        await portal.AllowWritingAsync();
        var differences = (await portal.SyncAsync()).Differences;

        Assert.Equal(isKnown ? 1 : 0, differences.Count);
        if (isKnown)
        {
            Assert.Null(await portal.PushAsync(differences[0]));
            Assert.True(Assert.Single(portal.There.Thresholds).Value.StopResource);
            Assert.Empty((await portal.SyncAsync()).Differences);
        }
    }

    [Theory]
    [InlineData(2, "messagePack", "Adopting records 2\u00a0message packs from now on.")]
    [InlineData(1, "messagePack", "Adopting records 1\u00a0message pack from now on.")]
    public async Task PacksThatAreNotRecordedHere_AreAdopted(int more, string kind, string note)
    {
        await using var portal = await PlatformPortal.StartAsync();
        await portal.BuyAsync();
        portal.There.Packs = 4 + more;

        var difference = await portal.DifferenceAsync("packs");
        Assert.EndsWith(note, difference.Note, StringComparison.Ordinal);
        Assert.Null(await portal.AdoptAsync(difference));

        var grants = (await portal.ReadAsync("grants")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal((2, kind, 25_000m * more), (grants.Count, grants[1].GetProperty("kind").GetString(), grants[1].GetProperty("amount").GetDecimal()));
        Assert.Equal(["grant.added"], await portal.AdoptedAsync());
        Assert.Empty((await portal.SyncAsync()).Differences);
    }

    [Fact]
    public async Task MoreThanThere_IsTold_AndEndedByHand()
    {
        await using var portal = await PlatformPortal.StartAsync();
        await portal.BuyAsync();
        portal.There.Packs = 3;

        var difference = await portal.DifferenceAsync("packs");
        Assert.Equal((false, false), (difference.CanAdopt, difference.CanPush));
        Assert.Equal(["Credits a month: 100,000 credits | 75,000 credits"], PlatformPortal.Texts(difference));
        Assert.StartsWith("There: 3 × Microsoft Copilot Studio. More is recorded here.", difference.Note, StringComparison.Ordinal);

        portal.There.Packs = null;
        Assert.Equal(["Credits a month: 100,000 credits | nothing"], PlatformPortal.Texts(await portal.DifferenceAsync("packs")));
    }

    [Fact]
    public async Task EntitlementThatIsNotTold_IsAFailure_AndNoDifference()
    {
        await using var portal = await PlatformPortal.StartAsync();
        await portal.BuyAsync();
        portal.Services.State.Recorded["/licensing/entitlements/MCSMessages"] = System.Text.Json.Nodes.JsonNode.Parse("""{"entitlementId":"MCSMessages","entitlement":{"unit":"Count"}}""")!;

        // The summary of currencies says it as well.
        Assert.Empty((await portal.SyncAsync()).Differences);

        portal.Services.State.Recorded["/licensing/tenantCapacity/currencyReports"] = System.Text.Json.Nodes.JsonNode.Parse("[]")!;
        var view = await portal.SyncAsync(mayFail: true);
        Assert.Empty(view.Differences);
        Assert.Equal("Power Platform does not say what the tenant is entitled to.", view.Services.Single(service => service.Service is "powerPlatform").Failure);
    }

    private static Task<System.Text.Json.JsonElement> NewCapAsync(PlatformPortal portal, Guid environment, decimal credits) =>
        portal.SendAsync(HttpMethod.Post, "caps", new { scope = new { environmentId = environment, agentId = Agent }, per = "month", credits });
}

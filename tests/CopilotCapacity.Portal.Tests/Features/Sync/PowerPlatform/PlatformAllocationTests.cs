using CopilotCapacity.AzureStandIn;
using CopilotCapacity.AzureStandIn.PowerPlatform;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Portal.Tests.Features.Sync.PowerPlatform;

/// <summary>Allocations and their switches, which the service replaces as a whole and without an ETag.</summary>
[Collection("Azure")]
public sealed class PlatformAllocationTests
{
    private const string Put = "PUT /licensing/allocationsV2";

    [Fact]
    public async Task SameOnBothSides_DiffersInNothing()
    {
        await using var portal = await PlatformPortal.StartAsync();
        await portal.BuyAsync();
        var id = await portal.NewEnvironmentAsync(there: 30_000, rules: [("TenantPool", true), ("PayGo", true)]);
        await portal.SendAsync(HttpMethod.Put, $"environments/{id}/allocation", new { credits = 30_000 });

        var view = await portal.SyncAsync();

        Assert.Empty(view.Differences);
        Assert.All(view.Runs[0].Steps, step => Assert.Equal(SyncState.Done, step.State));
        Assert.Contains(view.Runs[0].Steps, step => step.Said is "100,000 credits a month, 30,000 credits of them allocated.");
        Assert.DoesNotContain(portal.Faults.Requests, request => !request.StartsWith("GET", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TheirAllocation_IsAdopted_WithItsSwitches_AndOnTheAuditTrail()
    {
        await using var portal = await PlatformPortal.StartAsync();
        await portal.BuyAsync();
        var id = await portal.NewEnvironmentAsync(there: 30_000.5m, rules: [("TenantPool", false), ("PayGo", false), ("Alert", true)]);

        var difference = await portal.DifferenceAsync("allocation:");
        Assert.Equal(["Allocation: 0 credits | 30,000.5 credits", "Draws on the tenant pool: on | off", "Pay-as-you-go: on | off"], PlatformPortal.Texts(difference));
        Assert.Null(await portal.AdoptAsync(difference));

        Assert.Equal((30_000.5m, false, false), await portal.AllocationAsync(id));
        Assert.Equal(["allocation.set"], await portal.AdoptedAsync());
        Assert.Empty((await portal.SyncAsync()).Differences);
    }

    [Fact]
    public async Task TheirAllocation_ThatTheCreditsHereDoNotCover_IsNotAdopted()
    {
        await using var portal = await PlatformPortal.StartAsync();
        await portal.BuyAsync(1);
        portal.There.Packs = 2;
        var id = await portal.NewEnvironmentAsync(there: 30_000);

        var refused = await portal.AdoptAsync(await portal.DifferenceAsync("allocation:"));

        Assert.Equal("The tenant pool has 25000 credits left, 5000 too few.", refused);
        Assert.Equal(0, (await portal.AllocationAsync(id)).Credits);
    }

    // What the service leaves open is not off, and is neither compared nor written.
    [Fact]
    public async Task OurAllocation_IsPushed_WhereWritingIsAllowed_AndKeepsAllElseThere()
    {
        await using var portal = await PlatformPortal.StartAsync();
        await portal.BuyAsync();
        var id = await portal.NewEnvironmentAsync(there: 30_000, rules: [("TenantPool", true), ("Throttle", true), ("Alert", false)]);
        portal.There.Environments[id.ToString()].Allocations["AI"] = AllocationState.Of(500, ("Deny", true));
        await portal.SendAsync(HttpMethod.Put, $"environments/{id}/allocation", new { credits = 42_000, drawFromTenantPool = false });
        var difference = await portal.DifferenceAsync("allocation:");
        Assert.Null(difference.Note);

        Assert.Contains("not allowed", await portal.PushAsync(difference), StringComparison.Ordinal);
        Assert.Equal(0, portal.Asked(Put));
        await portal.AllowWritingAsync();
        Assert.Null(await portal.PushAsync(difference));

        var stored = portal.There.Environments[id.ToString()].Allocations;
        Assert.Equal(42_000, stored["MCSMessages"].Quantity);
        Assert.Equal(["Alert=False", "TenantPool=False", "Throttle=True"], stored["MCSMessages"].Rules.Select(rule => $"{rule.Key}={rule.Value}").Order(StringComparer.Ordinal).ToArray());
        Assert.Equal((500, true), (stored["AI"].Quantity, stored["AI"].Rules["Deny"]));
        Assert.Empty((await portal.SyncAsync()).Differences);
    }

    [Fact]
    public async Task SwitchOwnedByAGroupsRule_IsExplained_AndCanBeAdopted()
    {
        await using var portal = await PlatformPortal.StartAsync();
        await portal.BuyAsync();
        var id = await portal.NewEnvironmentAsync(there: 0, rules: [("TenantPool", false)]);
        portal.There.Environments[id.ToString()].GroupRule = false;
        await portal.AllowWritingAsync();

        var difference = await portal.DifferenceAsync("allocation:");
        Assert.Contains("environment group", difference.Note, StringComparison.Ordinal);
        var refused = await portal.PushAsync(difference);

        Assert.StartsWith("A published rule of an environment group owns the tenant pool’s switch of Sales", refused, StringComparison.Ordinal);
        Assert.Contains("TenantPoolLockedByPolicy", refused, StringComparison.Ordinal);
        Assert.False(portal.There.Environments[id.ToString()].Allocations["MCSMessages"].Rules["TenantPool"]);
        Assert.Null(await portal.AdoptAsync(await portal.DifferenceAsync("allocation:")));
        Assert.Equal((0m, false, true), await portal.AllocationAsync(id));
    }

    [Fact]
    public async Task WhatSomebodyElseChangedSinceTheReview_IsNotWrittenOver()
    {
        await using var portal = await PlatformPortal.StartAsync();
        await portal.BuyAsync();
        var id = await portal.NewEnvironmentAsync(there: 30_000);
        await portal.AllowWritingAsync();
        var difference = await portal.DifferenceAsync("allocation:");
        portal.There.Environments[id.ToString()].Allocations["MCSMessages"] = AllocationState.Of(31_000);

        Assert.Contains("changed meanwhile", await portal.PushAsync(difference), StringComparison.Ordinal);
        Assert.Contains("changed meanwhile", await portal.AdoptAsync(difference), StringComparison.Ordinal);

        Assert.Equal(31_000, portal.There.Environments[id.ToString()].Allocations["MCSMessages"].Quantity);
        Assert.Equal(0, portal.Asked(Put));
        Assert.Equal(0, (await portal.AllocationAsync(id)).Credits);
    }

    [Theory]
    [InlineData(FaultKind.LoseWrite, "something else stands there now: 30,000 credits")]
    [InlineData(FaultKind.Fail, "Nothing was written. Power Platform fails with 500")]
    [InlineData(FaultKind.CutAfter, null)]
    public async Task Write_IsReadBack(FaultKind fault, string? said)
    {
        await using var portal = await PlatformPortal.StartAsync();
        await portal.BuyAsync();
        var id = await portal.NewEnvironmentAsync(there: 30_000);
        await portal.SendAsync(HttpMethod.Put, $"environments/{id}/allocation", new { credits = 12_000 });
        await portal.AllowWritingAsync();
        var difference = await portal.DifferenceAsync("allocation:");
        portal.Faults.Order(fault, "/allocationsV2", 1);

        var answer = await portal.PushAsync(difference);

        Assert.Equal(said is null, answer is null);
        Assert.Contains(said ?? "", answer ?? "", StringComparison.Ordinal);
        Assert.Equal(said is null ? 12_000 : 30_000, portal.There.Environments[id.ToString()].Allocations["MCSMessages"].Quantity);
        Assert.Equal(1, portal.Asked(Put));
    }

    [Fact]
    public async Task ServiceThatFails_IsToldWithItsReason_AndInventsNoDifference()
    {
        await using var portal = await PlatformPortal.StartAsync();
        await portal.BuyAsync();
        var id = await portal.NewEnvironmentAsync(there: 30_000);
        await portal.SendAsync(HttpMethod.Put, $"environments/{id}/allocation", new { credits = 12_000 });
        portal.Faults.Order(FaultKind.Fail, $"/allocationsByEnvironment/{id}", int.MaxValue);

        var view = await portal.SyncAsync(mayFail: true);

        Assert.Empty(view.Differences);
        var service = view.Services.Single(found => found.Service is "powerPlatform");
        Assert.Equal((true, "Power Platform fails with 500: Something went wrong. (InternalServerError)"), (service.IsConnected, service.Failure));
        Assert.Equal(SyncState.Failed, view.Runs[0].Steps.Single(step => step.Name is "Allocation of Sales").State);
        Assert.Equal(4, view.Runs[0].Steps.Count(step => step.State == SyncState.Done));
    }

    [Fact]
    public async Task AllocationThatTheServiceDoesNotTell_IsNotTakenForZero()
    {
        await using var portal = await PlatformPortal.StartAsync();
        await portal.BuyAsync();
        var id = await portal.NewEnvironmentAsync(there: 30_000);
        await portal.SendAsync(HttpMethod.Put, $"environments/{id}/allocation", new { credits = 30_000 });
        portal.Services.State.Recorded[$"/licensing/allocationsByEnvironment/{id}"] =
            System.Text.Json.Nodes.JsonNode.Parse($$"""{"environmentId":"{{id}}","currencyAllocations":[{"currencyType":"MCSMessages","enforcementRules":[]}]}""")!;

        Assert.Empty((await portal.SyncAsync()).Differences);
    }
}

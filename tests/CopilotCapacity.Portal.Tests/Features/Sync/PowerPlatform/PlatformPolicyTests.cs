using CopilotCapacity.AzureStandIn;
using CopilotCapacity.AzureStandIn.PowerPlatform;

namespace CopilotCapacity.Portal.Tests.Features.Sync.PowerPlatform;

/// <summary>Billing plans here and billing policies there, with their environments.</summary>
[Collection("Azure")]
public sealed class PlatformPolicyTests
{
    private const string Policy = "b1000000-0000-0000-0000-000000000001";

    [Fact]
    public async Task PolicyThatIsNotHere_IsAdopted_WithTheEnvironmentsThatAreKnown()
    {
        await using var portal = await PlatformPortal.StartAsync();
        var id = await portal.NewEnvironmentAsync();
        portal.There.Policies[Policy] = Europe(id.ToString(), "e0000000-0000-0000-0000-00000000000f");

        var difference = await portal.DifferenceAsync("policy:");
        Assert.Contains("Environments: nothing | Sales", string.Join("; ", PlatformPortal.Texts(difference)), StringComparison.Ordinal);
        Assert.Null(await portal.AdoptAsync(difference));

        var plan = await portal.ReadAsync($"billing-plans/{Policy}");
        Assert.Equal(("Europe", "enabled", "rg-copilot"), (plan.GetProperty("name").GetString(), plan.GetProperty("status").GetString(), plan.GetProperty("resourceGroup").GetString()));
        Assert.Equal(id, Assert.Single(plan.GetProperty("environments").EnumerateArray()).GetGuid());
        Assert.Empty((await portal.SyncAsync()).Differences);
    }

    [Fact]
    public async Task PlanThatIsNotThere_IsPushed_WithItsEnvironmentsAndItsResource()
    {
        await using var portal = await PlatformPortal.StartAsync();
        var id = await portal.NewEnvironmentAsync();
        await NewPlanAsync(portal, id);
        await portal.AllowWritingAsync();

        var difference = await portal.DifferenceAsync("plan:");
        Assert.False(difference.CanAdopt);
        Assert.Null(await portal.PushAsync(difference));

        var made = Assert.Single(portal.There.Policies).Value;
        Assert.Equal(("Europe", "europe", PlatformPortal.Subscription, "Enabled"), (made.Name, made.Location, made.Subscription, made.Status));
        Assert.Equal([id.ToString()], made.Environments);
        Assert.Single(portal.Services.State.Subscriptions[PlatformPortal.Subscription].Accounts);
        Assert.Empty((await portal.SyncAsync()).Differences);
    }

    [Theory]
    [InlineData(FaultKind.CutAfter, "/billingPolicies", null, 1)]
    [InlineData(FaultKind.Fail, "/billingPolicies", "Power Platform fails with 500", 0)]
    [InlineData(FaultKind.Fail, "/environments/add", "The plan was made in Power Platform, but its environments were not put on it.", 1)]
    public async Task PlanIsMadeOnce_WhateverBecomesOfTheAnswer(FaultKind fault, string path, string? said, int made)
    {
        await using var portal = await PlatformPortal.StartAsync();
        await NewPlanAsync(portal, await portal.NewEnvironmentAsync());
        await portal.AllowWritingAsync();
        var difference = await portal.DifferenceAsync("plan:");
        portal.Faults.Order(fault, path, 1, method: "POST");

        var answer = await portal.PushAsync(difference);

        Assert.Equal(said is null, answer is null);
        Assert.Contains(said ?? "", answer ?? "", StringComparison.Ordinal);
        Assert.Equal(made, portal.There.Policies.Count);
        Assert.Equal(1, portal.Asked("POST /licensing/billingPolicies"));
    }

    [Fact]
    public async Task PlanOfASubscriptionThatIsNone_CannotBePushed()
    {
        await using var portal = await PlatformPortal.StartAsync();
        await portal.Tenant.NewPlanAsync();

        var difference = await portal.DifferenceAsync("plan:");

        Assert.Equal((false, "It cannot be made there: sub-1 is no id of an Azure subscription."), (difference.CanPush, difference.Note));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Environments_AreAdoptedOrPushed_OneByOne(bool push)
    {
        await using var portal = await PlatformPortal.StartAsync();
        var (here, there) = (await portal.NewEnvironmentAsync("Here"), await portal.NewEnvironmentAsync("There"));
        var plan = await NewPlanAsync(portal, here);
        portal.There.Policies[Policy] = Europe(there.ToString());
        await portal.AllowWritingAsync();

        var differences = (await portal.SyncAsync()).Differences;
        Assert.Equal(["Here is on the plan Europe here, not in Power Platform", "There is on the plan Europe in Power Platform, not here"], differences.Select(difference => difference.Title).ToArray());
        foreach (var difference in differences)
        {
            Assert.Null(push ? await portal.PushAsync(difference) : await portal.AdoptAsync(difference));
        }

        var wanted = push ? here : there;
        Assert.Equal([wanted.ToString()], portal.There.Policies[Policy].Environments);
        Assert.Equal(wanted, Assert.Single((await portal.ReadAsync($"billing-plans/{plan}")).GetProperty("environments").EnumerateArray()).GetGuid());
        Assert.Empty((await portal.SyncAsync()).Differences);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task State_IsAdoptedOrPushed(bool push)
    {
        await using var portal = await PlatformPortal.StartAsync();
        var plan = await NewPlanAsync(portal);
        portal.There.Policies[Policy] = Europe();
        portal.There.Policies[Policy].Status = "Disabled";
        await portal.AllowWritingAsync();

        var difference = await portal.DifferenceAsync("described:");
        Assert.Equal(["State: Enabled | Disabled"], PlatformPortal.Texts(difference));
        Assert.Null(push ? await portal.PushAsync(difference) : await portal.AdoptAsync(difference));

        Assert.Equal(push ? "Enabled" : "Disabled", portal.There.Policies[Policy].Status);
        Assert.Equal(push ? "enabled" : "disabled", (await portal.ReadAsync($"billing-plans/{plan}")).GetProperty("status").GetString());
        Assert.Empty((await portal.SyncAsync()).Differences);
    }

    [Fact]
    public async Task RegionOfAPlan_CanBeAdopted_AndNotPushed()
    {
        await using var portal = await PlatformPortal.StartAsync();
        var plan = await NewPlanAsync(portal);
        portal.There.Policies[Policy] = Europe();
        portal.There.Policies[Policy].Location = "unitedstates";

        var difference = await portal.DifferenceAsync("described:");
        Assert.Equal((true, false), (difference.CanAdopt, difference.CanPush));
        Assert.Null(await portal.AdoptAsync(difference));

        Assert.Equal("unitedstates", (await portal.ReadAsync($"billing-plans/{plan}")).GetProperty("region").GetString());
    }

    private static PolicyState Europe(params string[] environments)
    {
        var policy = new PolicyState { Name = "Europe", Subscription = PlatformPortal.Subscription, ResourceGroup = "rg-copilot" };
        policy.Environments.UnionWith(environments);
        return policy;
    }

    private static async Task<Guid> NewPlanAsync(PlatformPortal portal, params Guid[] environments) => (await portal.SendAsync(
        HttpMethod.Post, "billing-plans", new { name = "Europe", subscriptionId = PlatformPortal.Subscription, resourceGroup = "rg-copilot", region = "europe", environments })).GetProperty("id").GetGuid();
}

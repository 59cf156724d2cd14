using CopilotCapacity.Azure.PowerPlatform;
using CopilotCapacity.Azure.Resources;
using CopilotCapacity.AzureStandIn;
using CopilotCapacity.AzureStandIn.PowerPlatform;

namespace CopilotCapacity.Azure.Tests.PowerPlatform;

public sealed class BillingPolicyTests : PowerPlatformUnderTest
{
    private static readonly NewBillingPolicy s_policy = new("Service Europe", "europe", new BillingInstrument(Guid.Parse(Subscription), "rg-copilot"));

    private BillingPolicyClient Policies => Client<BillingPolicyClient>();

    [Fact]
    public async Task Policy_IsMade_Changed_AndDeleted_AndLeavesItsAzureResource()
    {
        State.Subscriptions[Subscription].Provider = "Registered";

        var made = (await Policies.CreateAsync(s_policy, default)).Value!;
        var changed = (await Policies.UpdateAsync(made.Id, "Service EU", PowerPlatformNames.Disabled, default)).Value!;
        var read = (await Policies.FindAsync(made.Id, default)).Value!;

        Assert.Equal((true, "europe", Guid.Parse(Subscription), "rg-copilot"), (made.IsEnabled, made.Location, made.BillingInstrument!.SubscriptionId, made.BillingInstrument.ResourceGroup));
        Assert.EndsWith("/providers/Microsoft.PowerPlatform/accounts/Service Europe", made.BillingInstrument.Id, StringComparison.Ordinal);
        Assert.Equal(("Service EU", false, changed), (read.Name, read.IsEnabled, read));
        Assert.NotNull((await Policies.RefreshProvisioningAsync(made.Id, default)).Value);
        Assert.Equal(1, Platform.Policies[made.Id].Refreshed);

        Assert.Null(await Policies.DeleteAsync(made.Id, default));
        Assert.Null(await Policies.DeleteAsync(made.Id, default));
        Assert.Empty((await Policies.ListAsync(default)).Value!);
        Assert.Single((await Client<ResourceManagerClient>().ListAccountsAsync(Subscription, "rg-copilot", default)).Value!);
    }

    [Fact]
    public async Task Policies_AreReadOverAllPages()
    {
        for (var number = 1; number <= 5; number++)
        {
            Platform.Policies[$"p{number}"] = new PolicyState { Name = $"Plan {number}", Subscription = Subscription, ResourceGroup = "rg-copilot" };
        }

        Assert.Equal(["p1", "p2", "p3", "p4", "p5"], (await Policies.ListAsync(default)).Value!.Select(policy => policy.Id).ToArray());
        Assert.Equal(3, Asked("GET /licensing/billingPolicies"));
    }

    [Fact]
    public async Task Environments_Join_Move_AndLeave()
    {
        Fill();
        Platform.Policies["p1"] = new PolicyState { Name = "Plan 1", Subscription = Subscription, ResourceGroup = "rg-copilot" };
        Platform.Policies["p2"] = new PolicyState { Name = "Plan 2", Subscription = Subscription, ResourceGroup = "rg-copilot" };

        Assert.Null(await Policies.AddEnvironmentsAsync("p1", [Service, Sales], default));
        Assert.Null(await Policies.AddEnvironmentsAsync("p2", [Sales], default));

        Assert.Equal(Service, Assert.Single((await Policies.ListEnvironmentsAsync("p1", default)).Value!).EnvironmentId);
        Assert.Equal("p2", (await Policies.FindOfEnvironmentAsync(Sales, default)).Value!.Id);
        Assert.Null(await Policies.RemoveEnvironmentsAsync("p2", [Sales], default));
        Assert.Equal(AzureFailureKind.NotFound, (await Policies.FindOfEnvironmentAsync(Sales, default)).Failure!.Kind);
    }

    [Fact]
    public async Task Environment_OfAnotherRegion_IsRefused_WithTheServicesWords()
    {
        Fill().Location = "unitedstates";
        Platform.Policies["p1"] = new PolicyState { Name = "Plan 1", Subscription = Subscription, ResourceGroup = "rg-copilot" };

        var refused = await Policies.AddEnvironmentsAsync("p1", [Service], default);

        Assert.Equal((AzureFailureKind.Rejected, "InvalidRequest"), (refused!.Kind, refused.Code));
        Assert.Contains("of another region", refused.Reason, StringComparison.Ordinal);
        Assert.Empty(Platform.Policies["p1"].Environments);
    }

    [Fact]
    public async Task Policy_WithoutTheProvider_IsForbidden()
    {
        var refused = (await Policies.CreateAsync(s_policy, default)).Failure!;

        Assert.Equal((AzureFailureKind.Forbidden, "AzureResourceNotCreated"), (refused.Kind, refused.Code));
    }

    // Two plans of one name would be two plans.
    [Theory]
    [InlineData(FaultKind.Fail, 1)]
    [InlineData(FaultKind.CutAfter, 1)]
    [InlineData(FaultKind.Throttle, 2)]
    public async Task Policy_IsMadeOnce_WhateverBecomesOfTheAnswer(FaultKind fault, int asked)
    {
        State.Subscriptions[Subscription].Provider = "Registered";
        State.Faults.Order(fault, "/billingPolicies", 1, TimeSpan.FromSeconds(1), "POST");

        var answer = await Policies.CreateAsync(s_policy, default);

        Assert.Equal(asked, Asked("POST /licensing/billingPolicies"));
        Assert.Equal(fault is FaultKind.Throttle, answer.Value is not null);
        Assert.Equal(fault is FaultKind.Fail ? 0 : 1, Platform.Policies.Count);
    }

    [Fact]
    public async Task Reads_AreTriedAgain()
    {
        State.Faults.Order(FaultKind.Cut, "/billingPolicies", 2);

        Assert.NotNull((await Policies.ListAsync(default)).Value);
        Assert.Equal(3, Asked("GET /licensing/billingPolicies"));
    }

    [Theory]
    [InlineData(FaultKind.Fail, AzureFailureKind.Unavailable, "Power Platform fails with 500: Something went wrong. (InternalServerError)", 4)]
    [InlineData(FaultKind.Cut, AzureFailureKind.Unavailable, "Power Platform cannot be reached.", 4)]
    [InlineData(FaultKind.Slow, AzureFailureKind.Unavailable, "Power Platform did not answer in time.", 4)]
    [InlineData(FaultKind.Malformed, AzureFailureKind.Malformed, "Power Platform answered what cannot be read.", 1)]
    public async Task LastingFault_IsAReasonThatNamesTheService_AfterABoundedNumberOfTries(FaultKind kind, AzureFailureKind expected, string reason, int asked)
    {
        State.Faults.Order(kind, "/billingPolicies", int.MaxValue, TimeSpan.FromSeconds(30));

        var answer = await Policies.ListAsync(default);

        Assert.Null(answer.Value);
        Assert.Equal((expected, reason), (answer.Failure!.Kind, answer.Failure.Reason));
        Assert.Equal(asked, Asked("GET /licensing/billingPolicies"));
    }

    [Fact]
    public async Task NoIdentity_IsToldAsThat()
    {
        State.Tokens.Refuses = true;
        State.Tokens.ExpireAll();

        Assert.Equal(AzureFailureKind.NotSignedIn, (await Policies.ListAsync(default)).Failure!.Kind);
    }

    [Fact]
    public async Task Token_ThatEnds_IsAskedForAnew()
    {
        await Policies.ListAsync(default);
        State.Tokens.ExpireAll();

        Assert.NotNull((await Policies.ListAsync(default)).Value);
        Assert.Equal(2, State.Tokens.Given);
    }

    [Fact]
    public async Task NextPageElsewhere_IsNotFollowed()
    {
        State.Recorded["/licensing/billingPolicies"] = System.Text.Json.Nodes.JsonNode.Parse("""{"value":[],"@odata.nextLink":"https://elsewhere.example/next"}""")!;

        var failure = (await Policies.ListAsync(default)).Failure!;

        Assert.Equal((AzureFailureKind.Malformed, "Power Platform named a next page at another address."), (failure.Kind, failure.Reason));
    }
}

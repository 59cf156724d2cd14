using CopilotCapacity.Azure.Resources;
using CopilotCapacity.AzureStandIn;

namespace CopilotCapacity.Azure.Tests;

public sealed class ResourceManagerTests : AzureUnderTest
{
    private ResourceManagerClient Resources => Client<ResourceManagerClient>();

    [Fact]
    public async Task Subscriptions_AreReadOverAllPages()
    {
        foreach (var name in new[] { "B", "C", "D", "E" })
        {
            State.Subscriptions[Guid.NewGuid().ToString()] = new SubscriptionState { Name = name, State = name is "E" ? "Disabled" : "Enabled" };
        }

        var subscriptions = (await Resources.ListSubscriptionsAsync(default)).Value!;

        Assert.Equal(["Contoso pay-as-you-go", "B", "C", "D", "E"], subscriptions.Select(subscription => subscription.DisplayName).ToArray());
        Assert.Equal(4, subscriptions.Count(subscription => subscription.IsEnabled));
        Assert.Equal(3, State.Faults.Requests.Count(request => request is "GET /subscriptions"));
    }

    [Fact]
    public async Task ResourceGroups_AndAccounts_AreThoseOfTheSubscription()
    {
        State.Subscriptions[Subscription].Accounts.Add(("rg-copilot", "azure-europe"));

        var group = Assert.Single((await Resources.ListResourceGroupsAsync(Subscription, default)).Value!);
        var account = Assert.Single((await Resources.ListAccountsAsync(Subscription, "rg-copilot", default)).Value!);

        Assert.Equal(("rg-copilot", "westeurope"), (group.Name, group.Location));
        Assert.EndsWith("/accounts/azure-europe", account.Id, StringComparison.Ordinal);
        Assert.Equal(AzureFailureKind.NotFound, (await Resources.ListResourceGroupsAsync(Guid.NewGuid().ToString(), default)).Failure!.Kind);
    }

    [Fact]
    public async Task Provider_IsRegistered_WhereTheRightIsThere()
    {
        Assert.False((await Resources.FindProviderAsync(Subscription, default)).Value!.IsRegistered);
        Assert.Equal("Registering", (await Resources.RegisterProviderAsync(Subscription, default)).Value!.RegistrationState);
        State.Subscriptions[Subscription].Provider = "Registered";
        Assert.True((await Resources.FindProviderAsync(Subscription, default)).Value!.IsRegistered);

        State.Subscriptions[Subscription].MayWrite = false;
        var refused = (await Resources.RegisterProviderAsync(Subscription, default)).Failure!;
        Assert.Equal(AzureFailureKind.Forbidden, refused.Kind);
        Assert.Contains("does not have authorization", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rights_AreThoseOfAllRoles_LessWhatIsTakenOff()
    {
        var contributor = Assert.Single((await Client<ResourceManagerClient>().ListPermissionsAsync(Subscription, "rg-copilot", default)).Value!);
        State.Subscriptions[Subscription].MayWrite = false;
        var reader = Assert.Single((await Client<ResourceManagerClient>().ListPermissionsAsync(Subscription, "rg-copilot", default)).Value!);

        Assert.True(contributor.Gives("Microsoft.PowerPlatform/accounts/write"));
        Assert.False(contributor.Gives("Microsoft.Authorization/roleAssignments/write"));
        Assert.False(reader.Gives("Microsoft.PowerPlatform/accounts/write"));
        Assert.True(reader.Gives("Microsoft.Consumption/budgets/read"));
        Assert.Equal(AzureFailureKind.NotFound, (await Client<ResourceManagerClient>().ListPermissionsAsync(Subscription, "rg-other", default)).Failure!.Kind);
    }
}

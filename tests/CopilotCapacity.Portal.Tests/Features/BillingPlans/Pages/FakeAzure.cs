using CopilotCapacity.Azure;
using CopilotCapacity.Azure.Resources;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.BillingPlans.Pages;

namespace CopilotCapacity.Portal.Tests.Features.BillingPlans.Pages;

/// <summary>An Azure directory in memory; not connected unless it is said to be.</summary>
internal sealed class FakeAzure : IAzureDirectory
{
    public bool Connected { get; set; }

    public AzureFailure? Failure { get; set; }

    public string Provider { get; set; } = "NotRegistered";

    public bool IsConnected(TenantId tenant) => Connected;

    public Task<AzureAnswer<IReadOnlyList<AzureSubscription>>> SubscriptionsAsync(TenantId tenant, CancellationToken cancellationToken) => Answer<IReadOnlyList<AzureSubscription>>(
        [new("1a2b3c4d-0000-0000-0000-000000000001", "Contoso", "Enabled", null), new("1a2b3c4d-0000-0000-0000-000000000002", "Old", "Disabled", null)]);

    public Task<AzureAnswer<IReadOnlyList<AzureResourceGroup>>> ResourceGroupsAsync(TenantId tenant, string subscription, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<AzureResourceGroup>>([new("/x", "rg-copilot", "westeurope")]);

    public Task<AzureAnswer<AzureProvider>> ProviderAsync(TenantId tenant, string subscription, CancellationToken cancellationToken) =>
        Answer(new AzureProvider(AzureProvider.PowerPlatform, Provider));

    public bool MayWrite { get; set; } = true;

    public Task<AzureAnswer<IReadOnlyList<AzureRights>>> RightsAsync(TenantId tenant, string subscription, string resourceGroup, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<AzureRights>>([new([MayWrite ? "*" : "*/read"], [])]);

    public Task<AzureAnswer<AzureProvider>> RegisterAsync(TenantId tenant, string subscription, CancellationToken cancellationToken)
    {
        Provider = "Registering";
        return ProviderAsync(tenant, subscription, cancellationToken);
    }

    private Task<AzureAnswer<T>> Answer<T>(T value)
        where T : class => Task.FromResult(new AzureAnswer<T>(Failure is null ? value : null, Failure));
}

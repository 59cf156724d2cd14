using CopilotCapacity.Azure;
using CopilotCapacity.Azure.Resources;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Access;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Features.BillingPlans.Pages;

/// <summary>What Azure has for the billing plans of a tenant.</summary>
public interface IAzureDirectory
{
    /// <summary>Whether the credential sees the subscriptions of a tenant.</summary>
    bool IsConnected(TenantId tenant);

    /// <summary>The subscriptions that the credential can see.</summary>
    Task<AzureAnswer<IReadOnlyList<AzureSubscription>>> SubscriptionsAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>The resource groups of a subscription.</summary>
    Task<AzureAnswer<IReadOnlyList<AzureResourceGroup>>> ResourceGroupsAsync(TenantId tenant, string subscription, CancellationToken cancellationToken);

    /// <summary>The provider that plans need, as it stands in a subscription.</summary>
    Task<AzureAnswer<AzureProvider>> ProviderAsync(TenantId tenant, string subscription, CancellationToken cancellationToken);

    /// <summary>What the credential may do in a resource group.</summary>
    Task<AzureAnswer<IReadOnlyList<AzureRights>>> RightsAsync(TenantId tenant, string subscription, string resourceGroup, CancellationToken cancellationToken);

    /// <summary>Registers the provider in a subscription.</summary>
    Task<AzureAnswer<AzureProvider>> RegisterAsync(TenantId tenant, string subscription, CancellationToken cancellationToken);
}

/// <summary>Asks Azure on behalf of the person in the circuit: only for the tenant that its subscriptions belong to, and only for who may set up plans there.</summary>
internal sealed class AzureDirectory(ResourceManagerClient resources, IOptions<AzureOptions> options, CurrentPerson current) : IAzureDirectory
{
    private static readonly AzureFailure s_notYours = new(AzureFailureKind.Forbidden, "Only an administrator of the tenant may look into its subscriptions.");

    public bool IsConnected(TenantId tenant) => options.Value is { Enabled: true, Tenant: { } own } && own == tenant.Value;

    public Task<AzureAnswer<IReadOnlyList<AzureSubscription>>> SubscriptionsAsync(TenantId tenant, CancellationToken cancellationToken) =>
        AskAsync(tenant, () => resources.ListSubscriptionsAsync(cancellationToken), cancellationToken);

    public Task<AzureAnswer<IReadOnlyList<AzureResourceGroup>>> ResourceGroupsAsync(TenantId tenant, string subscription, CancellationToken cancellationToken) =>
        AskAsync(tenant, () => resources.ListResourceGroupsAsync(subscription, cancellationToken), cancellationToken);

    public Task<AzureAnswer<AzureProvider>> ProviderAsync(TenantId tenant, string subscription, CancellationToken cancellationToken) =>
        AskAsync(tenant, () => resources.FindProviderAsync(subscription, cancellationToken), cancellationToken);

    public Task<AzureAnswer<IReadOnlyList<AzureRights>>> RightsAsync(TenantId tenant, string subscription, string resourceGroup, CancellationToken cancellationToken) =>
        AskAsync(tenant, () => resources.ListPermissionsAsync(subscription, resourceGroup, cancellationToken), cancellationToken);

    public Task<AzureAnswer<AzureProvider>> RegisterAsync(TenantId tenant, string subscription, CancellationToken cancellationToken) =>
        AskAsync(tenant, () => resources.RegisterProviderAsync(subscription, cancellationToken), cancellationToken);

    private async Task<AzureAnswer<T>> AskAsync<T>(TenantId tenant, Func<Task<AzureAnswer<T>>> ask, CancellationToken cancellationToken)
        where T : class =>
        IsConnected(tenant) && await current.MayAsync(Operation.ChangeCapacity, tenant, cancellationToken: cancellationToken) ? await ask() : s_notYours;
}

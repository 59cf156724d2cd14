using CopilotCapacity.Azure.Http;

namespace CopilotCapacity.Azure.Resources;

/// <summary>An Azure subscription that the credential can see.</summary>
/// <param name="SubscriptionId">Its id.</param>
/// <param name="DisplayName">Its name.</param>
/// <param name="State">Such as Enabled, Disabled, Warned or PastDue.</param>
/// <param name="TenantId">The directory it trusts.</param>
public sealed record AzureSubscription(string SubscriptionId, string DisplayName, string State, string? TenantId)
{
    /// <summary>Whether it can pay.</summary>
    public bool IsEnabled => string.Equals(State, "Enabled", StringComparison.OrdinalIgnoreCase);
}

/// <summary>A resource group of a subscription.</summary>
/// <param name="Id">Its resource id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Location">Its Azure region.</param>
public sealed record AzureResourceGroup(string Id, string Name, string Location);

/// <summary>A resource provider in a subscription.</summary>
/// <param name="Namespace">Its name.</param>
/// <param name="RegistrationState">NotRegistered, Registering, Registered, Unregistering or Unregistered.</param>
public sealed record AzureProvider(string Namespace, string RegistrationState)
{
    /// <summary>The provider that billing plans need.</summary>
    public const string PowerPlatform = "Microsoft.PowerPlatform";

    /// <summary>Whether it can be used.</summary>
    public bool IsRegistered => string.Equals(RegistrationState, "Registered", StringComparison.OrdinalIgnoreCase);
}

/// <summary>The Azure resource of a billing plan, to which its usage is metered.</summary>
/// <param name="Id">Its resource id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Location">Its Azure region.</param>
/// <param name="Tags">Its tags, by which cost can be split.</param>
public sealed record AzureAccount(string Id, string Name, string Location, IReadOnlyDictionary<string, string>? Tags);

/// <summary>What a role gives: actions with <c>*</c> for any, and those taken off again.</summary>
/// <param name="Actions">What is given.</param>
/// <param name="NotActions">What is taken off.</param>
public sealed record AzureRights(IReadOnlyList<string>? Actions, IReadOnlyList<string>? NotActions)
{
    /// <summary>Whether it lets an action be done, such as <c>Microsoft.PowerPlatform/accounts/write</c>.</summary>
    public bool Gives(string action) => Actions?.Any(given => Matches(given, action)) == true && NotActions?.Any(taken => Matches(taken, action)) != true;

    private static bool Matches(string pattern, string action)
    {
        var parts = pattern.Split('*');
        if (parts.Length == 1)
        {
            return string.Equals(pattern, action, StringComparison.OrdinalIgnoreCase);
        }

        if (!action.StartsWith(parts[0], StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var at = parts[0].Length;
        foreach (var part in parts[1..^1])
        {
            var found = action.IndexOf(part, at, StringComparison.OrdinalIgnoreCase);
            if (found < 0)
            {
                return false;
            }

            at = found + part.Length;
        }

        return action.Length - at >= parts[^1].Length && action.EndsWith(parts[^1], StringComparison.OrdinalIgnoreCase);
    }
}

/// <summary>Azure Resource Manager: what a billing plan needs to know of a subscription.</summary>
public sealed class ResourceManagerClient(AzureHttp http)
{
    private const string Subscriptions = "2022-12-01";
    private const string Resources = "2021-04-01";
    private const string Accounts = "2020-10-30-preview";
    private const string Permissions = "2022-04-01";

    /// <summary>The subscriptions that the credential can see.</summary>
    public Task<AzureAnswer<IReadOnlyList<AzureSubscription>>> ListSubscriptionsAsync(CancellationToken cancellationToken) =>
        http.ListAsync<AzureSubscription>($"/subscriptions?api-version={Subscriptions}", cancellationToken);

    /// <summary>The resource groups of a subscription.</summary>
    public Task<AzureAnswer<IReadOnlyList<AzureResourceGroup>>> ListResourceGroupsAsync(string subscription, CancellationToken cancellationToken) =>
        http.ListAsync<AzureResourceGroup>($"{Of(subscription)}/resourcegroups?api-version={Resources}", cancellationToken);

    /// <summary>Whether the provider that billing plans need is registered.</summary>
    public Task<AzureAnswer<AzureProvider>> FindProviderAsync(string subscription, CancellationToken cancellationToken) =>
        http.GetAsync<AzureProvider>($"{Of(subscription)}/providers/{AzureProvider.PowerPlatform}?api-version={Resources}", cancellationToken);

    /// <summary>Registers the provider; it takes minutes until that is done.</summary>
    public Task<AzureAnswer<AzureProvider>> RegisterProviderAsync(string subscription, CancellationToken cancellationToken) =>
        http.SendAsync<AzureProvider>(HttpMethod.Post, $"{Of(subscription)}/providers/{AzureProvider.PowerPlatform}/register?api-version={Resources}", null, cancellationToken);

    /// <summary>The resources of billing plans in a resource group.</summary>
    public Task<AzureAnswer<IReadOnlyList<AzureAccount>>> ListAccountsAsync(string subscription, string resourceGroup, CancellationToken cancellationToken) =>
        http.ListAsync<AzureAccount>(
            $"{Of(subscription)}/resourceGroups/{Uri.EscapeDataString(resourceGroup)}/providers/{AzureProvider.PowerPlatform}/accounts?api-version={Accounts}", cancellationToken);

    /// <summary>What the credential may do in a resource group, by all its roles.</summary>
    public Task<AzureAnswer<IReadOnlyList<AzureRights>>> ListPermissionsAsync(string subscription, string resourceGroup, CancellationToken cancellationToken) =>
        http.ListAsync<AzureRights>(
            $"{Of(subscription)}/resourceGroups/{Uri.EscapeDataString(resourceGroup)}/providers/Microsoft.Authorization/permissions?api-version={Permissions}", cancellationToken);

    private static string Of(string subscription) => $"/subscriptions/{Uri.EscapeDataString(subscription)}";
}

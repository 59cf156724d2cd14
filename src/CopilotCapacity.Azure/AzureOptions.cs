namespace CopilotCapacity.Azure;

/// <summary>How the portal reaches Azure. Off while no management address is set.</summary>
public sealed class AzureOptions : ServiceOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Azure";

    /// <summary>Whether Azure is asked at all.</summary>
    public bool Enabled { get; set; }

    /// <summary>
    /// The tenant of this portal to which the subscriptions belong that the credential sees. Nobody else's administrators are shown
    /// them; their plans are the portal's own.
    /// </summary>
    public Guid? Tenant { get; set; }

    /// <summary>Azure Resource Manager; another address for a national cloud or a stand-in.</summary>
    public Uri ManagementAddress { get; set; } = new("https://management.azure.com");

    /// <summary>What a token is asked for; null for the management address itself.</summary>
    public string? Scope { get; set; }

    /// <summary>
    /// The client id of a managed identity that is not the machine's only one; null for that one. What else signs in comes from the
    /// environment, never from these settings.
    /// </summary>
    public string? ManagedIdentityClientId { get; set; }
}

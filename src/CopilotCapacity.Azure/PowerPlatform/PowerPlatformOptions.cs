namespace CopilotCapacity.Azure.PowerPlatform;

/// <summary>How the portal reaches the Power Platform licensing API. Off until it is enabled.</summary>
public sealed class PowerPlatformOptions : ServiceOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "PowerPlatform";

    /// <summary>Whether Power Platform is asked at all.</summary>
    public bool Enabled { get; set; }

    /// <summary>The tenant of this portal whose environments the credential sees. Nobody else's are asked for.</summary>
    public Guid? Tenant { get; set; }

    /// <summary>The Power Platform API; another address for a national cloud or a stand-in.</summary>
    public Uri Address { get; set; } = new("https://api.powerplatform.com");

    /// <summary>What a token is asked for; null for the address itself.</summary>
    public string? Scope { get; set; }

    /// <summary>
    /// The version under which limits of agents are written. The documented one, 2024-10-01, answers 200 and stores the limit, but was
    /// seen not to enforce it; the admin center itself writes with this one.
    /// </summary>
    public string ThresholdVersion { get; set; } = "1";
}

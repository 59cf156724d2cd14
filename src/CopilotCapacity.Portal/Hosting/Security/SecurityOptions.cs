namespace CopilotCapacity.Portal.Hosting.Security;

/// <summary>How the portal defends its doors, section <c>Security</c>.</summary>
public sealed class SecurityOptions
{
    /// <summary>The name of the settings section.</summary>
    public const string Section = "Security";

    /// <summary>
    /// Whether people reach the portal by HTTPS only, itself or through a proxy: then cookies are bound to the host and browsers
    /// are told to come back by HTTPS. Null: as the addresses of <c>Urls</c> say.
    /// </summary>
    public bool? Https { get; set; }

    /// <summary>Addresses of proxies whose <c>X-Forwarded-*</c> headers are believed; nobody else's are.</summary>
    public string[] KnownProxies { get; set; } = [];

    /// <summary>How many open pages one person may have. 1 to 10,000.</summary>
    public int CircuitsPerPerson { get; set; } = 50;

    /// <summary>Requests a second of one key to usage and quota routes. 1 to 1,000,000.</summary>
    public int UsageRequestsPerSecond { get; set; } = 100_000;

    /// <summary>Requests a second of one key to all other routes. 1 to 1,000,000.</summary>
    public int OtherRequestsPerSecond { get; set; } = 5_000;

    /// <summary>Requests a second of all keys of a tenant together. 1 to 1,000,000.</summary>
    public int TenantRequestsPerSecond { get; set; } = 200_000;

    /// <summary>Requests a minute of one address without a valid key or cookie, where something is to be guessed. 1 to 1,000,000.</summary>
    public int GuessesPerMinute { get; set; } = 300;

    /// <summary>What is wrong with the settings, a sentence each.</summary>
    internal IEnumerable<string> Problems()
    {
        foreach (var (name, value, max) in new[]
        {
            (nameof(CircuitsPerPerson), CircuitsPerPerson, 10_000),
            (nameof(UsageRequestsPerSecond), UsageRequestsPerSecond, 1_000_000),
            (nameof(OtherRequestsPerSecond), OtherRequestsPerSecond, 1_000_000),
            (nameof(TenantRequestsPerSecond), TenantRequestsPerSecond, 1_000_000),
            (nameof(GuessesPerMinute), GuessesPerMinute, 1_000_000),
        })
        {
            if (value < 1 || value > max)
            {
                yield return FormattableString.Invariant($"{Section}:{name} must be 1 to {max:N0}.");
            }
        }

        foreach (var proxy in KnownProxies.Where(proxy => !System.Net.IPAddress.TryParse(proxy, out _)))
        {
            yield return $"{Section}:KnownProxies: '{proxy}' is no IP address.";
        }
    }
}

namespace CopilotCapacity.Azure.PowerPlatform;

/// <summary>
/// The service's own words. What it says of its kinds is read as text, so that a kind it adds tomorrow makes no answer unreadable today.
/// </summary>
public static class PowerPlatformNames
{
    /// <summary>Copilot Credits: the entitlement and the currency kept the name that the unit had before September 2025.</summary>
    public const string CopilotCredits = "MCSMessages";

    /// <summary>The rule by which an environment draws on what is not allocated in the tenant.</summary>
    public const string TenantPool = "TenantPool";

    /// <summary>The rule by which what is over is billed to the environment's billing policy.</summary>
    public const string PayGo = "PayGo";

    /// <summary>The rule that only the newer model of rules knows; the documented list of allocations does not tell it.</summary>
    public const string Throttle = "Throttle";

    /// <summary>The code of a refusal: a published rule of an environment group owns the tenant pool's switch.</summary>
    public const string TenantPoolLockedByPolicy = "TenantPoolLockedByPolicy";

    /// <summary>The code of a refusal: a limit of an agent needs an allocation or the tenant pool behind it.</summary>
    public const string NoAvailableCapacitySource = "NoAvailableCapacitySource";

    /// <summary>The status of a billing policy that bills.</summary>
    public const string Enabled = "Enabled";

    /// <summary>The status of a billing policy that does not bill.</summary>
    public const string Disabled = "Disabled";

    internal static bool Same(string? left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}

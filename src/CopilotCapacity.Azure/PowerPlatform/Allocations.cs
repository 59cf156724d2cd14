using System.Text.Json.Serialization;

namespace CopilotCapacity.Azure.PowerPlatform;

/// <summary>A rule about what happens when an environment has used its allocation.</summary>
/// <param name="RuleType">Alert, PayGo, TenantPool, Deny or Throttle.</param>
/// <param name="Enabled">Whether it holds.</param>
public sealed record EnforcementRule(string RuleType, bool Enabled);

/// <summary>What is allocated to an environment, of each currency.</summary>
/// <param name="EnvironmentId">The environment.</param>
/// <param name="CurrencyAllocations">Its allocations.</param>
public sealed record EnvironmentAllocations(string EnvironmentId, IReadOnlyList<CurrencyAllocation>? CurrencyAllocations)
{
    /// <summary>What its entitlements say of it; empty where only the list by environment was read.</summary>
    [JsonIgnore]
    public IReadOnlyList<EnvironmentEntitlement> Entitlements { get; init; } = [];

    /// <summary>Its Copilot Credits; null when the service names none.</summary>
    public CurrencyAllocation? CopilotCredits => Of(PowerPlatformNames.CopilotCredits);

    /// <summary>Its allocation of one currency; null when the service names none.</summary>
    public CurrencyAllocation? Of(string currency) => CurrencyAllocations?.FirstOrDefault(allocation => PowerPlatformNames.Same(allocation.CurrencyType, currency));

    /// <summary>Whether the other says the same, in whatever order.</summary>
    public bool Says(EnvironmentAllocations other) =>
        CurrencyAllocations is { } own && other.CurrencyAllocations is { } others && own.Count == others.Count
        && own.All(allocation => other.Of(allocation.CurrencyType) is { } found && allocation.Says(found));
}

/// <summary>What is allocated of one currency.</summary>
/// <param name="CurrencyType">Which currency.</param>
/// <param name="Allocated">How much; null when the service does not say.</param>
/// <param name="AutoAllocated">What of it the service allocated by itself.</param>
/// <param name="EnforcementRules">The rules that stand there; one that is not named has the service's own default.</param>
public sealed record CurrencyAllocation(string CurrencyType, decimal? Allocated, decimal? AutoAllocated, IReadOnlyList<EnforcementRule>? EnforcementRules)
{
    /// <summary>Whether a rule holds; null when it is not named.</summary>
    public bool? Rule(string type) => EnforcementRules?.FirstOrDefault(rule => PowerPlatformNames.Same(rule.RuleType, type))?.Enabled;

    /// <summary>Whether the other says the same. What the service allocates by itself moves by itself, and is not looked at.</summary>
    public bool Says(CurrencyAllocation other) =>
        Allocated == other.Allocated && (EnforcementRules ?? []).Count == (other.EnforcementRules ?? []).Count
        && (EnforcementRules ?? []).All(rule => other.Rule(rule.RuleType) == rule.Enabled);
}

/// <summary>What an environment's Copilot Credits are to be; what is null stays as it is.</summary>
/// <param name="Quantity">How much is allocated.</param>
/// <param name="TenantPool">Whether it draws on the tenant pool.</param>
/// <param name="PayGo">Whether what is over is billed.</param>
public sealed record WantedAllocation(decimal? Quantity, bool? TenantPool, bool? PayGo);

/// <summary>What came of writing an allocation.</summary>
public enum AllocationWriteOutcome
{
    /// <summary>It stands there as wanted, and all else as before.</summary>
    Written,

    /// <summary>It stood there as wanted before; nothing was written.</summary>
    AlreadyThere,

    /// <summary>It is no longer what the caller had seen; nothing was written.</summary>
    ChangedSinceSeen,

    /// <summary>It was written, but something else stands there now: another writer was quicker or came right after.</summary>
    Lost,

    /// <summary>A published rule of an environment group owns the tenant pool's switch; nothing was written.</summary>
    LockedByPolicy,

    /// <summary>It was sent, and whether it took effect could not be found out.</summary>
    Unknown,

    /// <summary>It could not be read or was refused; nothing was written.</summary>
    Failed,
}

/// <summary>What came of writing an allocation.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Found">What stands there now, as far as it was read.</param>
/// <param name="Failure">Why it failed; null when the service did not fail.</param>
public sealed record AllocationWrite(AllocationWriteOutcome Outcome, EnvironmentAllocations? Found, AzureFailure? Failure);

/// <summary>What can still be allocated.</summary>
/// <param name="EntitlementAllocationsAvailable">Of each entitlement.</param>
public sealed record AllocationAvailability(IReadOnlyList<AvailableEntitlement>? EntitlementAllocationsAvailable)
{
    /// <summary>Of Copilot Credits; null when the service does not say.</summary>
    public decimal? CopilotCredits => EntitlementAllocationsAvailable?.FirstOrDefault(
        available => PowerPlatformNames.Same(available.EntitlementId, PowerPlatformNames.CopilotCredits))?.AvailableQuantity;
}

/// <summary>What can still be allocated of one entitlement.</summary>
/// <param name="EntitlementId">Which entitlement.</param>
/// <param name="AvailableQuantity">How much.</param>
/// <param name="Unit">Count for credits.</param>
public sealed record AvailableEntitlement(string? EntitlementId, decimal? AvailableQuantity, string? Unit);

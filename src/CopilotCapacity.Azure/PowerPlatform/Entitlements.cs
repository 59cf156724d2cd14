namespace CopilotCapacity.Azure.PowerPlatform;

/// <summary>What a tenant is entitled to, as Power Platform knows it.</summary>
/// <param name="EntitlementId">Which entitlement.</param>
/// <param name="Entitlement">Its figures.</param>
public sealed record TenantEntitlement(string EntitlementId, TenantEntitlementDetail? Entitlement);

/// <summary>The figures of a tenant's entitlement.</summary>
/// <param name="Unit">Count for credits.</param>
/// <param name="Capacity">What is prepaid.</param>
/// <param name="PayGo">What is paid as you go.</param>
public sealed record TenantEntitlementDetail(string? Unit, TenantCapacity? Capacity, PayGoEntitlement? PayGo);

/// <summary>What a tenant has prepaid; figures that the service leaves out are not known, and not zero.</summary>
/// <param name="Entitled">What all licences come to.</param>
/// <param name="Consumed">What was used of it.</param>
/// <param name="Allocated">What is allocated to environments.</param>
/// <param name="AvailableQuantity">What is left to allocate.</param>
/// <param name="Status">WithinCapacity, Overage or CoveredOverage (overage that something else pays).</param>
/// <param name="Licenses">The packs and licences that it comes from.</param>
public sealed record TenantCapacity(
    EntitledQuantity? Entitled, ConsumedQuantity? Consumed, AllocatedQuantity? Allocated, decimal? AvailableQuantity, string? Status, IReadOnlyList<CapacityLicense>? Licenses);

/// <summary>What is paid as you go.</summary>
/// <param name="Entitled">Always zero for credits: there is no limit to it.</param>
/// <param name="Consumed">What was billed or is to be.</param>
public sealed record PayGoEntitlement(EntitledQuantity? Entitled, ConsumedQuantity? Consumed);

/// <summary>An amount that licences give.</summary>
/// <param name="Value">The amount.</param>
public sealed record EntitledQuantity(decimal? Value);

/// <summary>An amount that was used.</summary>
/// <param name="Value">The amount.</param>
/// <param name="ConsumptionType">Snapshot, a state about a day old, or MonthToDate.</param>
/// <param name="LastUpdatedOn">As of when; usually the day before, and recent days are revised later.</param>
/// <param name="WriteOff">What of it was forgiven.</param>
public sealed record ConsumedQuantity(decimal? Value, string? ConsumptionType, DateTimeOffset? LastUpdatedOn, decimal? WriteOff);

/// <summary>An amount that is allocated.</summary>
/// <param name="Value">The amount.</param>
/// <param name="AutoAllocated">What of it the service allocated by itself.</param>
public sealed record AllocatedQuantity(decimal? Value, decimal? AutoAllocated);

/// <summary>A licence that gives capacity.</summary>
/// <param name="SkuId">What was bought.</param>
/// <param name="ProductName">Its name.</param>
/// <param name="LicenseQuantity">How many.</param>
/// <param name="Entitled">What they give together.</param>
/// <param name="LicenseTier">Paid, Trial or Internal.</param>
/// <param name="LicenseStatus">Such as Enabled.</param>
/// <param name="NextLifecycleDate">When its status changes next.</param>
/// <param name="IsUnlimited">Whether it gives without limit.</param>
public sealed record CapacityLicense(
    string? SkuId, string? ProductName, int? LicenseQuantity, EntitledQuantity? Entitled, string? LicenseTier, string? LicenseStatus, DateTimeOffset? NextLifecycleDate, bool? IsUnlimited);

/// <summary>An entitlement of one environment, with what Power Platform knows of the environment.</summary>
/// <param name="EntitlementId">Which entitlement.</param>
/// <param name="EnvironmentId">The environment.</param>
/// <param name="EnvironmentName">Its name.</param>
/// <param name="EnvironmentType">Production, Sandbox, Trial, Default, Developer, Teams and others.</param>
/// <param name="Location">Its region.</param>
/// <param name="IsManagedEnvironment">Whether it is a managed environment.</param>
/// <param name="Scenario">M365CopilotChat for the pseudo-environment that carries Copilot Chat; None for a real one.</param>
/// <param name="Entitlement">Its figures.</param>
public sealed record EnvironmentEntitlement(
    string? EntitlementId, string? EnvironmentId, string? EnvironmentName, string? EnvironmentType, string? Location, bool? IsManagedEnvironment, string? Scenario, EnvironmentEntitlementDetail? Entitlement);

/// <summary>The figures of an environment's entitlement.</summary>
/// <param name="Unit">Count for credits.</param>
/// <param name="Capacity">What is prepaid.</param>
/// <param name="PayGo">What is paid as you go.</param>
public sealed record EnvironmentEntitlementDetail(string? Unit, EnvironmentCapacity? Capacity, PayGoEntitlement? PayGo);

/// <summary>What is prepaid for an environment.</summary>
/// <param name="Allocated">What is allocated to it.</param>
/// <param name="Consumed">What it used; a snapshot about a day old.</param>
/// <param name="AvailableQuantity">What it has left.</param>
/// <param name="Status">WithinCapacity, Overage or CoveredOverage.</param>
/// <param name="EnforcementRules">What happens when it has used its allocation.</param>
public sealed record EnvironmentCapacity(
    AllocatedQuantity? Allocated, ConsumedQuantity? Consumed, decimal? AvailableQuantity, string? Status, IReadOnlyList<EnforcementRule>? EnforcementRules);

/// <summary>What a tenant has of one currency, summed up.</summary>
/// <param name="CurrencyType">Which currency.</param>
/// <param name="Purchased">What was bought.</param>
/// <param name="Allocated">What is allocated.</param>
/// <param name="Consumed">What was used.</param>
public sealed record CurrencyReport(string? CurrencyType, long? Purchased, long? Allocated, CurrencyConsumption? Consumed);

/// <summary>What was used of a currency.</summary>
/// <param name="UnitsConsumed">The units.</param>
/// <param name="LastUpdatedDay">As of which day.</param>
public sealed record CurrencyConsumption(long? UnitsConsumed, DateTimeOffset? LastUpdatedDay);

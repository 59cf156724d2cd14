using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Portal.Features.Overview;

/// <summary>Everything the overview page shows of one tenant, read at one ledger sequence number.</summary>
public sealed record TenantOverview
{
    public required TenantId Tenant { get; init; }

    public required string TenantName { get; init; }

    /// <summary>True for a rehearsal tenant: <see cref="AsOf"/> is then its test clock.</summary>
    public required bool IsRehearsal { get; init; }

    public required CurrencyCode Currency { get; init; }

    public required Period Period { get; init; }

    /// <summary>The ledger sequence number all figures belong to.</summary>
    public required long Sequence { get; init; }

    /// <summary>The tenant's time at which the figures were read.</summary>
    public required DateTimeOffset AsOf { get; init; }

    public required int LowThresholdPercent { get; init; }

    public required Credits Entitled { get; init; }

    /// <summary>The backed part of all allocations.</summary>
    public required Credits Allocated { get; init; }

    public required Credits PoolSize { get; init; }

    public required Credits PoolLeft { get; init; }

    /// <summary>Prepaid credits burnt in this period.</summary>
    public required Credits Consumed { get; init; }

    public required Credits Held { get; init; }

    public required Credits Left { get; init; }

    public required Credits Unfunded { get; init; }

    /// <summary>What the pane of one environment says of the tenant.</summary>
    public TenantCredits TenantCredits => new(PoolLeft, LowThresholdPercent, MicrosoftCutOff.Of(Entitled, Consumed, Unfunded), Period, AsOf) { FromHistory = FromHistory };

    /// <summary>Message packs in force.</summary>
    public required long MessagePacks { get; init; }

    /// <summary>Pay-as-you-go of the period; null when the tenant has no billing plan.</summary>
    public required OverviewPayAsYouGo? PayAsYouGo { get; init; }

    /// <summary>Prepaid credits left at the end of each day so far (UTC), the first point at the period's start.</summary>
    public required IReadOnlyList<BurnDownPoint> BurnDown { get; init; }

    /// <summary>What will be used of what counts for Microsoft's line, from the history; null while that is too short.</summary>
    public UseForecast? FromHistory { get; init; }

    /// <summary>What will be left of prepaid credits; null when that cannot be told.</summary>
    public PrepaidOutlook? Prepaid { get; init; }

    /// <summary>All environments that are not retired, in the order they were created.</summary>
    public required IReadOnlyList<OverviewEnvironment> Environments { get; init; }

    /// <summary>Whether whoever looks may also allocate.</summary>
    public required bool MayChangeCapacity { get; init; }
}

/// <summary>Pay-as-you-go of a tenant in the period.</summary>
/// <param name="Credits">Credits paid as you go.</param>
/// <param name="Spend">What they cost.</param>
/// <param name="Budget">The budgets in force, added up; null when at least one enabled plan has none.</param>
/// <param name="HardStop">True when every budget stops at its amount.</param>
public sealed record OverviewPayAsYouGo(Credits Credits, Money Spend, Money? Budget, bool HardStop);

/// <summary>Prepaid credits left at an instant of the period.</summary>
public readonly record struct BurnDownPoint(DateTimeOffset At, Credits Left);

/// <summary>What a billing plan has for the environments on it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsEnabled">Whether it pays at all.</param>
/// <param name="Left">What its hard budget still buys; null when no hard stop limits it.</param>
/// <param name="Total">What its hard budget buys in all; null when no hard stop limits it.</param>
public sealed record PlanFunds(string Name, bool IsEnabled, Credits? Left, Credits? Total);

/// <summary>What an environment may draw on: the settings of its allocation.</summary>
/// <param name="Credits">Credits set aside for it each month.</param>
/// <param name="DrawsOnPool">Whether it may draw on the tenant pool beyond them.</param>
/// <param name="PayAsYouGo">Whether its billing plan may pay beyond both.</param>
public sealed record AllocationSettings(Credits Credits, bool DrawsOnPool, bool PayAsYouGo);

/// <summary>A tenant's credits, as far as the pane of one environment speaks of them.</summary>
/// <param name="PoolLeft">What the tenant pool has left.</param>
/// <param name="LowThresholdPercent">The used share from which on an environment is low.</param>
/// <param name="CutOff">Microsoft's own line; null when nothing is prepaid.</param>
/// <param name="Period">The running month.</param>
/// <param name="AsOf">The tenant's time at which it was read.</param>
public sealed record TenantCredits(Credits PoolLeft, int LowThresholdPercent, MicrosoftCutOff? CutOff, Period Period, DateTimeOffset AsOf)
{
    /// <summary>What will be used of what counts for Microsoft's line, from the history; null while that is too short.</summary>
    public UseForecast? FromHistory { get; init; }
}

/// <summary>One environment on the overview.</summary>
public sealed record OverviewEnvironment
{
    public required EnvironmentId Id { get; init; }

    public required string Name { get; init; }

    public required EnvironmentType Type { get; init; }

    public required string Region { get; init; }

    /// <summary>The cost centre that answers for it; null when none is named.</summary>
    public required string? CostCenter { get; init; }

    public required IReadOnlyList<ApplicationKind> Applications { get; init; }

    public required QuotaStatus Status { get; init; }

    /// <summary>The setting: credits set aside for the environment each month.</summary>
    public required Credits Allocation { get; init; }

    /// <summary>The part of <see cref="Allocation"/> that credits stand behind now.</summary>
    public required Credits Backed { get; init; }

    /// <summary>Changes with the allocation's settings; sent back with an edit to detect a stale one.</summary>
    public required int AllocationVersion { get; init; }

    public required Credits ConsumedFromAllocation { get; init; }

    public required Credits ConsumedFromPool { get; init; }

    public required Credits PayAsYouGoCredits { get; init; }

    public required Credits Unfunded { get; init; }

    /// <summary>What the environment can draw on now; the status, payers and figures come from it.</summary>
    public required Reach Reach { get; init; }

    /// <summary>The billing plan the environment is on; null when none.</summary>
    public required PlanFunds? Plan { get; init; }

    /// <summary>The setting: whether that plan may pay for the environment.</summary>
    public required bool PayAsYouGo { get; init; }

    /// <summary>The name of the billing plan; null when none.</summary>
    public string? BillingPlan => Plan?.Name;

    /// <summary>What it may draw on, as it is set.</summary>
    public AllocationSettings Settings => new(Allocation, Reach.DrawsOnPool, PayAsYouGo);

    /// <summary>What it will use, from its history; null while that is too short.</summary>
    public UseForecast? FromHistory { get; init; }

    /// <summary>When everything it can reach is used up, and how sure that is.</summary>
    public required Depletion RunsOut { get; init; }

    /// <summary>When that is likely; null when it lies after the period or cannot be said.</summary>
    public DateTimeOffset? RunsOutAt => RunsOut.At;
}

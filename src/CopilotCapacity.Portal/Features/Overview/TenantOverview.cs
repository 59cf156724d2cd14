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

    /// <summary>Message packs in force.</summary>
    public required long MessagePacks { get; init; }

    /// <summary>Pay-as-you-go of the period; null when the tenant has no billing plan.</summary>
    public required OverviewPayAsYouGo? PayAsYouGo { get; init; }

    /// <summary>Prepaid credits left at the end of each day so far (UTC), the first point at the period's start.</summary>
    public required IReadOnlyList<BurnDownPoint> BurnDown { get; init; }

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

    /// <summary>The name of the billing plan the environment is on; null when none.</summary>
    public required string? BillingPlan { get; init; }

    /// <summary>
    /// When everything it can reach is used up at this month's pace; null when that lies after the period or cannot be said.
    /// </summary>
    public required DateTimeOffset? RunsOutAt { get; init; }
}

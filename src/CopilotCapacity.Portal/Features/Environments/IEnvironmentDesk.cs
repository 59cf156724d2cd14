using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Overview;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Features.Environments;

/// <summary>A page of a tenant's environments.</summary>
/// <param name="TenantName">The tenant's name.</param>
/// <param name="Rows">The rows of the page, and how many match.</param>
/// <param name="Total">How many environments there are for whoever looks.</param>
/// <param name="TenantCredits">The tenant's credits, the running month, and the time at which all was read.</param>
/// <param name="Sequence">The ledger sequence number all figures belong to.</param>
/// <param name="MayChangeCapacity">Whether whoever looks may create environments and set allocations.</param>
public sealed record EnvironmentList(
    string TenantName, EnvironmentRows Rows, int Total, TenantCredits TenantCredits, long Sequence, bool MayChangeCapacity)
{
    /// <summary>The running month.</summary>
    public Period Period => TenantCredits.Period;

    /// <summary>The tenant's time at which it was read.</summary>
    public DateTimeOffset AsOf => TenantCredits.AsOf;

    /// <summary>The applications that are known but not linked; none for whoever looks after some environments alone.</summary>
    public IReadOnlyList<UnlinkedApplicationView> Unlinked { get; init; } = [];

    /// <summary>Where environments are, to choose from.</summary>
    public EnvironmentPlaces Places { get; init; } = EnvironmentPlaces.None;
}

/// <summary>The regions and cost centres that there are, each once and in order.</summary>
public sealed record EnvironmentPlaces(IReadOnlyList<string> Regions, IReadOnlyList<string> CostCenters)
{
    /// <summary>None.</summary>
    public static EnvironmentPlaces None { get; } = new([], []);

    /// <summary>Those of environments.</summary>
    public static EnvironmentPlaces Of(IReadOnlyList<OverviewEnvironment> environments) => new(
        [.. environments.Select(environment => environment.Region).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)],
        [
            .. environments.Select(environment => environment.CostCenter).OfType<string>()
                .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.CurrentCultureIgnoreCase),
        ]);
}

/// <summary>An environment whose allocation is to be changed, as it stood when it was chosen.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Allocation">Its allocation's number.</param>
/// <param name="Version">The version of the allocation, against which a stale change is told.</param>
public sealed record ChosenEnvironment(EnvironmentId Id, string Name, Credits Allocation, int Version)
{
    /// <summary>An environment as a page shows it.</summary>
    public static ChosenEnvironment Of(OverviewEnvironment environment) =>
        new(environment.Id, environment.Name, environment.Allocation, environment.AllocationVersion);
}

/// <summary>An allocation and the number it is to have.</summary>
public sealed record WantedAllocation(ChosenEnvironment Environment, Credits Credits);

/// <summary>What setting several allocations would do, or has done.</summary>
/// <param name="Id">The reallocation; null while it was only tried.</param>
/// <param name="PoolBefore">The tenant pool's size before.</param>
/// <param name="PoolAfter">Its size after.</param>
/// <param name="Statuses">The statuses before and after, of the environments concerned and of others that change.</param>
public sealed record BulkResult(ReallocationId? Id, Credits? PoolBefore, Credits? PoolAfter, IReadOnlyList<ReallocatedStatus> Statuses)
{
    /// <summary>The environments that were not chosen and whose status changes all the same, since they share the pool.</summary>
    public IReadOnlyList<OtherStatus> Others { get; init; } = [];
}

/// <summary>The status of an environment that was not chosen, before and after.</summary>
public sealed record OtherStatus(string Name, QuotaStatus Before, QuotaStatus After);

/// <summary>What came of a change: its result, or the sentence that says why there is none.</summary>
public sealed record BulkOutcome(BulkResult? Result, string? Refusal);

/// <summary>An allocation that a rebalance would change, and why.</summary>
/// <param name="Environment">The environment.</param>
/// <param name="Credits">The number it would have.</param>
/// <param name="Left">What is left of its allocation now.</param>
/// <param name="Need">What it will use until the month ends, at this month's pace, in whole credits.</param>
public sealed record RebalanceRow(ChosenEnvironment Environment, Credits Credits, Credits Left, Credits Need);

/// <summary>A proposal to move credits, as a page shows it.</summary>
public sealed record RebalanceView(IReadOnlyList<RebalanceRow> Rows, Credits FromPool, Credits Missing);

/// <summary>Environments for the pages that list and change them.</summary>
public interface IEnvironmentDesk
{
    /// <summary>A page of environments, filtered and sorted; null when there is no such tenant for whoever asks.</summary>
    Task<EnvironmentList?> ReadAsync(TenantId tenant, OverviewView view, CancellationToken cancellationToken);

    /// <summary>All environments that match, to choose them at once.</summary>
    Task<IReadOnlyList<ChosenEnvironment>> MatchingAsync(TenantId tenant, OverviewView view, CancellationToken cancellationToken);

    /// <summary>Proposes to move spare credits to where they will be missing; null when no pace can be told yet, or to whoever may not allocate.</summary>
    Task<RebalanceView?> ProposeAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>Creates an environment; gives null, or the sentence that says why not.</summary>
    Task<string?> CreateAsync(TenantId tenant, EnvironmentId id, EnvironmentDescription description, bool drawsOnPool, CancellationToken cancellationToken);
}

/// <summary>Sets several allocations by one decision.</summary>
public interface IBulkAllocations
{
    /// <summary>Tries what it would do; changes nothing.</summary>
    Task<BulkOutcome> TryAsync(TenantId tenant, IReadOnlyList<WantedAllocation> wanted, CancellationToken cancellationToken);

    /// <summary>Does it: all of it or nothing.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="id">The reallocation's id; a second request with the same id changes nothing.</param>
    /// <param name="wanted">The allocations.</param>
    /// <param name="reason">Why; null when it was not said.</param>
    /// <param name="cancellationToken">Cancels the asking, not the change.</param>
    Task<BulkOutcome> ApplyAsync(TenantId tenant, ReallocationId id, IReadOnlyList<WantedAllocation> wanted, string? reason, CancellationToken cancellationToken);

    /// <summary>Takes it back; gives null, or the sentence that says why not.</summary>
    Task<string?> UndoAsync(TenantId tenant, ReallocationId id, CancellationToken cancellationToken);
}

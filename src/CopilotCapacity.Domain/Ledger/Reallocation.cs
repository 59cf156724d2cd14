using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <summary>Identifies a reallocation within its tenant.</summary>
public readonly record struct ReallocationId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>Credits to move from one allocation to another.</summary>
/// <param name="From">The environment that gives; null for the tenant pool.</param>
/// <param name="To">The environment that takes; null for the tenant pool.</param>
/// <param name="Credits">Above zero.</param>
public readonly record struct AllocationMove(EnvironmentId? From, EnvironmentId? To, Credits Credits);

/// <summary>An allocation's number before and after a reallocation.</summary>
public sealed record AllocationChange(EnvironmentId Environment, Credits From, Credits To);

/// <summary>Several allocations were set by one decision; each of them is the last set.</summary>
public sealed record Reallocated(
    ReallocationId Id,
    ReallocationId? Undoes,
    string? Reason,
    IReadOnlyList<AllocationChange> Changes) : LedgerChange;

/// <summary>A reallocation that was made.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Sequence">Its ledger sequence number.</param>
/// <param name="Undoes">The reallocation it took back; null when it was none.</param>
/// <param name="Changes">The numbers it changed.</param>
public sealed record Reallocation(ReallocationId Id, long Sequence, ReallocationId? Undoes, IReadOnlyList<AllocationChange> Changes);

/// <summary>The number of one environment that a reallocation concerns, or of the tenant pool.</summary>
/// <param name="Environment">The environment; null for the pool.</param>
/// <param name="Before">Before the reallocation.</param>
/// <param name="After">After it.</param>
public readonly record struct ReallocatedNumber(EnvironmentId? Environment, Credits Before, Credits After);

/// <summary>The status of one environment before and after a reallocation.</summary>
public readonly record struct ReallocatedStatus(EnvironmentId Environment, QuotaStatus Before, QuotaStatus After);

/// <summary>What a reallocation does.</summary>
/// <param name="Id">Its id; null when it was only tried.</param>
/// <param name="Numbers">The numbers it concerns. The pool is among them when it was named or its size changes.</param>
/// <param name="Statuses">The statuses of the environments it concerns, and of others that it changes.</param>
public sealed record ReallocationResult(
    ReallocationId? Id,
    IReadOnlyList<ReallocatedNumber> Numbers,
    IReadOnlyList<ReallocatedStatus> Statuses);

using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Audit;

namespace CopilotCapacity.Portal.Features.Environments;

/// <summary>Sets several allocations on behalf of the person in the circuit, whose right is looked at anew each time.</summary>
internal sealed class BulkAllocations(Meter meter, CurrentPerson current, Meanwhile meanwhile) : IBulkAllocations
{
    public Task<BulkOutcome> TryAsync(TenantId tenant, IReadOnlyList<WantedAllocation> wanted, CancellationToken cancellationToken) =>
        ReallocateAsync(tenant, new ReallocationId(Guid.NewGuid()), wanted, null, isTrial: true, cancellationToken);

    public Task<BulkOutcome> ApplyAsync(
        TenantId tenant, ReallocationId id, IReadOnlyList<WantedAllocation> wanted, string? reason, CancellationToken cancellationToken) =>
        ReallocateAsync(tenant, id, wanted, reason, isTrial: false, cancellationToken);

    public async Task<string?> UndoAsync(TenantId tenant, ReallocationId id, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ChangeCapacity, tenant, cancellationToken: cancellationToken);
        return actor is null
            ? refusal
            : (await meter.ChangeAsync(tenant, actor, ledger => ledger.UndoReallocation(id, new ReallocationId(Guid.NewGuid())))).Refusal?.Detail;
    }

    private async Task<BulkOutcome> ReallocateAsync(
        TenantId tenant, ReallocationId id, IReadOnlyList<WantedAllocation> wanted, string? reason, bool isTrial, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ChangeCapacity, tenant, reason: reason, cancellationToken: cancellationToken);
        if (actor is null)
        {
            return new BulkOutcome(null, refusal);
        }

        EnvironmentId? stale = null;
        IReadOnlyList<OtherStatus> others = [];
        var outcome = await meter.ChangeAsync(tenant, actor, ledger =>
        {
            var result = Reallocate(ledger, id, wanted, reason, isTrial, out stale);
            others = result.Value is { } done ? OthersOf(ledger, done, wanted) : [];
            return result;
        });
        return outcome.Refusal is { } no
            ? new BulkOutcome(null, await meanwhile.SayAsync(tenant, (stale ?? default).Value, no, cancellationToken))
            : new BulkOutcome(ResultOf(outcome.Value!) with { Others = others }, null);
    }

    // The numbers were chosen looking at others; where these have changed since, they mean something else.
    private static Outcome<ReallocationResult> Reallocate(
        TenantLedger ledger, ReallocationId id, IReadOnlyList<WantedAllocation> wanted, string? reason, bool isTrial, out EnvironmentId? stale)
    {
        stale = null;
        var moves = new List<AllocationMove>(wanted.Count);
        foreach (var (chosen, credits) in wanted)
        {
            if (ledger.Find(chosen.Id) is not { RetiredAt: null } environment)
            {
                return Refusal.Conflict("changed_since", $"{chosen.Name} was retired meanwhile. Choose again.");
            }

            if (environment.AllocationVersion != chosen.Version)
            {
                stale = chosen.Id;
                return Refusal.Stale($"allocation of {chosen.Name}");
            }

            var grows = credits - environment.Allocation;
            if (grows.IsPositive)
            {
                moves.Add(new AllocationMove(null, chosen.Id, grows));
            }
            else if (grows < Credits.Zero)
            {
                moves.Add(new AllocationMove(chosen.Id, null, Credits.Zero - grows));
            }
        }

        return moves.Count == 0
            ? Refusal.Conflict("nothing_to_do", "These allocations have these numbers already.")
            : ledger.Reallocate(id, moves, reason, isTrial);
    }

    private static List<OtherStatus> OthersOf(TenantLedger ledger, ReallocationResult result, IReadOnlyList<WantedAllocation> wanted)
    {
        var chosen = wanted.Select(row => row.Environment.Id).ToHashSet();
        return
        [
            .. result.Statuses
                .Where(status => status.Before != status.After && !chosen.Contains(status.Environment))
                .Select(status => new OtherStatus(ledger.Find(status.Environment)?.Name ?? "", status.Before, status.After))
                .OrderBy(status => status.Name, StringComparer.Ordinal),
        ];
    }

    private static BulkResult ResultOf(ReallocationResult result)
    {
        var pool = result.Numbers.Where(number => number.Environment is null).Select(number => (ReallocatedNumber?)number).SingleOrDefault();
        return new BulkResult(result.Id, pool?.Before, pool?.After, result.Statuses);
    }
}

using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <content>Allocations that change by one decision.</content>
public sealed partial class TenantLedger
{
    private readonly Dictionary<ReallocationId, Reallocation> _reallocations = [];
    private readonly HashSet<ReallocationId> _undone = [];

    /// <summary>The reallocations that were made.</summary>
    public IReadOnlyCollection<Reallocation> Reallocations => _reallocations.Values;

    /// <summary>Finds a reallocation.</summary>
    public Reallocation? Find(ReallocationId id) => _reallocations.GetValueOrDefault(id);

    /// <summary>
    /// Moves credits between allocations and the tenant pool: all of it or nothing, judged by the net effect. An allocation
    /// whose number changes becomes the last set.
    /// </summary>
    /// <param name="id">The reallocation's id.</param>
    /// <param name="moves">The moves; their order does not matter.</param>
    /// <param name="reason">Why, in the words of who decided.</param>
    /// <param name="isTrial">When set, nothing is changed; the result shows what would be.</param>
    /// <returns>
    /// What was done, or in this order: a move that makes no sense, <c>unknown_environment</c>, <c>below_consumed</c>,
    /// <c>exceeds_entitlement</c> with what there is for allocations that grow.
    /// </returns>
    public Outcome<ReallocationResult> Reallocate(ReallocationId id, IReadOnlyList<AllocationMove> moves, string? reason, bool isTrial)
    {
        if (moves.Count == 0)
        {
            return Refusal.Invalid("moves", "invalid_request", "Say which credits go where.");
        }

        if (NetOf(moves, out var net) is { } senseless)
        {
            return senseless;
        }

        List<AllocationTarget> targets =
        [
            .. _environments.Values
                .Where(environment => net.ContainsKey(environment.Key))
                .OrderBy(environment => environment.Key)
                .Select(environment => TargetOf(environment, environment.Allocation + net[environment.Key])),
        ];
        var namesPool = moves.Any(move => move.From is null || move.To is null);
        return Reallocate(id, null, reason, targets, namesPool, isTrial);
    }

    /// <summary>
    /// Takes a reallocation back by another one. Refused as <c>already_undone</c>, as <c>changed_since</c> when one of its
    /// numbers was set by something else since, or as any reallocation is when it no longer fits.
    /// </summary>
    public Outcome<ReallocationResult> UndoReallocation(ReallocationId id, ReallocationId undoId)
    {
        if (!_reallocations.TryGetValue(id, out var made))
        {
            return Refusal.NotFound("reallocation");
        }

        if (_undone.Contains(id))
        {
            return Refusal.Conflict("already_undone", "This reallocation was taken back already.");
        }

        var targets = new List<AllocationTarget>();
        foreach (var change in made.Changes)
        {
            var environment = Find(change.Environment)!;
            if (environment.RetiredAt is not null || environment.AllocationOrder != made.Sequence)
            {
                return Refusal.Conflict("changed_since", $"The allocation of {environment.Name} was changed since.");
            }

            targets.Add(TargetOf(environment, change.From));
        }

        return Reallocate(undoId, id, null, targets, namesPool: false, isTrial: false);
    }

    /// <summary>Makes a reallocation that was decided before, as the journal tells it.</summary>
    public Outcome<ReallocationResult> Reallocate(Reallocated decided)
    {
        var targets = new List<AllocationTarget>();
        foreach (var change in decided.Changes)
        {
            if (Find(change.Environment) is not { RetiredAt: null } environment)
            {
                return Refusal.NotFound("environment");
            }

            targets.Add(TargetOf(environment, change.To));
        }

        return Reallocate(decided.Id, decided.Undoes, decided.Reason, targets, namesPool: false, isTrial: false);
    }

    private Outcome<ReallocationResult> Reallocate(
        ReallocationId id, ReallocationId? undoes, string? reason, List<AllocationTarget> targets, bool namesPool, bool isTrial)
    {
        if (_reallocations.ContainsKey(id))
        {
            return Refusal.Conflict("already_exists", "There is a reallocation with this id.");
        }

        List<AllocationTarget> changed = [.. targets.Where(target => target.Number != target.Environment.Allocation)];
        if (CheckTargets(changed) is { } refusal)
        {
            return refusal;
        }

        var result = new ReallocationResult(isTrial ? null : id, NumbersOf(targets, changed, namesPool), StatusesOf(targets, changed));
        if (!isTrial)
        {
            Apply(id, undoes, reason, changed);
        }

        return result;
    }

    private void Apply(ReallocationId id, ReallocationId? undoes, string? reason, List<AllocationTarget> changed)
    {
        List<AllocationChange> changes = [.. changed.Select(target =>
            new AllocationChange(target.Environment.Id, target.Environment.Allocation, target.Number))];
        var sequence = Append(new Reallocated(id, undoes, reason, changes));
        foreach (var (environment, number, _) in changed)
        {
            environment.Allocation = number;
            environment.AllocationOrder = sequence;
            environment.AllocationVersion++;
            Changes.Touch(environment);
            Open.Back(environment, number);
        }

        Remember(new Reallocation(id, sequence, undoes, changes));
    }

    private void Remember(Reallocation made)
    {
        _reallocations.Add(made.Id, made);
        if (made.Undoes is { } undone)
        {
            _undone.Add(undone);
        }
    }

    private Refusal? NetOf(IReadOnlyList<AllocationMove> moves, out Dictionary<int, Credits> net)
    {
        net = [];
        for (var index = 0; index < moves.Count; index++)
        {
            var (from, to, credits) = moves[index];
            if (!credits.IsPositive || credits > Credits.Largest)
            {
                return Refusal.Invalid($"moves[{index}].credits", "invalid_request", "A move is of more than 0 credits.");
            }

            if (from == to)
            {
                return Refusal.Invalid($"moves[{index}].to", "invalid_request", "A move goes from one place to another.");
            }

            if (Add(net, from, Credits.Zero - credits, $"moves[{index}].from") is { } noGiver)
            {
                return noGiver;
            }

            if (Add(net, to, credits, $"moves[{index}].to") is { } noTaker)
            {
                return noTaker;
            }
        }

        return null;
    }

    private Refusal? Add(Dictionary<int, Credits> net, EnvironmentId? id, Credits credits, string field)
    {
        if (id is not { } environmentId)
        {
            return null;
        }

        if (Find(environmentId) is not { RetiredAt: null } environment)
        {
            return Refusal.Invalid(field, "unknown_environment", $"There is no environment {environmentId}.");
        }

        net[environment.Key] = net.GetValueOrDefault(environment.Key) + credits;
        return null;
    }

    private AllocationTarget TargetOf(TenantEnvironment environment, Credits number) =>
        new(environment, number, Open.Find(environment)?.Backing ?? Credits.Zero);

    private Refusal? CheckTargets(List<AllocationTarget> changed)
    {
        var freed = Credits.Zero;
        var grown = Credits.Zero;
        foreach (var target in changed)
        {
            var month = Open.Find(target.Environment);
            var used = month is null ? Credits.Zero : month.Consumed + month.Held;
            if (target.Number < used || target.Number < Credits.Zero)
            {
                return Refusal.Conflict(
                    "below_consumed", $"{target.Environment.Name} has used and holds {used} credits of its allocation of {target.Environment.Allocation}.")
                    with
                { Available = used, Field = "moves" };
            }

            grown += Credits.Max(target.Grows, Credits.Zero);
            freed += Credits.Max(Credits.Zero - target.Grows, Credits.Zero);
        }

        var available = Open.PoolLeft + freed;
        return grown <= available
            ? null
            : Refusal.Conflict(
                "exceeds_entitlement", $"There are {available} credits for allocations that grow, {grown - available} too few.")
                with
            { Available = available, Field = "moves" };
    }

    private List<ReallocatedNumber> NumbersOf(List<AllocationTarget> targets, List<AllocationTarget> changed, bool namesPool)
    {
        List<ReallocatedNumber> numbers =
        [
            .. targets.Select(target => new ReallocatedNumber(target.Environment.Id, target.Environment.Allocation, target.Number)),
        ];
        var grows = GrowthOf(changed);
        if (namesPool || grows != Credits.Zero)
        {
            numbers.Add(new ReallocatedNumber(null, Open.PoolSize, Open.PoolSize - grows));
        }

        return numbers;
    }

    private List<ReallocatedStatus> StatusesOf(List<AllocationTarget> targets, List<AllocationTarget> changed)
    {
        var grows = GrowthOf(changed);
        var statuses = new List<ReallocatedStatus>();
        var concerned = targets.ConvertAll(target => target.Environment).ToHashSet();
        var growths = changed.ToDictionary(target => target.Environment, target => target.Grows);
        foreach (var environment in _environments.Values.Where(environment => environment.RetiredAt is null).OrderBy(environment => environment.Key))
        {
            var reach = Open.ReachOf(environment);
            var own = growths.GetValueOrDefault(environment);
            var after = reach with
            {
                AllocationLeft = reach.AllocationLeft + own,
                AllocationTotal = reach.AllocationTotal + own,
                PoolLeft = reach.PoolLeft - grows,
                PoolTotal = reach.PoolTotal - grows,
            };
            var status = new ReallocatedStatus(environment.Id, reach.StatusAt(LowThresholdPercent), after.StatusAt(LowThresholdPercent));
            if (status.Before != status.After || concerned.Contains(environment))
            {
                statuses.Add(status);
            }
        }

        return statuses;
    }

    private static Credits GrowthOf(List<AllocationTarget> changed) =>
        changed.Aggregate(Credits.Zero, (sum, target) => sum + target.Grows);

    /// <summary>The number an allocation is to have, beside what stands behind it now.</summary>
    private readonly record struct AllocationTarget(TenantEnvironment Environment, Credits Number, Credits Backing)
    {
        public Credits Grows => Number - Backing;
    }
}

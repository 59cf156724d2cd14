using CopilotCapacity.Domain.Faults;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <summary>What a new grant is to be.</summary>
public sealed record NewGrant
{
    /// <summary>Its id.</summary>
    public required GrantId Id { get; init; }

    /// <summary>Where it comes from.</summary>
    public required GrantKind Kind { get; init; }

    /// <summary>Credits given once, or each month; above zero.</summary>
    public required Credits Amount { get; init; }

    /// <summary>Lower burns first.</summary>
    public int Priority { get; init; } = 100;

    /// <summary>From when on it counts; null for now.</summary>
    public DateTimeOffset? EffectiveAt { get; init; }

    /// <summary>From when on it no longer counts; null when it does not end by itself.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether it refills.</summary>
    public Recurrence Recurrence { get; init; }

    /// <summary>What is carried over at most; null takes the default: nothing for a monthly grant, all for another.</summary>
    public Credits? RolloverMax { get; init; }

    /// <summary>The order behind a message pack.</summary>
    public PackOrder? Order { get; init; }
}

/// <content>Grants and allocations.</content>
public sealed partial class TenantLedger
{
    /// <summary>Records a grant. It counts from its own instant on, or from now when that has passed.</summary>
    public Outcome<Grant> AddGrant(NewGrant wanted)
    {
        if (Check(wanted) is { } refusal)
        {
            return refusal;
        }

        var grant = new Grant
        {
            Key = _grants.Count + 1,
            Id = wanted.Id,
            Kind = wanted.Kind,
            Amount = wanted.Amount,
            Priority = wanted.Priority,
            EffectiveAt = wanted.EffectiveAt ?? Now,
            ExpiresAt = wanted.ExpiresAt,
            Recurrence = wanted.Recurrence,
            RolloverMax = wanted.RolloverMax ?? (wanted.Recurrence == Recurrence.Monthly ? Credits.Zero : null),
            CreatedAt = Now,
            Order = wanted.Order,
        };
        _grants.Add(grant.Id, grant);
        Changes.Touch(grant);
        Append(new GrantAdded(
            grant.Key, grant.Id, grant.Kind, grant.Amount, grant.Priority, grant.EffectiveAt, grant.ExpiresAt,
            grant.Recurrence, grant.RolloverMax, grant.Order));
        if (grant.CountsAt(Now))
        {
            Open.Begin(grant, grant.Amount, Credits.Zero);
        }

        TellExpiring([grant]);
        FindNextBoundary();
        return grant;
    }

    /// <summary>Ends a grant from now on. Refused when an allocation would lose credits that stand behind it.</summary>
    /// <param name="id">The grant.</param>
    /// <param name="expectedVersion">The version the caller saw; null for any.</param>
    public Outcome<Grant> EndGrant(GrantId id, int? expectedVersion)
    {
        if (Find(id) is not { } grant)
        {
            return Refusal.NotFound("grant");
        }

        if (expectedVersion is not null && expectedVersion != grant.Version)
        {
            return Refusal.Stale("grant");
        }

        if (grant.EndsAt <= Now)
        {
            return Refusal.Conflict("grant_ended", $"The grant ended at {grant.EndsAt:O}.");
        }

        var remaining = Open.Find(grant)?.Remaining ?? Credits.Zero;
        if (remaining > Open.PoolLeft)
        {
            return Refusal.Conflict(
                "exceeds_entitlement",
                $"The allocations need {remaining - Open.PoolLeft} of the {remaining} credits left of this grant.")
                with
            { Available = Open.PoolLeft };
        }

        grant.EndedAt = Now;
        Changes.Touch(grant);
        Open.Expire(grant);
        Append(new GrantEnded(id));
        ResolveExpiring();
        FindNextBoundary();
        return grant;
    }

    /// <summary>Sets an environment's allocation and its two switches.</summary>
    /// <param name="id">The environment.</param>
    /// <param name="credits">The new number, at least zero.</param>
    /// <param name="drawFromTenantPool">Whether it may draw on the tenant pool.</param>
    /// <param name="payAsYouGo">Whether its plan may pay.</param>
    /// <param name="expectedVersion">The version the caller saw; null for any.</param>
    /// <returns>
    /// The environment, or in this order: not found, stale, a negative number, <c>below_consumed</c>,
    /// <c>exceeds_entitlement</c> with what the pool still has.
    /// </returns>
    public Outcome<TenantEnvironment> SetAllocation(
        EnvironmentId id,
        Credits credits,
        bool drawFromTenantPool,
        bool payAsYouGo,
        int? expectedVersion)
    {
        if (Find(id) is not { RetiredAt: null } environment)
        {
            return Refusal.NotFound("environment");
        }

        if (expectedVersion is not null && expectedVersion != environment.AllocationVersion)
        {
            return Refusal.Stale("allocation");
        }

        if (credits < Credits.Zero || credits > Credits.Largest)
        {
            return Refusal.Invalid("credits", "invalid_request", "An allocation is a number of credits from 0 upwards.");
        }

        var isNewNumber = credits != environment.Allocation;
        if (isNewNumber && CheckNumber(environment, credits) is { } refusal)
        {
            return refusal;
        }

        var before = AllocationSet.Of(environment);
        environment.DrawFromTenantPool = drawFromTenantPool;
        environment.PayAsYouGo = payAsYouGo;
        environment.AllocationVersion++;
        Changes.Touch(environment);
        var sequence = Append(new AllocationSet(id, credits, drawFromTenantPool, payAsYouGo), before);
        MarkForConclusion(environment);
        if (isNewNumber)
        {
            environment.Allocation = credits;
            environment.AllocationOrder = sequence;
            Open.Back(environment, credits);
        }

        return environment;
    }

    private Refusal? CheckNumber(TenantEnvironment environment, Credits credits)
    {
        var month = Open.Find(environment);
        var used = month is null ? Credits.Zero : month.Consumed + month.Held;
        if (credits < used)
        {
            return Refusal.Conflict("below_consumed", $"{environment.Name} has used and holds {used} credits of its allocation.")
                with
            { Available = used, Field = "credits" };
        }

        var grows = credits - (month?.Backing ?? Credits.Zero);
        if (grows > Open.PoolLeft && !SeededBugs.Has(SeededBug.AllocationWithoutCredits))
        {
            return Refusal.Conflict(
                "exceeds_entitlement",
                $"The tenant pool has {Open.PoolLeft} credits left, {grows - Open.PoolLeft} too few.")
                with
            { Available = Open.PoolLeft, Field = "credits" };
        }

        return null;
    }

    private Refusal? Check(NewGrant wanted)
    {
        if (_grants.ContainsKey(wanted.Id))
        {
            return Refusal.Conflict("already_exists", "There is a grant with this id.");
        }

        if (!wanted.Amount.IsPositive || wanted.Amount > Credits.Largest)
        {
            return Refusal.Invalid("amount", "invalid_request", $"The amount is above 0 and at most {Credits.Largest} credits.");
        }

        if (wanted.RolloverMax < Credits.Zero)
        {
            return Refusal.Invalid("rolloverMax", "invalid_request", "What is carried over is at least 0.");
        }

        if (wanted.ExpiresAt <= Now)
        {
            return Refusal.Invalid("expiresAt", "expires_in_the_past", $"The grant would have expired before now, {Now:O}.");
        }

        return wanted.ExpiresAt <= (wanted.EffectiveAt ?? Now)
            ? Refusal.Invalid("expiresAt", "invalid_request", "The grant would expire before it begins.")
            : null;
    }
}

using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <summary>How an environment is described.</summary>
/// <param name="Name">Not blank.</param>
/// <param name="Type">Its type.</param>
/// <param name="Region">Not blank.</param>
/// <param name="CostCenter">Null when none is named.</param>
public sealed record EnvironmentDescription(string Name, EnvironmentType Type, string Region, string? CostCenter);

/// <content>Environments and their applications.</content>
public sealed partial class TenantLedger
{
    /// <summary>Makes an environment known, without an allocation.</summary>
    public Outcome<TenantEnvironment> AddEnvironment(EnvironmentId id, EnvironmentDescription description, bool drawFromTenantPool)
    {
        if (_subjects.ContainsKey(id.Value))
        {
            return Refusal.Conflict("already_exists", "There is an environment or application with this id.");
        }

        var environment = new TenantEnvironment
        {
            Key = _environments.Count + 1,
            Id = id,
            Name = description.Name,
            Type = description.Type,
            Region = description.Region,
            CostCenter = description.CostCenter,
            CreatedAt = Now,
            DrawFromTenantPool = drawFromTenantPool,
        };
        _environments.Add(id, environment);
        _environmentsByKey.Add(environment);
        _subjects.Add(id.Value, environment);
        Changes.Touch(environment);
        Append(new EnvironmentCreated(
            environment.Key, id, description.Name, description.Type, description.Region, description.CostCenter, drawFromTenantPool));

        // The first status of an environment is no crossing.
        Place(environment, Open.ReachOf(environment));
        environment.Watch.Status = StatusOf(environment);
        NoteStatus(environment);
        return environment;
    }

    /// <summary>Says what clients of an environment do while they cannot reach the portal. Saying the same again changes nothing.</summary>
    public Outcome<TenantEnvironment> SetWhenUnreachable(EnvironmentId id, UnreachableRule rule, int? expectedVersion)
    {
        if (Find(id) is not { RetiredAt: null } environment)
        {
            return Refusal.NotFound("environment");
        }

        if (expectedVersion is not null && expectedVersion != environment.Version)
        {
            return Refusal.Stale("environment");
        }

        if (environment.WhenUnreachable == rule)
        {
            return environment;
        }

        var before = UnreachableRuleSet.Of(environment);
        environment.WhenUnreachable = rule;
        environment.Version++;
        Changes.Touch(environment);
        Append(UnreachableRuleSet.Of(environment), before);
        return environment;
    }

    /// <summary>Describes an environment anew.</summary>
    public Outcome<TenantEnvironment> ChangeEnvironment(EnvironmentId id, EnvironmentDescription description, int? expectedVersion)
    {
        if (Find(id) is not { RetiredAt: null } environment)
        {
            return Refusal.NotFound("environment");
        }

        if (expectedVersion is not null && expectedVersion != environment.Version)
        {
            return Refusal.Stale("environment");
        }

        var leavesRegion = environment.Plan is { } plan && !IsInRegion(plan, description.Region);
        if (leavesRegion || (environment.Plan is not null && !IsEligible(description.Type)))
        {
            return Refusal.Conflict("on_a_plan", $"{environment.Name} is on a billing plan that its new description does not fit.");
        }

        var before = EnvironmentChanged.Of(environment);
        environment.Name = description.Name;
        environment.Type = description.Type;
        environment.Region = description.Region;
        environment.CostCenter = description.CostCenter;
        environment.Version++;
        Changes.Touch(environment);
        Append(EnvironmentChanged.Of(environment), before);
        return environment;
    }

    /// <summary>
    /// Retires an environment: what it has not used of its allocation returns to the pool, it leaves its plan, and its history
    /// stays. Facts dated before are still accepted.
    /// </summary>
    public Outcome<TenantEnvironment> RetireEnvironment(EnvironmentId id, int? expectedVersion)
    {
        if (Find(id) is not { RetiredAt: null } environment)
        {
            return Refusal.NotFound("environment");
        }

        if (expectedVersion is not null && expectedVersion != environment.Version)
        {
            return Refusal.Stale("environment");
        }

        var before = AllocationSet.Of(environment);
        environment.RetiredAt = Now;
        environment.Allocation = Credits.Zero;
        LeavePlan(environment);
        environment.Version++;
        environment.AllocationVersion++;
        Changes.Touch(environment);
        Append(new EnvironmentRetired(id), before);
        Unwatch(environment);
        ReturnUnused(environment, Open);

        // Allocation that is free again adds capacity, released holds do not; what comes of both is one decision.
        NoteGrowth();
        ReleaseHoldsOf(environment);
        ConcludeGrown();
        return environment;
    }

    // What a retired environment has not used of its allocation is the pool's.
    private static void ReturnUnused(TenantEnvironment environment, MonthBook book)
    {
        if (book.Find(environment) is { } month)
        {
            book.Back(environment, month.Consumed + month.Held);
        }
    }
}

using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Domain.Ledger;

/// <content>Billing plans, their environments and their budgets.</content>
public sealed partial class TenantLedger
{
    /// <summary>Sets up a billing plan without a budget.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="description">How it is described.</param>
    /// <param name="environments">The environments to put on it: all of them, or the plan is not set up.</param>
    public Outcome<BillingPlan> AddPlan(BillingPlanId id, PlanDescription description, params IReadOnlyList<EnvironmentId> environments) =>
        AddPlan(id, description, move: false, environments);

    /// <summary>Sets up a billing plan without a budget.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="description">How it is described.</param>
    /// <param name="move">Whether environments may leave another plan for this one.</param>
    /// <param name="environments">The environments to put on it: all of them, or the plan is not set up.</param>
    public Outcome<BillingPlan> AddPlan(BillingPlanId id, PlanDescription description, bool move, IReadOnlyList<EnvironmentId> environments) => AddPlan(
        new BillingPlan
        {
            Key = _plans.Count + 1,
            Id = id,
            Name = description.Name,
            SubscriptionId = description.SubscriptionId,
            ResourceGroup = description.ResourceGroup,
            Region = description.Region,
            Price = description.Price,
            IsEnabled = description.IsEnabled,
        },
        move,
        environments);

    /// <summary>Sets up a billing plan without a budget and without environments.</summary>
    public Outcome<BillingPlan> AddPlan(BillingPlan plan) => AddPlan(plan, move: false, []);

    private Outcome<BillingPlan> AddPlan(BillingPlan plan, bool move, IReadOnlyList<EnvironmentId> environments)
    {
        if (_plans.ContainsKey(plan.Id))
        {
            return Refusal.Conflict("already_exists", "There is a billing plan with this id.");
        }

        var members = new List<TenantEnvironment>();
        for (var index = 0; index < environments.Count; index++)
        {
            var field = $"environments[{index}]";
            if (Find(environments[index]) is not { RetiredAt: null } environment)
            {
                return Refusal.Invalid(field, "unknown_environment", $"There is no environment {environments[index]}.");
            }

            if (CheckMember(plan, environment, field, move) is { } refusal)
            {
                return refusal;
            }

            if (!members.Contains(environment))
            {
                members.Add(environment);
            }
        }

        _plans.Add(plan.Id, plan);
        members.ForEach(LeavePlan);
        members.ForEach(environment => environment.Plan = plan);
        members.ForEach(Changes.Touch);
        Changes.Touch(plan);
        Append(new PlanCreated(
            plan.Key,
            plan.Id,
            plan.Name,
            plan.SubscriptionId,
            plan.ResourceGroup,
            plan.Region,
            plan.Price,
            members.Count == 0 ? null : [.. members.Select(environment => environment.Id)],
            plan.IsEnabled));
        return plan;
    }

    /// <summary>Describes a plan anew, enables or disables it. Its price is for charges from now on.</summary>
    /// <returns>The plan, or in this order: not found, stale, <c>region_mismatch</c> when it has environments elsewhere.</returns>
    public Outcome<BillingPlan> ChangePlan(BillingPlanId id, PlanDescription description, int? expectedVersion)
    {
        if (FindPlan(id, expectedVersion, out var plan) is { } refusal)
        {
            return refusal;
        }

        var members = MembersOf(plan);
        if (members.Find(environment => !IsInRegion(description.Region, environment.Region)) is { } outside)
        {
            return Refusal.Invalid("region", "region_mismatch", $"{outside.Name} on this plan lies in {outside.Region}.");
        }

        var before = PlanChanged.Of(plan);
        (plan.Name, plan.SubscriptionId, plan.ResourceGroup) = (description.Name, description.SubscriptionId, description.ResourceGroup);
        (plan.Region, plan.Price) = (description.Region, description.Price);
        if (plan.IsEnabled != description.IsEnabled)
        {
            plan.IsEnabled = description.IsEnabled;
            members.ForEach(Changes.Touch);
        }

        Touch(plan);
        Append(PlanChanged.Of(plan), before);
        return plan;
    }

    /// <summary>Deletes a plan: its environments leave it, and what it paid stays on record.</summary>
    public Outcome<BillingPlan> DeletePlan(BillingPlanId id, int? expectedVersion)
    {
        if (FindPlan(id, expectedVersion, out var plan) is { } refusal)
        {
            return refusal;
        }

        foreach (var environment in MembersOf(plan))
        {
            environment.Plan = null;
            Changes.Touch(environment);
        }

        plan.DeletedAt = Now;
        Touch(plan);
        Append(new PlanDeleted(id), PlanChanged.Of(plan));
        FindNextBoundary();
        return plan;
    }

    /// <summary>Puts an environment on a plan. Where it is on it already, nothing changes.</summary>
    /// <param name="planId">The plan.</param>
    /// <param name="id">The environment.</param>
    /// <param name="move">Whether it may leave another plan for this one.</param>
    public Outcome<BillingPlan> JoinPlan(BillingPlanId planId, EnvironmentId id, bool move = false)
    {
        if (FindPlan(planId, null, out var plan) is { } unknown)
        {
            return unknown;
        }

        if (Find(id) is not { RetiredAt: null } environment)
        {
            return Refusal.NotFound("environment");
        }

        if (environment.Plan == plan)
        {
            return plan;
        }

        var from = environment.Plan;
        if (CheckMember(plan, environment, "environmentId", move) is { } refusal)
        {
            return refusal;
        }

        LeavePlan(environment);
        environment.Plan = plan;
        Changes.Touch(environment);
        Touch(plan);
        Append(new PlanJoined(planId, id, from?.Id));
        return plan;
    }

    /// <summary>Takes an environment off a plan.</summary>
    public Outcome<BillingPlan> LeavePlan(BillingPlanId planId, EnvironmentId id, int? expectedVersion)
    {
        if (FindPlan(planId, expectedVersion, out var plan) is { } refusal)
        {
            return refusal;
        }

        if (Find(id) is not { RetiredAt: null } environment || environment.Plan != plan)
        {
            return Refusal.NotFound("environment on this plan");
        }

        LeavePlan(environment);
        Changes.Touch(environment);
        Append(new PlanLeft(planId, id));
        return plan;
    }

    /// <summary>Sets a plan's budget. It counts the whole window's spend, also from before it was set.</summary>
    public Outcome<BillingPlan> SetBudget(BillingPlanId planId, Budget budget, int? expectedVersion = null)
    {
        if (FindPlan(planId, expectedVersion, out var plan) is { } unknown)
        {
            return unknown;
        }

        if (BudgetRules.Check(budget) is { } refusal)
        {
            return refusal;
        }

        var before = plan.Budget is { } set ? new BudgetSet(planId, set) : null;
        plan.Budget = budget;
        Touch(plan);
        Append(new BudgetSet(planId, budget), before);
        return plan;
    }

    private static Refusal? CheckMember(BillingPlan plan, TenantEnvironment environment, string field, bool move = false)
    {
        if (!IsEligible(environment.Type))
        {
            return Refusal.Invalid(field, "environment_type_not_eligible", "Only production and sandbox environments may be on a plan.");
        }

        if (!IsInRegion(plan, environment.Region))
        {
            return Refusal.Invalid(field, "region_mismatch", $"The plan is for {plan.Region}, the environment lies in {environment.Region}.");
        }

        return environment.Plan is null || move
            ? null
            : Refusal.Conflict("on_another_plan", $"{environment.Name} is on the plan {environment.Plan.Name}.");
    }

    private Refusal? FindPlan(BillingPlanId id, int? expectedVersion, out BillingPlan plan)
    {
        plan = Find(id)!;
        if (plan is not { DeletedAt: null })
        {
            return Refusal.NotFound("billing plan");
        }

        return expectedVersion is not null && expectedVersion != plan.Version ? Refusal.Stale("billing plan") : null;
    }

    private List<TenantEnvironment> MembersOf(BillingPlan plan) =>
        [.. _environments.Values.Where(environment => environment.Plan == plan)];

    private void LeavePlan(TenantEnvironment environment)
    {
        if (environment.Plan is { } plan)
        {
            environment.Plan = null;
            Touch(plan);
        }
    }

    private void Touch(BillingPlan plan)
    {
        plan.Version++;
        Changes.Touch(plan);
    }

    private static bool IsEligible(EnvironmentType type) => type is EnvironmentType.Production or EnvironmentType.Sandbox;

    private static bool IsInRegion(BillingPlan plan, string region) => IsInRegion(plan.Region, region);

    private static bool IsInRegion(string planRegion, string region) =>
        string.Equals(planRegion, region, StringComparison.OrdinalIgnoreCase);
}

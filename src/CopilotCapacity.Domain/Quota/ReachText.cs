using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Quota;

/// <summary>Says in words what each source had left, which switch or cap said no, and what would help.</summary>
internal static class ReachText
{
    public static string OfRefusal(TenantEnvironment environment, Reach reach, Credits charge) => reach.Left.IsPositive
        ? $"This costs {charge} credits, and {environment.Name} can reach only {reach.Left}."
        : reach.HasPayAsYouGo
            ? $"{environment.Name} has no prepaid credits left, and the budget of its billing plan is used up."
            : $"{environment.Name} has no credits left.";

    public static string OfCap(Cap cap, Credits left, TenantEnvironment environment)
    {
        var length = cap.Per == CapWindow.Day ? "daily" : "monthly";
        return $"The {length} cap of {cap.Credits} credits on {NameOf(cap.Scope, environment)} has {left} left. "
            + "It begins anew in its next window, or an administrator can raise it.";
    }

    public static string NameOf(CapScope scope, TenantEnvironment? environment)
    {
        var parts = new List<string>(4);
        if (scope.UserId is { } user)
        {
            parts.Add($"user {user}");
        }

        if (scope.AgentId is { } agent)
        {
            parts.Add($"agent {agent}");
        }

        if (scope.CostCenter is { } costCenter)
        {
            parts.Add($"cost centre {costCenter}");
        }

        if (scope.Environment is { } id)
        {
            parts.Add(environment?.Name ?? $"environment {id}");
        }

        return string.Join(" in ", parts);
    }

    public static IReadOnlyList<SourceExplanation> Explain(TenantEnvironment environment, Reach reach, CurrencyCode currency) =>
    [
        new("allocation", reach.AllocationLeft, OfAllocation(environment, reach)),
        new("pool", reach.PoolLeft, OfPool(environment, reach)),
        new("payAsYouGo", reach.HasPayAsYouGo ? reach.PayAsYouGoLeft : Credits.Zero, OfPlan(environment, reach, currency)),
    ];

    private static string OfAllocation(TenantEnvironment environment, Reach reach)
    {
        if (!environment.Allocation.IsPositive && !reach.AllocationTotal.IsPositive)
        {
            return $"{environment.Name} has no allocation. Setting credits aside for it would help.";
        }

        var text = $"The allocation of {environment.Name} has {reach.AllocationLeft} of {reach.AllocationTotal} credits left.";
        return reach.AllocationTotal < environment.Allocation
            ? $"{text} {environment.Allocation - reach.AllocationTotal} of the {environment.Allocation} set aside have no credits behind them."
            : text;
    }

    private static string OfPool(TenantEnvironment environment, Reach reach)
    {
        var text = $"The tenant pool has {reach.PoolLeft} of {reach.PoolTotal} credits left";
        return reach.DrawsOnPool
            ? $"{text}. More message packs, or credits freed from other allocations, would help."
            : $"{text}, but {environment.Name} does not draw on it. Turning that on would help.";
    }

    private static string OfPlan(TenantEnvironment environment, Reach reach, CurrencyCode currency)
    {
        if (environment.Plan is not { } plan)
        {
            return $"{environment.Name} is on no billing plan. Linking one would let it pay as it goes.";
        }

        if (!environment.PayAsYouGo)
        {
            return $"{environment.Name} is on the billing plan {plan.Name}, but pay-as-you-go is switched off for it.";
        }

        if (!plan.IsEnabled)
        {
            return $"The billing plan {plan.Name} is disabled.";
        }

        return plan.Budget is { } budget
            ? $"The budget of {plan.Name}, {new Money(budget.AmountMicros, currency)}, leaves {reach.PayAsYouGoLeft ?? Credits.Zero} credits. Raising it would help."
            : $"The billing plan {plan.Name} has no budget that limits it.";
    }
}

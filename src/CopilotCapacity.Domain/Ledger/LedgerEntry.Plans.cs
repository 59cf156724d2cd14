using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <summary>A billing plan was described anew, enabled or disabled.</summary>
public sealed record PlanChanged(
    BillingPlanId Plan,
    string Name,
    string SubscriptionId,
    string ResourceGroup,
    string Region,
    CreditPrice Price,
    bool IsEnabled) : LedgerChange
{
    internal static PlanChanged Of(BillingPlan plan) =>
        new(plan.Id, plan.Name, plan.SubscriptionId, plan.ResourceGroup, plan.Region, plan.Price, plan.IsEnabled);
}

/// <summary>Which prices of a billing plan are to come was set.</summary>
public sealed record PricesPlanned(BillingPlanId Plan, IReadOnlyList<PlannedPrice> Prices) : LedgerChange;

/// <summary>A planned price of a billing plan came into force.</summary>
public sealed record PriceBegun(BillingPlanId Plan, CreditPrice Price) : LedgerChange
{
    /// <inheritdoc/>
    public override bool IsByTime => true;
}

/// <summary>An environment was taken off its billing plan.</summary>
public sealed record PlanLeft(BillingPlanId Plan, EnvironmentId Environment) : LedgerChange;

/// <summary>A billing plan was deleted; its environments left it.</summary>
public sealed record PlanDeleted(BillingPlanId Plan) : LedgerChange;

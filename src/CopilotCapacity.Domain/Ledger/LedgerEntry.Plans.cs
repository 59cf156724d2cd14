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

/// <summary>An environment was taken off its billing plan.</summary>
public sealed record PlanLeft(BillingPlanId Plan, EnvironmentId Environment) : LedgerChange;

/// <summary>A billing plan was deleted; its environments left it.</summary>
public sealed record PlanDeleted(BillingPlanId Plan) : LedgerChange;

using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Audit;

namespace CopilotCapacity.Portal.Features.BillingPlans.Pages;

/// <summary>Changes billing plans on behalf of the person in the circuit, whose right is looked at anew each time.</summary>
internal sealed class BillingPlanDesk(BillingPlanReader reader, Meter meter, CurrentPerson current, Meanwhile meanwhile) : IBillingPlanDesk
{
    public Task<PlanList?> ListAsync(TenantId tenant, CancellationToken cancellationToken) => reader.ListAsync(tenant, cancellationToken);

    public Task<PlanDetail?> ReadAsync(TenantId tenant, BillingPlanId plan, CancellationToken cancellationToken) => reader.ReadAsync(tenant, plan, cancellationToken);

    public Task<PlanChoices?> ChoicesAsync(TenantId tenant, CancellationToken cancellationToken) => reader.ChoicesAsync(tenant, cancellationToken);

    public Task<string?> CreateAsync(
        TenantId tenant, BillingPlanId id, PlanDescription description, IReadOnlyList<EnvironmentId> environments, CancellationToken cancellationToken) =>
        TryAsync(tenant, id, null, ledger => ledger.AddPlan(id, description, move: true, environments), cancellationToken);

    public Task<string?> ChangeAsync(TenantId tenant, BillingPlanId plan, PlanDescription description, int version, CancellationToken cancellationToken) =>
        TryAsync(tenant, plan, null, ledger => ledger.ChangePlan(plan, description, version), cancellationToken);

    public Task<string?> PlanPricesAsync(TenantId tenant, BillingPlanId plan, IReadOnlyList<PlannedPrice> prices, int version, CancellationToken cancellationToken) =>
        TryAsync(tenant, plan, null, ledger => ledger.PlanPrices(plan, prices, version), cancellationToken);

    public Task<string?> DeleteAsync(TenantId tenant, BillingPlanId plan, int version, CancellationToken cancellationToken) =>
        TryAsync(tenant, plan, null, ledger => ledger.DeletePlan(plan, version), cancellationToken);

    public Task<string?> JoinAsync(TenantId tenant, BillingPlanId plan, EnvironmentId environment, CancellationToken cancellationToken) =>
        TryAsync(tenant, plan, null, ledger => ledger.JoinPlan(plan, environment, move: true), cancellationToken);

    public Task<string?> LeaveAsync(TenantId tenant, BillingPlanId plan, EnvironmentId environment, int version, CancellationToken cancellationToken) =>
        TryAsync(tenant, plan, null, ledger => ledger.LeavePlan(plan, environment, version), cancellationToken);

    public Task<string?> SetBudgetAsync(TenantId tenant, BillingPlanId plan, Budget budget, int version, string? reason, CancellationToken cancellationToken) =>
        TryAsync(tenant, plan, reason, ledger => ledger.SetBudget(plan, budget, version), cancellationToken);

    private async Task<string?> TryAsync(
        TenantId tenant, BillingPlanId plan, string? reason, Func<TenantLedger, Outcome<BillingPlan>> change, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ChangeCapacity, tenant, reason: reason, cancellationToken: cancellationToken);
        return actor is null
            ? refusal
            : await meanwhile.SayAsync(tenant, plan.Value, (await meter.ChangeAsync(tenant, actor, change)).Refusal, cancellationToken);
    }
}

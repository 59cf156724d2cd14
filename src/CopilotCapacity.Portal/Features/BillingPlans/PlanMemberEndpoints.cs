using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Storage;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.BillingPlans;

/// <summary>The environments and the budget of a billing plan. They are part of the plan and use its ETag.</summary>
internal static class PlanMemberEndpoints
{
    private const string Members = BillingPlanEndpoints.Path + "/{planId}/environments";

    public static void MapPlanMembers(this IEndpointRouteBuilder api)
    {
        api.MapPost(Members, JoinAsync).InTenant(Operation.ChangeCapacity).Produces<BillingPlanDto>();
        api.MapDelete(Members + "/{environmentId}", LeaveAsync).InTenant(Operation.ChangeCapacity).Produces(StatusCodes.Status204NoContent);
        api.MapPut(BillingPlanEndpoints.Path + "/{planId}/budget", SetBudgetAsync).InTenant(Operation.ChangeCapacity).Produces<BudgetDto>();
    }

    private static async Task<IResult> JoinAsync(
        Guid tenantId,
        string planId,
        HttpContext http,
        IDbContextFactory<PortalDbContext> contexts,
        CancellationToken cancellationToken)
    {
        if (BillingPlanEndpoints.Find(contexts, tenantId, planId) is not { } found)
        {
            return Problems.NotFound();
        }

        var body = await http.Request.ReadBodyAsync<PlanMemberDto>(cancellationToken);
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        if (wanted.EnvironmentId is not { } environmentId)
        {
            return Problems.Invalid("environmentId", "Say which environment.");
        }

        return await ApiChanges.ChangeAsync<BillingPlanDto>(http, new TenantId(tenantId), ledger =>
        {
            var joined = ledger.JoinPlan(found.Plan.Id, new EnvironmentId(environmentId), wanted.Move ?? false);
            return joined.Refusal is { } refusal ? refusal : (BillingPlanDto.From(joined.Value!, ledger, found.Azure), (int?)joined.Value!.Version);
        });
    }

    private static async Task<IResult> LeaveAsync(
        Guid tenantId,
        string planId,
        string environmentId,
        HttpContext http,
        IDbContextFactory<PortalDbContext> contexts)
    {
        if (BillingPlanEndpoints.Find(contexts, tenantId, planId) is not { } found
            || !Guid.TryParse(environmentId, out var id)
            || !found.Environments.Contains(id))
        {
            return Problems.NotFound();
        }

        return http.Request.CheckIfMatch(found.Plan.Version, out var expected) is { } precondition
            ? precondition
            : await ApiChanges.DeleteAsync(
                http, new TenantId(tenantId), ledger => ledger.LeavePlan(found.Plan.Id, new EnvironmentId(id), expected));
    }

    private static async Task<IResult> SetBudgetAsync(
        Guid tenantId,
        string planId,
        HttpContext http,
        IDbContextFactory<PortalDbContext> contexts,
        CancellationToken cancellationToken)
    {
        if (BillingPlanEndpoints.Find(contexts, tenantId, planId) is not { } found)
        {
            return Problems.NotFound();
        }

        if (http.Request.CheckIfMatch(found.Plan.Version, out var expected) is { } precondition)
        {
            return precondition;
        }

        var body = await http.Request.ReadBodyAsync<BudgetRequestDto>(cancellationToken);
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        if (wanted.Read(out var budget) is { } problem)
        {
            return problem;
        }

        return await ApiChanges.ChangeAsync<BudgetDto>(http, new TenantId(tenantId), ledger =>
        {
            if (BillingPlanEndpoints.CheckCurrency(wanted.Amount, "amount.currency", ledger) is { } mismatch)
            {
                return mismatch;
            }

            var set = ledger.SetBudget(found.Plan.Id, budget, expected);
            return set.Refusal is { } refusal
                ? refusal
                : (BudgetDto.From(set.Value!, ledger.Open.Period, ledger.Currency.Value)!, (int?)set.Value!.Version);
        });
    }
}

using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Environments;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Allocations;

/// <summary>An allocation to set; a switch that is left out stays as it is.</summary>
public sealed record AllocationRequestDto(Credits? Credits, bool? DrawFromTenantPool, bool? PayAsYouGo);

/// <summary>An environment's allocation with its balance in the current period.</summary>
public sealed record AllocationDto(
    Credits Credits,
    bool DrawFromTenantPool,
    bool PayAsYouGo,
    Credits Backed,
    Credits Consumed,
    Credits Held,
    Credits Remaining)
{
    internal static AllocationDto From(TenantEnvironment environment, EnvironmentMonth? month) => new(
        environment.Allocation,
        environment.DrawFromTenantPool,
        environment.PayAsYouGo,
        month?.Backing ?? Credits.Zero,
        month?.Consumed ?? Credits.Zero,
        month?.Held ?? Credits.Zero,
        month?.AllocationLeft ?? Credits.Zero);

    internal static AllocationDto From(EnvironmentMonthView view) => new(
        new Credits(view.Row.Allocation),
        view.Row.DrawFromTenantPool,
        view.Row.PayAsYouGo,
        view.Backing,
        view.Consumed,
        view.Held,
        view.AllocationLeft);
}

/// <summary>The allocation of an environment. Its ETag is of the settings, not of what is consumed.</summary>
internal static class AllocationEndpoints
{
    private const string Path = "/tenants/{tenantId}/environments/{environmentId}/allocation";

    public static void MapAllocations(this IEndpointRouteBuilder api)
    {
        api.MapGet(Path, GetAllocation).InTenant(Operation.ReadTenant).Produces<AllocationDto>();
        api.MapPut(Path, SetAsync).InTenant(Operation.ChangeCapacity).Produces<AllocationDto>();
    }

    private static IResult GetAllocation(Guid tenantId, string environmentId, IDbContextFactory<PortalDbContext> contexts) =>
        EnvironmentEndpoints.Find(contexts, tenantId, environmentId) is { } found
            ? ApiAnswer.Ok(AllocationDto.From(found), found.Row.AllocationVersion)
            : Problems.NotFound();

    private static async Task<IResult> SetAsync(
        Guid tenantId,
        string environmentId,
        HttpContext http,
        IDbContextFactory<PortalDbContext> contexts,
        CancellationToken cancellationToken)
    {
        if (EnvironmentEndpoints.Find(contexts, tenantId, environmentId) is not { } found)
        {
            return Problems.NotFound();
        }

        if (http.Request.CheckIfMatch(found.Row.AllocationVersion, out var expected) is { } precondition)
        {
            return precondition;
        }

        var body = await http.Request.ReadBodyAsync<AllocationRequestDto>(cancellationToken);
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        if (wanted.Credits is not { } credits)
        {
            return Problems.Invalid("credits", "Say how many credits.");
        }

        var id = new EnvironmentId(found.Row.Id);
        return await ApiChanges.ChangeAsync<AllocationDto>(http, new TenantId(tenantId), ledger =>
        {
            if (ledger.Find(id) is not { } environment)
            {
                return Refusal.NotFound("environment");
            }

            var set = ledger.SetAllocation(
                id,
                credits,
                wanted.DrawFromTenantPool ?? environment.DrawFromTenantPool,
                wanted.PayAsYouGo ?? environment.PayAsYouGo,
                expected);
            return set.Refusal is { } refusal
                ? refusal
                : (AllocationDto.From(environment, ledger.Open.Find(environment)), (int?)environment.AllocationVersion);
        });
    }
}

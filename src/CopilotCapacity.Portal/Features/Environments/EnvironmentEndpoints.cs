using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Environments;

/// <summary>An environment to create or to describe anew.</summary>
public sealed record EnvironmentRequestDto(
    Guid? Id,
    string? Name,
    EnvironmentType? Type,
    string? Region,
    string? CostCenter,
    bool? DrawFromTenantPool,
    UnreachableRule? WhenUnreachable = null);

/// <summary>An environment.</summary>
public sealed record EnvironmentDto(
    Guid Id,
    string Name,
    EnvironmentType Type,
    string Region,
    string? CostCenter,
    DateTimeOffset CreatedAt,
    UnreachableRule WhenUnreachable)
{
    internal static EnvironmentDto From(TenantEnvironment environment) => new(
        environment.Id.Value, environment.Name, environment.Type, environment.Region, environment.CostCenter, environment.CreatedAt, environment.WhenUnreachable);

    internal static EnvironmentDto From(EnvironmentRow row) =>
        new(row.Id, row.Name, row.Type, row.Region, row.CostCenter, row.CreatedAt, UnreachableRule.Of(row.UnreachableLimit is { } limit ? new Credits(limit) : null));
}

/// <summary>Environments of a tenant.</summary>
internal static class EnvironmentEndpoints
{
    private const string Path = "/tenants/{tenantId}/environments";

    public static void MapEnvironments(this IEndpointRouteBuilder api)
    {
        api.MapPost(Path, CreateAsync).InTenant(Operation.ChangeCapacity).Produces<EnvironmentDto>(StatusCodes.Status201Created);
        api.MapGet(Path, ListEnvironments).InTenant(Operation.ReadTenant).Produces<PageDto<EnvironmentDto>>();
        api.MapGet(Path + "/{environmentId}", GetEnvironment).InTenant(Operation.ReadTenant).Produces<EnvironmentDto>();
        api.MapPut(Path + "/{environmentId}", ChangeAsync).InTenant(Operation.ChangeCapacity).Produces<EnvironmentDto>();
        api.MapDelete(Path + "/{environmentId}", RetireAsync).InTenant(Operation.ChangeCapacity).Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> CreateAsync(Guid tenantId, HttpContext http, CancellationToken cancellationToken)
    {
        var body = await http.Request.ReadBodyAsync<EnvironmentRequestDto>(cancellationToken);
        if (body.Value is not { } wanted || Check(wanted) is { } problem)
        {
            return body.Problem ?? Check(body.Value!)!;
        }

        var id = new EnvironmentId(wanted.Id ?? Guid.NewGuid());
        return await ApiChanges.CreateAsync<EnvironmentDto>(http, new TenantId(tenantId), body.Bytes, ledger =>
        {
            var added = ledger.AddEnvironment(id, DescriptionOf(wanted), wanted.DrawFromTenantPool ?? true);
            if (added.Refusal is null && wanted.WhenUnreachable is { } rule)
            {
                added = ledger.SetWhenUnreachable(id, rule, null);
            }

            return added.Refusal is { } refusal
                ? refusal
                : (Outcome<Created<EnvironmentDto>>)new Created<EnvironmentDto>(
                    EnvironmentDto.From(added.Value!), $"/api/v1/tenants/{tenantId}/environments/{id}", added.Value!.Version);
        });
    }

    private static IResult ListEnvironments(Guid tenantId, HttpContext http, IDbContextFactory<PortalDbContext> contexts)
    {
        var list = $"environments:{tenantId}";
        if (PageRange.Read(http.Request, list, out var range) is { } problem)
        {
            return problem;
        }

        using var snapshot = ReadSnapshot.Open(contexts);
        var tenant = snapshot.Tenant(new TenantId(tenantId))!;
        var all = EnvironmentQuery.ReadSettings(snapshot, tenant)
            .Where(environment => environment.Row.RetiredAt is null)
            .Select(environment => EnvironmentDto.From(environment.Row))
            .ToList();
        return ApiAnswer.Ok(range.Cut(all, list));
    }

    private static IResult GetEnvironment(Guid tenantId, string environmentId, IDbContextFactory<PortalDbContext> contexts) =>
        Find(contexts, tenantId, environmentId) is { } found
            ? ApiAnswer.Ok(EnvironmentDto.From(found.Row), found.Row.Version)
            : Problems.NotFound();

    private static async Task<IResult> ChangeAsync(
        Guid tenantId,
        string environmentId,
        HttpContext http,
        IDbContextFactory<PortalDbContext> contexts,
        CancellationToken cancellationToken)
    {
        if (Find(contexts, tenantId, environmentId) is not { } found)
        {
            return Problems.NotFound();
        }

        if (http.Request.CheckIfMatch(found.Row.Version, out var expected) is { } precondition)
        {
            return precondition;
        }

        var body = await http.Request.ReadBodyAsync<EnvironmentRequestDto>(cancellationToken);
        if (body.Value is not { } wanted || Check(wanted) is { } problem)
        {
            return body.Problem ?? Check(body.Value!)!;
        }

        return await ApiChanges.ChangeAsync<EnvironmentDto>(http, new TenantId(tenantId), ledger =>
        {
            var id = new EnvironmentId(found.Row.Id);
            var changed = ledger.ChangeEnvironment(id, DescriptionOf(wanted), expected);
            if (changed.Refusal is null && wanted.WhenUnreachable is { } rule)
            {
                changed = ledger.SetWhenUnreachable(id, rule, null);
            }

            return changed.Refusal is { } refusal
                ? refusal
                : (EnvironmentDto.From(changed.Value!), (int?)changed.Value!.Version);
        });
    }

    private static async Task<IResult> RetireAsync(
        Guid tenantId,
        string environmentId,
        HttpContext http,
        IDbContextFactory<PortalDbContext> contexts)
    {
        if (Find(contexts, tenantId, environmentId) is not { } found)
        {
            return Problems.NotFound();
        }

        return http.Request.CheckIfMatch(found.Row.Version, out var expected) is { } precondition
            ? precondition
            : await ApiChanges.DeleteAsync(
                http, new TenantId(tenantId), ledger => ledger.RetireEnvironment(new EnvironmentId(found.Row.Id), expected));
    }

    /// <summary>Finds an environment in service by the id in the address.</summary>
    internal static EnvironmentMonthView? Find(IDbContextFactory<PortalDbContext> contexts, Guid tenantId, string environmentId)
    {
        if (!Guid.TryParse(environmentId, out var id))
        {
            return null;
        }

        using var snapshot = ReadSnapshot.Open(contexts);
        var tenant = snapshot.Tenant(new TenantId(tenantId))!;
        return EnvironmentQuery.Find(snapshot, tenant, new EnvironmentId(id), new Period(tenant.OpenPeriod));
    }

    private static IResult? Check(EnvironmentRequestDto wanted) => new Fields()
        .Text(wanted.Name, "name", TenantEnvironment.TextLengthMax)
        .Text(wanted.Region, "region", TenantEnvironment.TextLengthMax)
        .OptionalText(wanted.CostCenter, "costCenter", TenantEnvironment.TextLengthMax)
        .Require(wanted.Id != Guid.Empty, "id", "The id is a GUID other than zero.")
        .Require(wanted.Type is not null, "type", "The type is production, sandbox, trial, developer, default or teams.")
        .Problem;

    private static EnvironmentDescription DescriptionOf(EnvironmentRequestDto wanted) => new(
        wanted.Name!.Trim(),
        wanted.Type!.Value,
        wanted.Region!.Trim(),
        string.IsNullOrWhiteSpace(wanted.CostCenter) ? null : wanted.CostCenter.Trim());
}

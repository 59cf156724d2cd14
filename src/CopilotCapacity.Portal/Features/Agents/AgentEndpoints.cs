using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Caps;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Agents;

/// <summary>An agent to name, or to turn off or on.</summary>
public sealed record AgentRequestDto(string? Name, bool? TurnedOff);

/// <summary>An agent with what it was billed this month, and the caps that name it.</summary>
public sealed record AgentDto(
    Guid EnvironmentId,
    string AgentId,
    string? Name,
    bool TurnedOff,
    MonthToDateDto MonthToDate,
    IReadOnlyList<CapDto> Caps,
    CapStatus Status);

/// <summary>What was used since the month began.</summary>
public sealed record MonthToDateDto(long Events, Credits Billed);

/// <summary>The agents of a tenant.</summary>
internal static class AgentEndpoints
{
    public static void MapAgents(this IEndpointRouteBuilder api)
    {
        api.MapGet("/tenants/{tenantId}/agents", ListAsync).InTenant(Operation.ReadTenant).Produces<PageDto<AgentDto>>();
        api.MapPut("/tenants/{tenantId}/environments/{environmentId}/agents/{agentId}", SetAsync)
            .InTenant(Operation.ChangeEnvironment)
            .Produces<AgentDto>();
    }

    private static async Task<IResult> ListAsync(
        Guid tenantId,
        HttpContext http,
        Meter meter,
        IDbContextFactory<PortalDbContext> contexts)
    {
        var list = $"agents:{tenantId}";
        if (PageRange.Read(http.Request, list, out var range) is { } problem)
        {
            return problem;
        }

        var all = await ReadAsync(http, meter, contexts, new TenantId(tenantId));
        return ApiAnswer.Ok(range.Cut(all, list));
    }

    private static async Task<List<AgentDto>> ReadAsync(
        HttpContext http,
        Meter meter,
        IDbContextFactory<PortalDbContext> contexts,
        TenantId tenant)
    {
        var caps = (await meter.ChangeAsync<List<CapDto>>(
            tenant, http.Actor(), ledger => ledger.Caps.Where(cap => cap.Scope.AgentId is not null).Select(cap => CapDto.From(cap, ledger.Now)).ToList())).Value!;
        using var snapshot = ReadSnapshot.Open(contexts);
        var row = snapshot.Tenant(tenant)!;
        return [.. AgentQuery.Read(snapshot, row, new Period(row.OpenPeriod)).Select(agent => ToDto(agent, caps))];
    }

    private static AgentDto ToDto(AgentUse agent, List<CapDto> caps)
    {
        var mine = caps.FindAll(cap => string.Equals(cap.Scope.AgentId, agent.AgentId, StringComparison.Ordinal)
            && (cap.Scope.EnvironmentId is null || cap.Scope.EnvironmentId == agent.Environment));
        return new AgentDto(
            agent.Environment,
            agent.AgentId,
            agent.Name,
            agent.IsTurnedOff,
            new MonthToDateDto(agent.Events, new Credits(agent.Billed)),
            mine,
            mine.Select(cap => cap.Status).DefaultIfEmpty(CapStatus.Within).Max());
    }

    private static async Task<IResult> SetAsync(
        Guid tenantId,
        string environmentId,
        string agentId,
        HttpContext http,
        Meter meter,
        IDbContextFactory<PortalDbContext> contexts,
        CancellationToken cancellationToken)
    {
        var tenant = new TenantId(tenantId);
        if (!Guid.TryParse(environmentId, out var id)
            || (await meter.ChangeAsync<bool>(tenant, http.Actor(), ledger => IsThere(ledger, new EnvironmentId(id)))).Refusal is not null)
        {
            return Problems.NotFound();
        }

        var body = await http.Request.ReadBodyAsync<AgentRequestDto>(cancellationToken);
        if (body.Value is not { } wanted || Check(wanted, agentId) is { } problem)
        {
            return body.Problem ?? Check(body.Value!, agentId)!;
        }

        var set = await meter.ChangeAsync<bool>(tenant, http.Actor(), ledger =>
            ledger.SetAgent(new EnvironmentId(id), agentId, wanted.Name?.Trim(), wanted.TurnedOff!.Value).Refusal is { } refusal ? refusal : true);
        if (set.Refusal is { } reason)
        {
            return Problems.From(reason);
        }

        var all = await ReadAsync(http, meter, contexts, tenant);
        return ApiAnswer.Ok(all.Find(agent => agent.EnvironmentId == id && string.Equals(agent.AgentId, agentId, StringComparison.Ordinal)));
    }

    private static Outcome<bool> IsThere(TenantLedger ledger, EnvironmentId id) =>
        ledger.Find(id) is { RetiredAt: null } ? true : Refusal.NotFound("environment");

    private static IResult? Check(AgentRequestDto wanted, string agentId) => new Fields()
        .Text(agentId, "agentId", UsageEvent.TextLengthMax)
        .OptionalText(wanted.Name, "name", UsageEvent.TextLengthMax)
        .Require(wanted.TurnedOff is not null, "turnedOff", "Say whether the agent is turned off.")
        .Problem;
}

using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Metering.Work;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Hosting.Http;

namespace CopilotCapacity.Portal.Features.Caps;

/// <summary>What a cap limits; at least one member is set, and all that are must match.</summary>
public sealed record CapScopeDto(Guid? EnvironmentId, string? AgentId, string? UserId, string? CostCenter);

/// <summary>A cap to set up or to change.</summary>
public sealed record CapRequestDto(Guid? Id, CapScopeDto? Scope, CapWindow? Per, Credits? Credits, int? NotifyPercent, bool? HardStop);

/// <summary>How far a cap is from its limit.</summary>
public enum CapStatus
{
    /// <summary>Below the notify percent.</summary>
    Within,

    /// <summary>At the notify percent or beyond.</summary>
    Nearing,

    /// <summary>Full, or beyond where it does not stop.</summary>
    Over,
}

/// <summary>A cap with its present window.</summary>
public sealed record CapDto(
    Guid Id,
    CapScopeDto Scope,
    CapWindow Per,
    Credits Credits,
    int NotifyPercent,
    bool HardStop,
    Credits Used,
    Credits Held,
    Credits Remaining,
    CapStatus Status)
{
    internal static CapDto From(Cap cap, DateTimeOffset now)
    {
        var count = cap.Find(cap.WindowOf(now));
        return new CapDto(
            cap.Id.Value,
            new CapScopeDto(cap.Scope.Environment?.Value, cap.Scope.AgentId, cap.Scope.UserId, cap.Scope.CostCenter),
            cap.Per,
            cap.Credits,
            cap.NotifyPercent,
            cap.HardStop,
            count?.Used ?? Credits.Zero,
            count?.Held ?? Credits.Zero,
            count?.Left ?? cap.Credits,
            (CapStatus)(count?.Mark ?? 0));
    }
}

/// <summary>Limits on what an environment, agent, user or cost centre may use.</summary>
internal static class CapEndpoints
{
    private const string Path = "/tenants/{tenantId}/caps";
    internal const int NotifyDefault = 80;

    public static void MapCaps(this IEndpointRouteBuilder api)
    {
        api.MapPost(Path, CreateAsync).InTenant(Operation.ChangeEnvironment).Produces<CapDto>(StatusCodes.Status201Created);
        api.MapGet(Path, ListAsync).InTenant(Operation.ReadTenant).Produces<PageDto<CapDto>>();
        api.MapGet(Path + "/{capId}", GetAsync).InTenant(Operation.ReadTenant).Produces<CapDto>();
        api.MapPut(Path + "/{capId}", ChangeAsync).InTenant(Operation.ChangeEnvironment).Produces<CapDto>();
        api.MapDelete(Path + "/{capId}", DeleteAsync).InTenant(Operation.ChangeEnvironment).Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> CreateAsync(Guid tenantId, HttpContext http, CancellationToken cancellationToken)
    {
        var body = await http.Request.ReadBodyAsync<CapRequestDto>(cancellationToken);
        if (body.Value is not { } wanted || Check(wanted) is { } problem)
        {
            return body.Problem ?? Check(body.Value!)!;
        }

        var id = new CapId(wanted.Id ?? Guid.NewGuid());
        var settings = SettingsOf(wanted);
        return await ApiChanges.CreateAsync<CapDto>(http, new TenantId(tenantId), body.Bytes, readsTheDisk: true, (ledger, archive) =>
        {
            var added = ledger.AddCap(id, settings, CountUse(ledger, archive, settings));
            return added.Refusal is { } refusal
                ? refusal
                : new Created<CapDto>(CapDto.From(added.Value!, ledger.Now), $"/api/v1/tenants/{tenantId}/caps/{id}", null);
        }, Problems.From);
    }

    private static async Task<IResult> ListAsync(Guid tenantId, HttpContext http, Meter meter)
    {
        var list = $"caps:{tenantId}";
        if (PageRange.Read(http.Request, list, out var range) is { } problem)
        {
            return problem;
        }

        var all = await meter.ChangeAsync<List<CapDto>>(
            new TenantId(tenantId), http.Actor(), ledger => ledger.Caps.Select(cap => CapDto.From(cap, ledger.Now)).ToList());
        return ApiAnswer.Ok(range.Cut(all.Value!, list));
    }

    private static async Task<IResult> GetAsync(Guid tenantId, string capId, HttpContext http, Meter meter)
    {
        if (!Guid.TryParse(capId, out var id))
        {
            return Problems.NotFound();
        }

        var found = await meter.ChangeAsync<CapDto>(
            new TenantId(tenantId),
            http.Actor(),
            ledger => ledger.Find(new CapId(id)) is { } cap ? CapDto.From(cap, ledger.Now) : Refusal.NotFound("cap"));
        return found.Refusal is { } refusal ? Problems.From(refusal) : ApiAnswer.Ok(found.Value);
    }

    private static async Task<IResult> ChangeAsync(Guid tenantId, string capId, HttpContext http, Meter meter, CancellationToken cancellationToken)
    {
        var tenant = new TenantId(tenantId);
        if (!Guid.TryParse(capId, out var id)
            || (await meter.ChangeAsync<bool>(tenant, http.Actor(), ledger => ledger.Find(new CapId(id)) is null ? Refusal.NotFound("cap") : true)).Refusal is not null)
        {
            return Problems.NotFound();
        }

        var body = await http.Request.ReadBodyAsync<CapRequestDto>(cancellationToken);
        if (body.Value is not { } wanted || Check(wanted) is { } problem)
        {
            return body.Problem ?? Check(body.Value!)!;
        }

        var settings = SettingsOf(wanted);
        var changed = await meter.ChangeAsync<CapDto>(tenant, http.Actor(), true, (ledger, archive) =>
        {
            var cap = ledger.ChangeCap(new CapId(id), settings, CountUse(ledger, archive, settings), null);
            return cap.Refusal is { } refusal ? refusal : CapDto.From(cap.Value!, ledger.Now);
        });
        return changed.Refusal is { } reason ? Problems.From(reason) : ApiAnswer.Ok(changed.Value);
    }

    private static async Task<IResult> DeleteAsync(Guid tenantId, string capId, HttpContext http) => Guid.TryParse(capId, out var id)
        ? await ApiChanges.DeleteAsync(http, new TenantId(tenantId), ledger => ledger.DeleteCap(new CapId(id), null))
        : Problems.NotFound();

    // A scope that names an unknown environment is refused by the ledger; there is nothing to count for it.
    internal static IReadOnlyDictionary<int, Credits> CountUse(TenantLedger ledger, ILedgerArchive archive, CapSettings settings) =>
        settings.Scope.Environment is { } id && ledger.Find(id) is null
            ? new Dictionary<int, Credits>()
            : archive.CountUse(ledger, settings.Scope, settings.Per);

    private static IResult? Check(CapRequestDto wanted) => new Fields()
        .Require(wanted.Id != Guid.Empty, "id", "The id is a GUID other than zero.")
        .Require(
            wanted.Scope is not null && !ScopeOf(wanted.Scope).IsEmpty,
            "scope",
            "A cap limits an environment, an agent, a user or a cost centre: name at least one.")
        .OptionalText(wanted.Scope?.AgentId, "scope.agentId", UsageEvent.TextLengthMax)
        .OptionalText(wanted.Scope?.UserId, "scope.userId", UsageEvent.TextLengthMax)
        .OptionalText(wanted.Scope?.CostCenter, "scope.costCenter", UsageEvent.TextLengthMax)
        .Require(wanted.Per is not null, "per", "A cap counts per day or per month.")
        .Require(wanted.Credits is { IsPositive: true }, "credits", "Say how many credits, above 0.")
        .Require(wanted.NotifyPercent is null or (>= 1 and <= 100), "notifyPercent", "The notify percent is 1 to 100.")
        .Problem;

    private static CapScope ScopeOf(CapScopeDto scope) => new(
        scope.EnvironmentId is { } id ? new EnvironmentId(id) : null,
        Named(scope.AgentId),
        Named(scope.UserId),
        Named(scope.CostCenter));

    private static string? Named(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static CapSettings SettingsOf(CapRequestDto wanted) => new(
        ScopeOf(wanted.Scope!), wanted.Per!.Value, wanted.Credits!.Value, wanted.NotifyPercent ?? NotifyDefault, wanted.HardStop ?? false);
}

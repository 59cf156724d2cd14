using System.Text.Json;
using System.Text.Json.Serialization;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Metering.Work;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Usage;
using CopilotCapacity.Portal.Hosting.Http;

namespace CopilotCapacity.Portal.Features.Permissions;

/// <summary>A hold.</summary>
public sealed record HoldDto(Guid Id, Credits Credits, BurnDto Burn, DateTimeOffset ExpiresAt);

/// <summary>A settlement. <c>late</c> is there only when the hold had expired.</summary>
public sealed record SettlementDto(
    Guid Id,
    Credits Credits,
    BurnDto Burn,
    long Sequence,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Late);

/// <summary>Credits reserved before the work.</summary>
internal static class HoldEndpoints
{
    public static void MapHolds(this IEndpointRouteBuilder api)
    {
        api.MapPost("/holds", ReserveAsync)
            .ForTenantKey(Operation.RecordUsage)
            .Produces<HoldDto>(StatusCodes.Status201Created)
            .Produces<PermissionProblemDto>(StatusCodes.Status402PaymentRequired, Problems.MediaType);
        api.MapPost("/holds/{holdId}/settle", SettleAsync).ForTenantKey(Operation.RecordUsage).Produces<SettlementDto>();
        api.MapDelete("/holds/{holdId}", ReleaseAsync).ForTenantKey(Operation.RecordUsage).Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ReserveAsync(HttpContext http, TenantDirectory tenants, CancellationToken cancellationToken)
    {
        var tenant = http.Caller().Tenant!.Value;
        var body = await http.Request.ReadBodyAsync<HoldRequestDto>(cancellationToken);
        if (body.Value is not { } request)
        {
            return body.Problem!;
        }

        var now = await tenants.NowAsync(tenant, cancellationToken);
        var wanted = HoldRequest.Read(request, now, out var problem);
        if (wanted is null)
        {
            return problem!;
        }

        return await ApiChanges.CreateAsync<HoldDto>(
            http, tenant, body.Bytes, readsTheDisk: false, (ledger, archive) => Reserve(ledger, archive, wanted),
            refusal => PermissionProblem.Of(http, refusal));
    }

    private static Outcome<Created<HoldDto>> Reserve(TenantLedger ledger, ILedgerArchive archive, NewHold wanted)
    {
        if (archive.FindHold(ledger, wanted.Id) is not null)
        {
            return Refusal.Conflict("already_exists", "There is a hold with this id.");
        }

        // What the event is about names the environment when the request does not.
        var subject = ledger.FindSubject(wanted.Environment.Value) ?? wanted.Environment;
        var made = ledger.Reserve(wanted with { Environment = subject });
        return made.Refusal is { } refusal
            ? refusal
            : new Created<HoldDto>(
                new HoldDto(made.Value!.Id.Value, made.Value.Amount, BurnDto.From(made.Value.Burn), made.Value.ExpiresAt),
                $"/api/v1/holds/{made.Value.Id}",
                null);
    }

    private static async Task<IResult> SettleAsync(
        string holdId,
        HttpContext http,
        Meter meter,
        TenantDirectory tenants,
        CancellationToken cancellationToken)
    {
        var tenant = http.Caller().Tenant!.Value;
        if (!Guid.TryParse(holdId, out var id)
            || (await meter.ChangeAsync(tenant, http.Actor(), false, (ledger, archive) => Exists(ledger, archive, new HoldId(id)))).Refusal is not null)
        {
            return Problems.NotFound();
        }

        var now = await tenants.NowAsync(tenant, cancellationToken);
        var read = await SettlementRequest.ReadAsync(http.Request, now, cancellationToken);
        if (read.Problem is { } problem)
        {
            return problem;
        }

        var settled = await meter.ChangeAsync(
            tenant, http.Actor(), false, (ledger, archive) => Settle(ledger, archive, new HoldId(id), read));
        return settled.Refusal is { } refusal ? Problems.From(refusal) : ApiAnswer.Ok(settled.Value);
    }

    private static Outcome<bool> Exists(TenantLedger ledger, ILedgerArchive archive, HoldId id) =>
        archive.FindHold(ledger, id) is null ? Refusal.NotFound("hold") : true;

    private static Outcome<SettlementDto> Settle(TenantLedger ledger, ILedgerArchive archive, HoldId id, SettlementRequest request)
    {
        if (archive.FindHold(ledger, id) is not { } hold)
        {
            return Refusal.NotFound("hold");
        }

        if (request.Usage is { } usage && CheckEvent(ledger, archive, hold, usage) is { } problem)
        {
            return problem;
        }

        var settled = request.Usage is { } work
            ? ledger.Settle(hold, work)
            : ledger.Settle(hold, request.Credits, request.CreditsHash);
        if (settled.Refusal is { } refusal)
        {
            return refusal;
        }

        var settlement = settled.Value!;
        if (request.Usage is { } booked)
        {
            archive.Remember(ledger, booked, settlement);
        }

        return new SettlementDto(
            id.Value, settlement.Burn.Total, BurnDto.From(settlement.Burn), settlement.Sequence, settlement.IsLate ? true : null);
    }

    private static Refusal? CheckEvent(TenantLedger ledger, ILedgerArchive archive, Hold hold, UsageEvent usage)
    {
        if (hold.Settlement is not null)
        {
            return null;
        }

        if (ledger.FindSubject(usage.Subject) != hold.Environment.Id)
        {
            return Refusal.Invalid("subject", "unknown_subject", "The event is about another environment than the hold.");
        }

        return archive.IsRecorded(ledger, usage)
            ? Refusal.Conflict("event_conflict", "An event with this source and id is recorded already, apart from this hold.")
            : null;
    }

    private static async Task<IResult> ReleaseAsync(string holdId, HttpContext http, Meter meter)
    {
        if (!Guid.TryParse(holdId, out var id))
        {
            return Problems.NotFound();
        }

        var released = await meter.ChangeAsync<bool>(http.Caller().Tenant!.Value, http.Actor(), false, (ledger, archive) =>
        {
            if (archive.FindHold(ledger, new HoldId(id)) is not { } hold)
            {
                return Refusal.NotFound("hold");
            }

            return ledger.Release(hold).Refusal is { } refusal ? refusal : true;
        });
        return released.Refusal is { } reason ? Problems.From(reason) : Results.NoContent();
    }
}

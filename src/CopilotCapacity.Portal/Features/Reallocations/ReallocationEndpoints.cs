using System.Text.Json;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Metering.Store;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Portal.Hosting.Json;

namespace CopilotCapacity.Portal.Features.Reallocations;

/// <summary>Credits to move; null is the tenant pool.</summary>
public sealed record MoveDto(Guid? From, Guid? To, Credits? Credits);

/// <summary>A reallocation to make, or with <c>dryRun</c> to try.</summary>
public sealed record ReallocationRequestDto(IReadOnlyList<MoveDto?>? Moves, string? Reason, bool? DryRun);

/// <summary>The number of an environment's allocation, or the size of the tenant pool where the id is null.</summary>
public sealed record ReallocatedNumberDto(Guid? EnvironmentId, Credits Credits);

/// <summary>The status of an environment before and after.</summary>
public sealed record ReallocatedStatusDto(Guid EnvironmentId, QuotaStatus Before, QuotaStatus After);

/// <summary>What a reallocation does. A dry run has no id and is not applied.</summary>
public sealed record ReallocationDto(
    Guid? Id,
    IReadOnlyList<ReallocatedNumberDto> Before,
    IReadOnlyList<ReallocatedNumberDto> After,
    IReadOnlyList<ReallocatedStatusDto> Statuses,
    bool Applied)
{
    internal static ReallocationDto From(ReallocationResult result) => new(
        result.Id?.Value,
        [.. result.Numbers.Select(number => new ReallocatedNumberDto(number.Environment?.Value, number.Before))],
        [.. result.Numbers.Select(number => new ReallocatedNumberDto(number.Environment?.Value, number.After))],
        [.. result.Statuses.Select(status => new ReallocatedStatusDto(status.Environment.Value, status.Before, status.After))],
        result.Id is not null);
}

/// <summary>Reallocations: several allocations set by one decision.</summary>
internal static class ReallocationEndpoints
{
    private const string Path = "/tenants/{tenantId}/reallocations";
    private const int MovesMax = 1_000;
    private const int ReasonLengthMax = 500;

    public static void MapReallocations(this IEndpointRouteBuilder api)
    {
        api.MapPost(Path, ReallocateAsync).InTenant(Operation.ChangeCapacity).Produces<ReallocationDto>();
        api.MapPost(Path + "/{reallocationId}/undo", UndoAsync).InTenant(Operation.ChangeCapacity).Produces<ReallocationDto>();
    }

    private static async Task<IResult> ReallocateAsync(Guid tenantId, HttpContext http, CancellationToken cancellationToken)
    {
        var body = await http.Request.ReadBodyAsync<ReallocationRequestDto>(cancellationToken);
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        var moves = wanted.Moves ?? [];
        var fields = new Fields()
            .Require(moves.Count is > 0 and <= MovesMax, "moves", $"A reallocation has 1 to {MovesMax} moves.")
            .OptionalText(wanted.Reason, "reason", ReasonLengthMax);
        for (var index = 0; index < moves.Count; index++)
        {
            fields.Require(moves[index]?.Credits is not null, $"moves[{index}].credits", "Say how many credits.");
        }

        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var id = new ReallocationId(Guid.NewGuid());
        AllocationMove[] wantedMoves = [.. moves.Select(move => new AllocationMove(IdOf(move!.From), IdOf(move.To), move.Credits!.Value))];
        return await AnswerAsync(
            http, new TenantId(tenantId), body.Bytes, ledger => ledger.Reallocate(id, wantedMoves, wanted.Reason?.Trim(), wanted.DryRun ?? false));
    }

    private static async Task<IResult> UndoAsync(Guid tenantId, string reallocationId, HttpContext http)
    {
        if (!Guid.TryParse(reallocationId, out var id))
        {
            return Problems.NotFound();
        }

        var undoId = new ReallocationId(Guid.NewGuid());
        return await AnswerAsync(
            http, new TenantId(tenantId), [], ledger => ledger.UndoReallocation(new ReallocationId(id), undoId));
    }

    // A repeated request under one key must not move the credits twice.
    private static async Task<IResult> AnswerAsync(
        HttpContext http,
        TenantId tenant,
        byte[] body,
        Func<TenantLedger, Outcome<ReallocationResult>> change)
    {
        if (!http.Request.TryReadIdempotencyKey(tenant, body, out var repeatable))
        {
            return ApiChanges.InvalidKey();
        }

        if (repeatable.Key is not { } key)
        {
            return await ApiChanges.ChangeAsync<ReallocationDto>(http, tenant, ledger =>
            {
                var made = change(ledger);
                return made.Refusal is { } refusal ? refusal : (ReallocationDto.From(made.Value!), (int?)null);
            });
        }

        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var meter = http.RequestServices.GetRequiredService<Meter>();
        return ApiChanges.Again(await meter.ChangeOnceAsync(tenant, http.Actor(), key, repeatable.RequestHash, ledger =>
        {
            var made = change(ledger);
            return made.Refusal is { } refusal
                ? refusal
                : new RememberedAnswer(
                    key,
                    repeatable.RequestHash,
                    StatusCodes.Status200OK,
                    JsonSerializer.Serialize(ReallocationDto.From(made.Value!), ApiJson.Options),
                    ETag: null,
                    Location: null,
                    now);
        }));
    }

    private static EnvironmentId? IdOf(Guid? id) => id is { } value ? new EnvironmentId(value) : null;
}

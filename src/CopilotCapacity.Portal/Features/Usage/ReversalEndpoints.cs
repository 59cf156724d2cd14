using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering.Work;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Hosting.Http;

namespace CopilotCapacity.Portal.Features.Usage;

/// <summary>Why a use is taken back.</summary>
public sealed record ReversalRequestDto(string? Reason);

/// <summary>A use that was taken back: what returned to which source.</summary>
public sealed record ReversalDto(long Sequence, long Reverses, Credits Credits, BurnDto Burn, string Reason);

/// <summary>Corrections of usage.</summary>
internal static class ReversalEndpoints
{
    private const int ReasonLengthMax = 500;

    public static void MapReversals(this IEndpointRouteBuilder api) => api.MapPost("/events/{sequence}/reversal", ReverseAsync)
        .ForTenantKey(Operation.RecordUsage)
        .Produces<ReversalDto>(StatusCodes.Status201Created);

    private static async Task<IResult> ReverseAsync(string sequence, HttpContext http, Metering.Meter meter, CancellationToken cancellationToken)
    {
        var tenant = http.Caller().Tenant!.Value;
        if (!long.TryParse(sequence, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var original))
        {
            return Problems.NotFound();
        }

        var found = await meter.ChangeAsync<bool>(
            tenant, http.Actor(), true, (ledger, archive) => archive.FindUse(ledger, original) is null ? Refusal.NotFound("use") : true);
        if (found.Refusal is not null)
        {
            return Problems.NotFound();
        }

        var body = await http.Request.ReadBodyAsync<ReversalRequestDto>(cancellationToken);
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        var check = new Fields().Text(wanted.Reason, "reason", ReasonLengthMax).Problem;
        return check ?? await ApiChanges.CreateAsync<ReversalDto>(
            http, tenant, body.Bytes, readsTheDisk: true, (ledger, archive) => Reverse(ledger, archive, original, wanted.Reason!.Trim()), Problems.From);
    }

    private static Outcome<Created<ReversalDto>> Reverse(TenantLedger ledger, ILedgerArchive archive, long original, string reason)
    {
        if (archive.FindUse(ledger, original) is not { } use)
        {
            return Refusal.NotFound("use");
        }

        if (use.IsReversed)
        {
            return Refusal.Conflict("already_reversed", "This use was taken back before.");
        }

        var reversed = ledger.Reverse(use.Posting, reason);
        return reversed.Refusal is { } refusal
            ? refusal
            : new Created<ReversalDto>(
                new ReversalDto(reversed.Value!.Sequence, original, use.Posting.Billed, BurnDto.From(use.Posting.Burn), reason),
                $"/api/v1/events/{original}/reversal",
                null);
    }
}

using System.Text.Json;
using CopilotCapacity.Metering;
using CopilotCapacity.Metering.Ingest;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Quota;
using CopilotCapacity.Portal.Features.Usage;
using CopilotCapacity.Portal.Features.Usage.CloudEvents;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Portal.Hosting.Json;

namespace CopilotCapacity.Portal.Features.Permissions;

/// <summary>A granted use: what became of the event, and the quota after it.</summary>
public sealed record ConsumeDto : EventOutcomeDto
{
    /// <summary>The quota of the environment, a <see cref="QuotaDto"/> with all its members, null ones too.</summary>
    public required JsonElement Quota { get; init; }
}

/// <summary>Asks for a use and burns it in one step.</summary>
internal static class ConsumeEndpoints
{
    public static void MapConsume(this IEndpointRouteBuilder api) => api.MapPost("/consume", ConsumeAsync)
        .ForTenantKey(Operation.RecordUsage)
        .WithDescription("One CloudEvent, in the modes of /events. Nothing of a refused request stays, so its identity may ask again.")
        .Produces<ConsumeDto>()
        .Produces<PermissionProblemDto>(StatusCodes.Status402PaymentRequired, Problems.MediaType);

    private static async Task<IResult> ConsumeAsync(HttpContext http, Meter meter, TenantDirectory tenants, CancellationToken cancellationToken)
    {
        var tenant = http.Caller().Tenant!.Value;
        var now = await tenants.NowAsync(tenant, cancellationToken);
        var read = await CloudEventRequest.ReadAsync(http.Request, now, cancellationToken);
        if (read.Problem is { } problem)
        {
            return problem;
        }

        if (read.IsArray)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "invalid_json", "A permission is asked for one event, not for an array.");
        }

        var parsed = read.Events[0];
        if (parsed.Usage is not { } usage)
        {
            return Problems.From(parsed.Refusal!);
        }

        var outcome = await meter.PermitAsync(tenant, usage);
        return outcome.Refusal is { } refusal
            ? PermissionProblem.Of(http, refusal)
            : EventAnswers.Json(ToDto(http, parsed, outcome));
    }

    private static ConsumeDto ToDto(HttpContext http, ParsedEvent parsed, RecordOutcome outcome)
    {
        var item = EventAnswers.ToDto(parsed, outcome);
        return new ConsumeDto
        {
            Id = item.Id,
            Source = item.Source,
            Outcome = item.Outcome,
            Sequence = item.Sequence,
            Credits = item.Credits,
            NonBilled = item.NonBilled,
            Burn = item.Burn,
            Quota = JsonSerializer.SerializeToElement(
                PermissionProblem.QuotaOf(http, http.Caller().Tenant!.Value, parsed.Usage!.Subject), ApiJson.Options),
        };
    }
}

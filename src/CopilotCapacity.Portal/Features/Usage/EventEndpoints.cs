using System.Text.Json;
using System.Text.Json.Serialization;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Metering.Ingest;
using CopilotCapacity.Metering.Store;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Usage.CloudEvents;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Portal.Hosting.Json;

namespace CopilotCapacity.Portal.Features.Usage;

/// <summary>Who paid what.</summary>
public sealed record BurnDto(Credits Allocation, Credits Pool, Credits PayAsYouGo, Credits Unfunded)
{
    internal static BurnDto From(Burn burn) => new(burn.Allocation, burn.Pool, burn.PayAsYouGo, burn.Unfunded);
}

/// <summary>Credits that were metered but not billed, and why.</summary>
public sealed record NonBilledDto(Credits Credits, NonBilledReason Reason);

/// <summary>What became of one event. What is null is left out.</summary>
public record EventOutcomeDto
{
#pragma warning disable CS1591 // The members carry the contract's own words.
    public required string? Id { get; init; }

    public required string? Source { get; init; }

    public required RecordResult Outcome { get; init; }

    public long? Sequence { get; init; }

    public Credits? Credits { get; init; }

    public NonBilledDto? NonBilled { get; init; }

    public BurnDto? Burn { get; init; }

    public string? Code { get; init; }

    public string? Detail { get; init; }
#pragma warning restore CS1591
}

/// <summary>The outcomes of a request, in its order.</summary>
public sealed record EventOutcomesDto(IReadOnlyList<EventOutcomeDto> Items);

/// <summary>Facts: usage that has happened.</summary>
internal static class EventEndpoints
{
    // The media types are described, not declared: routing would pass over a declared route without asking for a key.
    public static void MapEvents(this IEndpointRouteBuilder api) => api.MapPost("/events", RecordAsync)
        .ForTenantKey(Operation.RecordUsage)
        .WithDescription(
            "CloudEvents 1.0: application/cloudevents+json, application/cloudevents-batch+json, application/json with an event or an "
            + "array of events, or binary mode with ce- headers.")
        .Produces(StatusCodes.Status204NoContent)
        .Produces<EventOutcomesDto>()
        .Produces<EventOutcomesDto>(StatusCodes.Status207MultiStatus);

    private static async Task<IResult> RecordAsync(HttpContext http, Meter meter, TenantDirectory tenants, CancellationToken cancellationToken)
    {
        // What is told without a time happens now, by the tenant's own clock.
        var tenant = http.Caller().Tenant!.Value;
        var now = await tenants.NowAsync(tenant, cancellationToken);
        var read = await CloudEventRequest.ReadAsync(http.Request, now, cancellationToken);
        if (read.Problem is { } problem)
        {
            return problem;
        }

        var good = read.Events.Where(parsed => parsed.Usage is not null).Select(parsed => parsed.Usage!).ToList();
        var outcomes = await meter.RecordAsync(tenant, good);
        return AnswerOf(http, read, outcomes);
    }

    private static IResult AnswerOf(HttpContext http, CloudEventRequest read, IReadOnlyList<RecordOutcome> outcomes)
    {
        var wantsItems = http.Request.Headers["Prefer"].ToString().Contains("return=representation", StringComparison.OrdinalIgnoreCase);
        if (!wantsItems && outcomes.Count == read.Events.Count && outcomes.All(outcome => outcome.Refusal is null))
        {
            return Results.NoContent();
        }

        var all = new List<(ParsedEvent Parsed, RecordOutcome Outcome)>(read.Events.Count);
        var next = 0;
        foreach (var parsed in read.Events)
        {
            all.Add((parsed, parsed.Usage is null ? RecordOutcome.Rejected(parsed.Refusal!) : outcomes[next++]));
        }

        var refused = all.FindIndex(item => item.Outcome.Refusal is not null);
        if (refused >= 0 && !read.IsArray)
        {
            return Problems.From(all[refused].Outcome.Refusal!);
        }

        var items = new EventOutcomesDto([.. all.Select(item => EventAnswers.ToDto(item.Parsed, item.Outcome))]);
        return EventAnswers.Json(items, refused < 0 ? StatusCodes.Status200OK : StatusCodes.Status207MultiStatus);
    }
}

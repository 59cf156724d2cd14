using System.Text.Json;
using System.Text.Json.Serialization;
using CopilotCapacity.Metering.Ingest;
using CopilotCapacity.Metering.Store;
using CopilotCapacity.Portal.Features.Usage.CloudEvents;
using CopilotCapacity.Portal.Hosting.Json;

namespace CopilotCapacity.Portal.Features.Usage;

/// <summary>How the outcome of an event is told; what is null is left out.</summary>
internal static class EventAnswers
{
    private static readonly JsonSerializerOptions s_json = new(ApiJson.Options)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static IResult Json<T>(T body, int status = StatusCodes.Status200OK) => Results.Json(body, s_json, statusCode: status);

    public static EventOutcomeDto ToDto(ParsedEvent parsed, RecordOutcome outcome)
    {
        var answer = outcome.Answer;
        return new EventOutcomeDto
        {
            Id = parsed.Id,
            Source = parsed.Source,
            Outcome = outcome.Result,
            Sequence = answer?.Sequence,
            Credits = answer?.Burn.Total,
            NonBilled = NonBilledOf(answer),
            Burn = answer is null ? null : BurnDto.From(answer.Burn),
            Code = outcome.Refusal?.Code,
            Detail = outcome.Refusal?.Detail,
        };
    }

    private static NonBilledDto? NonBilledOf(PostedAnswer? answer) => answer is { NonBilled.IsPositive: true }
        ? new NonBilledDto(answer.NonBilled, answer.NonBilledReason)
        : null;
}

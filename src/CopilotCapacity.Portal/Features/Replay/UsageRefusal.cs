using System.Net;

namespace CopilotCapacity.Portal.Features.Replay;

/// <summary>Puts the server's refusals into words for the operator.</summary>
public static class UsageRefusal
{
    /// <summary>What the operator should know of a request that was refused as a whole.</summary>
    public static string Sentence(HttpStatusCode status, ProblemDto? problem, Uri endpoint) => status switch
    {
        HttpStatusCode.Unauthorized => "The server does not accept this key (401). Check --key: it may be mistyped, expired or revoked.",
        HttpStatusCode.Forbidden when problem is { Code: "tenant_key_required" } =>
            "This key belongs to the portal (403). Usage needs the key of a tenant, with the scope usage:write.",
        HttpStatusCode.Forbidden => "This key may not report usage (403). It needs the scope usage:write.",
        HttpStatusCode.NotFound => $"There is nothing at {endpoint} (404). Check --url.",
        HttpStatusCode.RequestEntityTooLarge => "A batch is larger than the server takes (413). Give a smaller --batch.",
        HttpStatusCode.UnprocessableEntity => $"The server cannot use what was sent (422): {Reason(problem)}.",
        _ => $"The server answered {(int)status}: {Reason(problem)}.",
    };

    /// <summary>The refusal of a batch that held one event, as that event's result; null when it is not about the event.</summary>
    public static UsageResultDto? OfOneEvent(HttpStatusCode status, ProblemDto? problem) => (status, problem?.Code) switch
    {
        (HttpStatusCode.Conflict, "event_conflict") => new UsageResultDto { Outcome = UsageOutcome.Conflict, Code = problem!.Code },
        (HttpStatusCode.UnprocessableEntity, { } code) => new UsageResultDto { Outcome = UsageOutcome.Rejected, Code = code },
        _ => null,
    };

    private static string Reason(ProblemDto? problem)
    {
        var text = (problem?.Detail ?? problem?.Title ?? "it gives no reason").TrimEnd('.');
        return problem?.Code is { } code ? $"{text} [{code}]" : text;
    }
}

using System.Text.Json.Serialization;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Hosting.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.WebUtilities;

namespace CopilotCapacity.Portal.Hosting.Http;

/// <summary>An error of the API: <c>application/problem+json</c> (RFC 9457) with a stable code.</summary>
public record ProblemDto
{
    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>The status in words.</summary>
    public required string Title { get; init; }

    /// <summary>What is wrong, in one sentence for people.</summary>
    public required string Detail { get; init; }

    /// <summary>What is wrong, for programs. Codes never change their meaning.</summary>
    public required string Code { get; init; }

    /// <summary>What is wrong with which field; the names are the request's own paths.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>The number of credits that would have fitted, where that helps.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Available { get; init; }
}

/// <summary>The one place where errors take their shape.</summary>
internal static class Problems
{
    public const string MediaType = "application/problem+json";

    public static IResult Of(int status, string code, string detail) => Send(Create(status, code, detail));

    public static IResult NotFound() => Of(StatusCodes.Status404NotFound, "not_found", "There is no such resource.");

    public static IResult Invalid(string field, string detail, string code = "invalid_request") =>
        Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [detail] }, code);

    public static IResult Invalid(IReadOnlyDictionary<string, string[]> errors, string code = "invalid_request")
    {
        var detail = string.Join(' ', errors.Values.SelectMany(texts => texts));
        return Send(Create(StatusCodes.Status422UnprocessableEntity, code, detail) with { Errors = errors });
    }

    public static IResult From(Refusal refusal) => Send(DtoOf(refusal));

    public static ProblemDto DtoOf(Refusal refusal)
    {
        var status = refusal.Kind switch
        {
            RefusalKind.NotFound => StatusCodes.Status404NotFound,
            RefusalKind.Conflict => StatusCodes.Status409Conflict,
            RefusalKind.Stale => StatusCodes.Status412PreconditionFailed,
            RefusalKind.Refused => StatusCodes.Status402PaymentRequired,
            _ => StatusCodes.Status422UnprocessableEntity,
        };
        return Create(status, refusal.Code, refusal.Detail) with
        {
            Available = refusal.Available?.Value,
            Errors = refusal is { Kind: RefusalKind.Invalid, Field: { } field }
                ? new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [refusal.Detail] }
                : null,
        };
    }

    public static ProblemDto Create(int status, string code, string detail) => new()
    {
        Status = status,
        Title = ReasonPhrases.GetReasonPhrase(status),
        Code = code,
        Detail = detail,
    };

    public static IResult Send(ProblemDto problem) =>
        Results.Json<object>(problem, ApiJson.Options, MediaType, problem.Status);
}

/// <summary>Turns what nobody expected, and what the framework refuses, into problems without inner details.</summary>
internal sealed class ProblemExceptionHandler(ILogger<ProblemExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (!context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var problem = exception switch
        {
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
                Problems.Create(StatusCodes.Status413PayloadTooLarge, "too_large", "The body is larger than 4 MiB."),
            BadHttpRequestException bad => Problems.Create(bad.StatusCode, "invalid_request", "The request cannot be read."),
            MeterBusyException => Problems.Create(
                StatusCodes.Status503ServiceUnavailable, "busy", "The meter has too much to do; try again in a second."),
            _ => Problems.Create(
                StatusCodes.Status500InternalServerError, "unexpected_error", "Something went wrong here; nothing is known to be recorded."),
        };
        if (problem.Status == StatusCodes.Status500InternalServerError)
        {
            ApiLog.Unexpected(logger, context.Request.Method, context.Request.Path, exception);
        }

        if (problem.Status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "1";
        }

        await Problems.Send(problem).ExecuteAsync(context);
        return true;
    }
}

internal static partial class ApiLog
{
    [LoggerMessage(EventId = 200, Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    public static partial void Unexpected(ILogger logger, string method, string path, Exception exception);
}

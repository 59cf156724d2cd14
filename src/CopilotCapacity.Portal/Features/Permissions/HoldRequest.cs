using System.Text.Json;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Usage.CloudEvents;
using CopilotCapacity.Portal.Hosting.Http;

namespace CopilotCapacity.Portal.Features.Permissions;

/// <summary>What is to be reserved: a number of credits, or the event that is to happen.</summary>
public sealed record HoldRequestDto(
    Guid? Id,
    Guid? EnvironmentId,
    Credits? Credits,
    JsonElement? Event,
    JsonElement? Agent,
    JsonElement? User,
    string? CostCenter,
    decimal? ExpiresInSeconds);

/// <summary>Reads what is to be reserved.</summary>
internal static class HoldRequest
{
    private const int LifeDefault = 300;

    public static NewHold? Read(HoldRequestDto request, DateTimeOffset now, out IResult? problem)
    {
        var usage = UsageOf(request.Event, now, out problem);
        if (problem is not null)
        {
            return null;
        }

        problem = Check(request, usage);
        var agent = NameOf(request.Agent, "agent", ref problem);
        var user = NameOf(request.User, "user", ref problem);
        return problem is not null
            ? null
            : new NewHold
            {
                Id = new HoldId(request.Id ?? Guid.NewGuid()),
                Environment = new EnvironmentId(request.EnvironmentId ?? usage!.Subject),
                Credits = request.Credits ?? default,
                Usage = usage,
                AgentId = agent,
                UserId = user,
                CostCenter = string.IsNullOrWhiteSpace(request.CostCenter) ? null : request.CostCenter,
                Life = TimeSpan.FromSeconds((double)(request.ExpiresInSeconds ?? LifeDefault)),
            };
    }

    private static UsageEvent? UsageOf(JsonElement? element, DateTimeOffset now, out IResult? problem)
    {
        problem = null;
        if (element is not { ValueKind: not JsonValueKind.Null } json)
        {
            return null;
        }

        var parsed = CloudEventReader.Read(json, now);
        problem = parsed.Refusal is { } refusal ? Problems.From(refusal with { Field = $"event.{refusal.Field}" }) : null;
        return parsed.Usage;
    }

    private static IResult? Check(HoldRequestDto request, UsageEvent? usage) => new Fields()
        .Require(request.Id != Guid.Empty, "id", "The id is a GUID other than zero.")
        .Require(request.EnvironmentId is not null || usage is not null, "environmentId", "Say which environment will use the credits.")
        .Require((request.Credits is null) != (usage is null), "credits", "Say how many credits to hold, or the event that will happen: one of both.")
        .Require(request.Credits is not { } credits || (credits.IsPositive && credits <= Credits.Largest), "credits", $"A hold is above 0 and at most {Credits.Largest} credits.")
        .OptionalText(request.CostCenter, "costCenter", TenantEnvironment.TextLengthMax)
        .Require(
            request.ExpiresInSeconds is not { } seconds || (seconds is >= 1 and <= 86_400 && seconds == decimal.Truncate(seconds)),
            "expiresInSeconds",
            "A hold lasts a whole number of seconds from 1 to 86,400.")
        .Problem;

    // As in events, an agent and a user are objects with an id; their id alone is understood as well.
    private static string? NameOf(JsonElement? element, string field, ref IResult? problem)
    {
        if (element is not { } json || json.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        var id = json.ValueKind == JsonValueKind.Object && json.TryGetProperty("id", out var inner) ? inner : json;
        var text = id.ValueKind == JsonValueKind.String ? id.GetString() : null;
        if (string.IsNullOrWhiteSpace(text) || text.Length > UsageEvent.TextLengthMax)
        {
            problem ??= Problems.Invalid(field, $"The {field} is named by its id, a text of at most {UsageEvent.TextLengthMax} characters.");
        }

        return text;
    }
}

/// <summary>How a hold is to be settled: with a number of credits, or with the event that has happened.</summary>
/// <param name="Credits">The number; meaningful when there is no event.</param>
/// <param name="Usage">The event; null when a number was sent.</param>
/// <param name="Problem">Why the request cannot be read; null when it can.</param>
internal sealed record SettlementRequest(Credits Credits, UsageEvent? Usage, IResult? Problem)
{
    private const int CreditsTag = 1;

    private static readonly JsonDocumentOptions s_json = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <summary>Stands for a number of credits; no event has such a hash.</summary>
    public UInt128 CreditsHash => new(CreditsTag, (ulong)Credits.Thousandths);

    public static async Task<SettlementRequest> ReadAsync(HttpRequest request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var isEvent = request.Headers.ContainsKey("ce-type")
            || (request.ContentType?.StartsWith("application/cloudevents", StringComparison.OrdinalIgnoreCase) ?? false);
        if (isEvent)
        {
            var read = await CloudEventRequest.ReadAsync(request, now, cancellationToken);
            return read.Problem is { } problem
                ? Failed(problem)
                : read.IsArray ? Failed(NotOne()) : From(read.Events[0]);
        }

        if (await request.ReadBytesAsync(cancellationToken) is not { } body)
        {
            return Failed(Problems.Of(StatusCodes.Status413PayloadTooLarge, "too_large", "The body is larger than 4 MiB."));
        }

        try
        {
            using var document = JsonDocument.Parse(body, s_json);
            return Read(document.RootElement, now);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return Failed(Problems.Of(StatusCodes.Status400BadRequest, "invalid_json", "The body is not the JSON that is expected here."));
        }
    }

    private static SettlementRequest Read(JsonElement root, DateTimeOffset now)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return Failed(NotOne());
        }

        if (!root.TryGetProperty("credits", out var number))
        {
            return From(CloudEventReader.Read(root.TryGetProperty("event", out var inner) ? inner : root, now));
        }

        return number.ValueKind == JsonValueKind.Number
            && number.TryGetDecimal(out var value)
            && Credits.TryFrom(value, out var credits)
            && credits >= Credits.Zero
            ? new SettlementRequest(credits, null, null)
            : Failed(Problems.Invalid("credits", "The settlement is a number of credits from 0 upwards, with at most three decimals."));
    }

    private static SettlementRequest From(ParsedEvent parsed) => parsed.Refusal is { } refusal
        ? Failed(Problems.From(refusal))
        : new SettlementRequest(default, parsed.Usage, null);

    private static IResult NotOne() =>
        Problems.Of(StatusCodes.Status400BadRequest, "invalid_json", "A hold is settled with a number of credits or with one event.");

    private static SettlementRequest Failed(IResult problem) => new(default, null, problem);
}

using System.Text.Json.Serialization;

namespace CopilotCapacity.Portal.Features.Replay;

/// <summary>A usage event as it is sent: CloudEvents 1.0.</summary>
public sealed record UsageEventDto
{
    [JsonPropertyName("specversion")]
    public string SpecVersion { get; init; } = "1.0";

    public required string Id { get; init; }

    public required string Source { get; init; }

    public required string Type { get; init; }

    public required string Subject { get; init; }

    /// <summary>In UTC; a DateTime because that is written with a Z.</summary>
    public required DateTime Time { get; init; }

    public required UsageDataDto Data { get; init; }
}

/// <summary>What an event used.</summary>
public sealed record UsageDataDto(IReadOnlyList<UsageItemDto> Items);

/// <summary>A feature and how much of it was used, in the feature's own unit.</summary>
public sealed record UsageItemDto(string Feature, long Quantity);

/// <summary>What became of an event.</summary>
public enum UsageOutcome
{
    Recorded,
    Duplicate,
    Conflict,
    Rejected,
}

/// <summary>The server's answer to a batch, in the order of the batch.</summary>
public sealed record UsageAnswerDto(IReadOnlyList<UsageResultDto>? Items);

/// <summary>The server's answer to one event. A duplicate carries what was booked when it was recorded first.</summary>
public sealed record UsageResultDto
{
    public required UsageOutcome Outcome { get; init; }

    /// <summary>Credits billed.</summary>
    public decimal Credits { get; init; }

    public NonBilledDto? NonBilled { get; init; }

    public BurnDto? Burn { get; init; }

    /// <summary>Why it was refused.</summary>
    public string? Code { get; init; }
}

/// <summary>Credits that were used but not billed.</summary>
public sealed record NonBilledDto(decimal Credits);

/// <summary>Who paid, in credits.</summary>
public sealed record BurnDto(decimal Allocation, decimal Pool, decimal PayAsYouGo, decimal Unfunded)
{
    public static readonly BurnDto Zero = new(0, 0, 0, 0);

    public BurnDto Plus(BurnDto other) => new(
        Allocation + other.Allocation,
        Pool + other.Pool,
        PayAsYouGo + other.PayAsYouGo,
        Unfunded + other.Unfunded);
}

/// <summary>An error of the server, as far as it is shown.</summary>
public sealed record ProblemDto(string? Title, string? Detail, string? Code);

/// <summary>The JSON of the verb, written and read without reflection.</summary>
[JsonSourceGenerationOptions(
    System.Text.Json.JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<UsageEventDto>))]
[JsonSerializable(typeof(UsageAnswerDto))]
[JsonSerializable(typeof(ProblemDto))]
[JsonSerializable(typeof(RememberedRun))]
public sealed partial class ReplayJson : JsonSerializerContext;

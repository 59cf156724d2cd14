using System.Text.Json.Serialization;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Portal.Features.Channels;

/// <summary>Something that was sent, or is to be sent, through a channel.</summary>
public sealed record DeliveryDto
{
#pragma warning disable CS1591 // The members say what they are.
    public required Guid Id { get; init; }

    /// <summary>Within the tenant; newer ones have greater numbers.</summary>
    public required long Number { get; init; }

    public required Guid ChannelId { get; init; }

    /// <summary>What receivers know it by; the same however often it is sent.</summary>
    public required string MessageId { get; init; }

    public required DeliveryContent Content { get; init; }

    /// <summary>The sequence of the first alert it tells.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? AlertSequence { get; init; }

    /// <summary>How many alerts it tells.</summary>
    public required int Alerts { get; init; }

    public required string Title { get; init; }

    public required DeliveryState State { get; init; }

    /// <summary>How often it was tried.</summary>
    public required int Tries { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is tried next, while it waits.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? DueAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Each try, the first one first. Only where one delivery is asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DeliveryAttemptDto>? Attempts { get; init; }
#pragma warning restore CS1591

    internal static DeliveryDto From(DeliveryRow row, IReadOnlyList<DeliveryAttemptRow>? attempts = null) => new()
    {
        Id = row.Id,
        Number = row.Number,
        ChannelId = row.ChannelId,
        MessageId = row.MessageId,
        Content = row.Content,
        AlertSequence = row.Alert,
        Alerts = row.Alerts,
        Title = row.Title,
        State = row.State,
        Tries = row.Attempts,
        CreatedAt = row.CreatedAt,
        DueAt = row.State == DeliveryState.Waiting ? row.DueAt : null,
        EndedAt = row.EndedAt,
        Attempts = attempts is null ? null : [.. attempts.Select(DeliveryAttemptDto.From)],
    };
}

/// <summary>One try to send a delivery.</summary>
/// <param name="Attempt">1, 2, 3, …</param>
/// <param name="At">When.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Delivered">Whether it came through.</param>
/// <param name="Status">The number the other side answered with; null when it did not answer.</param>
/// <param name="Result">What came of it, in words.</param>
/// <param name="Answer">The beginning of the answer; null when there was none.</param>
public sealed record DeliveryAttemptDto(int Attempt, DateTimeOffset At, long Milliseconds, bool Delivered, int? Status, string Result, string? Answer)
{
    internal static DeliveryAttemptDto From(DeliveryAttemptRow row) =>
        new(row.Attempt, row.At, row.Milliseconds, row.IsDelivered, row.Status, row.Result, row.Answer);
}

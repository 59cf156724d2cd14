using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Metering.Ingest;

/// <summary>What became of one event.</summary>
public enum RecordResult
{
    /// <summary>It is on disk now.</summary>
    Recorded,

    /// <summary>It was on disk already; nothing has changed.</summary>
    Duplicate,

    /// <summary>Its identity is on disk with other content; nothing has changed.</summary>
    Conflict,

    /// <summary>It was refused; nothing has changed.</summary>
    Rejected,
}

/// <summary>The answer to one event.</summary>
/// <param name="Result">What became of it.</param>
/// <param name="Answer">How it is recorded; null when it is not.</param>
/// <param name="Refusal">Why not; null when it is.</param>
public sealed record RecordOutcome(RecordResult Result, Store.PostedAnswer? Answer, Refusal? Refusal)
{
    private static readonly RecordOutcome s_conflict = new(
        RecordResult.Conflict,
        null,
        Refusal.Conflict("event_conflict", "An event with this source and id is recorded with other content."));

    /// <summary>The answer to an event that has just been posted.</summary>
    public static RecordOutcome Recorded(Posting posting) =>
        new(RecordResult.Recorded, Store.PostedAnswer.From(posting), null);

    /// <summary>The answer to an event whose identity is known.</summary>
    public static RecordOutcome Again(Store.RecordedEvent known, UsageEvent sent) => known.ContentHash == sent.ContentHash
        ? new RecordOutcome(RecordResult.Duplicate, known.Answer, null)
        : s_conflict;

    /// <summary>The answer to an event that is refused.</summary>
    public static RecordOutcome Rejected(Refusal refusal) => new(RecordResult.Rejected, null, refusal);
}

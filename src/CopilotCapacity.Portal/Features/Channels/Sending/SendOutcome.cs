namespace CopilotCapacity.Portal.Features.Channels.Sending;

/// <summary>What came of one try.</summary>
/// <param name="IsDelivered">Whether it came through.</param>
/// <param name="Result">What came of it, in words.</param>
internal sealed record SendOutcome(bool IsDelivered, string Result)
{
    /// <summary>The number the other side answered with; null when it did not answer.</summary>
    public int? Status { get; init; }

    /// <summary>The beginning of the answer; null when there was none.</summary>
    public string? Answer { get; init; }

    /// <summary>How long the other side asks to be left alone; null when it does not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether it wants to hear nothing any more.</summary>
    public bool IsGone { get; init; }

    /// <summary>Whether another try cannot come through either.</summary>
    public bool IsFinal { get; init; }
}

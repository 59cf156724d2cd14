using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Domain.Anomaly;

/// <summary>What has a pattern of its own: an agent, or a feature, in an environment.</summary>
/// <param name="Environment">The environment.</param>
/// <param name="AgentId">The agent; null for a feature.</param>
/// <param name="Feature">The feature; null for an agent.</param>
public sealed record SeriesKey(EnvironmentId Environment, string? AgentId, Feature? Feature);

/// <summary>What a series used, in thousandths of a credit, by days and hours in UTC.</summary>
public sealed record UseSeries
{
    /// <summary>How many whole days before today are looked at.</summary>
    public const int HistoryDays = 42;

    /// <summary>Whose use it is.</summary>
    public required SeriesKey Key { get; init; }

    /// <summary>How people know it.</summary>
    public required string Name { get; init; }

    /// <summary>The whole days before today, oldest first: <see cref="HistoryDays"/> of them.</summary>
    public required IReadOnlyList<long> Days { get; init; }

    /// <summary>What was used today so far.</summary>
    public required long Today { get; init; }

    /// <summary>
    /// The hour of the week that the last one is, with the hour before it and the one after it, in each of the weeks looked at; oldest
    /// week first, three hours each.
    /// </summary>
    public required IReadOnlyList<long> SameHours { get; init; }

    /// <summary>What was used in the last whole hour.</summary>
    public required long LastHour { get; init; }
}

/// <summary>How long a time was looked at.</summary>
public enum AnomalySpan
{
    /// <summary>The last whole hour.</summary>
    Hour,

    /// <summary>The day so far.</summary>
    Day,
}

/// <summary>What the last hour of a series was like.</summary>
public enum HourPace
{
    /// <summary>Little was used, and little is usual then: it tells nothing.</summary>
    Quiet,

    /// <summary>As usual.</summary>
    Calm,

    /// <summary>Clearly more than usual.</summary>
    Busy,
}

/// <summary>What was found of a series.</summary>
/// <param name="Excess">The span in which it used far more than usual; null when it did not.</param>
/// <param name="Used">What it used in that span, in thousandths of a credit.</param>
/// <param name="Usual">What is usual in such a span.</param>
/// <param name="Pace">What its last hour was like.</param>
public readonly record struct SeriesVerdict(AnomalySpan? Excess, long Used, long Usual, HourPace Pace);

using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Anomaly;

/// <summary>Use that is far off its own pattern, with its cause.</summary>
/// <param name="Series">Whose use it is.</param>
/// <param name="Name">How people know it.</param>
/// <param name="Span">The time that was looked at.</param>
/// <param name="From">Where that time begins.</param>
/// <param name="Used">What was used in it.</param>
/// <param name="Usual">What is usual then.</param>
/// <param name="Cause">Why, as far as the use itself tells.</param>
public sealed record AnomalyFinding(
    SeriesKey Series, string Name, AnomalySpan Span, DateTimeOffset From, Credits Used, Credits Usual, AnomalyCause Cause);

/// <summary>An anomaly that is not over.</summary>
public sealed class AnomalyWatch
{
    /// <summary>Whose use it is.</summary>
    public required SeriesKey Series { get; init; }

    /// <summary>The alert about it; 0 once it is over.</summary>
    public long OpenAlert { get; set; }
}

/// <summary>
/// How an anomaly that was told goes on: it is over after three hours as usual, or a day in which no hour was busy.
/// </summary>
/// <param name="CalmHours">Hours as usual since the last busy one.</param>
/// <param name="Hours">All hours since then.</param>
public readonly record struct Calm(int CalmHours, int Hours)
{
    private const int CalmHoursEnough = 3;
    private const int HoursEnough = 24;

    /// <summary>Whether it is over.</summary>
    public bool IsOver => CalmHours >= CalmHoursEnough || Hours >= HoursEnough;

    /// <summary>How it stands after one more hour.</summary>
    public Calm After(HourPace hour) => hour switch
    {
        HourPace.Busy => default,
        HourPace.Calm => new Calm(CalmHours + 1, Hours + 1),
        _ => this with { Hours = Hours + 1 },
    };
}

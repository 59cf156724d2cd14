using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Quota;

/// <summary>
/// Microsoft's own line: when the month's use reaches 125 % of what a tenant has prepaid, its custom agents are turned off until
/// there is more capacity or the month is over. It informs; nothing here is decided by it.
/// </summary>
/// <remarks>
/// In force since 30 April 2025; source: Microsoft Learn, <c>microsoft-copilot-studio/requirements-messages-management</c>. What
/// pay-as-you-go has paid for does not count there.
/// </remarks>
/// <param name="Entitled">What is prepaid this month; more than zero.</param>
/// <param name="Used">What counts there: paid from prepaid credits, or by nobody.</param>
public readonly record struct MicrosoftCutOff(Credits Entitled, Credits Used)
{
    /// <summary>The line, in percent of what is prepaid.</summary>
    public const int Percent = 125;

    /// <summary>The use at which agents are turned off; a fraction of a thousandth is left out.</summary>
    public Credits Line => new((long)((Int128)Entitled.Thousandths * Percent / 100));

    /// <summary>What can be used before the line; zero once it is reached.</summary>
    public Credits Left => Credits.Max(Line - Used, Credits.Zero);

    /// <summary>Whether the month's use has reached the line.</summary>
    public bool IsReached => Used >= Line;

    /// <summary>The line of a tenant; null when nothing is prepaid, for then there is nothing to be over.</summary>
    /// <param name="entitled">What is prepaid this month.</param>
    /// <param name="prepaid">What prepaid credits have paid for.</param>
    /// <param name="unfunded">What nobody has paid for.</param>
    public static MicrosoftCutOff? Of(Credits entitled, Credits prepaid, Credits unfunded) =>
        entitled.IsPositive ? new MicrosoftCutOff(entitled, prepaid + unfunded) : null;

    /// <summary>When the line is reached; null when it likely is not this month, or cannot be told yet.</summary>
    /// <param name="forecast">What the tenant will use of what counts there; null when that cannot be told.</param>
    /// <param name="period">The running month.</param>
    /// <param name="now">An instant of that month.</param>
    public DateTimeOffset? ReachedAt(UseForecast? forecast, Period period, DateTimeOffset now) =>
        IsReached ? now : forecast?.RunsOutAt(Left, now, period.End);
}

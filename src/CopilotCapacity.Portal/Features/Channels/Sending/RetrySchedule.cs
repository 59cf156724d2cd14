using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Portal.Features.Channels.Sending;

/// <summary>When something that did not come through is tried again.</summary>
internal static class RetrySchedule
{
    /// <summary>A wait is made longer by up to this share, so that what failed together does not come back together.</summary>
    public const double JitterMax = 0.1;

    private static readonly TimeSpan s_askedMax = TimeSpan.FromDays(1);

    // The waits of Standard Webhooks after the first try, which is at once: three days and more in all.
    private static readonly TimeSpan[] s_webhook =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    // A mail server that is away for a day is away for good, and mail that comes later helps nobody.
    private static readonly TimeSpan[] s_email =
        [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(6), TimeSpan.FromHours(12)];

    /// <summary>How long to wait after so many tries; null when there is no further one.</summary>
    /// <param name="kind">Where to it is sent.</param>
    /// <param name="tries">How often it was tried.</param>
    /// <param name="asked">How long the other side asks to be left alone, which is heeded up to a day.</param>
    /// <param name="chance">From 0 to 1, less than 1.</param>
    public static TimeSpan? WaitAfter(ChannelKind kind, int tries, TimeSpan? asked, double chance)
    {
        var waits = kind == ChannelKind.Webhook ? s_webhook : s_email;
        if (tries > waits.Length)
        {
            return null;
        }

        var wait = waits[tries - 1] * (1 + (chance * JitterMax));
        var wished = asked is { } longer && longer > s_askedMax ? s_askedMax : asked;
        return wished > wait ? wished : wait;
    }
}

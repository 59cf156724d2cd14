using CopilotCapacity.Domain.Ledger;

namespace CopilotCapacity.Metering;

/// <summary>Settings of the meter, section <c>Metering</c>.</summary>
public sealed class MeteringOptions
{
    /// <summary>The name of the settings section.</summary>
    public const string Section = "Metering";

    /// <summary>At most this many events share one commit. 1 to 100,000.</summary>
    public int CommitEventsMax { get; set; } = 5_000;

    /// <summary>
    /// How long the meter waits for company before it commits less than a full group. 0 to 1,000 ms; 0 commits what is there,
    /// and what arrives meanwhile forms the next group.
    /// </summary>
    public int LingerMilliseconds { get; set; }

    /// <summary>How many requests may wait before new ones are told to come back later. 1 to 1,000,000.</summary>
    public int QueueLengthMax { get; set; } = 10_000;

    /// <summary>How many days after a month's end its facts are still accepted. 0 to 365.</summary>
    public int LateDays { get; set; } = 32;

    /// <summary>How many seconds ahead of the tenant's time a fact may be dated. 0 to 86,400.</summary>
    public int FutureSeconds { get; set; } = 300;

    /// <summary>The limits the ledger applies.</summary>
    public LedgerLimits Limits => new(TimeSpan.FromDays(LateDays), TimeSpan.FromSeconds(FutureSeconds));

    /// <summary>All that is wrong with the settings, a sentence each.</summary>
    public IEnumerable<string> Problems()
    {
        if (CommitEventsMax is < 1 or > 100_000)
        {
            yield return $"Metering:CommitEventsMax is {CommitEventsMax}, it must be 1 to 100000.";
        }

        if (LingerMilliseconds is < 0 or > 1_000)
        {
            yield return $"Metering:LingerMilliseconds is {LingerMilliseconds}, it must be 0 to 1000.";
        }

        if (QueueLengthMax is < 1 or > 1_000_000)
        {
            yield return $"Metering:QueueLengthMax is {QueueLengthMax}, it must be 1 to 1000000.";
        }

        if (LateDays is < 0 or > 365)
        {
            yield return $"Metering:LateDays is {LateDays}, it must be 0 to 365.";
        }

        if (FutureSeconds is < 0 or > 86_400)
        {
            yield return $"Metering:FutureSeconds is {FutureSeconds}, it must be 0 to 86400.";
        }
    }
}

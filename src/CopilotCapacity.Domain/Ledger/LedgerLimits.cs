using CopilotCapacity.Domain.Time;

namespace CopilotCapacity.Domain.Ledger;

/// <summary>How far from the tenant's time a fact may lie.</summary>
/// <param name="LateWindow">How long after a month's end its facts are still accepted.</param>
/// <param name="FutureTolerance">How far ahead a fact may be dated.</param>
public sealed record LedgerLimits(TimeSpan LateWindow, TimeSpan FutureTolerance)
{
    /// <summary>How far a permission's time may differ from now, either way.</summary>
    public static readonly TimeSpan PermissionTolerance = TimeSpan.FromMinutes(5);

    /// <summary>32 days late, 5 minutes ahead.</summary>
    public static LedgerLimits Default { get; } = new(TimeSpan.FromDays(32), TimeSpan.FromMinutes(5));

    /// <summary>The oldest month that could still be booked to when a month began.</summary>
    public Period OldestBookable(Period open)
    {
        var oldest = open;
        while (oldest.Previous.End + LateWindow >= open.Start)
        {
            oldest = oldest.Previous;
        }

        return oldest;
    }
}

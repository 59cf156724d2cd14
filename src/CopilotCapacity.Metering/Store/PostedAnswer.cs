using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Metering.Store;

/// <summary>What the sender of a recorded event is told.</summary>
/// <param name="Sequence">Its ledger sequence number.</param>
/// <param name="Burn">Who paid what; its total is what was billed.</param>
/// <param name="NonBilled">Credits metered but not billed.</param>
/// <param name="NonBilledReason">Why those are free.</param>
public sealed record PostedAnswer(long Sequence, Burn Burn, Credits NonBilled, NonBilledReason NonBilledReason)
{
    /// <summary>The answer for what is kept and charged to nobody yet.</summary>
    public static PostedAnswer OfKept(KeptUse kept) => new(kept.Sequence, default, Credits.Zero, NonBilledReason.None);

    /// <summary>The answer for a posting.</summary>
    public static PostedAnswer From(Posting posting) =>
        new(posting.Sequence, posting.Burn, posting.NonBilled, posting.NonBilledReason);
}

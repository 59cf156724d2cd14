using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <summary>A use that was taken back.</summary>
/// <param name="Sequence">The ledger sequence number of the reversal.</param>
/// <param name="Original">The use.</param>
/// <param name="Reason">Why.</param>
public sealed record UsageReversal(long Sequence, Posting Original, string Reason);

/// <content>Corrections.</content>
public sealed partial class TenantLedger
{
    /// <summary>
    /// Takes a use back: each part returns to its source in the original's month, for a grant that has ended as expired, and
    /// for the allocation of an environment that was retired by then to the pool.
    /// Refused as <c>too_late</c> when that month can no longer be booked to.
    /// </summary>
    /// <param name="original">The use, as the disk knows it, with the cost centre that answered for it; the caller has made sure that it was not taken back before.</param>
    /// <param name="reason">Why.</param>
    public Outcome<UsageReversal> Reverse(Posting original, string reason)
    {
        if (FindBook(original.Period) is not { } book || book.Period != original.Period)
        {
            return s_tooLate with { Field = "sequence" };
        }

        var reversal = new UsageReversal(Append(new UsageReversed(original.Sequence, reason)), original, reason);
        Changes.Add(reversal);
        book.TakeBack(book.Of(original.Environment), original.Burn, original.PlanCharges, original.Grants);
        if (original.Environment.RetiredAt < book.Period.End)
        {
            ReturnUnused(original.Environment, book);
        }

        book.ExpireReturned(original.Grants, Now);

        // By the cost centre that answered for it then; the environment may name another one now.
        var usage = original.Usage;
        var use = new CapUse(original.Environment, usage.AgentId, usage.UserId, usage.CostCenter, usage.Time);
        CountInCaps(use, Credits.Zero - original.Billed, Credits.Zero);
        ConcludeUse(original.Environment, original.Period, original.PlanCharges, Credits.Zero);
        return reversal;
    }
}

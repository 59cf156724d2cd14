using CopilotCapacity.Domain.Faults;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Quota;

/// <summary>
/// All an environment can draw on at one moment, and the one place that turns it into a status, into who pays and into
/// the split of a charge. Pages, the API and the ledger share it.
/// </summary>
public readonly record struct Reach
{
    /// <summary>What is left of the environment's own allocation.</summary>
    public Credits AllocationLeft { get; init; }

    /// <summary>The backed size of the allocation: consumed, held and left together.</summary>
    public Credits AllocationTotal { get; init; }

    /// <summary>Whether the environment may draw on the tenant pool.</summary>
    public bool DrawsOnPool { get; init; }

    /// <summary>What is left in the tenant pool.</summary>
    public Credits PoolLeft { get; init; }

    /// <summary>The size of the tenant pool.</summary>
    public Credits PoolTotal { get; init; }

    /// <summary>Whether an enabled billing plan pays for the environment.</summary>
    public bool HasPayAsYouGo { get; init; }

    /// <summary>What the plan's hard budget still buys; null when no hard stop limits it.</summary>
    public Credits? PayAsYouGoLeft { get; init; }

    /// <summary>What the plan's hard budget buys in all; null when no hard stop limits it.</summary>
    public Credits? PayAsYouGoTotal { get; init; }

    /// <summary>True while a hard cap on the whole environment is full: nothing can be asked for, whatever is left.</summary>
    public bool IsCapped { get; init; }

    /// <summary>True when pay-as-you-go has no hard stop, so that nothing can run out.</summary>
    public bool IsUnlimited => HasPayAsYouGo && PayAsYouGoLeft is null;

    /// <summary>Everything left that can be counted: prepaid and, under a hard stop, pay-as-you-go.</summary>
    public Credits Left => AllocationLeft
        + (DrawsOnPool ? PoolLeft : Credits.Zero)
        + (HasPayAsYouGo ? PayAsYouGoLeft ?? Credits.Zero : Credits.Zero);

    /// <summary>The whole of which <see cref="Left"/> is a part.</summary>
    public Credits Total => AllocationTotal
        + (DrawsOnPool ? PoolTotal : Credits.Zero)
        + (HasPayAsYouGo ? PayAsYouGoTotal ?? Credits.Zero : Credits.Zero);

    /// <summary>The source that pays for the next thousandth of a credit.</summary>
    public FundingSource PaysNow => PayerFrom(FundingSource.Allocation);

    /// <summary>The source that pays once the present one has run out.</summary>
    public FundingSource PaysNext => PaysNow switch
    {
        FundingSource.Allocation => PayerFrom(FundingSource.Pool),
        FundingSource.Pool => PayerFrom(FundingSource.PayAsYouGo),
        _ => FundingSource.Unfunded,
    };

    /// <summary>
    /// The status: depleted when nothing is left, low when <c>left × 100 ≤ total × (100 − threshold)</c>, else available.
    /// Landing exactly on the threshold counts as reaching it.
    /// </summary>
    /// <param name="lowThresholdPercent">The used share, 1 to 99, from which on the environment is low.</param>
    public QuotaStatus StatusAt(int lowThresholdPercent)
    {
        if (IsCapped)
        {
            return QuotaStatus.Depleted;
        }

        if (IsUnlimited)
        {
            return QuotaStatus.Available;
        }

        if (!Left.IsPositive)
        {
            return QuotaStatus.Depleted;
        }

        var isLow = (Int128)Left.Thousandths * 100 <= (Int128)Total.Thousandths * (100 - lowThresholdPercent);
        return isLow ? QuotaStatus.Low : QuotaStatus.Available;
    }

    /// <summary>Splits a charge along the funding chain: allocation, tenant pool, pay-as-you-go, unfunded.</summary>
    /// <param name="charge">At least zero.</param>
    public Burn Split(Credits charge)
    {
        if (SeededBugs.Has(SeededBug.PaygBeforePrepaid) && HasPayAsYouGo)
        {
            var first = Credits.Min(charge, PayAsYouGoLeft ?? charge);
            return new Burn(Credits.Zero, Credits.Zero, first, charge - first);
        }

        var allocation = Credits.Min(charge, AllocationLeft);
        var rest = charge - allocation;
        var pool = DrawsOnPool || SeededBugs.Has(SeededBug.PoolForEverybody) ? Credits.Min(rest, PoolLeft) : Credits.Zero;
        rest -= pool;
        var payAsYouGo = HasPayAsYouGo ? Credits.Min(rest, PayAsYouGoLeft ?? rest) : Credits.Zero;
        return new Burn(allocation, pool, payAsYouGo, rest - payAsYouGo);
    }

    private FundingSource PayerFrom(FundingSource first)
    {
        if (first <= FundingSource.Allocation && AllocationLeft.IsPositive)
        {
            return FundingSource.Allocation;
        }

        if (first <= FundingSource.Pool && DrawsOnPool && PoolLeft.IsPositive)
        {
            return FundingSource.Pool;
        }

        var paygPays = HasPayAsYouGo && (PayAsYouGoLeft is null || PayAsYouGoLeft.Value.IsPositive);
        return paygPays ? FundingSource.PayAsYouGo : FundingSource.Unfunded;
    }
}

/// <summary>The ledger's split of one charge. The parts are at least zero and add up to the charge.</summary>
/// <param name="Allocation">Paid from the environment's allocation.</param>
/// <param name="Pool">Paid from the tenant pool.</param>
/// <param name="PayAsYouGo">Paid by a billing plan.</param>
/// <param name="Unfunded">Paid by nobody.</param>
public readonly record struct Burn(Credits Allocation, Credits Pool, Credits PayAsYouGo, Credits Unfunded)
{
    /// <summary>The prepaid part.</summary>
    public Credits Prepaid => Allocation + Pool;

    /// <summary>The whole charge.</summary>
    public Credits Total => Allocation + Pool + PayAsYouGo + Unfunded;

    /// <summary>The part of the split that an amount takes when the sources pay in their order; at most all of it.</summary>
    public Burn First(Credits amount)
    {
        var allocation = Credits.Min(amount, Allocation);
        var pool = Credits.Min(amount - allocation, Pool);
        var payAsYouGo = Credits.Min(amount - allocation - pool, PayAsYouGo);
        return new Burn(allocation, pool, payAsYouGo, Credits.Min(amount - allocation - pool - payAsYouGo, Unfunded));
    }

#pragma warning disable CS1591
    public static Burn operator +(Burn left, Burn right) => new(
        left.Allocation + right.Allocation,
        left.Pool + right.Pool,
        left.PayAsYouGo + right.PayAsYouGo,
        left.Unfunded + right.Unfunded);
    public static Burn operator -(Burn left, Burn right) => new(
        left.Allocation - right.Allocation,
        left.Pool - right.Pool,
        left.PayAsYouGo - right.PayAsYouGo,
        left.Unfunded - right.Unfunded);
#pragma warning restore CS1591
}

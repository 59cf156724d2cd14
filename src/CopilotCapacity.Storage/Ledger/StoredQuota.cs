using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>
/// A quota as the table of status changes keeps it: all that its document is made of, but for its environment and its sequence number,
/// which are the row's key. It is a file format: members may only be added.
/// </summary>
internal sealed record StoredQuota
{
    public required DateTimeOffset At { get; init; }

    public required QuotaStatus Status { get; init; }

    public required Credits AllocationLeft { get; init; }

    public required Credits AllocationTotal { get; init; }

    public required bool DrawsOnPool { get; init; }

    public required Credits PoolLeft { get; init; }

    public required Credits PoolTotal { get; init; }

    public Credits? PayAsYouGoLeft { get; init; }

    public Credits? PayAsYouGoTotal { get; init; }

    public bool IsCapped { get; init; }

    public required Credits Allocation { get; init; }

    public required Credits AllocationConsumed { get; init; }

    public required Credits AllocationHeld { get; init; }

    public required Credits PoolConsumed { get; init; }

    public required Credits PoolHeld { get; init; }

    public BillingPlanReading? Plan { get; init; }

    public required string Currency { get; init; }

    public required Credits Charged { get; init; }

    public required Period Period { get; init; }

    public bool IsRehearsal { get; init; }

    public Credits? UnreachableLimit { get; init; }

    public static StoredQuota Of(QuotaReading reading) => new()
    {
        At = reading.LedgerNow,
        Status = reading.Status,
        AllocationLeft = reading.Reach.AllocationLeft,
        AllocationTotal = reading.Reach.AllocationTotal,
        DrawsOnPool = reading.Reach.DrawsOnPool,
        PoolLeft = reading.Reach.PoolLeft,
        PoolTotal = reading.Reach.PoolTotal,
        PayAsYouGoLeft = reading.Reach.PayAsYouGoLeft,
        PayAsYouGoTotal = reading.Reach.PayAsYouGoTotal,
        IsCapped = reading.Reach.IsCapped,
        Allocation = reading.Allocation,
        AllocationConsumed = reading.AllocationConsumed,
        AllocationHeld = reading.AllocationHeld,
        PoolConsumed = reading.PoolConsumed,
        PoolHeld = reading.PoolHeld,
        Plan = reading.Plan,
        Currency = reading.Currency.Value,
        Charged = reading.Charged,
        Period = reading.Period,
        IsRehearsal = reading.IsRehearsal,
        UnreachableLimit = reading.WhenUnreachable.Limit,
    };

    public QuotaReading ToReading(EnvironmentId environment, long sequence) => new()
    {
        Environment = environment,
        Reach = new Reach
        {
            AllocationLeft = AllocationLeft,
            AllocationTotal = AllocationTotal,
            DrawsOnPool = DrawsOnPool,
            PoolLeft = PoolLeft,
            PoolTotal = PoolTotal,
            HasPayAsYouGo = Plan is not null,
            PayAsYouGoLeft = PayAsYouGoLeft,
            PayAsYouGoTotal = PayAsYouGoTotal,
            IsCapped = IsCapped,
        },
        Status = Status,
        Allocation = Allocation,
        AllocationConsumed = AllocationConsumed,
        AllocationHeld = AllocationHeld,
        PoolConsumed = PoolConsumed,
        PoolHeld = PoolHeld,
        Plan = Plan,
        Currency = new CurrencyCode(Currency),
        Charged = Charged,
        Period = Period,
        Sequence = sequence,
        LedgerNow = At,
        IsRehearsal = IsRehearsal,
        StatusSequence = sequence,
        WhenUnreachable = UnreachableRule.Of(UnreachableLimit),
    };
}

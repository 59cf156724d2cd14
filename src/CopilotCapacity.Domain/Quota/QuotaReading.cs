using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Quota;

/// <summary>An environment's quota at one ledger sequence number.</summary>
public sealed record QuotaReading
{
#pragma warning disable CS1591 // The members carry the names of the things they read.
    public required EnvironmentId Environment { get; init; }

    public required Reach Reach { get; init; }

    public required QuotaStatus Status { get; init; }

    public required Credits Allocation { get; init; }

    public required Credits AllocationConsumed { get; init; }

    public required Credits AllocationHeld { get; init; }

    public required Credits PoolConsumed { get; init; }

    public required Credits PoolHeld { get; init; }

    public required BillingPlanReading? Plan { get; init; }

    public required CurrencyCode Currency { get; init; }

    public required Credits Charged { get; init; }

    public required Period Period { get; init; }

    public required long Sequence { get; init; }

    /// <summary>The tenant's time up to which the ledger has been advanced.</summary>
    public required DateTimeOffset LedgerNow { get; init; }

    public required bool IsRehearsal { get; init; }

    /// <summary>The ledger sequence number since which the status is what it is; 0 where that was before such numbers were kept.</summary>
    public required long StatusSequence { get; init; }

    /// <summary>What a client does while it cannot reach the portal.</summary>
    public required UnreachableRule WhenUnreachable { get; init; }
#pragma warning restore CS1591

    /// <summary>Reads an environment off the ledger, as it is at this moment.</summary>
    public static QuotaReading Of(TenantLedger ledger, TenantEnvironment environment)
    {
        var open = ledger.Open;
        var month = open.Find(environment);
        var reach = open.ReachOf(environment);
        return new QuotaReading
        {
            Environment = environment.Id,
            Reach = reach,
            Status = reach.StatusAt(ledger.LowThresholdPercent),
            Allocation = environment.Allocation,
            AllocationConsumed = month?.Consumed ?? Credits.Zero,
            AllocationHeld = month?.Held ?? Credits.Zero,
            PoolConsumed = open.PoolConsumed,
            PoolHeld = open.PoolHeld,
            Plan = environment.PayingPlan is { } plan ? BillingPlanReading.Of(plan, open.Period) : null,
            Currency = ledger.Currency,
            Charged = month?.Charged ?? Credits.Zero,
            Period = open.Period,
            Sequence = ledger.Sequence,
            LedgerNow = ledger.Now,
            IsRehearsal = ledger.IsRehearsal,
            StatusSequence = environment.Watch.StatusSequence,
            WhenUnreachable = environment.WhenUnreachable,
        };
    }
}

/// <summary>The billing plan behind an environment, as far as its quota shows it.</summary>
/// <param name="Key">The plan's number within its tenant.</param>
/// <param name="Id">The plan.</param>
/// <param name="Name">The plan's name.</param>
/// <param name="SpendMicros">The spend of the month, or of the budget's window when there is one.</param>
/// <param name="BudgetMicros">The budget; null when there is none.</param>
/// <param name="HardStop">Whether spend stops at the budget.</param>
/// <param name="LeftMicros">What a hard budget leaves; null when nothing limits it.</param>
public sealed record BillingPlanReading(int Key, BillingPlanId Id, string Name, long SpendMicros, long? BudgetMicros, bool HardStop, long? LeftMicros)
{
    /// <summary>Reads a plan in a month.</summary>
    public static BillingPlanReading Of(BillingPlan plan, Period period) => new(
        plan.Key, plan.Id, plan.Name, plan.SpendMicros(period), plan.Budget?.AmountMicros, plan.Budget?.HardStop ?? false, plan.RoomMicros(period));
}

using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <summary>One item of a posted event: its rate, who paid, and what pay-as-you-go cost.</summary>
/// <param name="Rated">The rated item.</param>
/// <param name="Burn">The split of its charge; all zero when it is not billed.</param>
/// <param name="CostMicros">Millionths of the tenant's currency.</param>
public readonly record struct PostedItem(RatedItem Rated, Burn Burn, long CostMicros);

/// <summary>A fact in the ledger: what was used, and how it was paid. Never changed afterwards.</summary>
public sealed class Posting
{
    /// <summary>Its ledger sequence number.</summary>
    public required long Sequence { get; init; }

    /// <summary>When it was recorded, in the tenant's time.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>The month it is charged to.</summary>
    public required Period Period { get; init; }

    /// <summary>The environment it is charged to.</summary>
    public required TenantEnvironment Environment { get; init; }

    /// <summary>The fact.</summary>
    public required UsageEvent Usage { get; init; }

    /// <summary>Its items with rate and split.</summary>
    public required IReadOnlyList<PostedItem> Items { get; init; }

    /// <summary>The split of the whole charge.</summary>
    public required Burn Burn { get; init; }

    /// <summary>Credits that were metered but not billed.</summary>
    public required Credits NonBilled { get; init; }

    /// <summary>What pay-as-you-go cost, in millionths of the tenant's currency.</summary>
    public required long CostMicros { get; init; }

    /// <summary>The plan that paid the pay-as-you-go part; null when none did.</summary>
    public required BillingPlan? Plan { get; init; }

    /// <summary>The grants that paid the prepaid part.</summary>
    public required IReadOnlyList<GrantBurn> Grants { get; init; }

    /// <summary>Credits billed.</summary>
    public Credits Billed => Burn.Total;

    /// <summary>Why the non-billed part is free.</summary>
    public NonBilledReason NonBilledReason => NonBilled.IsPositive ? NonBilledReason.CopilotLicensedUser : NonBilledReason.None;
}

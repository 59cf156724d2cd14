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

/// <summary>How a use came into the ledger. The number is stored; never change one.</summary>
public enum PostingKind
{
    /// <summary>Told as a fact.</summary>
    Fact = 0,

    /// <summary>Asked for, granted and burnt in one step.</summary>
    Permission = 1,

    /// <summary>The settlement of a hold.</summary>
    Settlement = 2,

    /// <summary>Told by an application that was not linked, and booked when it was.</summary>
    Attribution = 3,
}

/// <summary>A part of a charge that one billing plan paid.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Credits">Above zero.</param>
/// <param name="Price">The price of a credit that was in force.</param>
/// <param name="CostMicros">What the part cost, in millionths of the tenant's currency.</param>
public readonly record struct PlanCharge(BillingPlan Plan, Credits Credits, CreditPrice Price, long CostMicros);

/// <summary>A use in the ledger: what was used, and how it was paid. Never changed afterwards.</summary>
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

    /// <summary>
    /// Who paid the pay-as-you-go part: none, one plan, or two when a hold's plan paid what was held and the plan of that day
    /// what went beyond it.
    /// </summary>
    public required IReadOnlyList<PlanCharge> PlanCharges { get; init; }

    /// <summary>How it came into the ledger.</summary>
    public PostingKind Kind { get; init; }

    /// <summary>The hold it settles; null when it settles none.</summary>
    public HoldId? Hold { get; init; }

    /// <summary>The grants that paid the prepaid part.</summary>
    public required IReadOnlyList<GrantBurn> Grants { get; init; }

    /// <summary>Credits billed.</summary>
    public Credits Billed => Burn.Total;

    /// <summary>Why the non-billed part is free.</summary>
    public NonBilledReason NonBilledReason => NonBilled.IsPositive ? NonBilledReason.CopilotLicensedUser : NonBilledReason.None;

    /// <summary>The items of a charge: they take from its split in their order, and each carries what it adds to the rounded cost.</summary>
    public static IReadOnlyList<PostedItem> ItemsOf(Burn burn, IReadOnlyList<RatedItem> rated, IReadOnlyList<PlanCharge> charges)
    {
        var items = new PostedItem[rated.Count];
        var shared = default(Burn);
        var costSoFar = 0L;
        for (var index = 0; index < rated.Count; index++)
        {
            var charge = rated[index].NonBilled == NonBilledReason.None ? rated[index].Charge : Credits.Zero;
            var part = (burn - shared).First(charge);
            shared += part;
            var cost = CostOf(shared.PayAsYouGo, charges);
            items[index] = new PostedItem(rated[index], part, cost - costSoFar);
            costSoFar = cost;
        }

        return items;
    }

    private static long CostOf(Credits credits, IReadOnlyList<PlanCharge> charges)
    {
        var cost = 0L;
        for (var index = 0; index < charges.Count; index++)
        {
            var part = Credits.Min(credits, charges[index].Credits);
            cost += charges[index].Price.CostOf(part);
            credits -= part;
        }

        return cost;
    }
}

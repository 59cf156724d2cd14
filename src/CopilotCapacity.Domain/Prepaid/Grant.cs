using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Faults;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Prepaid;

/// <summary>Where a grant comes from.</summary>
public enum GrantKind
{
    /// <summary>Bought: packs of credits a month.</summary>
    MessagePack,

    /// <summary>Comes with licences.</summary>
    Included,

    /// <summary>Given to try.</summary>
    Promotional,
}

/// <summary>Whether a grant refills.</summary>
public enum Recurrence
{
    /// <summary>Its amount is given once.</summary>
    None,

    /// <summary>Its amount is given anew on the first of each month, UTC.</summary>
    Monthly,
}

/// <summary>Prepaid credits a tenant owns. The settings never change; <see cref="EndedAt"/> is set once.</summary>
public sealed class Grant
{
    /// <summary>The grant's number within its tenant, given by the ledger.</summary>
    public required int Key { get; init; }

    /// <summary>The grant's id.</summary>
    public required GrantId Id { get; init; }

    /// <summary>Where it comes from.</summary>
    public required GrantKind Kind { get; init; }

    /// <summary>Credits given once, or each month.</summary>
    public required Credits Amount { get; init; }

    /// <summary>Lower burns first.</summary>
    public required int Priority { get; init; }

    /// <summary>From when on it counts.</summary>
    public required DateTimeOffset EffectiveAt { get; init; }

    /// <summary>From when on it no longer counts; null when it does not end by itself.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether it refills.</summary>
    public required Recurrence Recurrence { get; init; }

    /// <summary>What is carried over a month's turn at most; null without limit.</summary>
    public required Credits? RolloverMax { get; init; }

    /// <summary>When it was recorded.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The order it was bought with, when it is a message pack.</summary>
    public PackOrder? Order { get; init; }

    /// <summary>When it was ended by hand; null while it was not.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>What the ledger has told about its end.</summary>
    public GrantWatch Watch { get; } = new();

    /// <summary>Changes with the grant, for its ETag.</summary>
    public int Version => EndedAt is null ? 1 : 2;

    /// <summary>From when on it no longer counts, by itself or by hand.</summary>
    public DateTimeOffset? EndsAt => EndedAt is null || EndedAt > ExpiresAt ? ExpiresAt ?? EndedAt : EndedAt;

    /// <summary>True when the grant counts at an instant.</summary>
    public bool CountsAt(DateTimeOffset instant) => EffectiveAt <= instant && (EndsAt is null || instant < EndsAt);

    /// <summary>From when on it ends soon; null when it does not end by itself.</summary>
    public DateTimeOffset? EndsSoonFrom(int horizonDays) => ExpiresAt?.AddDays(-horizonDays);

    /// <summary>What of a remainder is carried over a month's turn.</summary>
    public Credits CarryOf(Credits remaining) => RolloverMax is { } most && !SeededBugs.Has(SeededBug.RolloverWithoutLimit) ? Credits.Min(most, remaining) : remaining;
}

/// <summary>The order behind a message pack.</summary>
/// <param name="Packs">How many packs.</param>
/// <param name="CreditsPerPack">Credits a month in each.</param>
/// <param name="UnitPriceMicros">The price of one pack a month in millionths of the tenant's currency.</param>
/// <param name="Reference">The order's number, as the buyer knows it.</param>
public sealed record PackOrder(int Packs, Credits CreditsPerPack, long UnitPriceMicros, string? Reference)
{
    /// <summary>The most packs of one order.</summary>
    public const int PacksMost = 1_000_000;

    /// <summary>Microsoft's published price of a pack a month (in US dollars).</summary>
    public const long PublishedMicros = 200 * Money.PerUnit;

    /// <summary>Credits a month in a pack, as Microsoft publishes them.</summary>
    public static readonly Credits PublishedCredits = Credits.Of(25_000);

    /// <summary>The most credits a month in a pack.</summary>
    public static readonly Credits CreditsMost = Credits.Of(1_000_000);
}

/// <summary>
/// One grant in one month. Always: granted + carried in = burned + held + remaining + expired + carried out, each at least
/// zero.
/// </summary>
public sealed class GrantMonth
{
    /// <summary>The grant.</summary>
    public required Grant Grant { get; init; }

    /// <summary>The month.</summary>
    public required Period Period { get; init; }

    /// <summary>Given in this month.</summary>
    public Credits Granted { get; set; }

    /// <summary>Brought along from the month before.</summary>
    public Credits CarriedIn { get; set; }

    /// <summary>Paid for charges.</summary>
    public Credits Burned { get; set; }

    /// <summary>Reserved by open holds.</summary>
    public Credits Held { get; set; }

    /// <summary>Lost within the month.</summary>
    public Credits Expired { get; set; }

    /// <summary>Taken along into the next month.</summary>
    public Credits CarriedOut { get; set; }

    /// <summary>Set when this state differs from the one last written.</summary>
    public bool IsChanged { get; set; }

    /// <summary>What can still be burnt. In a closed month this has lapsed, and only late facts may still burn it.</summary>
    public Credits Remaining => Granted + CarriedIn - Burned - Held - Expired - CarriedOut;
}

/// <summary>
/// The one order in which grants burn: priority, then what would be lost first, then earliest expiry, then not purchased
/// before purchased, then earliest effective, then id.
/// </summary>
public sealed class BurnOrder(Period period) : IComparer<GrantMonth>
{
    /// <inheritdoc/>
    public int Compare(GrantMonth? x, GrantMonth? y)
    {
        var left = x!.Grant;
        var right = y!.Grant;
        int[] steps =
        [
            left.Priority.CompareTo(right.Priority),
            LostAt(left).CompareTo(LostAt(right)),
            (left.ExpiresAt ?? DateTimeOffset.MaxValue).CompareTo(right.ExpiresAt ?? DateTimeOffset.MaxValue),
            IsPurchased(left).CompareTo(IsPurchased(right)),
            left.EffectiveAt.CompareTo(right.EffectiveAt),
            string.CompareOrdinal(left.Id.ToString(), right.Id.ToString()),
        ];
        return Array.Find(steps, step => step != 0);
    }

    private DateTimeOffset LostAt(Grant grant)
    {
        var expires = grant.ExpiresAt ?? DateTimeOffset.MaxValue;
        var isLostAtTurn = grant.RolloverMax is { IsPositive: false };
        return isLostAtTurn && period.End < expires ? period.End : expires;
    }

    private static bool IsPurchased(Grant grant) => grant.Kind == GrantKind.MessagePack;
}

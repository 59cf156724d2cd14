using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <summary>What became of a hold. The number is stored; never change one.</summary>
public enum HoldState
{
    /// <summary>Its credits are reserved.</summary>
    Open = 0,

    /// <summary>The work was booked.</summary>
    Settled = 1,

    /// <summary>It was given back.</summary>
    Released = 2,

    /// <summary>Its time ran out; work that still ran is booked as a fact.</summary>
    Expired = 3,
}

/// <summary>What is to be reserved.</summary>
public sealed record NewHold
{
    /// <summary>The longest life of a hold.</summary>
    public static readonly TimeSpan LifeMax = TimeSpan.FromDays(1);

    /// <summary>Its id.</summary>
    public required HoldId Id { get; init; }

    /// <summary>The environment that will use the credits.</summary>
    public required EnvironmentId Environment { get; init; }

    /// <summary>How many credits; ignored when <see cref="Usage"/> says what is to be done.</summary>
    public Credits Credits { get; init; }

    /// <summary>The work to be done, from which the credits are reckoned; null when they are given.</summary>
    public UsageEvent? Usage { get; init; }

    /// <summary>The agent that will work.</summary>
    public string? AgentId { get; init; }

    /// <summary>The person it will work for.</summary>
    public string? UserId { get; init; }

    /// <summary>The cost centre that answers for it; null for the environment's own.</summary>
    public string? CostCenter { get; init; }

    /// <summary>How long it lasts; above zero, at most <see cref="LifeMax"/>.</summary>
    public required TimeSpan Life { get; init; }
}

/// <summary>
/// Credits reserved before the work. It belongs to the month it was made in, with the price of that moment, and ends in
/// exactly one of the other states.
/// </summary>
public sealed class Hold
{
    /// <summary>Its id.</summary>
    public required HoldId Id { get; init; }

    /// <summary>The ledger sequence number at which it was made.</summary>
    public required long Sequence { get; init; }

    /// <summary>When it was made, in the tenant's time.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>From when on it is expired.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The environment.</summary>
    public required TenantEnvironment Environment { get; init; }

    /// <summary>Who would pay for what is held; nothing of it is unfunded.</summary>
    public required Burn Burn { get; init; }

    /// <summary>The grants whose credits are held, in the order in which they were drawn.</summary>
    public required IReadOnlyList<GrantBurn> Grants { get; init; }

    /// <summary>The plan whose budget is held; null when none is.</summary>
    public required BillingPlan? Plan { get; init; }

    /// <summary>The plan's price when the hold was made.</summary>
    public required CreditPrice Price { get; init; }

    /// <summary>The agent that will work.</summary>
    public required string? AgentId { get; init; }

    /// <summary>The person it works for.</summary>
    public required string? UserId { get; init; }

    /// <summary>The cost centre that answers for it.</summary>
    public required string? CostCenter { get; init; }

    /// <summary>What became of it.</summary>
    public HoldState State { get; set; }

    /// <summary>How it was settled, in time or late; null while it was not.</summary>
    public Settlement? Settlement { get; set; }

    /// <summary>The month it belongs to.</summary>
    public Period Period => Period.Of(MadeAt);

    /// <summary>The credits held.</summary>
    public Credits Amount => Burn.Total;

    /// <summary>What the held pay-as-you-go part would cost, in millionths of the tenant's currency.</summary>
    public long HeldMicros => Burn.PayAsYouGo.IsPositive ? Price.CostOf(Burn.PayAsYouGo) : 0;
}

/// <summary>How a hold was settled.</summary>
/// <param name="Sequence">The ledger sequence number of the booked work.</param>
/// <param name="ContentHash">Stands for what was sent, so that the same settlement is answered again.</param>
/// <param name="Burn">Who paid what.</param>
/// <param name="IsLate">True when the hold had expired and the work was booked as a fact.</param>
public sealed record Settlement(long Sequence, UInt128 ContentHash, Burn Burn, bool IsLate);

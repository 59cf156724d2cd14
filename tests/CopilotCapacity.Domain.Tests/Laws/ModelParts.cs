namespace CopilotCapacity.Domain.Tests.Laws;

/// <summary>A grant as the model sees it: amounts in thousandths, months as year × 12 + month − 1.</summary>
internal sealed record ModelGrant(
    int Number,
    Guid Id,
    long Amount,
    int Priority,
    DateTime From,
    DateTime? Until,
    bool Monthly,
    long? Keep,
    bool Purchased)
{
    public bool IsEnded => EndedAt is not null;

    public DateTime? EndedAt { get; set; }

    public DateTime? EndsAt => EndedAt < (Until ?? DateTime.MaxValue) ? EndedAt : Until;

    public bool CountsAt(DateTime at) => !IsEnded && From <= at && (Until is null || at < Until);
}

/// <summary>One grant in one month.</summary>
internal sealed class Lot
{
    public long Granted;
    public long In;
    public long Burned;
    public long Held;
    public long Expired;
    public long Out;

    public long Left => Granted + In - Burned - Held - Expired - Out;
}

/// <summary>One environment.</summary>
internal sealed class ModelEnvironment
{
    public long Target;
    public long Order;
    public bool Pool = true;
    public bool Payg = true;
    public int? Plan;
    public DateTime? RetiredAt;
}

/// <summary>One environment in one month.</summary>
internal sealed class Use
{
    public long Backing;
    public long FromAllocation;
    public long FromPool;
    public long Held;
    public long PoolHeld;
    public long Payg;
    public long Unfunded;

    public long AllocationLeft => Backing - FromAllocation - Held;
}

/// <summary>A plan with its hard or soft budget; no budget when the amount is null.</summary>
internal sealed class ModelPlan
{
    public long Price;
    public long? Budget;
    public int Grain;
    public int StartsOn;
    public int? EndsOn;
    public bool Hard;
    public Dictionary<int, long> Spend { get; } = [];
    public Dictionary<int, long> Held { get; } = [];
}

/// <summary>What a fact gave.</summary>
internal readonly record struct ModelBurn(string? Code, long Allocation, long Pool, long Payg, long Unfunded, long Cost);

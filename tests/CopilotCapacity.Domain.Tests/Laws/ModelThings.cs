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
    public DateTime? EndedAt { get; set; }

    public bool CountsAt(DateTime at) => EndedAt is null && From <= at && (Until is null || at < Until);
}

/// <summary>One grant in one month, without what open holds reserve of it.</summary>
internal sealed class Lot
{
    public long Granted;
    public long In;
    public long Burned;
    public long Expired;
    public long Out;

    public long Unburned => Granted + In - Burned - Expired - Out;
}

/// <summary>One environment.</summary>
internal sealed class ModelEnvironment
{
    public long Target;
    public long Order;
    public bool Pool = true;
    public bool Payg = true;
    public int? Plan;
    public string? CostCenter;
    public DateTime? RetiredAt;
    public ModelWatch Watch { get; } = new();
}

/// <summary>One environment in one month, without what open holds reserve.</summary>
internal sealed class Balance
{
    public long Backing;
    public long FromAllocation;
    public long FromPool;
    public long Payg;
    public long Unfunded;
}

/// <summary>A plan with its hard or soft budget; no budget when the amount is null.</summary>
internal sealed class ModelPlan
{
    public long Price;
    public bool Enabled = true;
    public long? Budget;
    public int Grain;
    public int StartsOn;
    public int? EndsOn;
    public bool Hard;
    public Dictionary<int, long> Spend { get; } = [];
}

/// <summary>Where and for whom work is done, as caps ask for it.</summary>
internal readonly record struct Who(int Environment, string? Agent, string? User, string? CostCenter);

/// <summary>What a grant paid, or what of it is held.</summary>
internal readonly record struct Part(int Grant, long Amount);

/// <summary>What a plan paid.</summary>
internal readonly record struct Charge(int Plan, long Credits, long Cost);

/// <summary>What a use gave, or why it was refused.</summary>
internal readonly record struct ModelBurn(string? Code, long Allocation, long Pool, long Payg, long Unfunded, long Cost)
{
    public long Total => Allocation + Pool + Payg + Unfunded;
}

/// <summary>A booked use.</summary>
internal sealed record ModelUse(long Sequence, Who Who, int Month, DateTime Time, ModelBurn Burn, List<Part> Parts, List<Charge> Charges)
{
    /// <summary>The sequence number that took it back.</summary>
    public long? ReversedBy { get; set; }
}

internal enum ModelHoldState
{
    Open,
    Settled,
    Released,
    Expired,
}

/// <summary>A hold; what was settled is kept to give the first answer again.</summary>
internal sealed record ModelHold(int Number, long Sequence, Who Who, DateTime MadeAt, DateTime ExpiresAt, ModelBurn Burn, List<Part> Parts, int? Plan, long Price)
{
    public int Month => LedgerModel.MonthOf(MadeAt);

    public ModelHoldState State { get; set; }

    public (long Content, ModelBurn Burn)? Settled { get; set; }
}

/// <summary>A cap. What came before it counts from an instant on; what came later counts by its sequence number too.</summary>
internal sealed class ModelCap
{
    public required int Number;
    public required Who Scope;
    public required bool Daily;
    public required long Credits;
    public required bool Hard;
    public DateTime Since;
    public long After;
    public int Version = 1;

    public bool IsOnAll(int environment) => Scope == new Who(environment, null, null, null);
}

/// <summary>A status, worst last.</summary>
internal enum ModelStatus
{
    Available,
    Low,
    Depleted,
}

/// <summary>Whether something was told, and when its state was last left.</summary>
internal sealed class ModelMemory
{
    public bool Told;
    public DateTime? LeftAt;

    public bool MayTell(DateTime now) => !Told || now - LeftAt >= TimeSpan.FromMinutes(15);
}

/// <summary>What was last seen and told of an environment.</summary>
internal sealed class ModelWatch
{
    public ModelStatus Status;
    public bool IsToldNow;
    public long Left;
    public bool Unlimited;
    public ModelMemory Low { get; } = new();
    public ModelMemory Depleted { get; } = new();
    public ModelMemory Restored { get; } = new();

    public void Forget() => (Low.Told, Depleted.Told, Restored.Told) = (false, false, false);
}

/// <summary>An alert on the status of environments, with the sequence number of its cause.</summary>
internal sealed record ModelAlert(string Kind, long Cause, string Environments);

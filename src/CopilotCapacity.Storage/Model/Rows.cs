using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;

namespace CopilotCapacity.Storage.Model;

// Rows of the settings and the journal. Every key begins with the tenant. Credits are thousandths, money is millionths, instants
// are UTC ticks (by converter), months are Period indices.

/// <summary>A tenant with the position of its ledger.</summary>
public sealed class TenantRow
{
    public int Key { get; set; }

    public Guid Id { get; set; }

    public required string Name { get; set; }

    public required string Currency { get; set; }

    public int LowThresholdPercent { get; set; }

    public int WarningHorizonDays { get; set; }

    public string DisplayZone { get; set; } = "UTC";

    public bool IsRehearsal { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public int Version { get; set; }

    /// <summary>The tenant's time up to which the ledger has been advanced.</summary>
    public DateTimeOffset Now { get; set; }

    /// <summary>The last ledger sequence number.</summary>
    public long Sequence { get; set; }

    public int OpenPeriod { get; set; }

    /// <summary>When the ledger changes by itself next.</summary>
    public DateTimeOffset NextBoundary { get; set; }
}

/// <summary>An environment with its funding settings.</summary>
public sealed class EnvironmentRow
{
    public int TenantKey { get; set; }

    public int Key { get; set; }

    public Guid Id { get; set; }

    public required string Name { get; set; }

    public EnvironmentType Type { get; set; }

    public required string Region { get; set; }

    public string? CostCenter { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? RetiredAt { get; set; }

    public int Version { get; set; }

    public long Allocation { get; set; }

    public long AllocationOrder { get; set; }

    public int AllocationVersion { get; set; }

    public bool DrawFromTenantPool { get; set; }

    public bool PayAsYouGo { get; set; }

    public int? PlanKey { get; set; }
}

/// <summary>A Dynamics 365 application linked to an environment.</summary>
public sealed class ApplicationRow
{
    public int TenantKey { get; set; }

    public Guid Id { get; set; }

    public int EnvironmentKey { get; set; }

    public ApplicationKind Kind { get; set; }

    public required string Url { get; set; }
}

/// <summary>A grant.</summary>
public sealed class GrantRow
{
    public int TenantKey { get; set; }

    public int Key { get; set; }

    public Guid Id { get; set; }

    public GrantKind Kind { get; set; }

    public long Amount { get; set; }

    public int Priority { get; set; }

    public DateTimeOffset EffectiveAt { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }

    public Recurrence Recurrence { get; set; }

    public long? RolloverMax { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public int? Packs { get; set; }

    public long? CreditsPerPack { get; set; }

    public long? UnitPriceMicros { get; set; }

    public string? OrderReference { get; set; }
}

/// <summary>A billing plan with its budget.</summary>
public sealed class PlanRow
{
    public int TenantKey { get; set; }

    public int Key { get; set; }

    public Guid Id { get; set; }

    public required string Name { get; set; }

    public required string SubscriptionId { get; set; }

    public required string ResourceGroup { get; set; }

    public required string Region { get; set; }

    public long PriceMicros { get; set; }

    /// <summary>Prices to come, the next first.</summary>
    public IReadOnlyList<PlannedPrice> PlannedPrices { get; set; } = [];

    public bool IsEnabled { get; set; }

    public Budget? Budget { get; set; }

    public DateTimeOffset? DeletedAt { get; set; }

    public int Version { get; set; }
}

/// <summary>A journal entry: a change other than usage, from which the state can be rebuilt.</summary>
public sealed class JournalRow
{
    public int TenantKey { get; set; }

    public long Sequence { get; set; }

    /// <summary>The tenant's time at which it took effect.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>The change as JSON, with its kind under <c>$type</c>.</summary>
    public required string Change { get; set; }

    /// <summary>Who caused it; null when time did.</summary>
    public ActorKind? ActorKind { get; set; }

    public string? ActorId { get; set; }

    public string? ActorName { get; set; }

    public string? ActorAddress { get; set; }
}

/// <summary>An answer that is given again when its request is repeated.</summary>
public sealed class AnswerRow
{
    /// <summary>The tenant's id; empty for requests to the portal itself.</summary>
    public Guid Tenant { get; set; }

    public required string Key { get; set; }

    public required string RequestHash { get; set; }

    public int Status { get; set; }

    public required string Body { get; set; }

    public string? ETag { get; set; }

    public string? Location { get; set; }

    public DateTimeOffset At { get; set; }
}

/// <summary>An API key. The secret itself is nowhere.</summary>
public sealed class ApiKeyRow
{
    public Guid Id { get; set; }

    /// <summary>The tenant it belongs to; null for a key of the portal.</summary>
    public Guid? Tenant { get; set; }

    public required string Name { get; set; }

    public required string Prefix { get; set; }

    public required byte[] Hash { get; set; }

    /// <summary>The scopes as flags.</summary>
    public int Scopes { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset? LastUsedAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }
}

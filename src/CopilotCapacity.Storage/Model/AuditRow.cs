using CopilotCapacity.Metering;

namespace CopilotCapacity.Storage.Model;

/// <summary>
/// A change with the name on it. People are kept by their id alone: what is shown of them is looked up, so that a person can be
/// forgotten while the chain stays whole.
/// </summary>
public sealed class AuditRow
{
    /// <summary>The key the portal's own changes are kept under; no tenant has it.</summary>
    public const int Portal = 0;

    /// <summary>The tenant's key, or <see cref="Portal"/>.</summary>
    public int TenantKey { get; set; }

    /// <summary>1, 2, 3, … within the tenant, without gap.</summary>
    public long Number { get; set; }

    /// <summary>When, in real time.</summary>
    public DateTimeOffset At { get; set; }

    public ActorKind ActorKind { get; set; }

    public required string ActorId { get; set; }

    /// <summary>Where the request came from; null when it came from inside.</summary>
    public string? ActorAddress { get; set; }

    /// <summary>What was done, such as <c>allocation.set</c>.</summary>
    public required string Action { get; set; }

    public required string ObjectKind { get; set; }

    public required string ObjectId { get; set; }

    /// <summary>What the object was called then; null where only its id names it.</summary>
    public string? ObjectName { get; set; }

    /// <summary>What stood there before, as a JSON object of the fields that changed; null where nothing was.</summary>
    public string? Old { get; set; }

    /// <summary>What stands there now, likewise.</summary>
    public string? New { get; set; }

    /// <summary>Why, in the words of whoever did it.</summary>
    public string? Reason { get; set; }

    /// <summary>The ledger sequence number of the change; null for one that is not of the ledger.</summary>
    public long? Sequence { get; set; }

    /// <summary>SHA-256 over the entry before and all of this one.</summary>
    public required byte[] Hash { get; set; }
}

using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;

namespace CopilotCapacity.Storage.Model;

// What the journal says about rates and reallocations, kept where it can be found without reading the journal.

/// <summary>A tenant's own rate for a feature from an instant on.</summary>
public sealed class RateOverrideRow
{
    public int TenantKey { get; set; }

    /// <summary>The ledger sequence number of its entry; of two with the same start, the later one is in force.</summary>
    public long Sequence { get; set; }

    public Feature Feature { get; set; }

    public long CreditsPerUnit { get; set; }

    public DateTimeOffset EffectiveAt { get; set; }

    /// <summary>When it was set, in the tenant's time.</summary>
    public DateTimeOffset SetAt { get; set; }
}

/// <summary>A reallocation that was made.</summary>
public sealed class ReallocationRow
{
    public int TenantKey { get; set; }

    public Guid Id { get; set; }

    public long Sequence { get; set; }

    /// <summary>The reallocation it took back.</summary>
    public Guid? Undoes { get; set; }

    public required IReadOnlyList<AllocationChange> Changes { get; set; }
}

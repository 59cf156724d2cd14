using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering.Store;

namespace CopilotCapacity.Metering.Work;

/// <summary>What is known of a tenant beyond what its ledger keeps in memory, for changes that have to look it up.</summary>
public interface ILedgerArchive
{
    /// <summary>A hold, open or closed; null when there is none.</summary>
    Hold? FindHold(TenantLedger ledger, HoldId id);

    /// <summary>A use on disk; null when there is none.</summary>
    RecordedUse? FindUse(TenantLedger ledger, long sequence);

    /// <summary>What was kept of an application that is not linked and not booked yet, oldest first.</summary>
    IReadOnlyList<UsageEvent> FindKept(TenantLedger ledger, LinkedApplicationId application);

    /// <summary>Billed credits of a scope from the start of the running month on, by the cap's windows.</summary>
    IReadOnlyDictionary<int, Credits> CountUse(TenantLedger ledger, CapScope scope, CapWindow per);

    /// <summary>True when the identity of an event is recorded.</summary>
    bool IsRecorded(TenantLedger ledger, UsageEvent usage);

    /// <summary>Notes that an event was recorded as the settlement of a hold.</summary>
    void Remember(TenantLedger ledger, UsageEvent usage, Settlement settlement);
}

using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Metering.Store;

/// <summary>
/// The one port between the meter and the disk. Only the meter calls it, one call at a time. Calls block: the embedded
/// database has no other way, and the meter has a thread of its own.
/// </summary>
public interface ILedgerStore
{
    /// <summary>Rebuilds a tenant's ledger from its balances; null when there is no such tenant.</summary>
    TenantLedger? Load(TenantId tenant, LedgerLimits limits);

    /// <summary>
    /// Finds which identities are already recorded. The answer has one element for each identity, in their order, null for
    /// a new one.
    /// </summary>
    IReadOnlyList<RecordedEvent?> FindRecorded(TenantId tenant, IReadOnlyList<UsageEvent> events);

    /// <summary>A hold that is on disk; null when there is none.</summary>
    Hold? FindHold(TenantLedger ledger, HoldId id);

    /// <summary>A use that is on disk, with whether it was taken back already; null when there is none.</summary>
    RecordedUse? FindUse(TenantLedger ledger, long sequence);

    /// <summary>What was kept of an application that is not linked and not booked yet, oldest first.</summary>
    IReadOnlyList<UsageEvent> FindKept(TenantLedger ledger, LinkedApplicationId application);

    /// <summary>Billed credits of a scope from an instant on, by the cap's windows.</summary>
    IReadOnlyDictionary<int, Credits> CountUse(TenantLedger ledger, CapScope scope, CapWindow per, DateTimeOffset since);

    /// <summary>The answer that was given to an earlier request with this key; null when there was none.</summary>
    RememberedAnswer? FindAnswer(RequestKey key);

    /// <summary>
    /// Writes everything in one transaction and returns only when it is on disk. When it throws, the outcome is unknown and
    /// the caller's ledgers are worthless: they have to be loaded again.
    /// </summary>
    void Commit(IReadOnlyCollection<TenantCommit> tenants, IReadOnlyCollection<RememberedAnswer> answers);

    /// <summary>The earliest instant at which any tenant's ledger changes by itself; rehearsal tenants do not count.</summary>
    DateTimeOffset? EarliestBoundary();

    /// <summary>The tenants whose next boundary has come; rehearsal tenants do not count.</summary>
    IReadOnlyList<TenantId> DueTenants(DateTimeOffset now);
}

/// <summary>What one commit writes for one tenant.</summary>
/// <param name="Ledger">The ledger with its changes.</param>
/// <param name="Actors">Who made which entries: the actor of each sequence number that a person or key caused.</param>
/// <param name="IsNew">True when the tenant itself is new.</param>
/// <param name="At">The real time of the commit, also for a tenant whose clock is a test clock.</param>
public sealed record TenantCommit(TenantLedger Ledger, IReadOnlyDictionary<long, Actor> Actors, bool IsNew, DateTimeOffset At);

/// <summary>A use that is on disk.</summary>
/// <param name="Posting">The use.</param>
/// <param name="IsReversed">True when it was taken back.</param>
public sealed record RecordedUse(Posting Posting, bool IsReversed);

/// <summary>A fact that is on disk already, with the answer it was given.</summary>
/// <param name="Sequence">Its ledger sequence number.</param>
/// <param name="ContentHash">The hash of what was sent then.</param>
/// <param name="Answer">What was answered then.</param>
public sealed record RecordedEvent(long Sequence, UInt128 ContentHash, PostedAnswer Answer);

/// <summary>A key under which the answer to a request is remembered.</summary>
/// <param name="Tenant">The tenant; the empty id stands for the portal.</param>
/// <param name="Key">The caller's key.</param>
public readonly record struct RequestKey(TenantId Tenant, string Key);

/// <summary>An answer to a request that is given again when the request is repeated.</summary>
/// <param name="Key">The caller's key.</param>
/// <param name="RequestHash">Stands for the request's method, path and body.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body.</param>
/// <param name="ETag">The ETag header; null when none was sent.</param>
/// <param name="Location">The Location header; null when none was sent.</param>
/// <param name="At">When it was given.</param>
public sealed record RememberedAnswer(
    RequestKey Key,
    string RequestHash,
    int Status,
    string Body,
    string? ETag,
    string? Location,
    DateTimeOffset At);

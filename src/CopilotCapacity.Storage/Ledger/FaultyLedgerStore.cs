#if FAILPOINTS
using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Faults;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering.Feed;
using CopilotCapacity.Metering.Quota;
using CopilotCapacity.Metering.Store;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>The ledger's store with the seeded bugs of its kind; in test builds only.</summary>
public sealed class FaultyLedgerStore(SqliteLedgerStore store, QuotaBoard board, LedgerFeed feed) : ILedgerStore
{
    private readonly Dictionary<TenantId, long> _sequencesAtStart = [];

    /// <inheritdoc/>
    public TenantLedger? Load(TenantId tenant, LedgerLimits limits)
    {
        var ledger = store.Load(tenant, limits);
        if (ledger is not null)
        {
            _sequencesAtStart.TryAdd(tenant, ledger.Sequence);
        }

        return ledger;
    }

    /// <inheritdoc/>
    public IReadOnlyList<RecordedEvent?> FindRecorded(TenantId tenant, IReadOnlyList<UsageEvent> events)
    {
        var found = store.FindRecorded(tenant, events);
        if (SeededBugs.Has(SeededBug.NoSyncRestart))
        {
            return [.. found.Select(recorded => recorded?.Sequence > _sequencesAtStart.GetValueOrDefault(tenant) ? recorded : null)];
        }

        if (SeededBugs.Has(SeededBug.KeyWithoutTenant))
        {
            var others = _sequencesAtStart.Keys.Select(other => store.FindRecorded(other, events)).ToList();
            return [.. events.Select((_, index) => others.Select(other => other[index]).FirstOrDefault(recorded => recorded is not null))];
        }

        return found;
    }

    /// <inheritdoc/>
    public Hold? FindHold(TenantLedger ledger, HoldId id) => store.FindHold(ledger, id);

    /// <inheritdoc/>
    public RecordedUse? FindUse(TenantLedger ledger, long sequence) => store.FindUse(ledger, sequence);

    /// <inheritdoc/>
    public IReadOnlyList<UsageEvent> FindKept(TenantLedger ledger, LinkedApplicationId application) => store.FindKept(ledger, application);

    /// <inheritdoc/>
    public IReadOnlyDictionary<int, Credits> CountUse(TenantLedger ledger, CapScope scope, CapWindow per, DateTimeOffset since) =>
        store.CountUse(ledger, scope, per, since);

    /// <inheritdoc/>
    public RememberedAnswer? FindAnswer(RequestKey key) => store.FindAnswer(key);

    /// <inheritdoc/>
    public void Commit(IReadOnlyCollection<TenantCommit> tenants, IReadOnlyCollection<RememberedAnswer> answers)
    {
        if (SeededBugs.Has(SeededBug.FeedBeforeCommit))
        {
            foreach (var tenant in tenants)
            {
                board.Publish(tenant.Ledger);
                feed.Publish(new LedgerCommitted(tenant.Ledger.Id, tenant.Ledger.Sequence));
            }
        }

        try
        {
            store.Commit(tenants, answers);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException && SeededBugs.Has(SeededBug.AnswerOnFailedCommit))
        {
            // The mistake itself: what went wrong is kept from those who wait.
        }
    }

    /// <inheritdoc/>
    public DateTimeOffset? EarliestBoundary() => store.EarliestBoundary();

    /// <inheritdoc/>
    public IReadOnlyList<TenantId> DueTenants(DateTimeOffset now) => store.DueTenants(now);
}
#endif

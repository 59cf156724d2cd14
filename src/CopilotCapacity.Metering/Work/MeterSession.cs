using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering.Store;

namespace CopilotCapacity.Metering.Work;

/// <summary>
/// What the requests of one commit share: the ledgers, brought up to the present, and what has been decided so far but is not
/// on disk yet.
/// </summary>
internal sealed class MeterSession(
    ILedgerStore store,
    Dictionary<TenantId, TenantLedger> cache,
    PostedIdentities posted,
    LedgerLimits limits,
    DateTimeOffset now)
    : ILedgerArchive
{
    private readonly Dictionary<TenantId, Tenant> _tenants = [];
    private readonly Dictionary<RequestKey, RememberedAnswer> _answers = [];

    public IReadOnlyCollection<TenantId> Touched => _tenants.Keys;

    public IEnumerable<TenantLedger> Ledgers => _tenants.Values.Select(tenant => tenant.Ledger);

    public IReadOnlyCollection<RememberedAnswer> Answers => _answers.Values;

    public DateTimeOffset Now => now;

    /// <summary>
    /// True when a refused request had already changed a ledger. Nothing of the session may be written then: a refusal changes
    /// nothing.
    /// </summary>
    public bool MustUndo { get; private set; }

    /// <summary>The tenant's ledger at the present; null when there is no such tenant.</summary>
    public TenantLedger? Ledger(TenantId id)
    {
        if (_tenants.TryGetValue(id, out var tenant))
        {
            return tenant.Ledger;
        }

        if (!cache.TryGetValue(id, out var ledger))
        {
            ledger = store.Load(id, limits);
            if (ledger is null)
            {
                return null;
            }

            cache.Add(id, ledger);
        }

        _tenants.Add(id, new Tenant(ledger, IsNew: false));
        if (!ledger.IsRehearsal)
        {
            ledger.Advance(now);
        }

        return ledger;
    }

    public TenantLedger Create(NewTenant wanted)
    {
        var ledger = TenantLedger.Create(
            wanted.Id, wanted.Name, wanted.Currency, wanted.TestClock ?? now, wanted.TestClock is not null, limits);
        cache.Add(wanted.Id, ledger);
        _tenants.Add(wanted.Id, new Tenant(ledger, IsNew: true));
        return ledger;
    }

    public IReadOnlyList<RecordedEvent?> FindRecorded(TenantId tenant, IReadOnlyList<UsageEvent> events) =>
        store.FindRecorded(tenant, events);

    public RecordedEvent? FindInCommit(TenantId tenant, UsageEvent usage) =>
        posted.Find(tenant, usage);

    public void Remember(TenantId tenant, UsageEvent usage, PostedAnswer answer) =>
        posted.Add(tenant, usage, answer);

    public Hold? FindHold(TenantLedger ledger, HoldId id) => ledger.Find(id) ?? store.FindHold(ledger, id);

    public RecordedUse? FindUse(TenantLedger ledger, long sequence) => store.FindUse(ledger, sequence);

    public IReadOnlyList<UsageEvent> FindKept(TenantLedger ledger, LinkedApplicationId application) =>
        store.FindKept(ledger, application);

    public IReadOnlyDictionary<int, Credits> CountUse(TenantLedger ledger, CapScope scope, CapWindow per) =>
        store.CountUse(ledger, scope, per, ledger.Open.Period.Start);

    public bool IsRecorded(TenantLedger ledger, UsageEvent usage) =>
        FindInCommit(ledger.Id, usage) is not null || FindRecorded(ledger.Id, [usage])[0] is not null;

    public void Remember(TenantLedger ledger, UsageEvent usage, Settlement settlement) => Remember(
        ledger.Id, usage, new PostedAnswer(settlement.Sequence, settlement.Burn, Credits.Zero, NonBilledReason.None));

    public RememberedAnswer? FindAnswer(RequestKey key) => _answers.GetValueOrDefault(key) ?? store.FindAnswer(key);

    public void Remember(RememberedAnswer answer) => _answers.Add(answer.Key, answer);

    /// <summary>Notes who caused the entries after a sequence number; those that time caused are nobody's.</summary>
    public void Attribute(TenantLedger ledger, long after, Actor actor)
    {
        var actors = _tenants[ledger.Id].Actors;
        foreach (var entry in ledger.Changes.Entries.Where(entry => entry.Sequence > after && !entry.Change.IsByTime))
        {
            actors[entry.Sequence] = actor;
        }
    }

    /// <summary>Takes note of a refusal by a change that began at a sequence number.</summary>
    public void Refused(TenantLedger ledger, long before) => MustUndo |= ledger.Sequence != before;

    public List<TenantCommit> Commits() =>
    [
        .. _tenants.Values
            .Where(tenant => !tenant.Ledger.Changes.IsEmpty)
            .Select(tenant => new TenantCommit(tenant.Ledger, tenant.Actors, tenant.IsNew, now)),
    ];

    private sealed record Tenant(TenantLedger Ledger, bool IsNew)
    {
        public Dictionary<long, Actor> Actors { get; } = [];
    }
}

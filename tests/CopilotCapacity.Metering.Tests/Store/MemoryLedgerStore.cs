using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering.Store;

namespace CopilotCapacity.Metering.Tests.Store;

/// <summary>
/// A disk of dictionaries. A commit copies the ledger, so that what is loaded again shares nothing with what was in memory.
/// Hooks make it slow or faulty.
/// </summary>
internal sealed partial class MemoryLedgerStore : ILedgerStore
{
    private readonly Dictionary<TenantId, (LedgerSnapshot Snapshot, DateTimeOffset NextBoundary)> _tenants = [];
    private readonly Dictionary<(TenantId, string, string), RecordedEvent> _events = [];
    private readonly Dictionary<RequestKey, RememberedAnswer> _answers = [];

    /// <summary>The sequence numbers of the postings and entries of each commit.</summary>
    public List<IReadOnlyList<long>> Commits { get; } = [];

    /// <summary>The entries on disk with who made them.</summary>
    public List<(LedgerEntry Entry, Actor? Actor)> Journal { get; } = [];

    public Action? BeforeCommit { get; set; }

    public Action? AfterCommit { get; set; }

    public Action? OnDueTenants { get; set; }

    public Action? OnEarliestBoundary { get; set; }

    public int Loads { get; private set; }

    public int Events => _events.Count;

    public TenantLedger? Load(TenantId tenant, LedgerLimits limits)
    {
        Loads++;
        return _tenants.TryGetValue(tenant, out var found) ? TenantLedger.Restore(Copy(found.Snapshot), limits) : null;
    }

    public IReadOnlyList<RecordedEvent?> FindRecorded(TenantId tenant, IReadOnlyList<UsageEvent> events) =>
        [.. events.Select(usage => _events.GetValueOrDefault((tenant, usage.Source, usage.Id)))];

    public RememberedAnswer? FindAnswer(RequestKey key) => _answers.GetValueOrDefault(key);

    public void Commit(IReadOnlyCollection<TenantCommit> tenants, IReadOnlyCollection<RememberedAnswer> answers)
    {
        BeforeCommit?.Invoke();
        foreach (var tenant in tenants)
        {
            var ledger = tenant.Ledger;
            _tenants[ledger.Id] = (Copy(SnapshotOf(ledger)), ledger.IsRehearsal ? DateTimeOffset.MaxValue : ledger.NextBoundary);
            foreach (var posting in ledger.Changes.Postings)
            {
                var recorded = new RecordedEvent(posting.Sequence, posting.Usage.ContentHash, PostedAnswer.From(posting));
                _uses[(ledger.Id, posting.Sequence)] = posting;
                _events.Add((ledger.Id, posting.Usage.Source, posting.Usage.Id), recorded);
            }

            foreach (var hold in ledger.Changes.Holds)
            {
                _holds[(ledger.Id, hold.Id)] = hold;
            }

            _reversed.UnionWith(ledger.Changes.Reversals.Select(reversal => (ledger.Id, reversal.Original.Sequence)));
            Journal.AddRange(ledger.Changes.Entries.Select(entry => (entry, tenant.Actors.GetValueOrDefault(entry.Sequence))));
            Commits.Add([.. ledger.Changes.Entries.Select(entry => entry.Sequence).Concat(ledger.Changes.Postings.Select(posting => posting.Sequence)).Order()]);
        }

        foreach (var answer in answers)
        {
            _answers.Add(answer.Key, answer);
        }

        AfterCommit?.Invoke();
    }

    public DateTimeOffset? EarliestBoundary()
    {
        OnEarliestBoundary?.Invoke();
        return _tenants.Count == 0 ? null : _tenants.Values.Min(tenant => tenant.NextBoundary);
    }

    public IReadOnlyList<TenantId> DueTenants(DateTimeOffset now)
    {
        OnDueTenants?.Invoke();
        return [.. _tenants.Where(tenant => tenant.Value.NextBoundary <= now).Select(tenant => tenant.Key)];
    }

    private static LedgerSnapshot SnapshotOf(TenantLedger ledger) => new()
    {
        Id = ledger.Id,
        Name = ledger.Name,
        Currency = ledger.Currency,
        LowThresholdPercent = ledger.LowThresholdPercent,
        WarningHorizonDays = ledger.WarningHorizonDays,
        DisplayZone = ledger.DisplayZone,
        IsRehearsal = ledger.IsRehearsal,
        CreatedAt = ledger.CreatedAt,
        Version = ledger.Version,
        Now = ledger.Now,
        Sequence = ledger.Sequence,
        OpenPeriod = ledger.Open.Period,
        Periods = [.. ledger.Books.Select(book => book.Period)],
        Environments = [.. ledger.Environments],
        Grants = [.. ledger.Grants],
        Plans = [.. ledger.Plans],
        GrantMonths = [.. ledger.Books.SelectMany(book => book.Grants)],
        EnvironmentMonths = [.. ledger.Books.SelectMany(book => book.Environments)],
        Holds = [.. ledger.Holds],
        Caps = [.. ledger.Caps],
        Agents = [.. ledger.Agents],
        UnlinkedApplications = [],
        AlertNumber = ledger.AlertNumber,
        FailingServices = ledger.FailingServices.ToDictionary(StringComparer.Ordinal),
        Rates = [.. ledger.Rates.Overrides],
        Reallocations = [.. ledger.Reallocations],
    };

    private static LedgerSnapshot Copy(LedgerSnapshot source)
    {
        var plans = source.Plans.ToDictionary(plan => plan, Copy);
        var environments = source.Environments.ToDictionary(environment => environment, environment => Copy(environment, plans));
        var grants = source.Grants.ToDictionary(grant => grant, Copy);
        return source with
        {
            Environments = [.. environments.Values],
            Grants = [.. grants.Values],
            Plans = [.. plans.Values],
            GrantMonths = [.. source.GrantMonths.Select(month => Copy(month, grants[month.Grant]))],
            EnvironmentMonths = [.. source.EnvironmentMonths.Select(month => Copy(month, environments[month.Environment]))],
            Holds = [.. source.Holds.Select(hold => Copy(hold, environments[hold.Environment], hold.Plan is null ? null : plans[hold.Plan]))],
            Caps = [.. source.Caps.Select(Copy)],
            Agents = [.. source.Agents.Select(agent => Copy(agent, environments[agent.Environment]))],
        };
    }

    private static BillingPlan Copy(BillingPlan source)
    {
        var plan = new BillingPlan
        {
            Key = source.Key,
            Id = source.Id,
            Name = source.Name,
            SubscriptionId = source.SubscriptionId,
            ResourceGroup = source.ResourceGroup,
            Region = source.Region,
            Price = source.Price,
            PlannedPrices = source.PlannedPrices,
            IsEnabled = source.IsEnabled,
            Budget = source.Budget,
            DeletedAt = source.DeletedAt,
            Version = source.Version,
        };
        foreach (var month in source.Months)
        {
            plan.Restore(new PlanMonth { Plan = plan, Period = month.Period, Credits = month.Credits, SpendMicros = month.SpendMicros });
        }

        return plan;
    }

    private static TenantEnvironment Copy(TenantEnvironment source, Dictionary<BillingPlan, BillingPlan> plans)
    {
        var environment = new TenantEnvironment
        {
            Key = source.Key,
            Id = source.Id,
            Name = source.Name,
            Type = source.Type,
            Region = source.Region,
            CostCenter = source.CostCenter,
            CreatedAt = source.CreatedAt,
            RetiredAt = source.RetiredAt,
            Version = source.Version,
            Allocation = source.Allocation,
            AllocationOrder = source.AllocationOrder,
            AllocationVersion = source.AllocationVersion,
            DrawFromTenantPool = source.DrawFromTenantPool,
            PayAsYouGo = source.PayAsYouGo,
            Plan = source.Plan is null ? null : plans[source.Plan],
        };
        environment.Applications.AddRange(source.Applications);
        return environment;
    }

    private static Grant Copy(Grant source)
    {
        var grant = CopyOf(source);
        (grant.Watch.IsTold, grant.Watch.OpenAlert) = (source.Watch.IsTold, source.Watch.OpenAlert);
        return grant;
    }

    private static Grant CopyOf(Grant source) => new()
    {
        Key = source.Key,
        Id = source.Id,
        Kind = source.Kind,
        Amount = source.Amount,
        Priority = source.Priority,
        EffectiveAt = source.EffectiveAt,
        ExpiresAt = source.ExpiresAt,
        Recurrence = source.Recurrence,
        RolloverMax = source.RolloverMax,
        CreatedAt = source.CreatedAt,
        Order = source.Order,
        EndedAt = source.EndedAt,
    };

    private static GrantMonth Copy(GrantMonth source, Grant grant) => new()
    {
        Grant = grant,
        Period = source.Period,
        Granted = source.Granted,
        CarriedIn = source.CarriedIn,
        Burned = source.Burned,
        Held = source.Held,
        Expired = source.Expired,
        CarriedOut = source.CarriedOut,
    };

    private static EnvironmentMonth Copy(EnvironmentMonth source, TenantEnvironment environment) => new()
    {
        Environment = environment,
        Period = source.Period,
        Backing = source.Backing,
        Consumed = source.Consumed,
        Held = source.Held,
        PoolConsumed = source.PoolConsumed,
        PoolHeld = source.PoolHeld,
        PayAsYouGo = source.PayAsYouGo,
        SpendMicros = source.SpendMicros,
        Unfunded = source.Unfunded,
    };
}

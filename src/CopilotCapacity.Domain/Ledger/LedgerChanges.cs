using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Anomaly;
using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Domain.Ledger;

/// <summary>
/// What has changed in a tenant's ledger since it was last written: new journal entries and postings, and the balances they
/// touched. One commit writes all of it.
/// </summary>
public sealed class LedgerChanges
{
    private readonly List<LedgerEntry> _entries = [];
    private readonly List<Posting> _postings = [];
    private readonly List<GrantMonth> _grantMonths = [];
    private readonly List<EnvironmentMonth> _environmentMonths = [];
    private readonly List<PlanMonth> _planMonths = [];
    private readonly HashSet<TenantEnvironment> _environments = [];
    private readonly HashSet<Grant> _grants = [];
    private readonly HashSet<BillingPlan> _plans = [];
    private readonly HashSet<TenantEnvironment> _quotas = [];
    private readonly Dictionary<HoldId, Hold> _holds = [];
    private readonly HashSet<Cap> _caps = [];
    private readonly List<CapCount> _capCounts = [];
    private readonly HashSet<Agent> _agents = [];
    private readonly HashSet<TenantEnvironment> _watches = [];
    private readonly HashSet<BillingPlan> _planWatches = [];
    private readonly HashSet<Grant> _grantWatches = [];
    private readonly HashSet<TenantEnvironment> _forecastWatches = [];
    private readonly HashSet<BillingPlan> _planForecastWatches = [];
    private readonly List<LedgerAlert> _alerts = [];
    private readonly Dictionary<long, DateTimeOffset> _resolved = [];
    private readonly HashSet<long> _reopened = [];
    private readonly HashSet<AnomalyWatch> _anomalies = [];
    private readonly List<UsageReversal> _reversals = [];
    private readonly List<StatusChange> _statusChanges = [];
    private readonly Dictionary<string, long> _syncWatches = new(StringComparer.Ordinal);

    /// <summary>New journal entries, in their sequence.</summary>
    public IReadOnlyList<LedgerEntry> Entries => _entries;

    /// <summary>New usage, in its sequence.</summary>
    public IReadOnlyList<Posting> Postings => _postings;

    /// <summary>Grant balances that moved.</summary>
    public IReadOnlyList<GrantMonth> GrantMonths => _grantMonths;

    /// <summary>Environment balances that moved.</summary>
    public IReadOnlyList<EnvironmentMonth> EnvironmentMonths => _environmentMonths;

    /// <summary>Plan balances that moved.</summary>
    public IReadOnlyList<PlanMonth> PlanMonths => _planMonths;

    /// <summary>Environments whose settings changed.</summary>
    public IReadOnlyCollection<TenantEnvironment> Environments => _environments;

    /// <summary>Grants that were added or ended.</summary>
    public IReadOnlyCollection<Grant> Grants => _grants;

    /// <summary>Plans whose settings changed.</summary>
    public IReadOnlyCollection<BillingPlan> Plans => _plans;

    /// <summary>Environments whose quota changed by something else than their balance.</summary>
    public IReadOnlyCollection<TenantEnvironment> Quotas => _quotas;

    /// <summary>Holds that were made or closed.</summary>
    public IReadOnlyCollection<Hold> Holds => _holds.Values;

    /// <summary>Caps whose settings changed.</summary>
    public IReadOnlyCollection<Cap> Caps => _caps;

    /// <summary>Windows of caps whose count changed.</summary>
    public IReadOnlyList<CapCount> CapCounts => _capCounts;

    /// <summary>Agents whose settings changed.</summary>
    public IReadOnlyCollection<Agent> Agents => _agents;

    /// <summary>Environments about whose status something was noted.</summary>
    public IReadOnlyCollection<TenantEnvironment> Watches => _watches;

    /// <summary>Plans about whose budget something was noted.</summary>
    public IReadOnlyCollection<BillingPlan> PlanWatches => _planWatches;

    /// <summary>Grants about whose end something was told.</summary>
    public IReadOnlyCollection<Grant> GrantWatches => _grantWatches;

    /// <summary>Environments about whose forecast something was told.</summary>
    public IReadOnlyCollection<TenantEnvironment> ForecastWatches => _forecastWatches;

    /// <summary>Plans about whose forecast something was told.</summary>
    public IReadOnlyCollection<BillingPlan> PlanForecastWatches => _planForecastWatches;

    /// <summary>
    /// True when time has passed a boundary. It is written even when nothing came of it, or the disk would name it as due forever.
    /// </summary>
    public bool HasPassedBoundary { get; private set; }

    /// <summary>New alerts, in their sequence.</summary>
    public IReadOnlyList<LedgerAlert> Alerts => _alerts;

    /// <summary>Alerts that are over, by their number, with the instant.</summary>
    public IReadOnlyDictionary<long, DateTimeOffset> Resolved => _resolved;

    /// <summary>Statuses that became others, in their sequence.</summary>
    public IReadOnlyList<StatusChange> StatusChanges => _statusChanges;

    /// <summary>Alerts that are true again.</summary>
    public IReadOnlyCollection<long> Reopened => _reopened;

    /// <summary>Anomalies that began or are over.</summary>
    public IReadOnlyCollection<AnomalyWatch> Anomalies => _anomalies;

    /// <summary>True when people are to look at alerts or requests anew.</summary>
    public bool ConcernsAlerts =>
        _alerts.Count > 0 || _resolved.Count > 0 || _reopened.Count > 0 || _entries.Exists(entry => entry.Change is PeopleChange);

    /// <summary>Uses that were taken back.</summary>
    public IReadOnlyList<UsageReversal> Reversals => _reversals;

    /// <summary>Services that began to fail, with the open alert about it, or that work again, with 0.</summary>
    public IReadOnlyDictionary<string, long> SyncWatches => _syncWatches;

    /// <summary>Facts of applications that are not linked.</summary>
    public List<KeptUse> Kept { get; } = [];

    /// <summary>Applications that were unlinked, or of which something was told since.</summary>
    public HashSet<UnlinkedApplication> Unlinked { get; } = [];

    /// <summary>Applications that were linked again.</summary>
    public List<LinkedApplicationId> Relinked { get; } = [];

    /// <summary>True when there is nothing to write. What is told of a forecast has no entry: it changes no balance.</summary>
    public bool IsEmpty => _entries.Count == 0 && _postings.Count == 0 && !HasPassedBoundary && _forecastWatches.Count == 0 && _planForecastWatches.Count == 0;

    internal void Add(LedgerEntry entry) => _entries.Add(entry);

    internal void Add(Posting posting) => _postings.Add(posting);

    internal void Touch(GrantMonth month)
    {
        if (!month.IsChanged)
        {
            month.IsChanged = true;
            _grantMonths.Add(month);
        }
    }

    internal void Touch(EnvironmentMonth month)
    {
        if (!month.IsChanged)
        {
            month.IsChanged = true;
            _environmentMonths.Add(month);
        }
    }

    internal void Touch(PlanMonth month)
    {
        if (!month.IsChanged)
        {
            month.IsChanged = true;
            _planMonths.Add(month);
        }
    }

    internal void Touch(TenantEnvironment environment) => _environments.Add(environment);

    internal void Touch(Grant grant) => _grants.Add(grant);

    internal void Touch(BillingPlan plan) => _plans.Add(plan);

    internal void Touch(CapCount count)
    {
        if (!count.IsChanged)
        {
            count.IsChanged = true;
            _capCounts.Add(count);
        }
    }

    internal void TouchQuota(TenantEnvironment environment) => _quotas.Add(environment);

    internal void Touch(Hold hold) => _holds[hold.Id] = hold;

    internal Hold? FindHold(HoldId id) => _holds.GetValueOrDefault(id);

    internal void Touch(Cap cap) => _caps.Add(cap);

    internal void Touch(Agent agent) => _agents.Add(agent);

    internal void TouchWatch(TenantEnvironment environment) => _watches.Add(environment);

    internal void TouchWatch(BillingPlan plan) => _planWatches.Add(plan);

    internal void TouchWatch(Grant grant) => _grantWatches.Add(grant);

    internal void TouchSync(string service, long openAlert) => _syncWatches[service] = openAlert;

    internal void TouchForecast(TenantEnvironment environment) => _forecastWatches.Add(environment);

    internal void TouchForecast(BillingPlan plan) => _planForecastWatches.Add(plan);

    internal void PassBoundary() => HasPassedBoundary = true;

    internal void Add(LedgerAlert alert) => _alerts.Add(alert);

    internal void Resolve(long alert, DateTimeOffset at)
    {
        _reopened.Remove(alert);
        _resolved[alert] = at;
    }

    internal void Reopen(long alert)
    {
        _resolved.Remove(alert);
        _reopened.Add(alert);
    }

    internal void Touch(AnomalyWatch anomaly) => _anomalies.Add(anomaly);

    internal void Add(StatusChange change) => _statusChanges.Add(change);

    internal void Add(UsageReversal reversal) => _reversals.Add(reversal);

    /// <summary>Forgets everything, once it is on disk.</summary>
    public void Clear()
    {
        _grantMonths.ForEach(month => month.IsChanged = false);
        _environmentMonths.ForEach(month => month.IsChanged = false);
        _planMonths.ForEach(month => month.IsChanged = false);
        _entries.Clear();
        _postings.Clear();
        _grantMonths.Clear();
        _environmentMonths.Clear();
        _planMonths.Clear();
        _environments.Clear();
        _grants.Clear();
        _plans.Clear();
        _capCounts.ForEach(count => count.IsChanged = false);
        _quotas.Clear();
        _holds.Clear();
        _caps.Clear();
        _capCounts.Clear();
        _agents.Clear();
        _watches.Clear();
        _planWatches.Clear();
        _grantWatches.Clear();
        _forecastWatches.Clear();
        _planForecastWatches.Clear();
        HasPassedBoundary = false;
        _alerts.Clear();
        _resolved.Clear();
        _reopened.Clear();
        _anomalies.Clear();
        _reversals.Clear();
        _statusChanges.Clear();
        _syncWatches.Clear();
        Kept.Clear();
        Unlinked.Clear();
        Relinked.Clear();
    }
}

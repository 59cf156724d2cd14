using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Prepaid;
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

    /// <summary>True when nothing has changed.</summary>
    public bool IsEmpty => _entries.Count == 0 && _postings.Count == 0;

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
    }
}

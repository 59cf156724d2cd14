using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <summary>
/// All that is accounted for one tenant: settings, balances and the rules that change them. It knows no clock and no
/// storage; time is told by <see cref="Advance"/>, and what changed is collected in <see cref="Changes"/>. Operations check
/// first and change afterwards, so that a refused one leaves no trace. Not safe for use by two threads at once.
/// </summary>
public sealed partial class TenantLedger
{
    private const string Utc = "UTC";

    private readonly LedgerLimits _limits;
    private readonly Dictionary<EnvironmentId, TenantEnvironment> _environments = [];
    private readonly List<TenantEnvironment> _environmentsByKey = [];
    private readonly Dictionary<Guid, TenantEnvironment> _subjects = [];
    private readonly Dictionary<GrantId, Grant> _grants = [];
    private readonly Dictionary<BillingPlanId, BillingPlan> _plans = [];
    private readonly SortedDictionary<Period, MonthBook> _books = [];
    private DateTimeOffset _settingsBoundary;

    private TenantLedger(TenantId id, LedgerLimits limits)
    {
        Id = id;
        _limits = limits;
    }

    /// <summary>The tenant.</summary>
    public TenantId Id { get; }

    /// <summary>Its name.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The currency of its prices, budgets and spend.</summary>
    public CurrencyCode Currency { get; private set; }

    /// <summary>The used share, in percent, from which on an environment is low.</summary>
    public int LowThresholdPercent { get; private set; } = 80;

    /// <summary>How many days ahead a depletion or a grant's end is warned of.</summary>
    public int WarningHorizonDays { get; private set; } = 7;

    /// <summary>The time zone in which people are shown times of day, by its IANA name. Months and days of metering are of UTC.</summary>
    public string DisplayZone { get; private set; } = Utc;

    /// <summary>The origins whose pages may show the tenant's notices, as browsers write them.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; private set; } = [];

    /// <summary>True for a rehearsal tenant, whose time is its own test clock.</summary>
    public bool IsRehearsal { get; private set; }

    /// <summary>When the tenant was made known, in its own time.</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Changes with the tenant's settings; its ETag.</summary>
    public int Version { get; private set; }

    /// <summary>The tenant's time up to which everything has been applied. It never goes back.</summary>
    public DateTimeOffset Now { get; private set; }

    /// <summary>The sequence number of the last change.</summary>
    public long Sequence { get; private set; }

    /// <summary>The next instant at which something happens by itself.</summary>
    public DateTimeOffset NextBoundary => _expiries.Min is { } hold && hold.ExpiresAt < _settingsBoundary ? hold.ExpiresAt : _settingsBoundary;

    /// <summary>The running month.</summary>
    public MonthBook Open { get; private set; } = null!;

    /// <summary>The tenant's rates.</summary>
    public RateCard Rates { get; } = new();

    /// <summary>What has changed since it was last written.</summary>
    public LedgerChanges Changes { get; } = new();

    /// <summary>The environments, retired ones included.</summary>
    public IReadOnlyCollection<TenantEnvironment> Environments => _environments.Values;

    /// <summary>The grants, ended ones included.</summary>
    public IReadOnlyCollection<Grant> Grants => _grants.Values;

    /// <summary>The billing plans.</summary>
    public IReadOnlyCollection<BillingPlan> Plans => _plans.Values;

    /// <summary>The months that can still be booked to, oldest first.</summary>
    public IReadOnlyCollection<MonthBook> Books => _books.Values;

    /// <summary>Makes a tenant known. The caller has made sure that the id is new.</summary>
    public static TenantLedger Create(
        TenantId id,
        string name,
        CurrencyCode currency,
        DateTimeOffset now,
        bool isRehearsal,
        LedgerLimits limits)
    {
        var ledger = new TenantLedger(id, limits)
        {
            Name = name,
            Currency = currency,
            IsRehearsal = isRehearsal,
            CreatedAt = now,
            Now = now,
            Version = 1,
        };
        ledger.Open = ledger.AddBook(Period.Of(now));
        ledger.Append(new TenantCreated(name, currency.Value, isRehearsal ? now : null));
        ledger.FindNextBoundary();
        ledger.Conclude();
        return ledger;
    }

    /// <summary>Rebuilds a ledger from what storage kept of it.</summary>
    public static TenantLedger Restore(LedgerSnapshot snapshot, LedgerLimits limits)
    {
        var ledger = new TenantLedger(snapshot.Id, limits)
        {
            Name = snapshot.Name,
            Currency = snapshot.Currency,
            LowThresholdPercent = snapshot.LowThresholdPercent,
            WarningHorizonDays = snapshot.WarningHorizonDays,
            DisplayZone = snapshot.DisplayZone,
            AllowedOrigins = snapshot.AllowedOrigins,
            IsRehearsal = snapshot.IsRehearsal,
            CreatedAt = snapshot.CreatedAt,
            Version = snapshot.Version,
            Now = snapshot.Now,
            Sequence = snapshot.Sequence,
            AlertNumber = snapshot.AlertNumber,
        };
        foreach (var environment in snapshot.Environments.OrderBy(environment => environment.Key))
        {
            ledger._environments.Add(environment.Id, environment);
            ledger._environmentsByKey.Add(environment);
            ledger.IndexSubjects(environment);
        }

        foreach (var grant in snapshot.Grants)
        {
            ledger._grants.Add(grant.Id, grant);
        }

        foreach (var plan in snapshot.Plans)
        {
            ledger._plans.Add(plan.Id, plan);
        }

        foreach (var rate in snapshot.Rates)
        {
            ledger.Rates.Add(rate);
        }

        foreach (var reallocation in snapshot.Reallocations)
        {
            ledger.Remember(reallocation);
        }

        foreach (var period in snapshot.Periods)
        {
            ledger.AddBook(period).Restore(
                snapshot.GrantMonths.Where(month => month.Period == period),
                snapshot.EnvironmentMonths.Where(month => month.Period == period),
                isClosed: period < snapshot.OpenPeriod);
        }

        ledger.Open = ledger._books[snapshot.OpenPeriod];
        ledger.RestorePermissions(snapshot);
        ledger.RestoreOpenAlerts(snapshot);
        ledger.FindNextBoundary();
        ledger.TakeStatuses();
        return ledger;
    }

    /// <summary>The environment with a number; all have one, in the order in which they were made known.</summary>
    public TenantEnvironment EnvironmentOf(int key) => _environmentsByKey[key - 1];

    /// <summary>Finds an environment, retired ones included.</summary>
    public TenantEnvironment? Find(EnvironmentId id) => _environments.GetValueOrDefault(id);

    /// <summary>The environment that a subject of events stands for; null when it stands for none.</summary>
    public EnvironmentId? FindSubject(Guid subject) => _subjects.GetValueOrDefault(subject)?.Id;

    /// <summary>Finds a grant, ended ones included.</summary>
    public Grant? Find(GrantId id) => _grants.GetValueOrDefault(id);

    /// <summary>Finds a billing plan.</summary>
    public BillingPlan? Find(BillingPlanId id) => _plans.GetValueOrDefault(id);

    /// <summary>Sets the tenant's name and thresholds.</summary>
    /// <param name="name">Not blank.</param>
    /// <param name="lowThresholdPercent">1 to 99.</param>
    /// <param name="warningHorizonDays">1 to 90.</param>
    /// <param name="displayZone">The IANA name of the time zone for display, up to 64 characters; null for no change.</param>
    public Outcome<TenantLedger> Change(string name, int lowThresholdPercent, int warningHorizonDays, string? displayZone = null)
    {
        if (lowThresholdPercent is < 1 or > 99)
        {
            return Refusal.Invalid("lowThresholdPercent", "invalid_request", "The low threshold is a percent from 1 to 99.");
        }

        if (warningHorizonDays is < 1 or > 90)
        {
            return Refusal.Invalid("warningHorizonDays", "invalid_request", "The warning horizon is 1 to 90 days.");
        }

        // Whether there is such a zone is known where it is shown; a replay elsewhere must not fail for want of it.
        if (displayZone is { Length: 0 or > 64 })
        {
            return Refusal.Invalid("displayZone", "invalid_request", "A time zone is named by 1 to 64 characters.");
        }

        var before = new TenantChanged(Name, LowThresholdPercent, WarningHorizonDays, displayZone is null ? null : DisplayZone);
        (Name, LowThresholdPercent, WarningHorizonDays, DisplayZone) = (name, lowThresholdPercent, warningHorizonDays, displayZone ?? DisplayZone);
        Version++;
        Append(new TenantChanged(name, lowThresholdPercent, warningHorizonDays, displayZone), before);
        TellExpiring(_grants.Values);
        FindNextBoundary();
        return this;
    }

    /// <summary>Says whose pages may show the tenant's notices. Saying the same again changes nothing.</summary>
    /// <param name="origins">At most <see cref="WebOrigin.Most"/>, each as browsers write it.</param>
    public Outcome<TenantLedger> SetAllowedOrigins(IReadOnlyList<string> origins)
    {
        if (origins.Count > WebOrigin.Most)
        {
            return Refusal.Invalid("allowedOrigins", "invalid_request", $"At most {WebOrigin.Most} origins can be allowed.");
        }

        if (origins.FirstOrDefault(origin => !string.Equals(WebOrigin.Normalise(origin), origin, StringComparison.Ordinal)) is { } bad)
        {
            return Refusal.Invalid("allowedOrigins", "invalid_request", $"'{bad}' is no origin; write it like https://contoso.crm.dynamics.com.");
        }

        if (origins.SequenceEqual(AllowedOrigins, StringComparer.Ordinal))
        {
            return this;
        }

        var before = new AllowedOriginsSet(AllowedOrigins);
        AllowedOrigins = [.. origins];
        Version++;
        Append(new AllowedOriginsSet(AllowedOrigins), before);
        return this;
    }

    private void RestorePermissions(LedgerSnapshot snapshot)
    {
        foreach (var hold in snapshot.Holds)
        {
            _holds.Add(hold.Id, hold);
            _expiries.Add(hold);
        }

        foreach (var cap in snapshot.Caps)
        {
            _caps.Add(cap.Id, cap);
            if (!cap.IsDeleted)
            {
                _capIndex.Add(cap);
            }
        }

        RestoreSync(snapshot.FailingServices);
        foreach (var agent in snapshot.Agents)
        {
            _agents.Add((agent.Environment.Key, agent.Id), agent);
        }

        foreach (var application in snapshot.UnlinkedApplications)
        {
            _unlinked.Add(application.Application.Id, application);
        }
    }

    private MonthBook AddBook(Period period)
    {
        var book = new MonthBook(period, Changes);
        _books.Add(period, book);
        return book;
    }

    private void IndexSubjects(TenantEnvironment environment)
    {
        _subjects[environment.Id.Value] = environment;
        foreach (var application in environment.Applications)
        {
            _subjects[application.Id.Value] = environment;
        }
    }

    private long Append(LedgerChange change, LedgerChange? before = null) => Append(change, Now, before);

    private long Append(LedgerChange change, DateTimeOffset at, LedgerChange? before = null)
    {
        Sequence++;
        Changes.Add(new LedgerEntry(Sequence, at, change) { Before = before });
        _concludesAll |= change.ConcernsAll;
        return Sequence;
    }
}

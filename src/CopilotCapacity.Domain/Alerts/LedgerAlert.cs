using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Domain.Alerts;

/// <summary>What an alert is about. The number is stored; never change one.</summary>
public enum AlertKind
{
    /// <summary>An environment is low.</summary>
    QuotaLow = 1,

    /// <summary>An environment is depleted.</summary>
    QuotaDepleted = 2,

    /// <summary>An environment is no longer depleted.</summary>
    QuotaRestored = 3,

    /// <summary>An environment will run out before the month does.</summary>
    QuotaForecast = 4,

    /// <summary>A plan's spend has passed a mark of its budget.</summary>
    BudgetThreshold = 5,

    /// <summary>A plan's spend is expected to pass a mark of its budget.</summary>
    BudgetForecast = 6,

    /// <summary>A plan's hard budget is used up.</summary>
    BudgetExhausted = 7,

    /// <summary>A cap is nearly full.</summary>
    CapNearing = 8,

    /// <summary>A cap is full.</summary>
    CapReached = 9,

    /// <summary>A grant ends soon.</summary>
    GrantExpiring = 10,

    /// <summary>Credits of a grant were lost unused.</summary>
    GrantWasted = 11,

    /// <summary>Credits ended that stood behind an allocation.</summary>
    AllocationReduced = 12,

    /// <summary>Work was done that nothing paid for.</summary>
    UsageUnfunded = 13,

    /// <summary>An application that is not linked uses credits.</summary>
    UsageUnlinked = 14,

    /// <summary>Use is far from what was usual.</summary>
    UsageAnomaly = 15,

    /// <summary>What Azure knows could not be read or written.</summary>
    SyncFailing = 16,
}

/// <summary>How urgent an alert is.</summary>
public enum AlertSeverity
{
    /// <summary>Good to know.</summary>
    Info,

    /// <summary>Something should be done.</summary>
    Warning,

    /// <summary>Somebody cannot work.</summary>
    Error,
}

/// <summary>Something an admin or a user should know. It is never changed, but may be acknowledged and be over.</summary>
public sealed record LedgerAlert
{
    /// <summary>Its number within the tenant: 1, 2, 3, … without gap.</summary>
    public required long Number { get; init; }

    /// <summary>The ledger sequence number of its cause.</summary>
    public required long Cause { get; init; }

    /// <summary>What it is about.</summary>
    public required AlertKind Kind { get; init; }

    /// <summary>How urgent it is.</summary>
    public required AlertSeverity Severity { get; init; }

    /// <summary>The environments it is about; several when one cause changed them all, none when it is about none.</summary>
    public IReadOnlyList<TenantEnvironment> Environments { get; init; } = [];

    /// <summary>The billing plan it is about.</summary>
    public BillingPlan? Plan { get; init; }

    /// <summary>The agent it is about.</summary>
    public string? AgentId { get; init; }

    /// <summary>The cap or application it is about.</summary>
    public Guid? Subject { get; init; }

    /// <summary>The feature it is about.</summary>
    public Feature? Feature { get; init; }

    /// <summary>The number of the first alert of its story: what one cause brings about, from its beginning to its end.</summary>
    public required long Story { get; init; }

    /// <summary>The mark that was passed, in percent.</summary>
    public int? Threshold { get; init; }

    /// <summary>A few words.</summary>
    public required string Title { get; init; }

    /// <summary>One or two sentences.</summary>
    public required string Text { get; init; }

    /// <summary>When it was raised, in the tenant's time.</summary>
    public required DateTimeOffset RaisedAt { get; init; }
}

/// <summary>Whether an alert has been told, so that it is not told again without need.</summary>
public sealed class AlertMemory
{
    private static readonly TimeSpan s_rest = TimeSpan.FromMinutes(15);

    /// <summary>True from when it was raised until capacity is added or the month turns.</summary>
    public bool IsTold { get; set; }

    /// <summary>When the state behind it was last left.</summary>
    public DateTimeOffset? LeftAt { get; set; }

    /// <summary>The alert that told it last; 0 when none did. A state that comes back without a new alert makes this one true again.</summary>
    public long Alert { get; set; }

    /// <summary>True when the alert may be raised at an instant.</summary>
    public bool MayTell(DateTimeOffset now) => !IsTold || now - LeftAt >= s_rest;
}

/// <summary>What the ledger has noted and told about an environment's status.</summary>
public sealed class EnvironmentWatch
{
    /// <summary>The status that was last concluded.</summary>
    public Quota.QuotaStatus Status { get; set; }

    /// <summary>The ledger sequence number since which it is that; 0 where that was before such numbers were kept.</summary>
    public long StatusSequence { get; set; }

    /// <summary>Whether low was told.</summary>
    public AlertMemory Low { get; } = new();

    /// <summary>Whether depleted was told.</summary>
    public AlertMemory Depleted { get; } = new();

    /// <summary>Whether restored was told.</summary>
    public AlertMemory Restored { get; } = new();

    /// <summary>The alert about its present status that is not over yet; 0 when there is none.</summary>
    public long OpenAlert { get; set; }

    /// <summary>The story that its last alert belongs to; 0 when there is none.</summary>
    public long Story { get; set; }

    /// <summary>The alert about unfunded use that is not over yet; 0 when there is none.</summary>
    public long UnfundedAlert { get; set; }

    /// <summary>The alert about credits that its allocation lost, while they are still missing; 0 when there is none.</summary>
    public long ReducedAlert { get; set; }

    /// <summary>Whether it was told that it will run out.</summary>
    public AlertMemory Forecast { get; } = new();

    /// <summary>The alert that says so and is not over yet; 0 when there is none.</summary>
    public long OpenForecast { get; set; }

    /// <summary>The month for which unfunded use was told, as an index; 0 when none.</summary>
    public int UnfundedToldIn { get; set; }

    /// <summary>The environments it shares its sources with; null before it is first looked at.</summary>
    internal ReachGroup? Group { get; set; }

    /// <summary>Its place in the group: it is low while the group's value is at most this.</summary>
    internal Int128 Mark { get; set; }

    /// <summary>What was left of its own allocation when it was last looked at.</summary>
    internal Units.Credits OwnLeft { get; set; }
}

/// <summary>What the ledger has told about a grant's end.</summary>
public sealed class GrantWatch
{
    /// <summary>Whether it was told that the grant ends soon. That is told once.</summary>
    public bool IsTold { get; set; }

    /// <summary>The alert about it that is not over yet; 0 when there is none.</summary>
    public long OpenAlert { get; set; }
}

/// <summary>What the ledger has noted and told about a plan's budget.</summary>
public sealed class BudgetWatch
{
    /// <summary>The first month of the window the notes are about, as an index.</summary>
    public int Window { get; set; }

    /// <summary>The furthest mark that was told, in percent; -1 when none was.</summary>
    public int ToldPercent { get; set; } = -1;

    /// <summary>Whether it was told that the budget is used up.</summary>
    public bool IsExhaustedTold { get; set; }

    /// <summary>The alert about the furthest mark; 0 when there is none.</summary>
    public long MarkAlert { get; set; }

    /// <summary>The alert that the budget is used up; 0 when there is none.</summary>
    public long ExhaustedAlert { get; set; }

    /// <summary>The story of the window's alerts; 0 before the first.</summary>
    public long Story { get; set; }

    /// <summary>The first month of the window the note about a forecast is about, as an index.</summary>
    public int ForecastWindow { get; set; }

    /// <summary>The furthest mark of which it is told now that it will be reached, in percent; -1 when of none.</summary>
    public int ForecastPercent { get; set; } = -1;

    /// <summary>The alert that says so and is not over yet; 0 when there is none.</summary>
    public long OpenForecast { get; set; }
}

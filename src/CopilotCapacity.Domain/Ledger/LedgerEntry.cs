using System.Text.Json.Serialization;
using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <summary>A change of a tenant's ledger other than usage, with its place in the sequence.</summary>
/// <param name="Sequence">1, 2, 3, … together with the postings, without gap.</param>
/// <param name="At">The tenant's time at which it took effect.</param>
/// <param name="Change">What changed.</param>
public sealed record LedgerEntry(long Sequence, DateTimeOffset At, LedgerChange Change)
{
    /// <summary>
    /// What stood there before, as the change that would set it again; null where nothing was. The journal does not keep it:
    /// what is replayed tells it anew.
    /// </summary>
    public LedgerChange? Before { get; init; }
}

/// <summary>
/// What an entry changed. The journal keeps it as JSON, from which the state can be rebuilt: names and members here are a
/// file format, and may only be added to.
/// </summary>
[JsonDerivedType(typeof(TenantCreated), "tenantCreated")]
[JsonDerivedType(typeof(TenantChanged), "tenantChanged")]
[JsonDerivedType(typeof(ClockMoved), "clockMoved")]
[JsonDerivedType(typeof(EnvironmentCreated), "environmentCreated")]
[JsonDerivedType(typeof(EnvironmentChanged), "environmentChanged")]
[JsonDerivedType(typeof(EnvironmentRetired), "environmentRetired")]
[JsonDerivedType(typeof(ApplicationLinked), "applicationLinked")]
[JsonDerivedType(typeof(GrantAdded), "grantAdded")]
[JsonDerivedType(typeof(GrantBegun), "grantBegun")]
[JsonDerivedType(typeof(GrantExpired), "grantExpired")]
[JsonDerivedType(typeof(GrantEnded), "grantEnded")]
[JsonDerivedType(typeof(AllocationSet), "allocationSet")]
[JsonDerivedType(typeof(PeriodTurned), "periodTurned")]
[JsonDerivedType(typeof(PlanCreated), "planCreated")]
[JsonDerivedType(typeof(PlanJoined), "planJoined")]
[JsonDerivedType(typeof(BudgetSet), "budgetSet")]
[JsonDerivedType(typeof(HoldMade), "holdMade")]
[JsonDerivedType(typeof(HoldReleased), "holdReleased")]
[JsonDerivedType(typeof(HoldExpired), "holdExpired")]
[JsonDerivedType(typeof(CapAdded), "capAdded")]
[JsonDerivedType(typeof(CapChanged), "capChanged")]
[JsonDerivedType(typeof(CapDeleted), "capDeleted")]
[JsonDerivedType(typeof(AgentSet), "agentSet")]
[JsonDerivedType(typeof(DayTurned), "dayTurned")]
[JsonDerivedType(typeof(UsageReversed), "usageReversed")]
[JsonDerivedType(typeof(ApplicationUnlinked), "applicationUnlinked")]
[JsonDerivedType(typeof(UsageKept), "usageKept")]
[JsonDerivedType(typeof(AlertAcknowledged), "alertAcknowledged")]
[JsonDerivedType(typeof(PlanChanged), "planChanged")]
[JsonDerivedType(typeof(PlanLeft), "planLeft")]
[JsonDerivedType(typeof(PlanDeleted), "planDeleted")]
[JsonDerivedType(typeof(RateSet), "rateSet")]
[JsonDerivedType(typeof(Reallocated), "reallocated")]
[JsonDerivedType(typeof(SyncFailed), "syncFailed")]
[JsonDerivedType(typeof(SyncRestored), "syncRestored")]
[JsonDerivedType(typeof(PricesPlanned), "pricesPlanned")]
[JsonDerivedType(typeof(PriceBegun), "priceBegun")]
public abstract record LedgerChange
{
    /// <summary>True for changes that time makes by itself; the others have a person or key behind them.</summary>
    [JsonIgnore]
    public virtual bool IsByTime => false;

    /// <summary>True for changes after which any environment's status may differ, not only that of the one they name.</summary>
    [JsonIgnore]
    public virtual bool ConcernsAll => true;
}

/// <summary>A change that concerns the environment it names, and through it what that shares.</summary>
public abstract record NarrowChange : LedgerChange
{
    /// <inheritdoc/>
    public override bool ConcernsAll => false;
}

/// <summary>The tenant was made known.</summary>
public sealed record TenantCreated(string Name, string Currency, DateTimeOffset? TestClock) : LedgerChange;

/// <summary>The tenant's settings were set.</summary>
public sealed record TenantChanged(string Name, int LowThresholdPercent, int WarningHorizonDays, string? DisplayZone = null) : LedgerChange;

/// <summary>A rehearsal tenant's clock was moved forward.</summary>
public sealed record ClockMoved(DateTimeOffset To) : NarrowChange;

/// <summary>An environment was made known.</summary>
public sealed record EnvironmentCreated(
    int Key,
    EnvironmentId Id,
    string Name,
    EnvironmentType Type,
    string Region,
    string? CostCenter,
    bool DrawFromTenantPool) : NarrowChange;

/// <summary>An environment's description was set.</summary>
public sealed record EnvironmentChanged(
    EnvironmentId Id,
    string Name,
    EnvironmentType Type,
    string Region,
    string? CostCenter) : NarrowChange
{
    internal static EnvironmentChanged Of(TenantEnvironment environment) =>
        new(environment.Id, environment.Name, environment.Type, environment.Region, environment.CostCenter);
}

/// <summary>An environment was retired.</summary>
public sealed record EnvironmentRetired(EnvironmentId Id) : LedgerChange;

/// <summary>A Dynamics 365 application was linked to an environment.</summary>
public sealed record ApplicationLinked(EnvironmentId Environment, LinkedApplicationId Id, ApplicationKind Kind, string Url) : NarrowChange;

/// <summary>A grant was recorded.</summary>
public sealed record GrantAdded(
    int Key,
    GrantId Id,
    GrantKind Kind,
    Credits Amount,
    int Priority,
    DateTimeOffset EffectiveAt,
    DateTimeOffset? ExpiresAt,
    Recurrence Recurrence,
    Credits? RolloverMax,
    PackOrder? Order) : LedgerChange;

/// <summary>A grant began to count.</summary>
public sealed record GrantBegun(GrantId Id) : LedgerChange
{
    /// <inheritdoc/>
    public override bool IsByTime => true;
}

/// <summary>A grant expired, and with it what was left.</summary>
public sealed record GrantExpired(GrantId Id, Credits Lost) : LedgerChange
{
    /// <inheritdoc/>
    public override bool IsByTime => true;
}

/// <summary>A grant was ended by hand.</summary>
public sealed record GrantEnded(GrantId Id) : LedgerChange;

/// <summary>An allocation and its switches were set.</summary>
public sealed record AllocationSet(
    EnvironmentId Environment,
    Credits Credits,
    bool DrawFromTenantPool,
    bool PayAsYouGo) : NarrowChange
{
    internal static AllocationSet Of(TenantEnvironment environment) =>
        new(environment.Id, environment.Allocation, environment.DrawFromTenantPool, environment.PayAsYouGo);
}

/// <summary>A month ended and the next began.</summary>
public sealed record PeriodTurned(Period To) : LedgerChange
{
    /// <inheritdoc/>
    public override bool IsByTime => true;
}

/// <summary>A billing plan was set up.</summary>
public sealed record PlanCreated(
    int Key,
    BillingPlanId Id,
    string Name,
    string SubscriptionId,
    string ResourceGroup,
    string Region,
    CreditPrice Price,
    IReadOnlyList<EnvironmentId>? Environments = null,
    bool IsEnabled = true) : LedgerChange;

/// <summary>An environment was put on a billing plan; it left the one it was on, if any.</summary>
public sealed record PlanJoined(BillingPlanId Plan, EnvironmentId Environment, BillingPlanId? From = null) : LedgerChange;

/// <summary>A billing plan's budget was set.</summary>
public sealed record BudgetSet(BillingPlanId Plan, Budget Budget) : LedgerChange;

/// <summary>Credits were reserved.</summary>
public sealed record HoldMade(
    HoldId Id,
    EnvironmentId Environment,
    Credits Credits,
    string? AgentId,
    string? UserId,
    string? CostCenter,
    DateTimeOffset ExpiresAt) : NarrowChange;

/// <summary>A hold was given back.</summary>
public sealed record HoldReleased(HoldId Id) : NarrowChange;

/// <summary>A hold's time ran out.</summary>
public sealed record HoldExpired(HoldId Id) : NarrowChange
{
    /// <inheritdoc/>
    public override bool IsByTime => true;
}

/// <summary>A cap was set up.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Settings">What it limits, and how.</param>
/// <param name="Counted">What its windows had counted when it was set up.</param>
public sealed record CapAdded(CapId Id, CapSettings Settings, IReadOnlyDictionary<int, Credits> Counted) : NarrowChange;

/// <summary>A cap was changed.</summary>
/// <param name="Id">The cap.</param>
/// <param name="Settings">What it limits now, and how.</param>
/// <param name="Counted">What its windows had counted, when it now counts something else; null when it does not.</param>
public sealed record CapChanged(CapId Id, CapSettings Settings, IReadOnlyDictionary<int, Credits>? Counted) : NarrowChange;

/// <summary>A cap was deleted.</summary>
public sealed record CapDeleted(CapId Id) : NarrowChange;

/// <summary>An agent was named, or turned off or on.</summary>
public sealed record AgentSet(EnvironmentId Environment, string AgentId, string? Name, bool TurnedOff) : NarrowChange;

/// <summary>A day began that changed which environments a full cap stops.</summary>
public sealed record DayTurned(DateTimeOffset To) : NarrowChange
{
    /// <inheritdoc/>
    public override bool IsByTime => true;
}

/// <summary>A use was taken back: each part returned to the source that had paid it.</summary>
/// <param name="Original">The ledger sequence number of the use.</param>
/// <param name="Reason">Why.</param>
public sealed record UsageReversed(long Original, string Reason) : NarrowChange;

/// <summary>A Dynamics 365 application was unlinked; what it uses from now on waits until it is linked again.</summary>
public sealed record ApplicationUnlinked(EnvironmentId Environment, LinkedApplicationId Id) : NarrowChange;

/// <summary>A fact of an application that is not linked was kept.</summary>
public sealed record UsageKept(LinkedApplicationId Application, UsageEvent Usage) : NarrowChange;

/// <summary>Somebody said that they have seen an alert.</summary>
public sealed record AlertAcknowledged(long Alert) : NarrowChange;

using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Portal.Features.BillingPlans.Pages;

/// <summary>What a billing plan has spent in the window of its budget, or in the month where no budget is in force.</summary>
/// <param name="Start">The window's first month.</param>
/// <param name="End">The first month after it.</param>
/// <param name="Spent">What was spent so far.</param>
/// <param name="Held">What open holds may still cost.</param>
/// <param name="Budget">The amount that is in force; null when none is.</param>
/// <param name="Forecast">What the window's end will show at this pace; null while no pace is known.</param>
public sealed record PlanWindow(Period Start, Period End, Money Spent, Money Held, Money? Budget, Money? Forecast);

/// <summary>A billing plan in the list.</summary>
public sealed record PlanRowView
{
    public required BillingPlanId Id { get; init; }

    public required string Name { get; init; }

    public required string Region { get; init; }

    public required string SubscriptionId { get; init; }

    public required string ResourceGroup { get; init; }

    public required bool IsEnabled { get; init; }

    /// <summary>How many environments are on it.</summary>
    public required int Environments { get; init; }

    /// <summary>What it paid for in the running month.</summary>
    public required Credits CreditsThisMonth { get; init; }

    /// <summary>What that cost.</summary>
    public required Money SpentThisMonth { get; init; }

    public required PlanWindow Window { get; init; }

    /// <summary>What Azure says of it.</summary>
    public PlanAzureBrief Azure { get; init; } = PlanAzureBrief.Unknown;

    /// <summary>Whether its budget stops at its amount; true as well outside the dates of such a budget, when it pays nothing.</summary>
    public required bool HardStop { get; init; }
}

/// <summary>A tenant's billing plans.</summary>
public sealed record PlanList(string TenantName, CurrencyCode Currency, Period Period, DateTimeOffset AsOf, IReadOnlyList<PlanRowView> Plans, bool MayChange);

/// <summary>An environment on a plan, with what it spent as you go in the plan's window.</summary>
public sealed record PlanMember(EnvironmentId Id, string Name, EnvironmentType Type, QuotaStatus Status, bool PayAsYouGo, Credits Credits, Money Spent);

/// <summary>What an agent or a feature spent as you go in the environments that are on a plan.</summary>
/// <param name="Key">The agent's id or the feature's code; null where the use named none.</param>
/// <param name="Name">How it is shown.</param>
/// <param name="Credits">The credits.</param>
/// <param name="Spent">What they cost.</param>
public sealed record PlanPart(string? Key, string Name, Credits Credits, Money Spent);

/// <summary>One day of a plan's spend.</summary>
/// <param name="Day">The day, UTC.</param>
/// <param name="Credits">What was paid for on it.</param>
/// <param name="Spent">What that cost.</param>
/// <param name="Cumulative">What was spent from the window's start to the day's end; null for days to come.</param>
/// <param name="Forecast">What is expected to be spent by the day's end; null for past days and without a pace.</param>
public sealed record PlanDayView(DateOnly Day, Credits Credits, Money Spent, Money? Cumulative, Money? Forecast);

/// <summary>One billing plan, read at one moment.</summary>
public sealed record PlanDetail
{
    public required string TenantName { get; init; }

    public required PlanRowView Plan { get; init; }

    public required CurrencyCode Currency { get; init; }

    public required CreditPrice Price { get; init; }

    /// <summary>Prices to come, the next first.</summary>
    public IReadOnlyList<PlannedPrice> PlannedPrices { get; init; } = [];

    /// <summary>Its budget as it is set, in force or not; null when it has none.</summary>
    public required Budget? Budget { get; init; }

    /// <summary>Changes with the plan, its budget and its environments; sent back to tell a stale change.</summary>
    public required int Version { get; init; }

    public required Period Period { get; init; }

    public required DateTimeOffset AsOf { get; init; }

    /// <summary>Each day of the window.</summary>
    public required IReadOnlyList<PlanDayView> Days { get; init; }

    public required IReadOnlyList<PlanMember> Members { get; init; }

    /// <summary>By agent, most first.</summary>
    public required IReadOnlyList<PlanPart> Agents { get; init; }

    /// <summary>By feature, most first.</summary>
    public required IReadOnlyList<PlanPart> Features { get; init; }

    /// <summary>What Azure says of it; null while nothing was read.</summary>
    public PlanAzureView? Azure { get; init; }

    public required bool MayChange { get; init; }
}

/// <summary>An environment that could be put on a plan.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Region">Its region.</param>
/// <param name="Plan">The plan it is on; null when it is on none.</param>
public sealed record PlanCandidate(EnvironmentId Id, string Name, EnvironmentType Type, string Region, string? Plan)
{
    /// <summary>Whether an environment of its type may be on a plan at all.</summary>
    public bool IsEligible => Type is EnvironmentType.Production or EnvironmentType.Sandbox;
}

/// <summary>What the wizard of a new plan has to choose from.</summary>
/// <param name="TenantName">The tenant's name.</param>
/// <param name="Currency">Its currency.</param>
/// <param name="PlanNames">The names that plans have already.</param>
/// <param name="Subscriptions">Subscriptions and resource groups that plans have already.</param>
/// <param name="Environments">All environments in service.</param>
public sealed record PlanChoices(
    string TenantName,
    CurrencyCode Currency,
    IReadOnlyList<string> PlanNames,
    IReadOnlyList<(string Subscription, string ResourceGroup)> Subscriptions,
    IReadOnlyList<PlanCandidate> Environments);

/// <summary>Billing plans for the pages that manage them. Each change gives null, or the sentence that says why not.</summary>
public interface IBillingPlanDesk
{
    /// <summary>The billing plans; null when there is no such tenant for whoever asks.</summary>
    Task<PlanList?> ListAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>One plan; null when there is none for whoever asks.</summary>
    Task<PlanDetail?> ReadAsync(TenantId tenant, BillingPlanId plan, CancellationToken cancellationToken);

    /// <summary>What there is to choose from; null for whoever may not set up a plan.</summary>
    Task<PlanChoices?> ChoicesAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>Sets up a plan; environments leave other plans for it.</summary>
    Task<string?> CreateAsync(TenantId tenant, BillingPlanId id, PlanDescription description, IReadOnlyList<EnvironmentId> environments, CancellationToken cancellationToken);

    /// <summary>Describes a plan anew, enables or disables it.</summary>
    Task<string?> ChangeAsync(TenantId tenant, BillingPlanId plan, PlanDescription description, int version, CancellationToken cancellationToken);

    /// <summary>Says which prices are to come.</summary>
    Task<string?> PlanPricesAsync(TenantId tenant, BillingPlanId plan, IReadOnlyList<PlannedPrice> prices, int version, CancellationToken cancellationToken);

    /// <summary>Deletes a plan.</summary>
    Task<string?> DeleteAsync(TenantId tenant, BillingPlanId plan, int version, CancellationToken cancellationToken);

    /// <summary>Puts an environment on a plan, off the one it is on.</summary>
    Task<string?> JoinAsync(TenantId tenant, BillingPlanId plan, EnvironmentId environment, CancellationToken cancellationToken);

    /// <summary>Takes an environment off a plan.</summary>
    Task<string?> LeaveAsync(TenantId tenant, BillingPlanId plan, EnvironmentId environment, int version, CancellationToken cancellationToken);

    /// <summary>Sets a plan's budget.</summary>
    Task<string?> SetBudgetAsync(TenantId tenant, BillingPlanId plan, Budget budget, int version, string? reason, CancellationToken cancellationToken);
}

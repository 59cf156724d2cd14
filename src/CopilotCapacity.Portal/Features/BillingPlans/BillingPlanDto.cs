using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.BillingPlans.Pages;
using CopilotCapacity.Portal.Hosting.Json;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Features.BillingPlans;

/// <summary>Whether a billing plan pays.</summary>
public enum PlanStatus
{
    /// <summary>It pays.</summary>
    Enabled,

    /// <summary>It does not pay until it is enabled again.</summary>
    Disabled,
}

/// <summary>A price of a credit that is to be in force from an instant on.</summary>
public sealed record PlannedPriceDto(DateTimeOffset? EffectiveAt, MoneyDto? UnitPrice);

/// <summary>
/// A billing plan to set up or to change. In a change, what is left out keeps its value, and the environments are changed at
/// an address of their own.
/// </summary>
public sealed record BillingPlanRequestDto(
    Guid? Id,
    string? Name,
    string? SubscriptionId,
    string? ResourceGroup,
    string? Region,
    IReadOnlyList<Guid>? Environments,
    MoneyDto? UnitPrice,
    IReadOnlyList<PlannedPriceDto>? PlannedPrices,
    PlanStatus? Status);

/// <summary>An environment to put on a plan; with <c>move</c> it may leave another one for it.</summary>
public sealed record PlanMemberDto(Guid? EnvironmentId, bool? Move);

/// <summary>
/// What is known of the plan in Azure: how old the oldest part of it is, its account resource, whether something there is otherwise than
/// here, and why a part cannot be read now. All null while nothing was synchronised.
/// </summary>
public sealed record PlanAzureDto(DateTimeOffset? LastSync, string? Resource, bool? Drift, string? Failure)
{
    internal static PlanAzureDto Unknown { get; } = new(null, null, null, null);

    internal static PlanAzureDto From(PlanAzureBrief brief) => new(brief.ReadAt, brief.Resource, brief.Drift is { } drift ? drift > 0 : null, brief.Failure);
}

/// <summary>What a plan paid in the running month.</summary>
public sealed record PlanMonthDto(Credits Credits, MoneyDto Spend);

/// <summary>A billing plan with its budget and its environments.</summary>
public sealed record BillingPlanDto(
    Guid Id,
    string Name,
    string SubscriptionId,
    string ResourceGroup,
    string Region,
    MoneyDto UnitPrice,
    IReadOnlyList<PlannedPriceDto> PlannedPrices,
    PlanStatus Status,
    IReadOnlyList<Guid> Environments,
    BudgetDto? Budget,
    PlanAzureDto Azure,
    PlanMonthDto MonthToDate)
{
    internal static BillingPlanDto From(BillingPlanView view, PlanAzureBrief azure, TenantRow tenant) =>
        From(view.Plan, view.Environments, new Period(tenant.OpenPeriod), tenant.Currency, PlanAzureDto.From(azure));

    internal static BillingPlanDto From(BillingPlan plan, TenantLedger ledger, PlanAzureDto azure) => From(
        plan,
        [.. ledger.Environments.Where(environment => environment.Plan == plan).OrderBy(environment => environment.Key).Select(environment => environment.Id.Value)],
        ledger.Open.Period,
        ledger.Currency.Value,
        azure);

    private static BillingPlanDto From(BillingPlan plan, IReadOnlyList<Guid> environments, Period month, string currency, PlanAzureDto azure)
    {
        var paid = plan.Months.FirstOrDefault(candidate => candidate.Period == month);
        return new BillingPlanDto(
            plan.Id.Value,
            plan.Name,
            plan.SubscriptionId,
            plan.ResourceGroup,
            plan.Region,
            MoneyDto.From(plan.Price.MicrosPerCredit, currency),
            [.. plan.PlannedPrices.Select(price => new PlannedPriceDto(price.From, MoneyDto.From(price.Price.MicrosPerCredit, currency)))],
            plan.IsEnabled ? PlanStatus.Enabled : PlanStatus.Disabled,
            environments,
            BudgetDto.From(plan, month, currency),
            azure,
            new PlanMonthDto(paid?.Credits ?? Credits.Zero, MoneyDto.From(paid?.SpendMicros ?? 0, currency)));
    }
}

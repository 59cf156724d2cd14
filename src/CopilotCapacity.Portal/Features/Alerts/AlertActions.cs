using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Features.Quota;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Features.Alerts;

/// <summary>What can be done about an alert: each leads to the pane with the fix filled in. The first helps most.</summary>
internal static class AlertActions
{
    private const string Ask = "askAdmin";

    public static IReadOnlyList<QuotaActionDto> For(TenantId tenant, StoredAlert alert) => alert.Kind switch
    {
        AlertKind.QuotaLow or AlertKind.QuotaDepleted or AlertKind.QuotaForecast or AlertKind.AllocationReduced or AlertKind.UsageUnfunded =>
            ForEnvironments(tenant, alert),
        AlertKind.GrantExpiring or AlertKind.GrantWasted => [Rebalance(tenant)],
        AlertKind.BudgetThreshold or AlertKind.BudgetForecast or AlertKind.BudgetExhausted when alert.Plan is { } plan =>
            [RaiseBudget(tenant, plan), new(Ask, "Ask for a higher budget", PortalUrls.AskFor(tenant, new BillingPlanId(plan), alert.Number))],
        AlertKind.CapNearing or AlertKind.CapReached => alert.Subject is { } cap
            ? [new("changeCap", "Change the cap", PortalUrls.ChangeCap(tenant, new CapId(cap)))]
            : [new("changeCap", "Look at the caps", PortalUrls.Caps(tenant))],
        AlertKind.UsageUnlinked => alert.Subject is { } application
            ? [new("linkApplication", "Link it to an environment", PortalUrls.LinkApplication(tenant, new LinkedApplicationId(application)))]
            : [new("linkApplication", "Link it to an environment", PortalUrls.Environments(tenant))],
        AlertKind.UsageAnomaly when alert.Environments.Count == 1 => ForAnomaly(tenant, alert, new EnvironmentId(alert.Environments[0])),
        _ => [],
    };

    /// <summary>Those of an alert that somebody can do: whoever may change capacity does, and everybody else asks.</summary>
    public static IReadOnlyList<QuotaActionDto> For(TenantId tenant, StoredAlert alert, bool mayChange) =>
        [.. For(tenant, alert).Where(action => action.Kind is "showUsage" || action.Kind is Ask != mayChange)];

    private static List<QuotaActionDto> ForEnvironments(TenantId tenant, StoredAlert alert)
    {
        if (alert.Environments.Count != 1)
        {
            return [Rebalance(tenant), Purchase(tenant)];
        }

        var environment = new EnvironmentId(alert.Environments[0]);
        return
        [
            new("reallocate", "Move credits", PortalUrls.Allocate(tenant, environment)),
            Purchase(tenant),
            alert.PlanOfEnvironment is { } plan
                ? RaiseBudget(tenant, plan)
                : new("linkPayAsYouGo", "Link a pay-as-you-go plan", PortalUrls.NewPlan(tenant, environment)),
            new(Ask, "Ask for credits", PortalUrls.AskFor(tenant, environment, alert.Number)),
        ];
    }

    private static List<QuotaActionDto> ForAnomaly(TenantId tenant, StoredAlert alert, EnvironmentId environment) =>
    [
        new("addCap", "Set up a cap", PortalUrls.AddCap(tenant, environment, alert.AgentId)),
        new("showUsage", "Look at its use", $"{PortalUrls.Usage(tenant)}?range=7d&group={(alert.AgentId is null ? "feature" : "agent")}&environment={environment}"),
    ];

    private static QuotaActionDto Rebalance(TenantId tenant) => new("reallocate", "Move credits", PortalUrls.Rebalance(tenant));

    private static QuotaActionDto Purchase(TenantId tenant) => new("purchase", "Buy message packs", PortalUrls.RecordOrder(tenant));

    private static QuotaActionDto RaiseBudget(TenantId tenant, Guid plan) =>
        new("raiseBudget", "Raise the plan's budget", PortalUrls.RaiseBudget(tenant, new BillingPlanId(plan)));
}

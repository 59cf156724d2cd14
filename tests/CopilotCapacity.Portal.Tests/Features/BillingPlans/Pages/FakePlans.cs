using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.BillingPlans.Pages;
using CopilotCapacity.Portal.Tests.Features.Overview;

namespace CopilotCapacity.Portal.Tests.Features.BillingPlans.Pages;

/// <summary>Billing plans in memory that remember what they were asked.</summary>
internal sealed class FakePlans : IBillingPlanDesk
{
    public PlanDetail Detail { get; set; } = PlanViews.Detail();

    public IReadOnlyList<PlanRowView> Plans { get; set; } = [PlanViews.Row()];

    public IReadOnlyList<PlanCandidate> Candidates { get; set; } = [];

    public bool MayChange { get; set; } = true;

    public bool Fails { get; set; }

    public string? Refusal { get; set; }

    public List<object> Asked { get; } = [];

    public Task<PlanList?> ListAsync(TenantId tenant, CancellationToken cancellationToken) => Fails
        ? throw new IOException("gone")
        : Task.FromResult<PlanList?>(new PlanList("Contoso", PlanViews.Euro, PlanViews.November, Overviews.AsOf, Plans, MayChange));

    public Task<PlanDetail?> ReadAsync(TenantId tenant, BillingPlanId plan, CancellationToken cancellationToken) =>
        Fails ? throw new IOException("gone") : Task.FromResult<PlanDetail?>(Detail with { MayChange = MayChange });

    public Task<PlanChoices?> ChoicesAsync(TenantId tenant, CancellationToken cancellationToken) => Task.FromResult(MayChange
        ? new PlanChoices("Contoso", PlanViews.Euro, ["Azure Europe"], [("1a2b3c4d-0000-0000-0000-000000000001", "rg-copilot")], Candidates)
        : null);

    public Task<string?> CreateAsync(TenantId tenant, BillingPlanId id, PlanDescription description, IReadOnlyList<EnvironmentId> environments, CancellationToken cancellationToken) =>
        Answer((description, string.Join(',', environments.Select(environment => environment.ToString()))));

    public Task<string?> ChangeAsync(TenantId tenant, BillingPlanId plan, PlanDescription description, int version, CancellationToken cancellationToken) => Answer((description, version));

    public Task<string?> PlanPricesAsync(TenantId tenant, BillingPlanId plan, IReadOnlyList<PlannedPrice> prices, int version, CancellationToken cancellationToken) =>
        Answer((string.Join(',', prices.Select(price => price.Price.MicrosPerCredit)), version));

    public Task<string?> DeleteAsync(TenantId tenant, BillingPlanId plan, int version, CancellationToken cancellationToken) => Answer(("deleted", version));

    public Task<string?> JoinAsync(TenantId tenant, BillingPlanId plan, EnvironmentId environment, CancellationToken cancellationToken) => Answer(("joined", environment));

    public Task<string?> LeaveAsync(TenantId tenant, BillingPlanId plan, EnvironmentId environment, int version, CancellationToken cancellationToken) => Answer(("left", environment));

    public Task<string?> SetBudgetAsync(TenantId tenant, BillingPlanId plan, Budget budget, int version, string? reason, CancellationToken cancellationToken) =>
        Answer((budget.AmountMicros, budget.HardStop, version, reason));

    private Task<string?> Answer(object asked)
    {
        Asked.Add(asked);
        return Task.FromResult(Refusal);
    }
}

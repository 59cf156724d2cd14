using CopilotCapacity.Azure;
using CopilotCapacity.Azure.Budgets;
using CopilotCapacity.Azure.Resources;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Features.Sync.Azure;

/// <summary>
/// What Azure knows of billing plans: their subscriptions, the provider, their account resources, budgets, and what was billed. Of the
/// settings' tenant alone, since the credential sees the subscriptions of one organisation.
/// </summary>
internal sealed class AzureSync(
    IDbContextFactory<PortalDbContext> contexts, ResourceManagerClient resources, BudgetClient budgets, AzureCosts costs, Meter meter, IOptions<AzureOptions> options) : ISyncPart
{
    public const string ServiceName = "azure";

    // Such a part of a page is not there, and there is nothing to keep.
    private static readonly StepReading s_nothing = new("Nothing to look at.", null, []);

    public string Service => ServiceName;

    public string Name => "Azure";

    public TenantId? Tenant => options.Value is { Enabled: true, Tenant: { } tenant } ? new TenantId(tenant) : null;

    public Task<IReadOnlyList<SyncStep>> PlanAsync(SyncTarget target, CancellationToken cancellationToken)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        var all = snapshot.Context.Plans.Where(row => row.TenantKey == target.Key).OrderBy(row => row.Key).ToList();
        var plans = all.Where(row => row.DeletedAt is null).ToList();
        List<SyncStep> steps = plans.Count == 0 ? [] : [new SyncStep(AzureSteps.Subscriptions, "Subscriptions")];
        steps.AddRange(plans.Select(plan => plan.SubscriptionId).Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(subscription => new SyncStep(AzureSteps.Provider(subscription), $"{AzureProvider.PowerPlatform} in {subscription}")));

        // A deleted plan leaves its account behind.
        steps.AddRange(all.DistinctBy(PlaceOf, StringComparer.Ordinal).Select(plan => new SyncStep(PlaceOf(plan), $"Account resources in {plan.ResourceGroup}")));
        foreach (var plan in plans)
        {
            var id = new BillingPlanId(plan.Id);
            steps.Add(new SyncStep(AzureSteps.Budget(id), $"Budget of {plan.Name}"));
            steps.Add(new SyncStep(AzureSteps.Cost(id), $"What was billed for {plan.Name}"));
            steps.Add(new SyncStep(AzureSteps.Forecast(id), $"What is expected for {plan.Name}"));
        }

        return Task.FromResult<IReadOnlyList<SyncStep>>(steps);
    }

    public async Task<StepOutcome> ReadAsync(SyncTarget target, string step, CancellationToken cancellationToken)
    {
        var place = AzurePlaces.Read(contexts, target);
        if (Is(step, AzureSteps.Subscriptions))
        {
            return await ReadSubscriptionsAsync(place, cancellationToken);
        }

        if (place.Plans.FirstOrDefault(plan => Is(step, AzureSteps.Provider(plan.SubscriptionId))) is { } of)
        {
            return await ReadProviderAsync(place, of.SubscriptionId, cancellationToken);
        }

        if (place.All.FirstOrDefault(plan => Is(step, PlaceOf(plan))) is { } there)
        {
            return await ReadAccountsAsync(place, there, cancellationToken);
        }

        foreach (var plan in place.Plans)
        {
            var id = new BillingPlanId(plan.Id);
            if (!place.IsVisible(plan))
            {
                continue;
            }

            if (Is(step, AzureSteps.Budget(id)))
            {
                return await ReadBudgetAsync(target, place, plan, cancellationToken);
            }

            if (Is(step, AzureSteps.Cost(id)))
            {
                return await costs.ReadBilledAsync(target, plan, place.AccountOf(plan)?.Id, cancellationToken);
            }

            if (Is(step, AzureSteps.Forecast(id)))
            {
                return await costs.ReadForecastAsync(target, plan, place.AccountOf(plan)?.Id, cancellationToken);
            }
        }

        return s_nothing;
    }

    public async Task<string?> AdoptAsync(SyncTarget target, FoundDifference difference, Actor actor, CancellationToken cancellationToken) => difference.Seen switch
    {
        SeenBudget seen => (await meter.ChangeAsync(target.Tenant, actor, ledger =>
            ledger.Find(seen.Plan) is { DeletedAt: null } plan && Is(BudgetTerms.MarkOf(plan.Budget is { } ours ? BudgetTerms.Of(ours) : null), difference.Here)
                ? ledger.SetBudget(seen.Plan, seen.Adopted!)
                : Refusal.Stale("billing plan"))).Refusal?.Detail,
        SeenSubscription seen => (await meter.ChangeAsync(target.Tenant, actor, ledger => Disable(ledger, seen.Plan))).Refusal?.Detail,
        _ => "There is nothing to adopt.",
    };

    public async Task<string?> PushAsync(SyncTarget target, FoundDifference difference, CancellationToken cancellationToken)
    {
        if (difference.Seen is not SeenBudget { Ours: { } ours } seen)
        {
            return "There is nothing to push.";
        }

        // With the version that was reviewed: a writer who was faster is a conflict, not lost.
        var answer = await budgets.PutAsync(seen.Scope, seen.Name, BudgetTerms.ToAzure(ours, seen.Theirs, seen.Account), cancellationToken);
        return answer.Failure?.Reason;
    }

    internal static string ScopeOf(PlanRow plan) => $"/subscriptions/{Uri.EscapeDataString(plan.SubscriptionId)}/resourceGroups/{Uri.EscapeDataString(plan.ResourceGroup)}";

    private static bool Is(string left, string right) => string.Equals(left, right, StringComparison.Ordinal);

    private static string PlaceOf(PlanRow plan) => AzureSteps.Accounts(plan.SubscriptionId, plan.ResourceGroup);

    private static Outcome<BillingPlan> Disable(TenantLedger ledger, BillingPlanId id) => ledger.Find(id) is { DeletedAt: null } plan
        ? ledger.ChangePlan(id, new PlanDescription(plan.Name, plan.SubscriptionId, plan.ResourceGroup, plan.Region, plan.Price, IsEnabled: false), null)
        : Refusal.NotFound("billing plan");

    private async Task<StepOutcome> ReadSubscriptionsAsync(AzurePlaces place, CancellationToken cancellationToken)
    {
        var answer = await resources.ListSubscriptionsAsync(cancellationToken);
        if (answer.Value is not { } found)
        {
            return answer.Failure!;
        }

        var differences = new List<FoundDifference>();
        foreach (var plan in place.Plans)
        {
            var subscription = found.FirstOrDefault(candidate => string.Equals(candidate.SubscriptionId, plan.SubscriptionId, StringComparison.OrdinalIgnoreCase));
            if (subscription is null)
            {
                differences.Add(Told(plan, "subscription", $"Azure does not show the subscription of {plan.Name}", new("subscription", plan.SubscriptionId, null),
                    "The portal’s credential needs a right to read it, or its id is mistyped. Until then nothing else of this plan is asked for."));
            }
            else if (plan.IsEnabled && !subscription.IsEnabled)
            {
                differences.Add(Told(plan, "subscription", $"The subscription of {plan.Name} is {subscription.State.ToLowerInvariant()}", new("state", "the plan is enabled", subscription.State),
                    "What it is to pay for may be refused by Azure. Adopting this disables the plan here.") with
                {
                    CanAdopt = true,
                    Seen = new SeenSubscription(new BillingPlanId(plan.Id)),
                });
            }
        }

        var kept = found.Where(subscription => place.Plans.Exists(plan => string.Equals(plan.SubscriptionId, subscription.SubscriptionId, StringComparison.OrdinalIgnoreCase)))
            .Select(subscription => new SubscriptionReading(subscription.SubscriptionId, subscription.DisplayName, subscription.State, subscription.IsEnabled)).ToList();
        return new StepReading(Formats.Count(found.Count, "subscription can be seen.", "subscriptions can be seen."), ReadingJson.Of(kept), differences);
    }

    private async Task<StepOutcome> ReadProviderAsync(AzurePlaces place, string subscription, CancellationToken cancellationToken)
    {
        var plans = place.Plans.Where(plan => string.Equals(plan.SubscriptionId, subscription, StringComparison.OrdinalIgnoreCase)).ToList();
        if (!place.IsVisible(plans[0]))
        {
            return s_nothing;
        }

        var answer = await resources.FindProviderAsync(subscription, cancellationToken);
        if (answer.Value is not { } provider)
        {
            return answer.Failure!;
        }

        List<FoundDifference> differences = provider.IsRegistered
            ? []
            : [.. plans.Select(plan => Told(plan, "provider", $"{AzureProvider.PowerPlatform} is not registered for {plan.Name}", new("provider", "needed", provider.RegistrationState),
                "Azure charges nothing to a plan whose subscription does not have it. It is registered in the Azure portal, or when a plan is set up here."))];
        return new StepReading($"It is {provider.RegistrationState.ToLowerInvariant()}.", ReadingJson.Of(new ProviderReading(provider.RegistrationState, provider.IsRegistered)), differences);
    }

    private async Task<StepOutcome> ReadAccountsAsync(AzurePlaces place, PlanRow there, CancellationToken cancellationToken)
    {
        if (!place.IsVisible(there))
        {
            return s_nothing;
        }

        var answer = await resources.ListAccountsAsync(there.SubscriptionId, there.ResourceGroup, cancellationToken);
        var here = place.Plans.Where(plan => Is(PlaceOf(plan), PlaceOf(there))).ToList();
        if (answer.Failure is { Kind: not AzureFailureKind.NotFound } failure)
        {
            // Where only deleted plans were, the credential may have lost its rights with them.
            return failure.Kind == AzureFailureKind.Forbidden && here.Count == 0 ? s_nothing : failure;
        }

        var accounts = answer.Value?.Select(account => new AccountReading(account.Id, account.Name, account.Location)).ToList();
        var differences = accounts is null
            ? here.ConvertAll(plan => Told(plan, "account", $"The resource group of {plan.Name} is not in Azure", new("resource group", plan.ResourceGroup, null), "Its name may be mistyped, or it was deleted."))
            : here.Where(plan => !accounts.Exists(account => string.Equals(account.Name, plan.Name, StringComparison.OrdinalIgnoreCase)))
                .Select(plan => Told(plan, "account", $"Azure has no account resource for {plan.Name}", new("account resource", plan.Name, null),
                    "The Power Platform admin center creates it with a billing plan of this name. Until then Azure bills nothing to this plan by itself, and its cost is read from the whole resource group."))
                .ToList();
        differences.AddRange((accounts ?? []).Where(account => !here.Exists(plan => string.Equals(plan.Name, account.Name, StringComparison.OrdinalIgnoreCase))).Select(account => LeftBehind(place, there, account)));
        return new StepReading(
            accounts is null ? "There is no such resource group." : Formats.Count(accounts.Count, "account resource.", "account resources."), ReadingJson.Of(new AccountsReading(accounts)), differences);
    }

    private static FoundDifference LeftBehind(AzurePlaces place, PlanRow there, AccountReading account)
    {
        var deleted = place.All.LastOrDefault(plan => plan.DeletedAt is not null && Is(PlaceOf(plan), PlaceOf(there)) && string.Equals(plan.Name, account.Name, StringComparison.OrdinalIgnoreCase));
        return new FoundDifference
        {
            Key = $"account:{account.Id.ToLowerInvariant()}",
            ObjectKind = "plan",
            ObjectId = deleted?.Id.ToString() ?? account.Id,
            Title = deleted is null ? $"Azure has an account resource {account.Name}, which is no plan here" : $"The account resource of the deleted plan {account.Name} is still in Azure",
            Fields = [new("account resource", null, account.Id)],
            Note = deleted is null ? "Set up a plan of this name to meter it here." : "Azure keeps it when a plan is deleted. Delete it in the Azure portal.",
            Here = SyncMark.None,
            There = SyncMark.Of(account),
        };
    }

    private async Task<StepOutcome> ReadBudgetAsync(SyncTarget target, AzurePlaces place, PlanRow plan, CancellationToken cancellationToken)
    {
        var answer = await budgets.ListAsync(ScopeOf(plan), cancellationToken);
        if (answer.Failure is { Kind: AzureFailureKind.NotFound })
        {
            return s_nothing;
        }

        if (answer.Value is not { } found)
        {
            return answer.Failure!;
        }

        var account = place.AccountOf(plan)?.Id;
        var theirs = AzureBudgets.Find(found, plan.Name, account);
        var properties = theirs?.Properties;
        var reading = new BudgetReading(theirs?.Name, properties?.Amount, properties?.CurrentSpend?.Unit, properties?.TimeGrain, properties?.CurrentSpend?.Amount, properties?.ForecastSpend?.Amount);
        var difference = AzureBudgets.Compare(plan, theirs, target.Currency, place.BilledIn(plan), account);
        return new StepReading(theirs is null ? "Azure has no budget for it." : $"The budget {theirs.Name}.", ReadingJson.Of(reading), difference is null ? [] : [difference]);
    }

    private static FoundDifference Told(PlanRow plan, string about, string title, FieldDifference field, string note) => new()
    {
        Key = $"{about}:{plan.Id:D}",
        ObjectKind = "plan",
        ObjectId = plan.Id.ToString(),
        Title = title,
        Fields = [field],
        Note = note,
        Here = SyncMark.Of(field.Here),
        There = SyncMark.Of(field.There),
    };

    private sealed record SeenSubscription(BillingPlanId Plan);
}

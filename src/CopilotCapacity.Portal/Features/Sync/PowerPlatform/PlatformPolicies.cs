using CopilotCapacity.Azure;
using CopilotCapacity.Azure.PowerPlatform;
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

namespace CopilotCapacity.Portal.Features.Sync.PowerPlatform;

/// <summary>Billing plans here, billing policies there, and the environments on them.</summary>
internal sealed class PlatformPolicies(IDbContextFactory<PortalDbContext> contexts, BillingPolicyClient policies, Meter meter)
{
    /// <summary>Compares all plans with all policies.</summary>
    public async Task<StepOutcome> ReadAsync(SyncTarget target, CancellationToken cancellationToken)
    {
        var answer = await policies.ListAsync(cancellationToken);
        if (answer.Value is not { } theirs)
        {
            return answer.Failure!;
        }

        var (plans, environments) = Ours(target);
        var differences = new List<FoundDifference>();
        var matched = new HashSet<BillingPolicy>();
        foreach (var plan in plans)
        {
            var members = environments.Values.Where(environment => environment.PlanKey == plan.Key).ToList();
            if (Match(plan, theirs, matched) is not { } policy)
            {
                differences.Add(CompareMissing(plan, members));
                continue;
            }

            matched.Add(policy);
            var there = await MembersAsync(policy, environments, cancellationToken);
            if (there.Value is not { } ids)
            {
                return there.Failure!;
            }

            if (CompareDescription(target, plan, policy) is { } described)
            {
                differences.Add(described);
            }

            differences.AddRange(CompareMembers(target, plan, policy, members, ids));
        }

        foreach (var policy in theirs.Where(policy => !matched.Contains(policy)))
        {
            var there = await MembersAsync(policy, environments, cancellationToken);
            if (there.Value is not { } ids)
            {
                return there.Failure!;
            }

            differences.Add(CompareUnknown(target, policy, ids));
        }

        return new StepReading($"{Formats.Count(theirs.Count, "billing policy", "billing policies")} in Power Platform.", null, differences);
    }

    // One that was adopted has its id; another is known by its name and by who pays.
    private static BillingPolicy? Match(PlanRow plan, IReadOnlyList<BillingPolicy> theirs, HashSet<BillingPolicy> matched)
    {
        var free = theirs.Where(policy => !matched.Contains(policy)).ToList();
        return free.Find(policy => Guid.TryParse(policy.Id, out var id) && id == plan.Id)
            ?? free.Find(policy => PlatformNames.Same(policy.Name, plan.Name) && PlatformNames.Same(policy.BillingInstrument?.SubscriptionId?.ToString(), plan.SubscriptionId))
            ?? free.Find(policy => PlatformNames.Same(policy.Name, plan.Name));
    }

    private (List<PlanRow> Plans, Dictionary<Guid, EnvironmentRow> Environments) Ours(SyncTarget target)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        return (
            [.. snapshot.Context.Plans.Where(row => row.TenantKey == target.Key && row.DeletedAt == null).OrderBy(row => row.Key)],
            snapshot.Context.Environments.Where(row => row.TenantKey == target.Key && row.RetiredAt == null).ToDictionary(row => row.Id));
    }

    // Environments that are not known here are told as such elsewhere.
    private async Task<AzureAnswer<List<TheirMember>>> MembersAsync(BillingPolicy policy, Dictionary<Guid, EnvironmentRow> environments, CancellationToken cancellationToken)
    {
        var answer = await policies.ListEnvironmentsAsync(policy.Id, cancellationToken);
        return answer.Value is { } members
            ? members.Select(member => PlatformNames.IdOf(member.EnvironmentId) is { } id && environments.TryGetValue(id.Value, out var row) ? new TheirMember(row, member.EnvironmentId) : null)
                .OfType<TheirMember>().OrderBy(member => member.Environment.Name, StringComparer.CurrentCulture).ToList()
            : answer.Failure!;
    }

    private FoundDifference CompareUnknown(SyncTarget target, BillingPolicy policy, List<TheirMember> members)
    {
        var names = string.Join(", ", members.Select(member => member.Environment.Name));
        var compared = new Compared(
            $"policy:{policy.Id.ToLowerInvariant()}",
            "plan",
            PlatformNames.ThereOnly(policy.Id),
            $"The billing plan {policy.Name} is in Power Platform and not here",
            new("Name", null, policy.Name),
            new("State", null, policy.Status),
            new("Region", null, policy.Location),
            new("Subscription", null, policy.BillingInstrument?.SubscriptionId?.ToString()),
            new("Resource group", null, policy.BillingInstrument?.ResourceGroup),
            new("Environments", null, names.Length == 0 ? "none that is known here" : names));
        if (!Guid.TryParse(policy.Id, out var id) || DescriptionOf(policy, CreditPrice.Published) is not { } description)
        {
            return (compared with { Note = "It cannot be set up here: its id, subscription, resource group or region is not told." }).With(null, MarkOf(policy, members), Remedy.None);
        }

        var note = $"Adopting sets it up here without a budget, at {new Money(CreditPrice.Published.MicrosPerCredit, target.Currency)} a credit; look at both afterwards. Its environments leave other plans here.";
        return (compared with { Note = note }).With(null, MarkOf(policy, members), new Remedy(actor => RunAsync(target, actor, ledger =>
            ledger.AddPlan(new BillingPlanId(id), description, move: true, [.. members.Select(member => new EnvironmentId(member.Environment.Id))]))));
    }

    private FoundDifference CompareMissing(PlanRow plan, List<EnvironmentRow> members)
    {
        var compared = new Compared($"plan:{plan.Id:D}", "plan", plan.Id.ToString(), $"The billing plan {plan.Name} is here and not in Power Platform", new FieldDifference("Name", plan.Name, null));
        var here = new { plan.Version, Members = members.Select(member => member.Id).Order() };
        return Guid.TryParse(plan.SubscriptionId, out var subscription)
            ? (compared with { Note = "Pushing makes it there, with its resource in Azure and its environments. Where it was deleted there on purpose, delete it here." })
                .With(here, null, new Remedy(Push: cancellationToken => MakeAsync(plan, subscription, members, cancellationToken)))
            : (compared with { Note = $"It cannot be made there: {plan.SubscriptionId} is no id of an Azure subscription." }).With(here, null, Remedy.None);
    }

    private FoundDifference? CompareDescription(SyncTarget target, PlanRow plan, BillingPolicy policy)
    {
        var state = plan.IsEnabled ? PowerPlatformNames.Enabled : PowerPlatformNames.Disabled;
        var subscription = policy.BillingInstrument?.SubscriptionId?.ToString();
        List<FieldDifference> all =
        [
            new("Name", plan.Name, policy.Name), new("State", state, policy.Status), new("Region", plan.Region, policy.Location),
            new("Subscription", plan.SubscriptionId, subscription), new("Resource group", plan.ResourceGroup, policy.BillingInstrument?.ResourceGroup),
        ];
        var fields = all.FindAll(field => field.There is not null && !string.Equals(field.Here, field.There, field.Name is "Name" ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase));
        if (fields.Count == 0)
        {
            return null;
        }

        var wanted = DescriptionOf(policy, new CreditPrice(plan.PriceMicros));
        var canPush = fields.TrueForAll(field => field.Name is "Name" or "State");
        return new Compared($"described:{plan.Id:D}", "plan", plan.Id.ToString(), $"The billing plan {plan.Name} is set up otherwise in Power Platform", fields)
        {
            Note = canPush ? null : "Power Platform lets nobody change the region of a plan, or what pays for it. Adopt it, or make a new plan.",
        }.With(
            new { plan.Name, plan.IsEnabled, plan.Region, plan.SubscriptionId, plan.ResourceGroup },
            MarkOf(policy, []),
            new Remedy(
                wanted is null ? null : actor => RunAsync(target, actor, ledger => ledger.ChangePlan(new BillingPlanId(plan.Id), wanted, plan.Version)),
                canPush ? async cancellationToken => (await policies.UpdateAsync(policy.Id, plan.Name, state, cancellationToken)).Failure?.Reason : null));
    }

    private IEnumerable<FoundDifference> CompareMembers(SyncTarget target, PlanRow plan, BillingPolicy policy, List<EnvironmentRow> ours, List<TheirMember> theirs)
    {
        var id = new BillingPlanId(plan.Id);
        foreach (var member in theirs.Where(member => member.Environment.PlanKey != plan.Key))
        {
            var environment = member.Environment;
            yield return new Compared(
                $"member:{plan.Id:D}:{environment.Id:D}", "plan", plan.Id.ToString(), $"{environment.Name} is on the plan {plan.Name} in Power Platform, not here", new FieldDifference(environment.Name, "not on it", "on it"))
            {
                Note = environment.PlanKey is null ? null : "Adopting takes it off the plan that it is on here.",
            }.With(
                environment.PlanKey ?? 0,
                policy.Id,
                new Remedy(
                    actor => RunAsync(target, actor, ledger => ledger.JoinPlan(id, new EnvironmentId(environment.Id), move: true)),
                    async cancellationToken => (await policies.RemoveEnvironmentsAsync(policy.Id, [member.Name], cancellationToken))?.Reason));
        }

        foreach (var environment in ours.Where(environment => !theirs.Exists(member => member.Environment.Key == environment.Key)))
        {
            yield return new Compared(
                $"member:{plan.Id:D}:{environment.Id:D}", "plan", plan.Id.ToString(), $"{environment.Name} is on the plan {plan.Name} here, not in Power Platform", new FieldDifference(environment.Name, "on it", "not on it"))
            {
                Note = "Pushing puts it on the plan there; where it is on another plan, it leaves that one.",
            }.With(
                plan.Key,
                null,
                new Remedy(
                    actor => RunAsync(target, actor, ledger => ledger.LeavePlan(id, new EnvironmentId(environment.Id), null)),
                    async cancellationToken => (await policies.AddEnvironmentsAsync(policy.Id, [environment.Id.ToString("D")], cancellationToken))?.Reason));
        }
    }

    private async Task<string?> MakeAsync(PlanRow plan, Guid subscription, List<EnvironmentRow> members, CancellationToken cancellationToken)
    {
        var wanted = new NewBillingPolicy(
            plan.Name, plan.Region, new BillingInstrument(subscription, plan.ResourceGroup), plan.IsEnabled ? PowerPlatformNames.Enabled : PowerPlatformNames.Disabled);
        var made = await policies.CreateAsync(wanted, cancellationToken);

        // A lost answer says nothing, and a second try would make a second plan.
        var policy = made.Value ?? (made.Failure!.Kind is AzureFailureKind.Unavailable or AzureFailureKind.Malformed
            ? (await policies.ListAsync(cancellationToken)).Value?.FirstOrDefault(found => PlatformNames.Same(found.Name, plan.Name) && found.BillingInstrument?.SubscriptionId == subscription)
            : null);
        if (policy is null)
        {
            return made.Failure!.Reason;
        }

        return members.Count > 0 && await policies.AddEnvironmentsAsync(policy.Id, [.. members.Select(member => member.Id.ToString("D"))], cancellationToken) is { } failure
            ? $"The plan was made in Power Platform, but its environments were not put on it. {failure.Reason}"
            : null;
    }

    private static PlanDescription? DescriptionOf(BillingPolicy policy, CreditPrice price) =>
        policy.BillingInstrument is { SubscriptionId: { } subscription } instrument
        && PlatformNames.TextOf(policy.Name) is { } name && PlatformNames.TextOf(policy.Location) is { } region && PlatformNames.TextOf(instrument.ResourceGroup) is { } group
            ? new PlanDescription(name, subscription.ToString(), group, region, price, policy.IsEnabled)
            : null;

    private static object MarkOf(BillingPolicy policy, List<TheirMember> members) => new
    {
        policy.Name,
        policy.Status,
        policy.Location,
        policy.BillingInstrument?.SubscriptionId,
        policy.BillingInstrument?.ResourceGroup,
        Members = members.Select(member => member.Name).Order(StringComparer.OrdinalIgnoreCase),
    };

    private async Task<string?> RunAsync(SyncTarget target, Actor actor, Func<TenantLedger, Outcome<BillingPlan>> change) => (await meter.ChangeAsync(target.Tenant, actor, change)).Refusal?.Detail;

    /// <summary>An environment on a policy, with its name there.</summary>
    private sealed record TheirMember(EnvironmentRow Environment, string Name);
}

using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Overview;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Environments;

/// <summary>
/// Lists environments in one snapshot of the database. Status and reach follow from balances, plans and caps, so all of a tenant's
/// environments are put together for a page; a circuit keeps the rows of its page alone.
/// </summary>
internal sealed class EnvironmentDesk(
    IDbContextFactory<PortalDbContext> contexts, EnvironmentViews views, Meter meter, CurrentPerson current, TimeProvider time) : IEnvironmentDesk
{
    public async Task<EnvironmentList?> ReadAsync(TenantId tenant, OverviewView view, CancellationToken cancellationToken) =>
        await current.FindAsync(cancellationToken) is { } person && AccessRules.May(person, Operation.ReadTenant, tenant)
            ? await Task.Run(() => Read(tenant, person, view), cancellationToken)
            : null;

    public async Task<IReadOnlyList<ChosenEnvironment>> MatchingAsync(TenantId tenant, OverviewView view, CancellationToken cancellationToken) =>
        await ReadAllAsync(tenant, view, cancellationToken) is { } environments ? [.. environments.Select(ChosenEnvironment.Of)] : [];

    /// <summary>All environments that match, in order; null when there is no such tenant for whoever asks.</summary>
    public async Task<IReadOnlyList<OverviewEnvironment>?> ReadAllAsync(TenantId tenant, OverviewView view, CancellationToken cancellationToken) =>
        await current.FindAsync(cancellationToken) is { } person && AccessRules.May(person, Operation.ReadTenant, tenant)
            ? await Task.Run(() => ReadAll(tenant, person, view), cancellationToken)
            : null;

    public async Task<RebalanceView?> ProposeAsync(TenantId tenant, CancellationToken cancellationToken) =>
        await current.FindAsync(cancellationToken) is { } person && AccessRules.May(person, Operation.ChangeCapacity, tenant)
            ? await Task.Run(() => Propose(tenant, person), cancellationToken)
            : null;

    public async Task<string?> CreateAsync(
        TenantId tenant, EnvironmentId id, EnvironmentDescription description, bool drawsOnPool, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ChangeCapacity, tenant, cancellationToken: cancellationToken);
        return actor is null
            ? refusal
            : (await meter.ChangeAsync(tenant, actor, ledger => ledger.AddEnvironment(id, description, drawsOnPool))).Refusal?.Detail;
    }

    private EnvironmentList? Read(TenantId tenant, Person person, OverviewView view)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        if (snapshot.Tenant(tenant) is not { } row)
        {
            return null;
        }

        var (environments, capacity, asOf) = All(snapshot, row, person);
        return new EnvironmentList(
            row.Name,
            view.Apply(environments),
            environments.Count,
            views.CreditsOf(snapshot, row, capacity, asOf),
            row.Sequence,
            AccessRules.May(person, Operation.ChangeCapacity, tenant))
        {
            // They belong to no environment, so whoever looks after some alone does not see them.
            Unlinked = AccessRules.May(person, Operation.ReadAudit, tenant) ? UnlinkedQuery.Read(snapshot, row) : [],
            Places = EnvironmentPlaces.Of(environments),
        };
    }

    private RebalanceView? Propose(TenantId tenant, Person person)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        if (snapshot.Tenant(tenant) is not { } row)
        {
            return null;
        }

        var (environments, capacity, asOf) = All(snapshot, row, person);
        var looked = environments.ConvertAll(environment => new RebalancedEnvironment(
            environment.Id,
            environment.Reach.AllocationLeft,
            UseForecast.Of(environment.FromHistory, DetailText.Used(environment), capacity.Period, asOf),
            environment.Reach.DrawsOnPool,
            environment.Reach.HasPayAsYouGo));
        if (Rebalance.Propose(looked, capacity.PoolRemaining, capacity.Period, asOf) is not { } proposal)
        {
            return null;
        }

        var byId = environments.ToDictionary(environment => environment.Id);
        return new RebalanceView(
            [
                .. proposal.Steps.Select(step => (Step: step, Environment: byId[step.Environment])).Select(pair => new RebalanceRow(
                    ChosenEnvironment.Of(pair.Environment),
                    pair.Environment.Backed + pair.Step.Grows,
                    pair.Environment.Reach.AllocationLeft,
                    Credits.Of((long)Math.Ceiling(pair.Step.Need)))),
            ],
            proposal.FromPool,
            proposal.Missing);
    }

    private IReadOnlyList<OverviewEnvironment>? ReadAll(TenantId tenant, Person person, OverviewView view)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        return snapshot.Tenant(tenant) is { } row ? [.. view.Matching(All(snapshot, row, person).Environments)] : null;
    }

    private (List<OverviewEnvironment> Environments, CapacityView Capacity, DateTimeOffset AsOf) All(
        ReadSnapshot snapshot, Storage.Model.TenantRow row, Person person)
    {
        var tenant = new TenantId(row.Id);
        var period = new Period(row.OpenPeriod);
        var asOf = row.IsRehearsal ? row.Now : time.GetUtcNow();
        var capacity = CapacityQuery.Read(snapshot, row, period);
        var environments = views.Read(snapshot, row, capacity, PlanQuery.Read(snapshot, row, period), asOf)
            .Where(environment => AccessRules.Sees(person, tenant, environment.Id))
            .ToList();
        return (environments, capacity, asOf);
    }
}

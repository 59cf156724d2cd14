using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Overview;

/// <summary>Reads the overview in one snapshot of the database.</summary>
internal sealed class OverviewReader(
    IDbContextFactory<PortalDbContext> contexts,
    EnvironmentViews views,
    UseForecasts forecasts,
    CurrentPerson current,
    TimeProvider time) : IOverviewReader
{
    public async Task<TenantMenu> MenuAsync(CancellationToken cancellationToken)
    {
        if (await current.FindAsync(cancellationToken) is not { } person)
        {
            return TenantMenu.Empty;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var tenants = await context.Tenants.AsNoTracking()
            .OrderBy(row => row.Name)
            .Select(row => new { Id = new TenantId(row.Id), row.Name, row.IsRehearsal, row.DisplayZone })
            .ToListAsync(cancellationToken);
        return new TenantMenu(
            [
                .. tenants.Where(tenant => AccessRules.Sees(person, tenant.Id)).Select(tenant => new TenantChoice(
                    tenant.Id,
                    tenant.Name,
                    tenant.IsRehearsal,
                    AccessRules.May(person, Operation.ManageMembers, tenant.Id),
                    AccessRules.May(person, Operation.ReadAudit, tenant.Id),
                    tenant.DisplayZone)),
            ],
            AccessRules.May(person, Operation.AdministerPortal));
    }

    public async Task<TenantOverview?> ReadAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        if (await current.FindAsync(cancellationToken) is not { } person || !AccessRules.May(person, Operation.ReadTenant, tenant))
        {
            return null;
        }

        // The embedded database blocks while it reads; a circuit must not.
        return await Task.Run(() => Read(tenant, person), cancellationToken);
    }

    private TenantOverview? Read(TenantId tenant, Person person)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        if (snapshot.Tenant(tenant) is not { } row)
        {
            return null;
        }

        var period = new Period(row.OpenPeriod);
        var asOf = row.IsRehearsal ? row.Now : time.GetUtcNow();
        var capacity = CapacityQuery.Read(snapshot, row, period);
        var grants = GrantQuery.ReadMonth(snapshot, row, period);
        var plans = PlanQuery.Read(snapshot, row, period);
        var environments = views.Read(snapshot, row, capacity, plans, asOf, out var prepaid)
            .Where(environment => AccessRules.Sees(person, tenant, environment.Id))
            .ToList();
        return new TenantOverview
        {
            Tenant = tenant,
            TenantName = row.Name,
            IsRehearsal = row.IsRehearsal,
            Currency = new CurrencyCode(row.Currency),
            Period = period,
            Sequence = row.Sequence,
            AsOf = asOf,
            LowThresholdPercent = row.LowThresholdPercent,
            Entitled = capacity.Entitled,
            Allocated = capacity.Allocated,
            PoolSize = capacity.PoolSize,
            PoolLeft = capacity.PoolRemaining,
            Consumed = capacity.Consumed,
            Held = capacity.Held,
            Left = capacity.Remaining,
            Unfunded = capacity.Unfunded,
            MessagePacks = grants
                .Where(grant => grant.Row.Kind == GrantKind.MessagePack && grant.IsInForceAt(asOf))
                .Sum(grant => grant.Row.Packs ?? 0),
            PayAsYouGo = PayAsYouGoOf(capacity, plans, new CurrencyCode(row.Currency)),
            BurnDown = BurnDownPoints.Of(capacity, grants, UsageDayQuery.ReadPrepaid(snapshot, row, period), period, asOf),
            FromHistory = forecasts.Read(snapshot, row, asOf).Prepaid,
            Prepaid = prepaid(),
            Environments = environments,
            MayChangeCapacity = AccessRules.May(person, Operation.ChangeCapacity, tenant),
        };
    }

    private static OverviewPayAsYouGo? PayAsYouGoOf(
        CapacityView capacity,
        IReadOnlyDictionary<int, PlanView> plans,
        CurrencyCode currency)
    {
        var enabled = plans.Values.Where(plan => plan.Row.IsEnabled).ToList();
        if (enabled.Count == 0)
        {
            return null;
        }

        var budgets = enabled.Select(plan => plan.Row.Budget).ToList();
        Money? budget = budgets.TrueForAll(candidate => candidate is not null)
            ? new Money(budgets.Sum(candidate => candidate!.AmountMicros), currency)
            : null;
        return new OverviewPayAsYouGo(
            capacity.PayAsYouGo,
            new Money(capacity.SpendMicros, currency),
            budget,
            budgets.TrueForAll(candidate => candidate is { HardStop: true }));
    }
}

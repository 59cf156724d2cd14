using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Features.Overview;

/// <summary>Puts together what pages show of environments: balances, reach and status of the running month.</summary>
internal sealed class EnvironmentViews(EnvironmentSettings settings, UseForecasts forecasts)
{
    private static readonly EnvironmentMonthRow s_unused = new();

    /// <summary>All environments in service; a fixed number of questions, however many there are.</summary>
    public IEnumerable<OverviewEnvironment> Read(
        ReadSnapshot snapshot, TenantRow tenant, CapacityView capacity, IReadOnlyDictionary<int, PlanView> plans, DateTimeOffset asOf) =>
        Read(snapshot, tenant, capacity, plans, asOf, out _);

    /// <summary>The same, with what will be left of the tenant's prepaid credits; null when that cannot be told.</summary>
    public IEnumerable<OverviewEnvironment> Read(
        ReadSnapshot snapshot, TenantRow tenant, CapacityView capacity, IReadOnlyDictionary<int, PlanView> plans, DateTimeOffset asOf, out Func<PrepaidOutlook?> prepaid)
    {
        var stopped = CapQuery.ReadStopped(snapshot, tenant, asOf);
        var months = EnvironmentQuery.ReadMonths(snapshot, tenant, capacity.Period);
        var known = forecasts.Read(snapshot, tenant, asOf);
        var places = settings.Read(snapshot, tenant)
            .Select(environment => new EnvironmentMonthView(environment.Row, months.GetValueOrDefault(environment.Row.Key) ?? s_unused, environment.Applications))
            .Select(environment => (Environment: environment, Place: PlaceOf(environment, stopped.Contains(environment.Row.Id), capacity, plans, known, asOf)))
            .ToList();
        var shared = SharedSources.Of(places.Select(place => place.Place), known.Whole, capacity.Period, asOf);
        prepaid = () => shared.Prepaid([.. places.Select(place => place.Place)], known.Whole, capacity.PoolRemaining);
        return places.Select(place => Of(place.Environment, place.Place, shared, known, capacity, plans, tenant, asOf));
    }

    /// <summary>One environment, whose end depends on all that share its sources.</summary>
    public OverviewEnvironment? Find(
        ReadSnapshot snapshot, TenantRow tenant, EnvironmentId id, CapacityView capacity, IReadOnlyDictionary<int, PlanView> plans, DateTimeOffset asOf) =>
        Read(snapshot, tenant, capacity, plans, asOf).FirstOrDefault(environment => environment.Id == id);

    /// <summary>What the pane of one environment says of its tenant.</summary>
    public TenantCredits CreditsOf(ReadSnapshot snapshot, TenantRow tenant, CapacityView capacity, DateTimeOffset asOf) => new(
        capacity.PoolRemaining,
        tenant.LowThresholdPercent,
        MicrosoftCutOff.Of(capacity.Entitled, capacity.Consumed, capacity.Unfunded),
        capacity.Period,
        asOf)
    {
        FromHistory = forecasts.Read(snapshot, tenant, asOf).Prepaid,
    };

    private static ForecastPlace PlaceOf(
        EnvironmentMonthView environment, bool isStopped, CapacityView capacity, IReadOnlyDictionary<int, PlanView> plans, TenantForecasts known, DateTimeOffset asOf)
    {
        var row = environment.Row;
        var plan = row.PlanKey is { } key ? plans[key] : null;
        var paying = plan is { Row.IsEnabled: true } && row.PayAsYouGo ? plan : null;
        var reach = new Reach
        {
            AllocationLeft = environment.AllocationLeft,
            AllocationTotal = environment.Backing,
            DrawsOnPool = row.DrawFromTenantPool,
            PoolLeft = capacity.PoolRemaining,
            PoolTotal = capacity.PoolSize,
            HasPayAsYouGo = paying is not null,
            PayAsYouGoLeft = paying?.Left,
            PayAsYouGoTotal = paying?.Total,
            IsCapped = isStopped,
        };
        return new ForecastPlace(
            reach, row.PlanKey, UseForecast.Of(known.Of(new EnvironmentId(row.Id)), environment.Charged, capacity.Period, asOf));
    }

    private static OverviewEnvironment Of(
        EnvironmentMonthView environment,
        ForecastPlace place,
        SharedSources shared,
        TenantForecasts known,
        CapacityView capacity,
        IReadOnlyDictionary<int, PlanView> plans,
        TenantRow tenant,
        DateTimeOffset asOf)
    {
        var row = environment.Row;
        var plan = row.PlanKey is { } key ? plans[key] : null;
        return new OverviewEnvironment
        {
            Id = new EnvironmentId(row.Id),
            Name = row.Name,
            Type = row.Type,
            Region = row.Region,
            CostCenter = row.CostCenter,
            Applications = environment.Applications,
            Status = place.Reach.StatusAt(tenant.LowThresholdPercent),
            Allocation = new Credits(row.Allocation),
            Backed = environment.Backing,
            AllocationVersion = row.AllocationVersion,
            ConsumedFromAllocation = environment.Consumed,
            ConsumedFromPool = environment.PoolConsumed,
            PayAsYouGoCredits = environment.PayAsYouGo,
            Unfunded = environment.Unfunded,
            Reach = place.Reach,
            Plan = plan is null ? null : new PlanFunds(plan.Row.Name, plan.Row.IsEnabled, plan.Left, plan.Total),
            PayAsYouGo = row.PayAsYouGo,
            FromHistory = known.Of(new EnvironmentId(row.Id)),
            RunsOut = Depletion.Of(place, shared, capacity.Period, asOf),
        };
    }
}

using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Features.Overview;

/// <summary>Puts together what pages show of environments: balances, reach and status of the running month.</summary>
internal sealed class EnvironmentViews(EnvironmentSettings settings)
{
    private static readonly EnvironmentMonthRow s_unused = new();

    /// <summary>All environments in service; a fixed number of questions, however many there are.</summary>
    public IEnumerable<OverviewEnvironment> Read(
        ReadSnapshot snapshot, TenantRow tenant, CapacityView capacity, IReadOnlyDictionary<int, PlanView> plans, DateTimeOffset asOf)
    {
        var stopped = CapQuery.ReadStopped(snapshot, tenant, asOf);
        var months = EnvironmentQuery.ReadMonths(snapshot, tenant, capacity.Period);
        return settings.Read(snapshot, tenant).Select(environment => Of(
            new EnvironmentMonthView(environment.Row, months.GetValueOrDefault(environment.Row.Key) ?? s_unused, environment.Applications),
            stopped.Contains(environment.Row.Id),
            capacity,
            plans,
            tenant,
            asOf));
    }

    /// <summary>What the pane of one environment says of its tenant.</summary>
    public static TenantCredits CreditsOf(TenantRow tenant, CapacityView capacity, DateTimeOffset asOf) => new(
        capacity.PoolRemaining,
        tenant.LowThresholdPercent,
        MicrosoftCutOff.Of(capacity.Entitled, capacity.Consumed, capacity.Unfunded),
        capacity.Period,
        asOf);

    /// <summary>One environment.</summary>
    /// <param name="environment">Its settings and balance.</param>
    /// <param name="isStopped">Whether a full hard cap stops all of it.</param>
    /// <param name="capacity">The tenant's capacity in the month.</param>
    /// <param name="plans">The tenant's billing plans.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="asOf">The tenant's time.</param>
    public static OverviewEnvironment Of(
        EnvironmentMonthView environment, bool isStopped, CapacityView capacity, IReadOnlyDictionary<int, PlanView> plans, TenantRow tenant, DateTimeOffset asOf)
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
        return new OverviewEnvironment
        {
            Id = new EnvironmentId(row.Id),
            Name = row.Name,
            Type = row.Type,
            Region = row.Region,
            CostCenter = row.CostCenter,
            Applications = environment.Applications,
            Status = reach.StatusAt(tenant.LowThresholdPercent),
            Allocation = new Credits(row.Allocation),
            Backed = environment.Backing,
            AllocationVersion = row.AllocationVersion,
            ConsumedFromAllocation = environment.Consumed,
            ConsumedFromPool = environment.PoolConsumed,
            PayAsYouGoCredits = environment.PayAsYouGo,
            Unfunded = environment.Unfunded,
            Reach = reach,
            Plan = plan is null ? null : new PlanFunds(plan.Row.Name, plan.Row.IsEnabled, plan.Left, plan.Total),
            PayAsYouGo = row.PayAsYouGo,
            RunsOutAt = MonthPace.RunsOutAt(reach, environment.Charged, capacity.Period, asOf),
        };
    }
}

using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Storage.Model;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>Reads a tenant's settings and the balances of the months that can still be booked to.</summary>
internal static class LedgerReader
{
    // An annual budget looks back eleven months from the oldest month that can still be booked to.
    private const int PlanMonthsBack = 11;

    public static LedgerSnapshot Read(PortalDbContext context, TenantRow tenant, LedgerLimits limits)
    {
        var openPeriod = new Period(tenant.OpenPeriod);
        var oldest = limits.OldestBookable(openPeriod);
        var plans = ReadPlans(context, tenant.Key, oldest);
        var environments = ReadEnvironments(context, tenant.Key, plans);
        var permissions = new PermissionReader(
            (SqliteConnection)context.Database.GetDbConnection(), tenant.Key, key => environments[key], key => plans[key]);
        permissions.RestoreWatches();
        var grants = context.Grants.AsNoTracking().Where(row => row.TenantKey == tenant.Key)
            .AsEnumerable().ToDictionary(row => row.Key, FromRow);
        permissions.RestoreWatches(key => grants[key]);
        var grantMonths = context.GrantMonths.AsNoTracking()
            .Where(row => row.TenantKey == tenant.Key && row.Period >= oldest.Index)
            .AsEnumerable().Select(row => FromRow(row, grants[row.GrantKey])).ToList();
        var environmentMonths = context.EnvironmentMonths.AsNoTracking()
            .Where(row => row.TenantKey == tenant.Key && row.Period >= oldest.Index)
            .AsEnumerable().Select(row => FromRow(row, environments[row.EnvironmentKey])).ToList();
        return new LedgerSnapshot
        {
            Id = new TenantId(tenant.Id),
            Name = tenant.Name,
            Currency = new CurrencyCode(tenant.Currency),
            LowThresholdPercent = tenant.LowThresholdPercent,
            WarningHorizonDays = tenant.WarningHorizonDays,
            DisplayZone = tenant.DisplayZone,
            IsRehearsal = tenant.IsRehearsal,
            CreatedAt = tenant.CreatedAt,
            Version = tenant.Version,
            Now = tenant.Now,
            Sequence = tenant.Sequence,
            OpenPeriod = openPeriod,
            Periods =
            [
                .. grantMonths.Select(month => month.Period)
                    .Concat(environmentMonths.Select(month => month.Period))
                    .Concat(Since(Period.Of(tenant.CreatedAt), oldest, openPeriod))
                    .Distinct()
                    .Order(),
            ],
            Environments = [.. environments.Values],
            Grants = [.. grants.Values],
            Plans = [.. plans.Values],
            GrantMonths = grantMonths,
            EnvironmentMonths = environmentMonths,
            Holds = permissions.OpenHolds(),
            Caps = permissions.Caps(Cap.WindowOf(CapWindow.Day, oldest.Start), oldest.Index),
            Agents = permissions.Agents(),
            UnlinkedApplications = permissions.UnlinkedApplications(),
            AlertNumber = permissions.AlertNumber(),
            FailingServices = permissions.FailingServices(),
            Rates = DecisionWriter.ReadRates(context, tenant.Key),
            Reallocations = DecisionWriter.ReadReallocations(context, tenant.Key),
        };
    }

    // A month in which nothing happened left no row, but is there to be booked to.
    private static IEnumerable<Period> Since(Period created, Period oldest, Period open)
    {
        for (var period = created > oldest ? created : oldest; period <= open; period = period.Next)
        {
            yield return period;
        }
    }

    internal static Dictionary<int, BillingPlan> ReadPlans(PortalDbContext context, int tenantKey, Period oldest)
    {
        var plans = context.Plans.AsNoTracking().Where(row => row.TenantKey == tenantKey)
            .AsEnumerable().ToDictionary(row => row.Key, FromRow);
        var months = context.PlanMonths.AsNoTracking()
            .Where(row => row.TenantKey == tenantKey && row.Period >= oldest.Index - PlanMonthsBack);
        foreach (var row in months)
        {
            plans[row.PlanKey].Restore(new PlanMonth
            {
                Plan = plans[row.PlanKey],
                Period = new Period(row.Period),
                Credits = new Credits(row.Credits),
                SpendMicros = row.SpendMicros,
                HeldMicros = row.HeldMicros,
            });
        }

        return plans;
    }

    private static Dictionary<int, TenantEnvironment> ReadEnvironments(
        PortalDbContext context,
        int tenantKey,
        Dictionary<int, BillingPlan> plans)
    {
        var environments = context.Environments.AsNoTracking().Where(row => row.TenantKey == tenantKey)
            .AsEnumerable().ToDictionary(row => row.Key, row => FromRow(row, plans));
        foreach (var row in context.Applications.AsNoTracking().Where(row => row.TenantKey == tenantKey))
        {
            environments[row.EnvironmentKey].Applications.Add(
                new LinkedApplication(new LinkedApplicationId(row.Id), row.Kind, row.Url));
        }

        return environments;
    }

    private static TenantEnvironment FromRow(EnvironmentRow row, Dictionary<int, BillingPlan> plans) => new()
    {
        Key = row.Key,
        Id = new EnvironmentId(row.Id),
        Name = row.Name,
        Type = row.Type,
        Region = row.Region,
        CostCenter = row.CostCenter,
        CreatedAt = row.CreatedAt,
        RetiredAt = row.RetiredAt,
        Version = row.Version,
        Allocation = new Credits(row.Allocation),
        AllocationOrder = row.AllocationOrder,
        AllocationVersion = row.AllocationVersion,
        DrawFromTenantPool = row.DrawFromTenantPool,
        PayAsYouGo = row.PayAsYouGo,
        Plan = row.PlanKey is { } planKey ? plans[planKey] : null,
    };

    private static Grant FromRow(GrantRow row) => new()
    {
        Key = row.Key,
        Id = new GrantId(row.Id),
        Kind = row.Kind,
        Amount = new Credits(row.Amount),
        Priority = row.Priority,
        EffectiveAt = row.EffectiveAt,
        ExpiresAt = row.ExpiresAt,
        Recurrence = row.Recurrence,
        RolloverMax = row.RolloverMax is { } most ? new Credits(most) : null,
        CreatedAt = row.CreatedAt,
        EndedAt = row.EndedAt,
        Order = row.Packs is { } packs
            ? new PackOrder(packs, new Credits(row.CreditsPerPack!.Value), row.UnitPriceMicros!.Value, row.OrderReference)
            : null,
    };

    private static BillingPlan FromRow(PlanRow row) => new()
    {
        Key = row.Key,
        Id = new BillingPlanId(row.Id),
        Name = row.Name,
        SubscriptionId = row.SubscriptionId,
        ResourceGroup = row.ResourceGroup,
        Region = row.Region,
        Price = new CreditPrice(row.PriceMicros),
        PlannedPrices = row.PlannedPrices,
        IsEnabled = row.IsEnabled,
        Budget = row.Budget,
        DeletedAt = row.DeletedAt,
        Version = row.Version,
    };

    private static GrantMonth FromRow(GrantMonthRow row, Grant grant) => new()
    {
        Grant = grant,
        Period = new Period(row.Period),
        Granted = new Credits(row.Granted),
        CarriedIn = new Credits(row.CarriedIn),
        Burned = new Credits(row.Burned),
        Held = new Credits(row.Held),
        Expired = new Credits(row.Expired),
        CarriedOut = new Credits(row.CarriedOut),
    };

    private static EnvironmentMonth FromRow(EnvironmentMonthRow row, TenantEnvironment environment) => new()
    {
        Environment = environment,
        Period = new Period(row.Period),
        Backing = new Credits(row.Backing),
        Consumed = new Credits(row.Consumed),
        Held = new Credits(row.Held),
        PoolConsumed = new Credits(row.PoolConsumed),
        PoolHeld = new Credits(row.PoolHeld),
        PayAsYouGo = new Credits(row.PayAsYouGo),
        SpendMicros = row.SpendMicros,
        Unfunded = new Credits(row.Unfunded),
    };
}

using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Overview;

namespace CopilotCapacity.Portal.Tests.Features.Overview;

/// <summary>Builds overviews; every argument has a quiet default.</summary>
public static class Overviews
{
    public static readonly TenantId Tenant = new(new Guid("11111111-1111-1111-1111-111111111111"));

    public static readonly DateTimeOffset AsOf = new(2026, 11, 16, 0, 0, 0, TimeSpan.Zero);

    public static TenantOverview Create(params OverviewEnvironment[] environments) => new()
    {
        Tenant = Tenant,
        TenantName = "Contoso Europe",
        IsRehearsal = false,
        Currency = new CurrencyCode("EUR"),
        Period = Period.Of(AsOf),
        Sequence = 10,
        AsOf = AsOf,
        LowThresholdPercent = 80,
        Entitled = Credits.Of(150_000),
        Allocated = Credits.Of(135_000),
        PoolSize = Credits.Of(15_000),
        PoolLeft = Credits.Of(10_000),
        Consumed = Credits.Of(60_000),
        Held = Credits.Zero,
        Left = Credits.Of(90_000),
        Unfunded = Credits.Zero,
        MessagePacks = 6,
        PayAsYouGo = null,
        BurnDown = [new(Period.Of(AsOf).Start, Credits.Of(150_000)), new(AsOf.AddDays(-5), Credits.Of(100_000))],
        Environments = environments,
        MayChangeCapacity = true,
    };

    public static OverviewEnvironment Environment(
        int number = 1,
        string name = "Sales – Europe",
        QuotaStatus status = QuotaStatus.Available,
        long allocation = 25_000,
        long used = 5_000,
        bool drawsOnPool = false,
        long poolLeft = 10_000,
        bool hasPayAsYouGo = false,
        long? payAsYouGoLeft = null,
        string? plan = null,
        DateTimeOffset? runsOutAt = null) => new()
        {
            Id = new EnvironmentId(new Guid(number, 0, 0, new byte[8])),
            Name = name,
            Type = EnvironmentType.Production,
            Region = "westeurope",
            CostCenter = "CC-100 Sales",
            Applications = [ApplicationKind.Sales],
            Status = status,
            Allocation = Credits.Of(allocation),
            Backed = Credits.Of(allocation),
            AllocationVersion = 3,
            ConsumedFromAllocation = Credits.Of(used),
            ConsumedFromPool = Credits.Zero,
            PayAsYouGoCredits = Credits.Zero,
            Unfunded = Credits.Zero,
            Plan = plan is null ? null : new PlanFunds(plan, IsEnabled: true, Of(payAsYouGoLeft), Of(payAsYouGoLeft)),
            PayAsYouGo = true,
            RunsOut = new Depletion { At = runsOutAt, Basis = ForecastBasis.MonthSoFar },
            Reach = new Reach
            {
                AllocationLeft = Credits.Of(allocation - used),
                AllocationTotal = Credits.Of(allocation),
                DrawsOnPool = drawsOnPool,
                PoolLeft = Credits.Of(poolLeft),
                PoolTotal = Credits.Of(15_000),
                HasPayAsYouGo = hasPayAsYouGo,
                PayAsYouGoLeft = Of(payAsYouGoLeft),
                PayAsYouGoTotal = Of(payAsYouGoLeft),
            },
        };

    public static OverviewEnvironment Depleted(int number = 1, string name = "Sales – Europe") =>
        Environment(number, name, QuotaStatus.Depleted, used: 25_000);

    private static Credits? Of(long? credits) => credits is { } number ? Credits.Of(number) : null;
}

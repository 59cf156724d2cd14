using Bogus;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Metering.Feed;
using CopilotCapacity.Metering.Ingest;
using CopilotCapacity.Metering.Quota;
using CopilotCapacity.Storage.Ledger;
using CopilotCapacity.Storage.Sqlite;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Features.Demo;

/// <summary>
/// Gives an empty database a demo tenant with months of past use. It goes through a meter of its own, whose clock runs
/// through those months, so that every month turned, every burn and every balance is the ledger's own work.
/// </summary>
internal sealed class DemoSeeder(SqliteDatabase database, DateTimeOffset now, int months)
{
    private readonly DemoOrganisation _organisation = DemoOrganisation.Create();
    private readonly Period _thisMonth = Period.Of(now);

    /// <summary>Seeds the tenant. Returns the number of events recorded.</summary>
    public async Task<int> SeedAsync(ILoggerFactory loggers)
    {
        var clock = new DemoClock(new Period(_thisMonth.Index - months).Start);
        var options = Options.Create(new MeteringOptions());
        using var store = new SqliteLedgerStore(database);
        var meter = new Meter(options);
        using var loop = new MeterLoop(
            meter, store, new QuotaBoard(), new LedgerFeed(), clock, options, loggers.CreateLogger<MeterLoop>());
        await loop.StartAsync(CancellationToken.None);
        try
        {
            var usage = PlanUsage();
            await SetUpAsync(meter, usage);
            return await RecordAsync(meter, clock, usage);
        }
        finally
        {
            await loop.StopAsync(CancellationToken.None);
        }
    }

    // All use is made up first, because some allocations are chosen by what the month so far will have used.
    private SortedDictionary<DateTimeOffset, List<UsageEvent>> PlanUsage()
    {
        var random = new DemoUsage(_organisation, new Randomizer(DemoOrganisation.Seed + 1));
        var days = new SortedDictionary<DateTimeOffset, List<UsageEvent>>();
        var total = (now - new Period(_thisMonth.Index - months).Start).TotalDays;
        for (var day = new Period(_thisMonth.Index - months).Start; day <= now; day = day.AddDays(1))
        {
            var growth = 1 - (0.3 * ((now - day).TotalDays / Math.Max(1, total)));
            days[day] =
            [
                .. _organisation.Environments
                    .SelectMany(environment => random.OfDay(environment, day, growth))
                    .Where(usage => usage.Time <= now)
                    .OrderBy(usage => usage.Time),
            ];
        }

        return days;
    }

    private async Task SetUpAsync(Meter meter, SortedDictionary<DateTimeOffset, List<UsageEvent>> usage)
    {
        var tenant = new TenantId(DemoOrganisation.TenantId);
        Require(await meter.CreateTenantAsync(
            new NewTenant(tenant, DemoOrganisation.Name, new CurrencyCode("EUR"), null), Actor.System, _ => new Outcome<bool>()));
        var random = new Randomizer(DemoOrganisation.Seed + 2);
        Require(await meter.ChangeAsync<bool>(tenant, Actor.System, ledger =>
        {
            Add(ledger, new NewGrant
            {
                Id = new GrantId(random.Guid()),
                Kind = GrantKind.MessagePack,
                Amount = Credits.Of(5 * 25_000),
                Recurrence = Recurrence.Monthly,
                Order = new PackOrder(5, Credits.Of(25_000), 200_000_000, "PO-48213"),
            });
            Add(ledger, new NewGrant
            {
                Id = new GrantId(random.Guid()),
                Kind = GrantKind.Included,
                Amount = Credits.Of(12_000),
                Recurrence = Recurrence.Monthly,
                Priority = 50,
            });
            AddPlan(ledger, random);
            _organisation.Environments.ToList().ForEach(environment => AddEnvironment(ledger, environment, random, usage));
            return true;
        }));
    }

    private static void Add(TenantLedger ledger, NewGrant grant) => Require(ledger.AddGrant(grant));

    private void AddPlan(TenantLedger ledger, Randomizer random)
    {
        var plan = new BillingPlan
        {
            Key = 1,
            Id = new BillingPlanId(random.Guid()),
            Name = DemoOrganisation.PlanName,
            SubscriptionId = random.Guid().ToString(),
            ResourceGroup = "rg-copilot-weu",
            Region = "westeurope",
            Price = CreditPrice.Published,
        };
        Require(ledger.AddPlan(plan));
        Require(ledger.SetBudget(plan.Id, new Budget(
            500 * Money.PerUnit,
            TimeGrain.Monthly,
            new Period(_thisMonth.Index - months),
            null,
            HardStop: true,
            [new BudgetThreshold(80, ThresholdBasis.Actual), new BudgetThreshold(100, ThresholdBasis.Forecasted)],
            ["finops@contoso.example"])));
    }

    private void AddEnvironment(
        TenantLedger ledger,
        DemoEnvironment environment,
        Randomizer random,
        SortedDictionary<DateTimeOffset, List<UsageEvent>> usage)
    {
        var id = new EnvironmentId(environment.Id);
        Require(ledger.AddEnvironment(
            id,
            new EnvironmentDescription(environment.Name, environment.Type, environment.Region, environment.CostCenter),
            environment.DrawsOnPool));
        foreach (var kind in environment.Applications)
        {
            Require(ledger.LinkApplication(id, new LinkedApplication(
                new LinkedApplicationId(random.Guid()), kind, $"https://contoso-{kind}.crm4.dynamics.com".ToLowerInvariant())));
        }

        if (environment.IsOnPlan)
        {
            Require(ledger.JoinPlan(ledger.Plans.Single().Id, id));
        }

        var allocation = AllocationOf(environment, usage);
        if (allocation.IsPositive)
        {
            Require(ledger.SetAllocation(id, allocation, environment.DrawsOnPool, payAsYouGo: true, expectedVersion: null));
        }
    }

    private Credits AllocationOf(DemoEnvironment environment, SortedDictionary<DateTimeOffset, List<UsageEvent>> usage)
    {
        const decimal step = 100;
        var wanted = (decimal)(environment.DailyCredits * 23 * environment.AllocationShare);
        if (environment.ShareOfUseSoFar is { } share)
        {
            var meter = new DemoUsage(_organisation, new Randomizer(DemoOrganisation.Seed));
            var used = usage
                .Where(day => day.Key >= _thisMonth.Start)
                .SelectMany(day => day.Value)
                .Where(use => use.Subject == environment.Id)
                .Sum(meter.CreditsOf);
            wanted = Math.Max(1_000, used * (decimal)share);
        }

        return Credits.Of((long)(Math.Floor(wanted / step) * step));
    }

    private async Task<int> RecordAsync(Meter meter, DemoClock clock, SortedDictionary<DateTimeOffset, List<UsageEvent>> usage)
    {
        var tenant = new TenantId(DemoOrganisation.TenantId);
        var recorded = 0;
        foreach (var (day, events) in usage)
        {
            var end = day.AddDays(1).AddTicks(-1);
            clock.Set(end < now ? end : now);
            var outcomes = await meter.RecordAsync(tenant, events);
            if (outcomes.FirstOrDefault(outcome => outcome.Result != RecordResult.Recorded) is { } refused)
            {
                throw new InvalidOperationException($"The demo's use was refused: {refused.Refusal?.Detail}");
            }

            recorded += outcomes.Count;
        }

        return recorded;
    }

    private static void Require<T>(Outcome<T> outcome)
    {
        if (outcome.Refusal is { } refusal)
        {
            throw new InvalidOperationException($"The demo could not be set up: {refusal.Detail}");
        }
    }

    private sealed class DemoClock(DateTimeOffset start) : TimeProvider
    {
        private long _ticks = start.UtcTicks;

        public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

        public void Set(DateTimeOffset to) => Interlocked.Exchange(ref _ticks, to.UtcTicks);
    }
}

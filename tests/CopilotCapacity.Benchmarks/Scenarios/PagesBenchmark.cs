using System.Diagnostics;
using System.Security.Claims;
using CopilotCapacity.Benchmarks.Load;
using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Audit;
using CopilotCapacity.Portal.Features.BillingPlans.Pages;
using CopilotCapacity.Portal.Features.Caps;
using CopilotCapacity.Portal.Features.Environments;
using CopilotCapacity.Portal.Features.Forecasts;
using CopilotCapacity.Portal.Features.MessagePacks;
using CopilotCapacity.Portal.Features.Overview;
using CopilotCapacity.Portal.Features.Rates;
using CopilotCapacity.Portal.Features.Sync;
using CopilotCapacity.Portal.Features.Sync.Azure;
using CopilotCapacity.Portal.Features.Tenants;
using CopilotCapacity.Portal.Features.Usage.Pages;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Queries;
using CopilotCapacity.Storage.Sqlite;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Benchmarks.Scenarios;

/// <summary>
/// How long a page takes to be put together on the server for a large tenant: all that its reader does, from the person's rights to
/// the last row. The readers run here, on a file that the portal's own meter has filled.
/// </summary>
internal static class PagesBenchmark
{
    private const int Environments = 10_000;
    private const int Plans = 50;
    private const int Caps = 500;
    private const int OtherTenants = 500;
    private const int Rounds = 60;

    private static readonly TenantId s_tenant = new(Organisation.Tenant);

    public static async Task RunAsync(BenchmarkOptions options, Report report)
    {
        var organisation = new Organisation(Environments);
        using var folder = new DatabaseFolder(options);
        await organisation.CreateAsync(folder.Database);
        await GrowthBenchmark.FillAsync(folder, options.Events, Environments);
        Report.Say($"{options.Events:N0} events written, the file has {folder.Megabytes:N0} MB");
        await Organisation.WithMeterAsync(folder.Database, async meter =>
        {
            await AddPlansAndCapsAsync(meter);
            await AddOtherTenantsAsync(meter);
            await MeasureAsync(folder.Database, meter, options, report);
        });
    }

    // Every environment is on a plan; what plans and caps have paid and counted is that of their environments.
    private static async Task AddPlansAndCapsAsync(Meter meter)
    {
        var outcome = await meter.ChangeAsync<bool>(s_tenant, Actor.System, ledger =>
        {
            for (var number = 0; number < Plans; number++)
            {
                var members = Enumerable.Range(0, Environments / Plans).Select(member => new EnvironmentId(Organisation.Environment((member * Plans) + number)));
                var description = new PlanDescription($"Plan {number}", Guid.Empty.ToString(), "copilot", "westeurope", CreditPrice.Published);
                var budget = new Budget(1_000 * Money.PerUnit, TimeGrain.Monthly, ledger.Open.Period, null, HardStop: true, [], []);
                if ((ledger.AddPlan(PlanId(number), description, [.. members]).Refusal ?? ledger.SetBudget(PlanId(number), budget).Refusal) is { } refusal)
                {
                    return refusal;
                }
            }

            for (var number = 0; number < Caps; number++)
            {
                var scope = new CapScope(new EnvironmentId(Organisation.Environment(number)), $"agent-{number}-0", null, null);
                var settings = new CapSettings(scope, CapWindow.Month, Credits.Of(1_000_000), 80, HardStop: false);
                if (ledger.AddCap(new CapId(new Guid(number + 1, 1, 1, new byte[8])), settings, new Dictionary<int, Credits>()).Refusal is { } refusal)
                {
                    return refusal;
                }
            }

            return true;
        });
        Demand(outcome.Refusal);
    }

    private static async Task AddOtherTenantsAsync(Meter meter)
    {
        for (var number = 0; number < OtherTenants; number++)
        {
            var tenant = new NewTenant(new TenantId(new Guid(number + 1, 9, 9, new byte[8])), $"Tenant {number}", CurrencyCode.Usd, null);
            Demand((await meter.CreateTenantAsync(tenant, Actor.System, _ => new Outcome<bool>())).Refusal);
        }
    }

    private static void Demand(Refusal? refusal)
    {
        if (refusal is not null)
        {
            throw new InvalidOperationException(refusal.Detail);
        }
    }

    private static BillingPlanId PlanId(int number) => new(new Guid(number + 1, 5, 5, new byte[8]));

    private static async Task MeasureAsync(SqliteDatabase database, Meter meter, BenchmarkOptions options, Report report)
    {
        var contexts = new Contexts(database);
        var current = new CurrentPerson(new SignedIn(await AddAdministratorAsync(contexts)), new PersonDirectory(contexts));
        using var cache = new MemoryCache(new MemoryCacheOptions());
        var settings = new EnvironmentSettings(cache);
        var forecasts = new UseForecasts(cache, contexts, TimeProvider.System);
        var views = new EnvironmentViews(settings, forecasts);
        var overview = new OverviewReader(contexts, views, forecasts, current, TimeProvider.System);
        var desk = new EnvironmentDesk(contexts, views, meter, current, TimeProvider.System);
        var environment = new EnvironmentReader(contexts, views, meter, current, TimeProvider.System);
        var packs = new MessagePackDesk(contexts, meter, current, new Meanwhile(contexts), forecasts, TimeProvider.System);
        var usage = new UsageReader(contexts, settings, current, TimeProvider.System);
        var plans = new BillingPlanReader(contexts, views, settings, new AzurePlanReader(Options.Create(new SyncOptions())), forecasts, current, TimeProvider.System);
        var caps = new CapDesk(meter, current, new Meanwhile(contexts));
        var rates = new RateReader(contexts, current, TimeProvider.System);
        var tenants = new TenantDesk(contexts, meter, current, new Meanwhile(contexts), new ForecastAlerts(contexts, forecasts, meter, TimeProvider.System));
        var audit = new AuditReader(contexts, current, new AuditHeads(database, contexts));
        var baseline = await MeasureAsync(number => CountAsync(contexts, number));
        var pages = new (string Name, Goal Goal, Func<int, Task<object?>> Read)[]
        {
            ("overview", new Goal("150 ms", ""), async _ => await overview.ReadAsync(s_tenant, default)),
            ("environments, a page turned", new Goal("100 ms", ""), async number => await desk.ReadAsync(s_tenant, OverviewView.Parse(null, null, "name", number + 1), default)),
            ("environments, filtered", new Goal("150 ms", ""), async number => await desk.ReadAsync(s_tenant, OverviewView.Parse($"{number % 10}", null, null, null), default)),
            ("one environment", new Goal("150 ms", ""), async number => await environment.ReadAsync(s_tenant, new EnvironmentId(Organisation.Environment(number)), default)),
            ("message packs", new Goal("150 ms", ""), async _ => await packs.ReadAsync(s_tenant, default)),
            ("usage by environment", new Goal("150 ms", ""), async number => await usage.ReadAsync(s_tenant, UsageView.Parse(null, null, null, null, $"{number + 1}"), default)),
            ("usage by agent", new Goal("150 ms", ""), async _ => await usage.ReadAsync(s_tenant, UsageView.Parse(null, "agent", null, null, null), default)),
            ("usage by day", new Goal("150 ms", ""), async _ => await usage.ReadAsync(s_tenant, UsageView.Parse("30d", "day", null, null, null), default)),
            ("pay-as-you-go", new Goal("150 ms", ""), async _ => await plans.ListAsync(s_tenant, default)),
            ("one billing plan", new Goal("150 ms", ""), async number => await plans.ReadAsync(s_tenant, PlanId(number % Plans), default)),
            ("caps", new Goal("150 ms", ""), async _ => await caps.ReadAsync(s_tenant, default)),
            ("rate card", new Goal("150 ms", ""), async _ => await rates.ReadAsync(s_tenant, default)),
            ("tenants", new Goal("150 ms", ""), async number => await tenants.ListAsync(null, (number % (OtherTenants / ITenantDesk.PageSize)) + 1, default)),
            ("settings", new Goal("150 ms", ""), async _ => await tenants.ReadAsync(s_tenant, default)),
            ("audit", new Goal("150 ms", ""), async number => await audit.ReadAsync(s_tenant, new AuditFilter(), long.MaxValue - (number % 2), 50, default)),
        };
        foreach (var (name, goal, read) in pages)
        {
            var (p50, p95) = await MeasureAsync(read);
            report.Add($"page: {name}, p95", $"{p95:0.0} ms", goal, $"{baseline.P95:0.0} ms", $"p50 {p50:0.0} ms; {Environments:N0} environments, {options.Events:N0} events");
        }
    }

    // What any read of a page costs at least: one question by EF Core in a snapshot.
    private static async Task<object?> CountAsync(Contexts contexts, int number)
    {
        await using var context = contexts.CreateDbContext();
        return await context.Environments.AsNoTracking().CountAsync(row => row.Key > number);
    }

    private static async Task<(double P50, double P95)> MeasureAsync(Func<int, Task<object?>> read)
    {
        var taken = new List<double>();
        for (var number = 0; number < Rounds + 5; number++)
        {
            var watch = Stopwatch.StartNew();
            if (await read(number) is null)
            {
                throw new InvalidOperationException("The page was not there.");
            }

            // The first ones compile.
            if (number >= 5)
            {
                taken.Add(watch.Elapsed.TotalMilliseconds);
            }
        }

        taken.Sort();
        return (taken[taken.Count / 2], taken[(int)Math.Ceiling(taken.Count * 0.95) - 1]);
    }

    private static async Task<Guid> AddAdministratorAsync(Contexts contexts)
    {
        await using var context = contexts.CreateDbContext();
        var person = new PortalUser { Id = Guid.NewGuid(), UserName = "benchmark", DisplayName = "Benchmark", IsPortalAdministrator = true };
        context.Users.Add(person);
        await context.SaveChangesAsync();
        return person.Id;
    }

    private sealed class Contexts(SqliteDatabase database) : IDbContextFactory<PortalDbContext>
    {
        public PortalDbContext CreateDbContext()
        {
            var options = new DbContextOptionsBuilder<PortalDbContext>();
            database.Configure(options);
            return new PortalDbContext(options.Options);
        }
    }

    private sealed class SignedIn(Guid person) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() =>
            Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, person.ToString())], "benchmark"))));
    }
}

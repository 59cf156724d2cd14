using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Metering.Feed;
using CopilotCapacity.Metering.Quota;
using CopilotCapacity.Storage.Ledger;
using CopilotCapacity.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Benchmarks.Load;

/// <summary>One tenant with environments that share one pool. Ids are made of numbers, so that nobody has to keep a list.</summary>
internal sealed class Organisation(int environments)
{
    private const int UsersEach = 20;
    private const int AgentsEach = 3;

    private static readonly string[] s_features = ["generativeAnswer", "classicAnswer", "agentAction"];
    private static readonly string[] s_channels = ["teams", "web", "m365Copilot"];
    private static readonly string[] s_products = ["copilotStudio", "dynamics365Sales", "powerApps"];

    public static Guid Tenant { get; } = new("11111111-1111-1111-1111-111111111111");

    public int Environments { get; } = environments;

    /// <summary>How many of the environments are in use.</summary>
    public int Busy { get; init; } = environments;

    public static Guid Environment(int number) => new(number + 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

    /// <summary>Someone uses an agent of an environment.</summary>
    public Use Next(Random random)
    {
        // Spread over all of them, since neighbours share a page.
        var environment = random.Next(Busy) * (Environments / Busy);
        var agent = random.Next(AgentsEach);
        return new Use(
            Environment(environment),
            s_features[random.Next(s_features.Length)],
            $"agent-{environment}-{agent}",
            $"user-{environment}-{random.Next(UsersEach)}",
            s_channels[agent],
            s_products[environment % s_products.Length]);
    }

    /// <summary>Writes the tenant into a new database, past the API: a hundred thousand environments would take long there.</summary>
    public async Task CreateAsync(SqliteDatabase database)
    {
        database.Prepare();
        await WithMeterAsync(database, async meter =>
        {
            var tenant = new TenantId(Tenant);
            await meter.CreateTenantAsync(new NewTenant(tenant, "Benchmark", CurrencyCode.Usd, null), Actor.System, _ => new Outcome<bool>());
            await meter.ChangeAsync<bool>(tenant, Actor.System, ledger =>
            {
                ledger.AddGrant(new NewGrant
                {
                    Id = new GrantId(new Guid("33333333-3333-3333-3333-333333333333")),
                    Kind = GrantKind.MessagePack,
                    Amount = Credits.Of(1_000_000_000),
                    Recurrence = Recurrence.Monthly,
                });
                for (var number = 0; number < Environments; number++)
                {
                    ledger.AddEnvironment(
                        new EnvironmentId(Environment(number)),
                        new EnvironmentDescription($"Environment {number}", EnvironmentType.Production, "westeurope", $"cc-{number % 50}"),
                        drawFromTenantPool: true);
                }

                return true;
            });
        });
    }

    /// <summary>Runs the portal's own meter on the file, without the portal.</summary>
    public static async Task WithMeterAsync(SqliteDatabase database, Func<Meter, Task> action)
    {
        var options = Options.Create(new MeteringOptions());
        using var store = new SqliteLedgerStore(database);
        var meter = new Meter(options);
        using var loop = new MeterLoop(
            meter, store, new QuotaBoard(), new LedgerFeed(), TimeProvider.System, options, NullLogger<MeterLoop>.Instance);
        await loop.StartAsync(CancellationToken.None);
        await action(meter);
        await loop.StopAsync(CancellationToken.None);
    }
}

/// <summary>One use of an agent.</summary>
internal readonly record struct Use(Guid Environment, string Feature, string Agent, string User, string Channel, string Product);

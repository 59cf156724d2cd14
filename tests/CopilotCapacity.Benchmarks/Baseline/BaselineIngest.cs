using System.Diagnostics;
using CopilotCapacity.Benchmarks.Load;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Storage.Model;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Benchmarks.Baseline;

/// <summary>
/// One transaction of EF Core for each event: look the identity up, insert the event, move its balances and roll-ups. The same
/// tables, keys, journal mode and sync as the portal's; without HTTP and without parsing, which favours it.
/// </summary>
internal sealed class BaselineIngest(DatabaseFolder folder, Organisation organisation)
{
    private const long Credit = 1_000;

    private readonly Random _random = new(1);
    private long _events;

    public async Task<double> RunAsync(TimeSpan warmUp, TimeSpan duration)
    {
        await organisation.CreateAsync(folder.Database);
        await using var connection = new SqliteConnection(folder.Database.ConnectionString);
        await connection.OpenAsync();

        // What the portal's own index of identities does, a unique index does here; and the roll-up is found by what it counts.
        Execute(connection, """
            PRAGMA synchronous = FULL;
            CREATE UNIQUE INDEX baseline_identity ON usage_events (TenantKey, Source, EventId);
            CREATE TABLE baseline_hours (
                TenantKey INTEGER, Hour INTEGER, Number INTEGER, EnvironmentKey INTEGER, Feature INTEGER, Agent INTEGER,
                Product INTEGER, Channel INTEGER, User INTEGER, Model INTEGER, Tool INTEGER, CostCenter INTEGER, Uses INTEGER,
                Events INTEGER, NonBilled INTEGER, Allocation INTEGER, Pool INTEGER, PayAsYouGo INTEGER, Unfunded INTEGER,
                CostMicros INTEGER,
                PRIMARY KEY (TenantKey, Hour, EnvironmentKey, Feature, Agent, Product, Channel, User, Model, Tool, CostCenter)
            ) WITHOUT ROWID
            """);
        var options = new DbContextOptionsBuilder<BaselineContext>().UseSqlite(connection).Options;
        await PostUntilAsync(options, Stopwatch.StartNew(), warmUp);
        var (before, watch) = (_events, Stopwatch.StartNew());
        await PostUntilAsync(options, watch, duration);
        return (_events - before) / watch.Elapsed.TotalSeconds;
    }

    private async Task PostUntilAsync(DbContextOptions<BaselineContext> options, Stopwatch watch, TimeSpan until)
    {
        while (watch.Elapsed < until)
        {
            await using var context = new BaselineContext(options);
            await using var transaction = await context.Database.BeginTransactionAsync();
            await PostAsync(context);
            await context.SaveChangesAsync();
            await transaction.CommitAsync();
            _events++;
        }
    }

    private async Task PostAsync(BaselineContext context)
    {
        const int tenant = 1;
        var id = $"evt-{_events:0000000000000000}";
        if (await context.Usage.AnyAsync(row => row.TenantKey == tenant && row.Source == 1 && row.EventId == id))
        {
            return;
        }

        var now = DateTimeOffset.UtcNow;
        var usage = new UsageRow
        {
            TenantKey = tenant,
            Time = now.UtcTicks,
            RecordedAt = now.UtcTicks,
            Period = Period.Of(now).Index,
            EnvironmentKey = _random.Next(organisation.Environments) + 1,
            Source = 1,
            EventId = id,
            ContentHash = new byte[16],
            Feature = _random.Next(3) + 1,
            Quantity = Credit,
            Rate = Credit,
            Agent = _random.Next(3 * organisation.Environments) + 1,
            User = _random.Next(20 * organisation.Environments) + 1,
            Product = 1,
            Channel = _random.Next(3) + 1,
            Pool = Credit,
            Grants = "1:1000",
        };
        var position = await context.Tenants.SingleAsync(row => row.Key == tenant);
        usage.Sequence = ++position.Sequence;
        context.Usage.Add(usage);
        await BurnAsync(context, usage);
        await RollUpAsync(context, usage, (int)(now.UtcTicks / TimeSpan.TicksPerHour), (int)(now.UtcTicks / TimeSpan.TicksPerDay));
    }

    private static async Task BurnAsync(BaselineContext context, UsageRow usage)
    {
        var grant = await context.GrantMonths.SingleAsync(row => row.TenantKey == usage.TenantKey && row.Period == usage.Period);
        grant.Burned += usage.Pool;
        var month = await context.EnvironmentMonths.FindAsync(usage.TenantKey, usage.Period, usage.EnvironmentKey);
        if (month is null)
        {
            month = new EnvironmentMonthRow { TenantKey = usage.TenantKey, Period = usage.Period, EnvironmentKey = usage.EnvironmentKey };
            context.EnvironmentMonths.Add(month);
        }

        month.PoolConsumed += usage.Pool;
    }

    private static async Task RollUpAsync(BaselineContext context, UsageRow usage, int hour, int day)
    {
        var sums = await context.Hours.FindAsync(
            usage.TenantKey, hour, usage.EnvironmentKey, usage.Feature, usage.Agent, usage.Product, usage.Channel, usage.User, 0, 0, 0);
        if (sums is null)
        {
            sums = new UsageHourRow
            {
                TenantKey = usage.TenantKey,
                Hour = hour,
                EnvironmentKey = usage.EnvironmentKey,
                Feature = usage.Feature,
                Agent = usage.Agent,
                Product = usage.Product,
                Channel = usage.Channel,
                User = usage.User,
            };
            context.Hours.Add(sums);
        }

        sums.Events++;
        sums.Uses++;
        sums.Pool += usage.Pool;
        int[] environments = [0, usage.EnvironmentKey];
        foreach (var environment in environments)
        {
            var dayRow = await context.Days.FindAsync(usage.TenantKey, day, environment);
            if (dayRow is null)
            {
                dayRow = new UsageDayRow { TenantKey = usage.TenantKey, Day = day, EnvironmentKey = environment };
                context.Days.Add(dayRow);
            }

            dayRow.Prepaid += usage.Pool;
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}

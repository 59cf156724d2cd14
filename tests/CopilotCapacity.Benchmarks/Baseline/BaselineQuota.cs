using System.Diagnostics;
using CopilotCapacity.Benchmarks.Load;
using CopilotCapacity.Domain.Time;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Benchmarks.Baseline;

/// <summary>
/// Reads what an environment can still use from the database for each question: its month, and the tenant's grants less all
/// allocations for the pool. Without HTTP and without texts, which favours it.
/// </summary>
internal static class BaselineQuota
{
    public static async Task<double> RunAsync(DatabaseFolder folder, Organisation organisation, TimeSpan warmUp, TimeSpan duration)
    {
        await organisation.CreateAsync(folder.Database);
        var options = new DbContextOptionsBuilder<BaselineContext>().UseSqlite(folder.Database.ConnectionString).Options;
        var random = new Random(1);
        await ReadUntilAsync(options, random, organisation.Environments, warmUp);
        var watch = Stopwatch.StartNew();
        return await ReadUntilAsync(options, random, organisation.Environments, duration) / watch.Elapsed.TotalSeconds;
    }

    private static async Task<int> ReadUntilAsync(DbContextOptions<BaselineContext> options, Random random, int environments, TimeSpan until)
    {
        const int tenant = 1;
        var period = Period.Of(DateTimeOffset.UtcNow).Index;
        var reads = 0;
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < until; reads++)
        {
            await using var context = new BaselineContext(options);
            var environment = random.Next(environments) + 1;
            _ = await context.EnvironmentMonths.AsNoTracking().SingleOrDefaultAsync(
                row => row.TenantKey == tenant && row.Period == period && row.EnvironmentKey == environment);
            _ = await context.GrantMonths.Where(row => row.TenantKey == tenant && row.Period == period)
                .SumAsync(row => row.Granted + row.CarriedIn - row.Burned - row.Held - row.Expired - row.CarriedOut);
            _ = await context.EnvironmentMonths.Where(row => row.TenantKey == tenant && row.Period == period)
                .SumAsync(row => row.Backing - row.Consumed - row.Held);
        }

        return reads;
    }
}

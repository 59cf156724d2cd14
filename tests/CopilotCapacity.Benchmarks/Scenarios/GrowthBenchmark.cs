using System.Diagnostics;
using CopilotCapacity.Benchmarks.Load;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Benchmarks.Scenarios;

/// <summary>Whether a file that has grown for years takes events as fast as a new one.</summary>
internal static class GrowthBenchmark
{
    private const int Environments = 1_000;
    private const int FillEvents = 5_000;

    public static async Task RunAsync(BenchmarkOptions options, Report report)
    {
        var organisation = new Organisation(Environments);
        using var folder = new DatabaseFolder(options);
        await organisation.CreateAsync(folder.Database);
        var (empty, emptyCost) = await MeasureAsync(options, folder, organisation);
        report.Add("events a second at zero", $"{empty.PerSecond:N0}", Goal.None, "", $"{emptyCost:0.0} us of processor an event");

        var watch = Stopwatch.StartNew();
        await FillAsync(folder, options.Events, Environments);
        Report.Say($"{options.Events:N0} events written in {watch.Elapsed}, the file has {folder.Megabytes:N0} MB");
        var (full, fullCost) = await MeasureAsync(options, folder, organisation);
        report.Add($"events a second at {options.Events:N0}", $"{full.PerSecond:N0}", Goal.None, $"{empty.PerSecond:N0} at zero", $"{fullCost:0.0} us of processor an event");
        report.Add("throughput full to empty", $"{full.PerSecond / empty.PerSecond:0.00}", new Goal("0.8", "0.95"));
    }

    private static async Task<(Measured Measured, double Cost)> MeasureAsync(BenchmarkOptions options, DatabaseFolder folder, Organisation organisation)
    {
        await using var portal = await PortalProcess.StartAsync(folder.File);
        var ingest = new Ingest(organisation, await portal.CreateKeyAsync(Organisation.Tenant), options.Connections);
        await ingest.WarmUpAsync(portal.Port);
        var before = portal.ProcessorTime;
        var measured = await ingest.RunAsync(portal.Port, TimeSpan.FromSeconds(options.Seconds));
        return (measured, (portal.ProcessorTime - before).TotalMicroseconds / (measured.PerSecond * options.Seconds));
    }

    // By the portal's own meter and store, in full groups. The times lie in the days of this month that are over.
    public static Task FillAsync(DatabaseFolder folder, int events, int environments) => Organisation.WithMeterAsync(folder.Database, async meter =>
    {
        var now = DateTimeOffset.UtcNow;
        var month = now - new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
        var tenant = new TenantId(Organisation.Tenant);
        var random = new Random(7);
        for (var done = 0; done < events; done += FillEvents)
        {
            var time = now - (month * (1 - ((double)done / events)));
            var batch = Enumerable.Range(done, Math.Min(FillEvents, events - done)).Select(number => Usage(random, number, time, environments));
            await meter.RecordAsync(tenant, [.. batch]);
            if (done % 1_000_000 == 0)
            {
                Report.Say($"{done:N0} events");
            }
        }
    });

    private static UsageEvent Usage(Random random, int number, DateTimeOffset time, int environments)
    {
        var environment = random.Next(environments);
        var agent = random.Next(3);
        return new UsageEvent
        {
            Id = $"evt-{number:0000000000000000}",
            Source = "/benchmark/gateway",
            Subject = Organisation.Environment(environment),
            Time = time,
            Items = [new UsageItem(Feature.GenerativeAnswer, 1_000)],
            ContentHash = (UInt128)number,
            AgentId = $"agent-{environment}-{agent}",
            AgentName = "Agent",
            UserId = $"user-{environment}-{random.Next(20)}",
            Trigger = "interactive",
            Channel = "teams",
            Product = "copilotStudio",
        };
    }
}

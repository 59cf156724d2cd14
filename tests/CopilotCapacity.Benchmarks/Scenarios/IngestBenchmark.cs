using CopilotCapacity.Benchmarks.Baseline;
using CopilotCapacity.Benchmarks.Load;

namespace CopilotCapacity.Benchmarks.Scenarios;

/// <summary>Durable facts over HTTP, beside one transaction of EF Core for each event.</summary>
internal static class IngestBenchmark
{
    private const int Environments = 1_000;

    public static async Task RunAsync(BenchmarkOptions options, Report report)
    {
        var duration = TimeSpan.FromSeconds(options.Seconds);
        var organisation = new Organisation(Environments);
        Measured measured;
        double peak;
        double processor;
        using (var folder = new DatabaseFolder(options))
        {
            await organisation.CreateAsync(folder.Database);
            await using var portal = await PortalProcess.StartAsync(folder.File);
            var ingest = new Ingest(organisation, await portal.CreateKeyAsync(Organisation.Tenant), options.Connections);
            await ingest.WarmUpAsync(portal.Port);
            var before = portal.ProcessorTime;
            measured = await ingest.RunAsync(portal.Port, duration);
            processor = (portal.ProcessorTime - before).TotalMicroseconds / (measured.PerSecond * duration.TotalSeconds);
            peak = portal.PeakMegabytes;
        }

        var baseline = await Baselines.WritesAsync(options);
        report.Add(
            "durable events a second over HTTP, batches of 100", $"{measured.PerSecond:N0}", new Goal("50,000", "120,000"), $"{baseline:N0}",
            $"{measured.Times}; {processor:0.0} us of processor an event in the server");
        report.Add("ratio to the baseline", $"{measured.PerSecond / baseline:0.0}", new Goal("30", "60"));
        report.Add("peak memory of the server during ingest", $"{peak:N0} MB", new Goal("400 MB", "250 MB"));
    }
}

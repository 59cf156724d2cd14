using CopilotCapacity.Benchmarks.Load;

namespace CopilotCapacity.Benchmarks.Scenarios;

/// <summary>What an event costs with few and with very many environments on one pool.</summary>
internal static class EnvironmentsBenchmark
{
    public static async Task RunAsync(BenchmarkOptions options, Report report)
    {
        var few = await CostAsync(options, 10, report);
        var many = await CostAsync(options, 100_000, report);
        report.Add("cost of an event, 100,000 environments to 10", $"{(many / few) - 1:+0.0%;-0.0%}", new Goal("20%", "5%"), $"{few:0.0} us with 10", "processor time of the server");
    }

    // Users and agents are as many in both, so that only the number of environments differs.
    private static async Task<double> CostAsync(BenchmarkOptions options, int environments, Report report)
    {
        var duration = TimeSpan.FromSeconds(options.Seconds);
        var organisation = new Organisation(environments) { Busy = 10 };
        using var folder = new DatabaseFolder(options);
        await organisation.CreateAsync(folder.Database);
        await using var portal = await PortalProcess.StartAsync(folder.File);
        var ingest = new Ingest(organisation, await portal.CreateKeyAsync(Organisation.Tenant), options.Connections);
        await ingest.WarmUpAsync(portal.Port);
        var before = portal.ProcessorTime;
        var measured = await ingest.RunAsync(portal.Port, duration);
        var cost = (portal.ProcessorTime - before).TotalMicroseconds / (measured.PerSecond * duration.TotalSeconds);
        report.Add($"events a second with {environments:N0} environments", $"{measured.PerSecond:N0}", Goal.None, "", $"{cost:0.00} us of processor an event");
        return cost;
    }
}

using CopilotCapacity.Benchmarks.Baseline;
using CopilotCapacity.Benchmarks.Load;

namespace CopilotCapacity.Benchmarks.Scenarios;

/// <summary>Permissions that are decided and burnt in one step, one a request.</summary>
internal static class ConsumeBenchmark
{
    private const int Environments = 1_000;
    private const int Connections = 32;

    private static long s_id;

    public static async Task RunAsync(BenchmarkOptions options, Report report)
    {
        var organisation = new Organisation(Environments);
        using var folder = new DatabaseFolder(options);
        await organisation.CreateAsync(folder.Database);
        await using var portal = await PortalProcess.StartAsync(folder.File);
        var key = await portal.CreateKeyAsync(Organisation.Tenant);
        var steps = Enumerable.Range(0, Connections).Select(number => StepOf(organisation, key, number)).ToArray();
        var measured = await LoadRun.RunAsync(portal.Port, LoadRun.WarmUp, TimeSpan.FromSeconds(options.Seconds), steps);
        var baseline = await Baselines.WritesAsync(options);
        report.Add(
            $"consume a second, {Connections} connections", $"{measured.PerSecond:N0}", new Goal("5,000", "12,000"), $"{baseline:N0}",
            $"p50 {measured.P50:0.0} ms");
        report.Add("consume p99", $"{measured.P99:0.0} ms", new Goal("50 ms", "20 ms"));
    }

    private static Step StepOf(Organisation organisation, string key, int number)
    {
        var random = new Random(number);
        return async connection =>
        {
            // A permission's time is now, so the request is made anew.
            var body = RequestTemplate.Event(organisation.Next(random));
            var request = RequestTemplate.Post("/api/v1/consume", key, "application/cloudevents+json", body);
            LoadRun.Expect(await connection.SendAsync(request.Next(ref s_id)), 200);
            return 1;
        };
    }
}

using CopilotCapacity.Benchmarks.Load;

namespace CopilotCapacity.Benchmarks.Scenarios;

/// <summary>Reading quotas: at a fixed rate, where stalls show, and as fast as they are answered.</summary>
internal static class QuotaBenchmark
{
    private const int Environments = 1_000;
    private const int Connections = 64;
    private const int Rate = 20_000;

    public static async Task RunAsync(BenchmarkOptions options, Report report)
    {
        var duration = TimeSpan.FromSeconds(options.Seconds);
        var organisation = new Organisation(Environments);
        using var folder = new DatabaseFolder(options);
        await organisation.CreateAsync(folder.Database);
        await using var portal = await PortalProcess.StartAsync(folder.File);
        var key = await portal.CreateKeyAsync(Organisation.Tenant);
        var requests = Enumerable.Range(0, Environments)
            .Select(number => RequestTemplate.Get($"/api/v1/environments/{Organisation.Environment(number)}/quota", key)).ToArray();
        var steps = Enumerable.Range(0, Connections).Select(number => StepOf(requests, number)).ToArray();
        var most = await LoadRun.RunAsync(portal.Port, TimeSpan.FromSeconds(30), duration, steps);
        report.Add("quota reads a second, as many as are answered", $"{most.PerSecond:N0}", "20,000", "", most.Times);
        var paced = await LoadRun.RunAsync(portal.Port, TimeSpan.FromSeconds(2), duration, steps, Rate);
        report.Add($"quota p99 at {Rate:N0} a second", $"{paced.P99:0.0} ms", "5 ms", "", $"{paced.PerSecond:N0}/s, {paced.Times}");
    }

    private static Step StepOf(RequestTemplate[] requests, int number)
    {
        var random = new Random(number);
        var id = 0L;
        return async connection =>
        {
            LoadRun.Expect(await connection.SendAsync(requests[random.Next(requests.Length)].Next(ref id)), 200);
            return 1;
        };
    }
}

using CopilotCapacity.Benchmarks.Load;

namespace CopilotCapacity.Benchmarks.Scenarios;

/// <summary>Permissions that are decided and burnt in one step, one a request.</summary>
internal static class ConsumeBenchmark
{
    private const int Environments = 1_000;

    private static long s_id;

    public static async Task RunAsync(BenchmarkOptions options, Report report)
    {
        var organisation = new Organisation(Environments);
        using var folder = new DatabaseFolder(options);
        await organisation.CreateAsync(folder.Database);
        await using var portal = await PortalProcess.StartAsync(folder.File);
        var key = await portal.CreateKeyAsync(Organisation.Tenant);
        var steps = Enumerable.Range(0, options.Connections).Select(number => StepOf(organisation, key, number)).ToArray();
        var duration = TimeSpan.FromSeconds(options.Seconds);
        var measured = await LoadRun.RunAsync(portal.Port, duration, duration, steps);
        report.Add("consume a second", $"{measured.PerSecond:N0}", "", "", measured.Times);
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

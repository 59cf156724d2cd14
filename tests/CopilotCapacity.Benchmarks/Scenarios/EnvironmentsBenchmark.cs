using CopilotCapacity.Benchmarks.Load;

namespace CopilotCapacity.Benchmarks.Scenarios;

/// <summary>
/// What an event costs with few and with very many environments on one pool. Both servers run all the time and are measured in
/// turn, because the speed of a virtual machine changes more from minute to minute than what is looked for.
/// </summary>
internal static class EnvironmentsBenchmark
{
    private const int Rounds = 5;
    private const int Few = 10;
    private const int Many = 100_000;

    public static async Task RunAsync(BenchmarkOptions options, Report report)
    {
        await using var few = await Server.StartAsync(options, Few);
        await using var many = await Server.StartAsync(options, Many);
        var duration = TimeSpan.FromSeconds(Math.Max(2, options.Seconds / 2));
        for (var round = 0; round < Rounds; round++)
        {
            await few.MeasureAsync(duration);
            await many.MeasureAsync(duration);
        }

        foreach (var (environments, server) in new[] { (Few, few), (Many, many) })
        {
            report.Add(
                $"events a second with {environments:N0} environments", $"{server.PerSecond:N0}", Goal.None, "",
                $"{server.Cost:0.00} us of processor an event; medians of {Rounds}");
        }

        report.Add(
            "cost of an event, 100,000 environments to 10", $"{(many.Cost / few.Cost) - 1:+0.0%;-0.0%}", new Goal("20%", "5%"),
            $"{few.Cost:0.0} us with 10", "processor time of the server");
    }

    // Users and agents are as many in both, so that only the number of environments differs.
    private sealed class Server(DatabaseFolder folder, PortalProcess portal, Ingest ingest) : IAsyncDisposable
    {
        private readonly List<double> _costs = [];
        private readonly List<double> _rates = [];

        public double Cost => Median(_costs);

        public double PerSecond => Median(_rates);

        public static async Task<Server> StartAsync(BenchmarkOptions options, int environments)
        {
            var organisation = new Organisation(environments) { Busy = Few };
            var folder = new DatabaseFolder(options);
            await organisation.CreateAsync(folder.Database);
            var portal = await PortalProcess.StartAsync(folder.File);
            var ingest = new Ingest(organisation, await portal.CreateKeyAsync(Organisation.Tenant), options.Connections);
            await ingest.WarmUpAsync(portal.Port);
            return new Server(folder, portal, ingest);
        }

        public async Task MeasureAsync(TimeSpan duration)
        {
            var before = portal.ProcessorTime;
            var measured = await ingest.RunAsync(portal.Port, duration);
            _costs.Add((portal.ProcessorTime - before).TotalMicroseconds / (measured.PerSecond * duration.TotalSeconds));
            _rates.Add(measured.PerSecond);
        }

        public async ValueTask DisposeAsync()
        {
            await portal.DisposeAsync();
            folder.Dispose();
        }

        private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
    }
}

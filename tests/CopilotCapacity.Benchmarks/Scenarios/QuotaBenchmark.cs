using System.Diagnostics;
using CopilotCapacity.Benchmarks.Baseline;
using CopilotCapacity.Benchmarks.Load;

namespace CopilotCapacity.Benchmarks.Scenarios;

/// <summary>Reading quotas as fast as they are answered, and all of a large tenant once.</summary>
internal static class QuotaBenchmark
{
    private const int Environments = 10_000;
    private const int Connections = 40;
    private const int Rounds = 7;

    public static async Task RunAsync(BenchmarkOptions options, Report report)
    {
        var organisation = new Organisation(Environments);
        using var folder = new DatabaseFolder(options);
        await organisation.CreateAsync(folder.Database);
        await using var portal = await PortalProcess.StartAsync(folder.File);
        var key = await portal.CreateKeyAsync(Organisation.Tenant);
        var requests = Enumerable.Range(0, Environments)
            .Select(number => RequestTemplate.Get($"/api/v1/environments/{Organisation.Environment(number)}/quota", key)).ToArray();
        var steps = Enumerable.Range(0, Connections).Select(number => StepOf(requests, number)).ToArray();
        var measured = await LoadRun.RunAsync(portal.Port, LoadRun.WarmUp, TimeSpan.FromSeconds(options.Seconds), steps);
        var all = await ReadAllAsync(portal.Port, requests);
        var baseline = await Baselines.ReadsAsync(options);
        report.Add(
            $"quota reads a second, {Connections} connections", $"{measured.PerSecond:N0}", new Goal("20,000", "40,000"), $"{baseline:N0}",
            $"p50 {measured.P50:0.0} ms");
        report.Add("quota p99", $"{measured.P99:0.0} ms", new Goal("5 ms", ""));
        report.Add($"quotas of {Environments:N0} environments", $"{all.TotalSeconds:0.00} s", new Goal("0.5 s", "0.25 s"), $"{Environments / baseline:0.0} s");
    }

    // Each connection reads its part, one after the other; the middle of several rounds counts.
    private static async Task<TimeSpan> ReadAllAsync(int port, RequestTemplate[] requests)
    {
        var connections = new RawConnection[Connections];
        for (var number = 0; number < Connections; number++)
        {
            connections[number] = new RawConnection();
            await connections[number].ConnectAsync(port);
        }

        var rounds = new List<TimeSpan>();
        while (rounds.Count < Rounds)
        {
            var watch = Stopwatch.StartNew();
            await Task.WhenAll(connections.Select((connection, number) => Task.Run(() => ReadPartAsync(connection, requests, number))));
            rounds.Add(watch.Elapsed);
        }

        Array.ForEach(connections, connection => connection.Dispose());
        return rounds.Order().ElementAt(Rounds / 2);
    }

    private static async Task ReadPartAsync(RawConnection connection, RequestTemplate[] requests, int first)
    {
        var id = 0L;
        for (var index = first; index < requests.Length; index += Connections)
        {
            LoadRun.Expect(await connection.SendAsync(requests[index].Next(ref id)), 200);
        }
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

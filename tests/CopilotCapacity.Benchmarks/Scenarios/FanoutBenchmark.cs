using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using CopilotCapacity.Benchmarks.Load;

namespace CopilotCapacity.Benchmarks.Scenarios;

/// <summary>
/// How long it takes from a cause to everybody who listens, what a listener costs the server, and whether anything is lost or repeated
/// while listeners and the portal come and go. Dashboards are programs that follow the tenant through the hub: what a browser's circuit
/// costs beyond that is not measured here. The listeners share the machine with the server.
/// </summary>
internal static class FanoutBenchmark
{
    private const int Environments = 10;
    private const int TimedRounds = 15;
    private const int Followers = 40;
    private const int Reconnects = 200;
    private const int Restarts = 5;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    public static async Task RunAsync(BenchmarkOptions options, Report report)
    {
        await MeasureLatencyAsync(options, report);
        await MeasureLossAsync(options, report);
    }

    private static async Task MeasureLatencyAsync(BenchmarkOptions options, Report report)
    {
        using var folder = new DatabaseFolder(options);
        await using var world = await World.StartAsync(folder);
        using var client = NewClient();
        using var end = new CancellationTokenSource();
        var before = world.Portal.Megabytes;
        var hubs = Enumerable.Range(0, options.Dashboards).Select(_ => (Listener)new HubListener(world.Tenant)).ToList();
        await OpenAsync(world, hubs, end.Token);
        var withHubs = world.Portal.Megabytes;
        var banners = Enumerable.Range(0, options.Banners).Select(number => (Listener)new BannerListener(client, world.Places[number % Environments])).ToList();
        await OpenAsync(world, banners, end.Token);
        var withBanners = world.Portal.Megabytes;
        report.Add("fanout: memory of a hub connection", $"{(withHubs - before) * 1024 / options.Dashboards:0} KB", new Goal("400 KB", ""), remark: $"{options.Dashboards:N0} of them; no browser circuits");
        report.Add("fanout: memory of a banner's stream", $"{(withBanners - withHubs) * 1024 / options.Banners:0} KB", Goal.None, remark: $"{options.Banners:N0} of them");

        var all = hubs.Concat(banners).ToList();
        var taken = new ConcurrentBag<double>();
        for (var round = 0; round < TimedRounds; round++)
        {
            await TimeAsync(all, taken, world.UseUpAsync);
            await TimeAsync(all, taken, world.AddAsync);
        }

        var sorted = taken.Order().ToList();
        report.Add(
            "fanout: cause to listener, p99",
            $"{sorted[(int)Math.Ceiling(sorted.Count * 0.99) - 1]:0} ms",
            new Goal("1,000 ms", ""),
            remark: $"p50 {sorted[sorted.Count / 2]:0} ms, most {sorted[^1]:0} ms; {options.Dashboards:N0} hub connections and {options.Banners:N0} streams, {sorted.Count:N0} messages");
        await end.CancelAsync();
    }

    private static async Task TimeAsync(List<Listener> listeners, ConcurrentBag<double> taken, Func<Task> cause)
    {
        var left = listeners.Count;
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = Stopwatch.GetTimestamp();
        foreach (var listener in listeners)
        {
            listener.OnHeard = at =>
            {
                taken.Add(Stopwatch.GetElapsedTime(begun, at).TotalMilliseconds);
                if (Interlocked.Decrement(ref left) == 0)
                {
                    heard.TrySetResult();
                }
            };
        }

        begun = Stopwatch.GetTimestamp();
        await cause();
        await heard.Task.WaitAsync(s_patience);
    }

    private static async Task MeasureLossAsync(BenchmarkOptions options, Report report)
    {
        using var folder = new DatabaseFolder(options);
        await using var world = await World.StartAsync(folder);
        using var client = NewClient();
        using var end = new CancellationTokenSource();
        var listeners = Enumerable.Range(0, Followers)
            .Select(number => number % 2 == 0 ? (Listener)new HubListener(world.Tenant) : new BannerListener(client, world.Places[number % Environments]))
            .ToList();
        var told = options.Rounds * 2;
        var begun = listeners.ConvertAll(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var following = listeners.Select((listener, number) => FollowAsync(listener, begun[number], number)).ToList();
        await Task.WhenAll(begun.Select(one => one.Task)).WaitAsync(s_patience);
        for (var round = 0; round < options.Rounds; round++)
        {
            await world.UseUpAsync();
            await world.AddAsync();
            if ((round + 1) % Math.Max(1, options.Rounds / (Restarts + 1)) == 0 && world.Restarts < Restarts)
            {
                await world.RestartAsync();
            }
        }

        await Task.WhenAll(following).WaitAsync(s_patience);
        var lost = listeners.Sum(listener => told - listener.Numbers.Distinct().Count());
        var repeated = listeners.Sum(listener => listener.Numbers.Count - listener.Numbers.Distinct().Count());
        var disordered = listeners.Count(listener => !listener.Numbers.SequenceEqual(listener.Numbers.Order()));
        report.Add("fanout: lost", $"{lost:N0}", new Goal("0", ""), remark: $"{Followers} listeners, {told:N0} alerts each, {listeners.Sum(listener => listener.Connections - 1):N0} reconnects, {world.Restarts} restarts of the portal");
        report.Add("fanout: repeated", $"{repeated:N0}", new Goal("0", ""), remark: $"{disordered} listeners heard something out of order");

        // Leaves and comes back after a share of what there is to hear, and whenever the portal has gone.
        async Task FollowAsync(Listener listener, TaskCompletionSource first, int number)
        {
            var leaveEvery = Math.Max(1, told * Followers / Reconnects);
            while (listener.Numbers.Count < told)
            {
                using var leave = new CancellationTokenSource();
                var until = Math.Min(told, ((listener.Numbers.Count / leaveEvery) + 1) * leaveEvery);
                listener.OnHeard = _ =>
                {
                    if (listener.Numbers.Count >= until)
                    {
                        leave.Cancel();
                    }
                };
                try
                {
                    await listener.ListenAsync(world.Portal.Port, world.Key, first, leave.Token);
                }
                catch (Exception exception) when (exception is OperationCanceledException or HttpRequestException or IOException or InvalidOperationException
                    or System.Net.WebSockets.WebSocketException or Microsoft.AspNetCore.SignalR.HubException)
                {
                    // It left, or the portal is away.
                    await Task.Delay(100 + number);
                }
            }
        }
    }

    private static async Task OpenAsync(World world, List<Listener> listeners, CancellationToken cancellationToken)
    {
        const int atOnce = 100;
        foreach (var some in listeners.Chunk(atOnce))
        {
            var begun = some.Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToList();
            foreach (var (listener, start) in some.Zip(begun))
            {
                _ = ListenAsync(listener, start);
            }

            await Task.WhenAll(begun.Select(start => start.Task)).WaitAsync(s_patience, cancellationToken);
        }

        async Task ListenAsync(Listener listener, TaskCompletionSource start)
        {
            try
            {
                await listener.ListenAsync(world.Portal.Port, world.Key, start, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                // The measurement is over.
            }
            catch (Exception exception)
            {
                start.TrySetException(exception);
            }
        }
    }

    private static HttpClient NewClient() => new(new SocketsHttpHandler { MaxConnectionsPerServer = int.MaxValue }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>A portal with a tenant whose environments share one pool.</summary>
    private sealed class World(PortalProcess portal, string file, Guid tenant, List<Guid> places, string key) : IAsyncDisposable
    {
        private const int Added = 100_000;

        private HttpClient _api = ApiOf(portal, key);
        private int _left = Added;

        public PortalProcess Portal { get; private set; } = portal;

        public Guid Tenant => tenant;

        public List<Guid> Places => places;

        public string Key => key;

        public int Restarts { get; private set; }

        public static async Task<World> StartAsync(DatabaseFolder folder)
        {
            var portal = await PortalProcess.StartAsync(folder.File);
            var tenant = (await portal.CreateAsync("/api/v1/tenants", new { name = "Fanout" })).GetProperty("id").GetGuid();
            await portal.CreateAsync($"/api/v1/tenants/{tenant}/grants", new { kind = "promotional", amount = Added });
            var places = new List<Guid>();
            for (var number = 0; number < Environments; number++)
            {
                places.Add((await portal.CreateAsync($"/api/v1/tenants/{tenant}/environments", new { name = $"Place {number}", type = "production", region = "europe" })).GetProperty("id").GetGuid());
            }

            return new World(portal, folder.File, tenant, places, await portal.CreateKeyAsync(tenant));
        }

        /// <summary>Uses up all there is: every environment is depleted by it, in one alert.</summary>
        public async Task UseUpAsync()
        {
            var left = _left;
            using var answer = await _api.PostAsJsonAsync("/api/v1/consume", new
            {
                specversion = "1.0",
                id = Guid.NewGuid(),
                source = "fanout",
                type = "copilot.credits",
                subject = places[0],
                time = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture),
                data = new { quantity = left },
            });
            answer.EnsureSuccessStatusCode();
        }

        /// <summary>Adds credits: every environment is restored by it, in one alert.</summary>
        public async Task AddAsync()
        {
            _left = Added;
            await Portal.CreateAsync($"/api/v1/tenants/{tenant}/grants", new { kind = "promotional", amount = Added });
        }

        /// <summary>Kills the portal and starts it again.</summary>
        public async Task RestartAsync()
        {
            await Portal.DisposeAsync();
            _api.Dispose();
            Portal = await PortalProcess.StartAsync(file);
            _api = ApiOf(Portal, key);
            Restarts++;
        }

        public async ValueTask DisposeAsync()
        {
            _api.Dispose();
            await Portal.DisposeAsync();
        }

        private static HttpClient ApiOf(PortalProcess portal, string key)
        {
            var api = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{portal.Port}") };
            api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
            return api;
        }
    }
}

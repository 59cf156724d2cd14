using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace CopilotCapacity.EndToEnd.Tests;

/// <summary>
/// The published portal is killed again and again while others listen: the npm client of the hub, and clients of the stream. The last
/// number each has seen is all that it keeps.
/// </summary>
public sealed class StreamRestartTests(PublishedPortal portal) : IClassFixture<PublishedPortal>
{
    private const string AdminKey = "restart-admin-key-0123456789";
    private const int Kills = 3;
    private const int RoundsEach = 4;

    // Each round depletes and restores: two alerts, and two changes of status.
    private const int Told = (Kills + 1) * RoundsEach * 2;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task KilledPortal_LosesAndRepeatsNothing_ForHubAndStreams()
    {
        var (folder, address) = (portal.NewFolder(), $"http://127.0.0.1:{PublishedPortal.FreePort()}");
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["Urls"] = address, ["Bootstrap__AdminApiKey"] = AdminKey };
        using var admin = Client(address, AdminKey);
        var process = portal.StartPortal(portal.Program, folder, settings);
        try
        {
            await PublishedPortal.ReadyAsync(admin);
            var (tenant, environment, key) = await SetUpAsync(admin);
            using var patience = new CancellationTokenSource(s_patience);
            var hub = ListenAsync(address, key, tenant, patience.Token);
            var streams = Enumerable.Range(0, 5).Select(_ => FollowAsync(address, key, environment, patience.Token)).ToList();
            await Task.WhenAll(streams.Select(stream => stream.Begun.Task)).WaitAsync(s_patience);
            for (var kill = 0; kill <= Kills; kill++)
            {
                using var api = Client(address, key);
                for (var round = 0; round < RoundsEach; round++)
                {
                    await RoundAsync(api, tenant, environment);
                }

                if (kill < Kills)
                {
                    process.Kill();
                    await process.WaitForExitAsync();
                    process.Dispose();
                    process = portal.StartPortal(portal.Program, folder, settings);
                    await PublishedPortal.ReadyAsync(admin);
                }
            }

            var heard = await hub;
            Assert.Equal(Enumerable.Range(1, Told).Select(number => $"{number}"), heard.Where(line => line[0] is "alert").Select(line => line[1]), StringComparer.Ordinal);
            Assert.Contains(heard, line => line[0] is "quota" && line[1].Equals($"{environment}", StringComparison.Ordinal));
            Assert.True(int.Parse(heard[^1][1], CultureInfo.InvariantCulture) >= 1, "The client never had to come back.");
            foreach (var stream in streams)
            {
                var events = await stream.Running;

                // The state at first, then each change: depleted and back, over and over.
                Assert.Equal(events.Select(told => told.Id).Distinct().Order(), events.Select(told => told.Id));
                Assert.Equal(
                    Enumerable.Range(0, Told).Select(number => number % 2 == 0), events.Skip(1).Select(told => told.Status is "depleted"));
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    private static async Task<(Guid Tenant, Guid Environment, string Key)> SetUpAsync(HttpClient admin)
    {
        var tenant = (await PostAsync(admin, "/api/v1/tenants", new { name = "Contoso" })).GetProperty("id").GetGuid();
        string[] scopes = ["usage:write", "quota:read", "capacity:read", "capacity:write"];
        var key = (await PostAsync(admin, $"/api/v1/tenants/{tenant}/api-keys", new { name = "test", scopes })).GetProperty("secret").GetString()!;
        await PostAsync(admin, $"/api/v1/tenants/{tenant}/grants", new { kind = "promotional", amount = 100 });
        var environment = (await PostAsync(admin, $"/api/v1/tenants/{tenant}/environments", new { name = "Sales", type = "production", region = "europe" })).GetProperty("id").GetGuid();
        return (tenant, environment, key);
    }

    private static async Task RoundAsync(HttpClient api, Guid tenant, Guid environment)
    {
        var left = (await api.GetFromJsonAsync<JsonElement>($"/api/v1/environments/{environment}/quota")).GetProperty("remaining").GetDecimal();
        var use = new
        {
            specversion = "1.0",
            id = Guid.NewGuid(),
            source = "test",
            type = "copilot.credits",
            subject = environment,
            time = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture),
            data = new { quantity = left },
        };
        await PostAsync(api, "/api/v1/consume", use);
        await PostAsync(api, $"/api/v1/tenants/{tenant}/grants", new { kind = "promotional", amount = 100_000 });
    }

    private static async Task<JsonElement> PostAsync(HttpClient api, string path, object body)
    {
        using var answer = await api.PostAsJsonAsync(path, body);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static HttpClient Client(string address, string key)
    {
        var client = new HttpClient { BaseAddress = new Uri(address), Timeout = s_patience };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    private static async Task<List<string[]>> ListenAsync(string address, string key, Guid tenant, CancellationToken cancellationToken)
    {
        var script = Path.Combine(PublishedPortal.Root(), "tests", "CopilotCapacity.EndToEnd.Tests", "hub", "client.mjs");
        using var node = Process.Start(new ProcessStartInfo("node", [script, address, key, $"{tenant}", "0", $"{Told}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        try
        {
            var output = await node.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = await node.StandardError.ReadToEndAsync(cancellationToken);
            await node.WaitForExitAsync(cancellationToken);
            Assert.True(node.ExitCode == 0, error);
            return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))];
        }
        finally
        {
            if (!node.HasExited)
            {
                node.Kill();
            }
        }
    }

    private static (TaskCompletionSource Begun, Task<List<(long Id, string Status)>> Running) FollowAsync(
        string address, string key, Guid environment, CancellationToken cancellationToken)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (begun, RunAsync());

        async Task<List<(long Id, string Status)>> RunAsync()
        {
            var events = new List<(long Id, string Status)>();
            while (events.Count <= Told)
            {
                try
                {
                    using var client = Client(address, key);
                    using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/environments/{environment}/notices/stream");
                    if (events.Count > 0)
                    {
                        request.Headers.Add("Last-Event-ID", $"{events[^1].Id}");
                    }

                    using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                    using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
                    await ReadAsync(lines, events);
                }
                catch (Exception exception) when (exception is HttpRequestException or IOException)
                {
                    // The portal is away; it is asked again soon.
                    await Task.Delay(100, cancellationToken);
                }
            }

            return events;
        }

        async Task ReadAsync(StreamReader lines, List<(long Id, string Status)> events)
        {
            var id = 0L;
            while (events.Count <= Told && await lines.ReadLineAsync(cancellationToken) is { } line)
            {
                if (line.StartsWith("id: ", StringComparison.Ordinal))
                {
                    id = long.Parse(line.AsSpan(4), CultureInfo.InvariantCulture);
                }
                else if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    events.Add((id, JsonDocument.Parse(line.AsMemory(6)).RootElement.GetProperty("status").GetString()!));
                    begun.TrySetResult();
                }
            }
        }
    }
}

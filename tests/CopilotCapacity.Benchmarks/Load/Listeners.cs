using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace CopilotCapacity.Benchmarks.Load;

/// <summary>Someone who hears numbers, and keeps the last one over connections.</summary>
internal abstract class Listener
{
    private readonly List<long> _numbers = [];

    /// <summary>The last number heard; null before the first.</summary>
    protected long? Last { get; private set; }

    /// <summary>How often it has been connected.</summary>
    public int Connections { get; private set; }

    /// <summary>All numbers heard, in their order.</summary>
    public IReadOnlyList<long> Numbers => _numbers;

    /// <summary>Called with the moment at which something was heard.</summary>
    public Action<long>? OnHeard { get; set; }

    /// <summary>Listens until it is cancelled or the connection ends.</summary>
    public abstract Task ListenAsync(int port, string key, TaskCompletionSource begun, CancellationToken cancellationToken);

    protected void Begin(TaskCompletionSource begun)
    {
        Connections++;
        begun.TrySetResult();
    }

    protected void Hear(long number, bool isNews)
    {
        Last = number;
        if (isNews)
        {
            _numbers.Add(number);
            OnHeard?.Invoke(Stopwatch.GetTimestamp());
        }
    }
}

/// <summary>A banner: a stream of server-sent events.</summary>
internal sealed class BannerListener(HttpClient client, Guid environment) : Listener
{
    public override async Task ListenAsync(int port, string key, TaskCompletionSource begun, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{port}/api/v1/environments/{environment}/notices/stream"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var isNew = Last is null;
        if (Last is { } last)
        {
            request.Headers.Add("Last-Event-ID", last.ToString(CultureInfo.InvariantCulture));
        }

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        answer.EnsureSuccessStatusCode();
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken), bufferSize: 1_024);
        var isFirst = true;
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            if (isFirst)
            {
                isFirst = false;
                Begin(begun);
            }

            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                // The first event of a new listener is the state, which is no news.
                Hear(long.Parse(line.AsSpan(4), CultureInfo.InvariantCulture), !isNew);
                isNew = false;
            }
        }
    }
}

/// <summary>A program that follows the tenant through the hub.</summary>
internal sealed class HubListener(Guid tenant) : Listener
{
    public override async Task ListenAsync(int port, string key, TaskCompletionSource begun, CancellationToken cancellationToken)
    {
        await using var connection = new HubConnectionBuilder().WithUrl(new Uri($"http://127.0.0.1:{port}/hubs/alerts"), options =>
        {
            options.AccessTokenProvider = () => Task.FromResult<string?>(key);
            options.Transports = HttpTransportType.WebSockets;
            options.SkipNegotiation = true;
        }).Build();
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.Closed += _ =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        connection.On<JsonElement>("quota", _ => { });
        connection.On<JsonElement>("alert", alert => Hear(alert.GetProperty("sequence").GetInt64(), true));
        await connection.StartAsync(cancellationToken);
        await connection.InvokeAsync("Subscribe", tenant.ToString(), Last ?? 0, cancellationToken);
        Begin(begun);
        await closed.Task.WaitAsync(cancellationToken);
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CopilotCapacity.Portal.Tests.Features.Channels;

/// <summary>A webhook as it came in.</summary>
internal sealed record Received(IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string Id => Headers["webhook-id"];

    public string Signature => Headers["webhook-signature"];
}

/// <summary>Something on this machine that listens for webhooks, and answers as it is told to.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly WebApplication _app;
    private readonly Channel<Received> _received = Channel.CreateUnbounded<Received>();
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _answers = new();

    private Receiver(WebApplication app) => _app = app;

    /// <summary>How it answers when nothing else is said.</summary>
    public Func<HttpContext, Task> Otherwise { get; set; } = Status(204);

    /// <summary>How many webhooks came in and were not looked at.</summary>
    public int Unread => _received.Reader.Count;

    public Uri Address => new(_app.Urls.First());

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(receiver.TakeAsync);
        await app.StartAsync();
        return receiver;
    }

    /// <summary>Answers with a status.</summary>
    public static Func<HttpContext, Task> Status(int status, string body = "", params (string Name, string Value)[] headers) => async http =>
    {
        http.Response.StatusCode = status;
        foreach (var (name, value) in headers)
        {
            http.Response.Headers[name] = value;
        }

        if (body.Length > 0)
        {
            await http.Response.WriteAsync(body);
        }
    };

    /// <summary>Never answers.</summary>
    public static async Task Silence(HttpContext http)
    {
        try
        {
            await Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, http.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The sender gave up.
        }
    }

    /// <summary>Breaks off.</summary>
    public static Task BreakOff(HttpContext http)
    {
        http.Abort();
        return Task.CompletedTask;
    }

    /// <summary>Says how the next webhooks are answered, one after the other.</summary>
    public Receiver Answer(params Func<HttpContext, Task>[] answers)
    {
        Array.ForEach(answers, _answers.Enqueue);
        return this;
    }

    /// <summary>Waits for the next webhook.</summary>
    public async Task<Received> NextAsync() => await _received.Reader.ReadAsync().AsTask().WaitAsync(s_patience);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var headers = http.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString(), StringComparer.Ordinal);
        await _received.Writer.WriteAsync(new Received(headers, body));
        await (_answers.TryDequeue(out var answer) ? answer : Otherwise)(http);
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CopilotCapacity.Portal.Tests.Features.Replay;

/// <summary>A portal on a loopback port that keeps the contract of usage events and nothing else.</summary>
internal sealed class UsageStandIn : IAsyncDisposable
{
    public const string Key = "tenant-key";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<(string Source, string Id), Booked> _booked = new();
    private int _requests;

    private UsageStandIn(WebApplication app) => _app = app;

    /// <summary>Answers instead of the contract when it returns a result; gets the number of the request, from 1.</summary>
    public Func<int, HttpContext, Task<IResult?>> Instead { get; set; } = (_, _) => Task.FromResult<IResult?>(null);

    /// <summary>Refuses an event with the code it returns.</summary>
    public Func<JsonElement, string?> Refuse { get; set; } = _ => null;

    public Uri Url => new(_app.Urls.First());

    public int Requests => _requests;

    /// <summary>The text of every event received, by request.</summary>
    public ConcurrentQueue<string[]> Received { get; } = new();

    public ICollection<Booked> Booked => _booked.Values;

    /// <summary>All events received, as text, in the order of their text.</summary>
    public string[] TakeReceived()
    {
        var events = Received.SelectMany(batch => batch).Order(StringComparer.Ordinal).ToArray();
        Received.Clear();
        return events;
    }

    public static async Task<UsageStandIn> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var standIn = new UsageStandIn(app);
        app.MapPost("/api/v1/events", (Delegate)standIn.AnswerAsync);
        await app.StartAsync();
        return standIn;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> AnswerAsync(HttpContext context)
    {
        if (await Instead(Interlocked.Increment(ref _requests), context) is { } other)
        {
            return other;
        }

        var request = context.Request;
        if (request.Headers.Authorization != $"Bearer {Key}")
        {
            return Results.Problem(statusCode: 401);
        }

        Assert.StartsWith("application/cloudevents-batch+json", request.ContentType, StringComparison.Ordinal);
        Assert.Equal("return=representation", request.Headers["Prefer"]);
        using var body = await JsonDocument.ParseAsync(request.Body);
        Received.Enqueue([.. body.RootElement.EnumerateArray().Select(e => e.GetRawText())]);
        var items = body.RootElement.EnumerateArray().Select(Judge).ToList();
        var refused = items.Any(item => item["outcome"] is "conflict" or "rejected");
        return Results.Json(new { items }, statusCode: refused ? (int)HttpStatusCode.MultiStatus : 200);
    }

    private Dictionary<string, object?> Judge(JsonElement usage)
    {
        var identity = (usage.GetProperty("source").GetString()!, usage.GetProperty("id").GetString()!);
        var answer = new Dictionary<string, object?>(StringComparer.Ordinal) { ["id"] = identity.Item2, ["source"] = identity.Item1 };
        var content = usage.GetRawText();
        if (Refuse(usage) is { } code && !_booked.ContainsKey(identity))
        {
            return With(answer, ("outcome", "rejected"), ("code", code));
        }

        var mine = new Booked(content, Rate(usage));
        var first = _booked.GetOrAdd(identity, mine);
        if (!string.Equals(first.Content, content, StringComparison.Ordinal))
        {
            return With(answer, ("outcome", "conflict"), ("code", "event_conflict"));
        }

        return With(
            answer,
            ("outcome", ReferenceEquals(first, mine) ? "recorded" : "duplicate"),
            ("sequence", 1),
            ("credits", first.Credits),
            ("burn", new { allocation = 2m, pool = first.Credits - 2m, payAsYouGo = 0m, unfunded = 0m }));
    }

    private static decimal Rate(JsonElement usage) => usage.GetProperty("data").GetProperty("items").EnumerateArray().Sum(item =>
    {
        var quantity = item.GetProperty("quantity").GetInt64();
        return item.GetProperty("feature").ValueEquals("generativeAnswer") ? 2m * quantity : 1.5m * ((quantity + 999) / 1000);
    });

    private static Dictionary<string, object?> With(Dictionary<string, object?> answer, params (string Name, object Value)[] fields)
    {
        foreach (var (name, value) in fields)
        {
            answer[name] = value;
        }

        return answer;
    }
}

/// <summary>An event the stand-in has booked.</summary>
internal sealed record Booked(string Content, decimal Credits);

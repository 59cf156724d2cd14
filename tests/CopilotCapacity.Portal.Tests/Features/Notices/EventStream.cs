using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace CopilotCapacity.Portal.Tests.Features.Notices;

/// <summary>A server-sent event as a client sees it.</summary>
internal sealed record StreamEvent(long Id, string Name, JsonElement Data)
{
    public string? Status => Data.GetProperty("status").GetString();

    public long Sequence => Data.GetProperty("sequence").GetInt64();
}

/// <summary>An open stream of server-sent events.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly HttpResponseMessage _answer;
    private readonly StreamReader _lines;

    private EventStream(HttpResponseMessage answer, StreamReader lines) => (_answer, _lines) = (answer, lines);

    public HttpResponseHeaders Headers => _answer.Headers;

    public static async Task<EventStream> OpenAsync(HttpClient api, Guid environment, long? after = null, string? origin = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/environments/{environment}/notices/stream");
        if (after is { } id)
        {
            request.Headers.Add("Last-Event-ID", $"{id}");
        }

        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        var answer = await api.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        return new EventStream(answer, new StreamReader(await answer.Content.ReadAsStreamAsync()));
    }

    /// <summary>The next event; comments and waiting times are passed over.</summary>
    public async Task<StreamEvent> NextAsync()
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        while (true)
        {
            var line = await LineAsync() ?? throw new InvalidOperationException("The stream has ended.");
            if (line.Length == 0 && fields.TryGetValue("data", out var data))
            {
                return new StreamEvent(long.Parse(fields["id"], CultureInfo.InvariantCulture), fields["event"], JsonDocument.Parse(data).RootElement);
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                fields[line[..colon]] = line[(colon + 1)..].TrimStart();
            }
        }
    }

    /// <summary>The next line; null when the stream has ended.</summary>
    public async Task<string?> LineAsync() => await _lines.ReadLineAsync().WaitAsync(s_patience);

    public ValueTask DisposeAsync()
    {
        _lines.Dispose();
        _answer.Dispose();
        return ValueTask.CompletedTask;
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace CopilotCapacity.Portal.Features.Replay;

/// <summary>A batch could not be delivered; the message says why in a sentence for the operator.</summary>
public sealed class UsageSendException(string message, bool mayHaveArrived) : Exception(message)
{
    /// <summary>False when the server certainly stored nothing of the batch.</summary>
    public bool MayHaveArrived { get; } = mayHaveArrived;
}

/// <summary>
/// Sends batches of usage events and tries again when the failure may pass. Trying again is harmless: an event the server
/// has already recorded is answered as a duplicate.
/// </summary>
public sealed class UsageClient : IDisposable
{
    /// <summary>How often a batch is sent before giving up.</summary>
    public const int TriesMax = 5;

    /// <summary>The longest wait between two tries, also when the server asks for more.</summary>
    public static readonly TimeSpan RetryDelayMax = TimeSpan.FromSeconds(30);

    private const long AnswerBytesMax = 64 * 1024 * 1024;

    private static readonly TimeSpan s_retryDelayMin = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_answerTimeout = TimeSpan.FromSeconds(60);
    private static readonly MediaTypeHeaderValue s_batchType = new("application/cloudevents-batch+json", "utf-8");

    private readonly HttpClient _http;
    private readonly Uri _endpoint;
    private readonly TimeProvider _time;

    /// <summary>Takes ownership of the handler. The address is the portal's own, without the path of the API.</summary>
    public UsageClient(HttpMessageHandler handler, Uri portal, string key, TimeProvider time)
    {
        _endpoint = new Uri(new Uri(portal.AbsoluteUri.TrimEnd('/') + "/"), "api/v1/events");
        _time = time;
        _http = new HttpClient(handler) { Timeout = s_answerTimeout, MaxResponseContentBufferSize = AnswerBytesMax };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        _http.DefaultRequestHeaders.TryAddWithoutValidation("Prefer", "return=representation");
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Sends the batch and returns what became of each event, in the same order.</summary>
    /// <exception cref="UsageSendException">The server refused the whole batch, or could not be reached in <see cref="TriesMax"/> tries.</exception>
    public async Task<IReadOnlyList<UsageResultDto>> SendAsync(IReadOnlyList<UsageEventDto> batch, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(batch, ReplayJson.Default.IReadOnlyListUsageEventDto);
        var mayHaveArrived = false;
        for (var tries = 1; ; tries++)
        {
            var attempt = await TryAsync(body, batch.Count, cancellationToken);
            if (attempt.Results is not null)
            {
                return attempt.Results;
            }

            mayHaveArrived |= attempt.MayHaveArrived;
            if (!attempt.MayPass || tries == TriesMax)
            {
                throw new UsageSendException(attempt.Failure!, mayHaveArrived);
            }

            await Task.Delay(DelayAfter(tries, attempt.RetryAfter), _time, cancellationToken);
        }
    }

    private static TimeSpan DelayAfter(int tries, TimeSpan? asked)
    {
        var delay = asked ?? s_retryDelayMin * Math.Pow(2, tries - 1);
        return delay < TimeSpan.Zero ? TimeSpan.Zero : delay > RetryDelayMax ? RetryDelayMax : delay;
    }

    private async Task<Attempt> TryAsync(byte[] body, int count, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _endpoint) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = s_batchType;
            using var response = await _http.SendAsync(request, cancellationToken);
            return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.MultiStatus
                ? await ReadAnswerAsync(response, count, cancellationToken)
                : await ReadRefusalAsync(response, count, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            var reached = exception.HttpRequestError is not (HttpRequestError.ConnectionError
                or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError
                or HttpRequestError.ProxyTunnelError);
            return Attempt.Passing($"The portal at {_endpoint.GetLeftPart(UriPartial.Authority)} could not be reached: {exception.Message}", reached);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Attempt.Passing($"The portal did not answer within {s_answerTimeout.TotalSeconds:0} seconds.", mayHaveArrived: true);
        }
    }

    private static async Task<Attempt> ReadAnswerAsync(HttpResponseMessage response, int count, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            var answer = await JsonSerializer.DeserializeAsync(stream, ReplayJson.Default.UsageAnswerDto, cancellationToken);
            if (answer?.Items is { } items && items.Count == count)
            {
                return new Attempt { Results = items };
            }
        }
        catch (JsonException)
        {
            // Told below, as any answer that does not fit the question.
        }

        return Attempt.Final($"The server answered {(int)response.StatusCode}, but not with one result for each of the {count} events.", mayHaveArrived: true);
    }

    private async Task<Attempt> ReadRefusalAsync(HttpResponseMessage response, int count, CancellationToken cancellationToken)
    {
        var problem = await ReadProblemAsync(response, cancellationToken);
        var status = (int)response.StatusCode;
        var said = UsageRefusal.Sentence(response.StatusCode, problem, _endpoint);
        if (status >= 500 || response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout)
        {
            return Attempt.Passing(said, mayHaveArrived: status >= 500) with { RetryAfter = RetryAfter(response) };
        }

        // A single event that is refused may be answered as such, not as a batch of one.
        return count == 1 && UsageRefusal.OfOneEvent(response.StatusCode, problem) is { } result
            ? new Attempt { Results = [result] }
            : Attempt.Final(said, mayHaveArrived: status < 400);
    }

    private static async Task<ProblemDto?> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonSerializer.DeserializeAsync(stream, ReplayJson.Default.ProblemDto, cancellationToken);
        }
        catch (JsonException)
        {
            // Whatever stands between us and the portal need not speak JSON.
            return null;
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - _time.GetUtcNow(),
        _ => null,
    };

    /// <summary>How one try ended: with results, or with a failure.</summary>
    private sealed record Attempt
    {
        public IReadOnlyList<UsageResultDto>? Results { get; init; }

        public string? Failure { get; init; }

        public bool MayPass { get; init; }

        public bool MayHaveArrived { get; init; }

        public TimeSpan? RetryAfter { get; init; }

        public static Attempt Passing(string failure, bool mayHaveArrived) =>
            new() { Failure = failure, MayPass = true, MayHaveArrived = mayHaveArrived };

        public static Attempt Final(string failure, bool mayHaveArrived) =>
            new() { Failure = failure, MayHaveArrived = mayHaveArrived };
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.RegularExpressions;
using CopilotCapacity.Portal.Features.Channels.Sending;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Features.Channels.Webhooks;

/// <summary>Sends one webhook, signed, and says what came of it.</summary>
internal sealed partial class WebhookSender : IDisposable
{
    private const int AnswerMax = 500;

    private static readonly MediaTypeHeaderValue s_json = new("application/json", "utf-8");

    private readonly HttpClient _client;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;

    public WebhookSender(GuardedConnections connections, IOptions<ChannelOptions> options, TimeProvider time)
    {
        (_timeout, _time) = (options.Value.Timeout, time);
        _client = new HttpClient(connections.CreateHandler()) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("CopilotCapacity-Portal", "1"));
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Sends it.</summary>
    /// <param name="url">Where to.</param>
    /// <param name="secrets">What it is signed with; two while a secret is exchanged.</param>
    /// <param name="id">The message's id, the same each time.</param>
    /// <param name="body">The message.</param>
    /// <param name="cancellationToken">Cancels it; a receiver that takes too long is no cancellation.</param>
    public async Task<SendOutcome> SendAsync(string url, IReadOnlyList<string> secrets, string id, string body, CancellationToken cancellationToken)
    {
        using var tooLong = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tooLong.Token, cancellationToken);
        try
        {
            using var request = CreateRequest(url, secrets, id, body);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return OutcomeOf(response, await ReadAnswerAsync(response, either.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new SendOutcome(false, $"No answer within {_timeout.TotalSeconds:0} seconds.");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or UriFormatException)
        {
            return new SendOutcome(false, WhyNot(exception));
        }
    }

    private HttpRequestMessage CreateRequest(string url, IReadOnlyList<string> secrets, string id, string body)
    {
        var now = _time.GetUtcNow();
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = s_json;
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", WebhookSignature.Timestamp(now));
        request.Headers.Add("webhook-signature", WebhookSignature.Sign(secrets, id, now, body));
        return request;
    }

    private SendOutcome OutcomeOf(HttpResponseMessage response, string? answer)
    {
        var status = (int)response.StatusCode;
        var outcome = new SendOutcome(response.IsSuccessStatusCode, Said(response.StatusCode)) { Status = status, Answer = answer };
        return outcome.IsDelivered ? outcome : outcome with { RetryAfter = RetryAfter(response), IsGone = response.StatusCode == HttpStatusCode.Gone };
    }

    private static string Said(HttpStatusCode status) => (int)status switch
    {
        >= 200 and < 300 => $"Taken with {(int)status}.",
        >= 300 and < 400 => $"Answered {(int)status}, which leads elsewhere; that is not followed.",
        410 => "Answered 410: the address wants to hear nothing any more.",
        _ => $"Answered {(int)status}.",
    };

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait,
        { Date: { } date } => date - _time.GetUtcNow(),
        _ => null,
    };

    // What an answer says is shown to administrators; it may repeat what it was sent.
    private static async Task<string?> ReadAnswerAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[AnswerMax];
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        var text = Unprintable().Replace(Encoding.UTF8.GetString(bytes, 0, length), " ").Trim();
        return text.Length == 0 ? null : Secret().Replace(text, "…");
    }

    private static string WhyNot(Exception exception) => exception switch
    {
        _ when Find<InternalAddressException>(exception) is { } inside => $"{inside.Message} Webhooks go to the public internet alone, so nothing was sent.",
        _ when Find<AuthenticationException>(exception) is not null => "The receiver's certificate is not trusted.",
        _ when Find<SocketException>(exception) is { } socket => socket.SocketErrorCode switch
        {
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "The host is not known.",
            SocketError.ConnectionRefused => "The connection was refused.",
            SocketError.TimedOut or SocketError.HostUnreachable or SocketError.NetworkUnreachable => "The host cannot be reached.",
            _ => "The connection broke off.",
        },
        _ => "The answer could not be read.",
    };

    private static T? Find<T>(Exception exception)
        where T : Exception
    {
        for (var current = exception; current is not null; current = current.InnerException!)
        {
            if (current is T found)
            {
                return found;
            }
        }

        return null;
    }

    [GeneratedRegex(@"[\p{C}\s]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unprintable();

    [GeneratedRegex("whsec_[A-Za-z0-9+/=]*|v1a?,[A-Za-z0-9+/=]*", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Secret();
}

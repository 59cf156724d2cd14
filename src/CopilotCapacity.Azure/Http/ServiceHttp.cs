using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Identity;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace CopilotCapacity.Azure.Http;

/// <summary>Sends requests to a service and turns what comes back, or does not, into an answer.</summary>
/// <param name="http">Knows where the service is, signs and sends again.</param>
/// <param name="service">What people call it; each reason names it.</param>
public abstract class ServiceHttp(HttpClient http, string service)
{
    private protected static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>What people call the service.</summary>
    public string Service => service;

    /// <summary>Asks for something.</summary>
    public Task<AzureAnswer<T>> GetAsync<T>(string address, CancellationToken cancellationToken)
        where T : class => SendAsync<T>(HttpMethod.Get, address, null, cancellationToken);

    /// <summary>Sends something and reads what comes of it.</summary>
    public Task<AzureAnswer<T>> SendAsync<T>(HttpMethod method, string address, object? body, CancellationToken cancellationToken)
        where T : class => AskAsync(method, address, body, ReadAsync<T>, cancellationToken);

    /// <summary>Sends something of which nothing comes but that it was done; null then.</summary>
    public async Task<AzureFailure?> TellAsync(HttpMethod method, string address, object? body, CancellationToken cancellationToken) =>
        (await AskAsync(method, address, body, static (_, _) => Task.FromResult(new AzureAnswer<object>(null, null)), cancellationToken)).Failure;

    /// <summary>Asks for something to be gone; that it is not there is as good.</summary>
    public async Task<AzureFailure?> DeleteAsync(string address, CancellationToken cancellationToken) =>
        await TellAsync(HttpMethod.Delete, address, null, cancellationToken) is { } failure && failure.Kind is not AzureFailureKind.NotFound ? failure : null;

    /// <summary>Whether an address belongs to the service that is asked.</summary>
    public bool IsOwn(string link) =>
        Uri.TryCreate(http.BaseAddress, link, out var address) && http.BaseAddress is { } own
        && Uri.Compare(address, own, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>The service answered what cannot be used.</summary>
    internal AzureFailure Malformed(string what) => new(AzureFailureKind.Malformed, $"{service} {what}");

    private protected async Task<AzureAnswer<T>> AskAsync<T>(
        HttpMethod method, string address, object? body, Func<HttpResponseMessage, CancellationToken, Task<AzureAnswer<T>>> read, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            using var request = new HttpRequestMessage(method, address);
            request.Content = body is null ? null : JsonContent.Create(body, body.GetType(), options: Json);
            using var response = await http.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode ? await read(response, cancellationToken) : await FailureOfAsync(response, cancellationToken);
        }
        catch (Exception exception) when (FailureOf(exception, cancellationToken) is { } failure)
        {
            return failure;
        }
    }

    private async Task<AzureAnswer<T>> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
        where T : class
    {
        if (response.StatusCode is HttpStatusCode.NoContent)
        {
            return new AzureFailure(AzureFailureKind.NotFound, $"{service} has nothing there.");
        }

        return await response.Content.ReadFromJsonAsync<T>(Json, cancellationToken) is { } value ? value : Malformed("answered nothing.");
    }

    private AzureFailure? FailureOf(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        OperationCanceledException when cancellationToken.IsCancellationRequested => null,
        TimeoutRejectedException or OperationCanceledException => new AzureFailure(AzureFailureKind.Unavailable, $"{service} did not answer in time."),
        BrokenCircuitException => new AzureFailure(AzureFailureKind.Unavailable, $"{service} has failed too often; it is asked again in a while."),
        HttpRequestException => new AzureFailure(AzureFailureKind.Unavailable, $"{service} cannot be reached."),
        AuthenticationFailedException => new AzureFailure(AzureFailureKind.NotSignedIn, $"The credential for {service} is missing or does not sign in."),
        JsonException or NotSupportedException => Malformed("answered what cannot be read."),
        _ => null,
    };

    private async Task<AzureFailure> FailureOfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var (code, said) = await SaidAsync(response, cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => new AzureFailure(AzureFailureKind.NotSignedIn, $"{service} does not accept the credential{said}", code),
            HttpStatusCode.Forbidden => new AzureFailure(AzureFailureKind.Forbidden, $"The credential lacks a right in {service}{said}", code),
            HttpStatusCode.NotFound => new AzureFailure(AzureFailureKind.NotFound, $"{service} does not find it{said}", code),
            HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed => new AzureFailure(AzureFailureKind.Conflict, $"It was changed in {service} meanwhile{said}", code),
            HttpStatusCode.TooManyRequests => new AzureFailure(AzureFailureKind.Throttled, $"{service} asks for fewer requests{said}", code),
            >= HttpStatusCode.InternalServerError => new AzureFailure(AzureFailureKind.Unavailable, $"{service} fails with {(int)response.StatusCode}{said}", code),
            _ => new AzureFailure(AzureFailureKind.Rejected, $"{service} does not accept the request{said}", code),
        };
    }

    // The service's own words help whoever looks; where there are none, the sentence ends.
    private static async Task<(string? Code, string Said)> SaidAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var body = await response.Content.ReadFromJsonAsync<JsonElement>(Json, cancellationToken);
            return ServiceError.Of(body) is { Message: { Length: > 0 } message } error
                ? (error.Code, error.Code is null ? $": {message}" : $": {message} ({error.Code})")
                : (null, ".");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or HttpRequestException)
        {
            // What it failed with is not JSON, as that of a proxy on the way.
            return (null, ".");
        }
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Identity;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace CopilotCapacity.Azure.Http;

/// <summary>Sends requests to Azure and turns what comes back, or does not, into an answer.</summary>
public sealed class AzureHttp(HttpClient http)
{
    // A list that never ends would be a fault of the service.
    private const int PagesMax = 200;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Asks for something.</summary>
    public Task<AzureAnswer<T>> GetAsync<T>(string address, CancellationToken cancellationToken)
        where T : class => SendAsync<T>(HttpMethod.Get, address, null, cancellationToken);

    /// <summary>Sends something and reads what comes of it.</summary>
    public async Task<AzureAnswer<T>> SendAsync<T>(HttpMethod method, string address, object? body, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            using var request = new HttpRequestMessage(method, address);
            request.Content = body is null ? null : JsonContent.Create(body, body.GetType(), options: s_json);
            using var response = await http.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                return await FailureOfAsync(response, cancellationToken);
            }

            return await response.Content.ReadFromJsonAsync<T>(s_json, cancellationToken) is { } value
                ? value
                : new AzureFailure(AzureFailureKind.Malformed, "Azure answered nothing.");
        }
        catch (Exception exception) when (FailureOf(exception, cancellationToken) is { } failure)
        {
            return failure;
        }
    }

    /// <summary>Asks for something to be gone; that it is not there is as good.</summary>
    public async Task<AzureFailure?> DeleteAsync(string address, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Delete, address);
            using var response = await http.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotFound ? null : await FailureOfAsync(response, cancellationToken);
        }
        catch (Exception exception) when (FailureOf(exception, cancellationToken) is { } failure)
        {
            return failure;
        }
    }

    /// <summary>Asks for all pages of a list.</summary>
    public async Task<AzureAnswer<IReadOnlyList<T>>> ListAsync<T>(string address, CancellationToken cancellationToken)
    {
        var items = new List<T>();
        var next = address;
        for (var page = 0; page < PagesMax; page++)
        {
            var answer = await GetAsync<ListPage<T>>(next, cancellationToken);
            if (answer.Value is not { Value: { } found } list)
            {
                return answer.Failure ?? new AzureFailure(AzureFailureKind.Malformed, "Azure answered no list.");
            }

            items.AddRange(found);
            if (list.NextLink is not { Length: > 0 } link)
            {
                return new AzureAnswer<IReadOnlyList<T>>(items, null);
            }

            // A token goes only to where it was meant for.
            if (!IsOwn(link))
            {
                return new AzureFailure(AzureFailureKind.Malformed, "Azure named a next page at another address.");
            }

            next = link;
        }

        return new AzureFailure(AzureFailureKind.Malformed, $"A list of Azure has more than {PagesMax} pages.");
    }

    /// <summary>Whether an address belongs to the service that is asked.</summary>
    public bool IsOwn(string link) =>
        Uri.TryCreate(http.BaseAddress, link, out var address) && http.BaseAddress is { } own
        && Uri.Compare(address, own, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private static AzureFailure? FailureOf(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        OperationCanceledException when cancellationToken.IsCancellationRequested => null,
        TimeoutRejectedException or OperationCanceledException => new AzureFailure(AzureFailureKind.Unavailable, "Azure did not answer in time."),
        BrokenCircuitException => new AzureFailure(AzureFailureKind.Unavailable, "Azure has failed too often; it is asked again in a while."),
        HttpRequestException => new AzureFailure(AzureFailureKind.Unavailable, "Azure cannot be reached."),
        AuthenticationFailedException => new AzureFailure(AzureFailureKind.NotSignedIn, "The credential for Azure is missing or does not sign in."),
        JsonException or NotSupportedException => new AzureFailure(AzureFailureKind.Malformed, "Azure answered what cannot be read."),
        _ => null,
    };

    private static async Task<AzureFailure> FailureOfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var said = await SaidAsync(response, cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => new AzureFailure(AzureFailureKind.NotSignedIn, $"Azure does not accept the credential{said}"),
            HttpStatusCode.Forbidden => new AzureFailure(AzureFailureKind.Forbidden, $"The credential lacks a right in Azure{said}"),
            HttpStatusCode.NotFound => new AzureFailure(AzureFailureKind.NotFound, $"Azure does not find it{said}"),
            HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed => new AzureFailure(AzureFailureKind.Conflict, $"It was changed in Azure meanwhile{said}"),
            HttpStatusCode.TooManyRequests => new AzureFailure(AzureFailureKind.Throttled, $"Azure asks for fewer requests{said}"),
            >= HttpStatusCode.InternalServerError => new AzureFailure(AzureFailureKind.Unavailable, $"Azure fails with {(int)response.StatusCode}{said}"),
            _ => new AzureFailure(AzureFailureKind.Rejected, $"Azure does not accept the request{said}"),
        };
    }

    // Azure's own words help whoever looks; where there are none, the sentence ends.
    private static async Task<string> SaidAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var body = await response.Content.ReadFromJsonAsync<ErrorBody>(s_json, cancellationToken);
            return body?.Error is { Message: { Length: > 0 } message } error ? $": {message} ({error.Code})" : ".";
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or HttpRequestException)
        {
            // What it failed with is not JSON, as that of a proxy on the way.
            return ".";
        }
    }

    private sealed record ListPage<T>(IReadOnlyList<T>? Value, string? NextLink);

    private sealed record ErrorBody(ErrorDetail? Error);

    private sealed record ErrorDetail(string? Code, string? Message);
}

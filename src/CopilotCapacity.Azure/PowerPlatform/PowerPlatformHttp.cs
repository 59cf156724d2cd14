using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CopilotCapacity.Azure.Http;

namespace CopilotCapacity.Azure.PowerPlatform;

/// <summary>Sends requests to the licensing API of Power Platform.</summary>
public sealed class PowerPlatformHttp(HttpClient http) : ServiceHttp(http, "Power Platform")
{
    /// <summary>The version that is documented.</summary>
    internal const string Version = "2024-10-01";

    // A list that never ends would be a fault of the service.
    private const int PagesMax = 500;

    /// <summary>
    /// Asks for all pages of a list. The service is documented to answer some lists bare and some under <c>value</c>, and was seen to do
    /// it the other way round; it names the next page by a link or by a token.
    /// </summary>
    public async Task<AzureAnswer<IReadOnlyList<T>>> ListAsync<T>(string address, CancellationToken cancellationToken)
        where T : class
    {
        var items = new List<T>();
        var next = address;
        for (var page = 0; page < PagesMax; page++)
        {
            var answer = await AskAsync(HttpMethod.Get, next, null, ReadPageAsync<T>, cancellationToken);
            if (answer.Value is not { } found)
            {
                return answer.Failure!;
            }

            items.AddRange(found.Items);
            if (found.Link is { Length: > 0 } link)
            {
                // A token goes only to where it was meant for.
                if (!IsOwn(link))
                {
                    return Malformed("named a next page at another address.");
                }

                next = link;
            }
            else if (found.Token is { Length: > 0 } token)
            {
                next = $"{address}&continuationToken={Uri.EscapeDataString(token)}";
            }
            else
            {
                return new AzureAnswer<IReadOnlyList<T>>(items, null);
            }
        }

        return Malformed($"has a list of more than {PagesMax} pages.");
    }

    private async Task<AzureAnswer<Page<T>>> ReadPageAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
        where T : class
    {
        // That is how it says that there is nothing in the list.
        if (response.StatusCode is HttpStatusCode.NoContent)
        {
            return new Page<T>([], null, null);
        }

        var body = await response.Content.ReadFromJsonAsync<JsonElement>(Json, cancellationToken);
        var list = body.ValueKind is JsonValueKind.Object && body.TryGetProperty("value", out var value) ? value : body;
        if (list.ValueKind is not JsonValueKind.Array || list.Deserialize<List<T?>>(Json) is not { } items || items.Contains(null))
        {
            return Malformed("answered no list.");
        }

        return new Page<T>(items!, Text(body, "@odata.nextLink"), Text(body, "continuationtoken") ?? Text(body, "continuationToken"));
    }

    private static string? Text(JsonElement body, string name) =>
        body.ValueKind is JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private sealed record Page<T>(IReadOnlyList<T> Items, string? Link, string? Token);
}

namespace CopilotCapacity.Azure.Http;

/// <summary>Sends requests to Azure Resource Manager.</summary>
public sealed class AzureHttp(HttpClient http) : ServiceHttp(http, "Azure")
{
    // A list that never ends would be a fault of the service.
    private const int PagesMax = 200;

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
                return answer.Failure ?? Malformed("answered no list.");
            }

            items.AddRange(found);
            if (list.NextLink is not { Length: > 0 } link)
            {
                return new AzureAnswer<IReadOnlyList<T>>(items, null);
            }

            // A token goes only to where it was meant for.
            if (!IsOwn(link))
            {
                return Malformed("named a next page at another address.");
            }

            next = link;
        }

        return Malformed($"has a list of more than {PagesMax} pages.");
    }

    private sealed record ListPage<T>(IReadOnlyList<T>? Value, string? NextLink);
}

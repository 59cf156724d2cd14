using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Azure.Core;

namespace CopilotCapacity.Azure.Http;

/// <summary>
/// Signs requests with a token of the credential. One that Azure no longer accepts is thrown away, and the request is sent once more
/// with a new one.
/// </summary>
internal sealed class BearerTokenHandler(TokenCredential credential, string scope, TimeProvider time) : DelegatingHandler
{
    // A token that ends while its request is under way would be refused.
    private static readonly TimeSpan s_spare = TimeSpan.FromMinutes(2);

    private AccessToken? _token;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var token = _token is { } kept && kept.ExpiresOn - s_spare > time.GetUtcNow() ? kept : await AskAsync(null, cancellationToken);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            return response;
        }

        var fresh = await AskAsync(ClaimsOf(response), cancellationToken);
        if (string.Equals(fresh.Token, token.Token, StringComparison.Ordinal))
        {
            return response;
        }

        response.Dispose();
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", fresh.Token);
        return await base.SendAsync(request, cancellationToken);
    }

    private static string? ClaimsOf(HttpResponseMessage response) => response.Headers.WwwAuthenticate.ToString() is { } challenge
        && challenge.IndexOf("claims=\"", StringComparison.OrdinalIgnoreCase) is var start and >= 0
        && challenge.IndexOf('"', start + 8) is var end and > 0
            ? Decoded(challenge[(start + 8)..end])
            : null;

    // What a token must say stands there as base64; a challenge that cannot be read asks for nothing.
    private static string? Decoded(string claims)
    {
        var bytes = new byte[claims.Length];
        return Convert.TryFromBase64String(claims, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }

    private async Task<AccessToken> AskAsync(string? claims, CancellationToken cancellationToken)
    {
        var token = await credential.GetTokenAsync(new TokenRequestContext([scope], claims: claims, isCaeEnabled: true), cancellationToken);
        _token = token;
        return token;
    }
}

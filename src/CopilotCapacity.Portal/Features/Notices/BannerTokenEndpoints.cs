using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Quota;
using CopilotCapacity.Portal.Hosting.Http;

namespace CopilotCapacity.Portal.Features.Notices;

/// <summary>A wish for a banner token; all of it may be left out.</summary>
public sealed record BannerTokenRequestDto(BannerAudience? Audience, int? ExpiresInSeconds);

/// <summary>A banner token, which a page may hold in place of a key.</summary>
/// <param name="Token">To be sent as <c>Authorization: Bearer</c>.</param>
/// <param name="EnvironmentId">The one environment it is good for.</param>
/// <param name="Audience">For whom the banner speaks.</param>
/// <param name="ExpiresAt">When it ends; ask for the next one before.</param>
public sealed record BannerTokenDto(string Token, Guid EnvironmentId, BannerAudience Audience, DateTimeOffset ExpiresAt);

/// <summary>
/// Tokens for in-app banners. The customer's own server asks for one with its key and hands it to the page; the page asks that server
/// again when the token nears its end.
/// </summary>
internal static class BannerTokenEndpoints
{
    private const int SecondsMin = 60;

    public static void MapBannerTokens(this IEndpointRouteBuilder api) => api
        .MapPost("/environments/{environmentId}/banner-token", CreateAsync)
        .ForTenantKey(Operation.ReadQuota)
        .WithDescription("""
            A short-lived token for one environment, accepted by its quota and its notices stream alone, from pages of the tenant's allowedOrigins.
            The body may be left out, or say audience (users or admins) and expiresInSeconds (60 to 3600, 900 by default). Call it from your own server, which keeps the key, and let the page ask that server again before `expiresAt`. It ends with the key it was made with.
            """)
        .Produces<BannerTokenDto>();

    private static async Task<IResult> CreateAsync(
        string environmentId,
        HttpContext http,
        QuotaReader quotas,
        BannerTokens tokens,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var caller = http.Caller();
        var tenant = caller.Tenant!.Value;
        if (!Guid.TryParse(environmentId, out var id) || await quotas.FindAsync(tenant, new EnvironmentId(id)) is null)
        {
            return Problems.NotFound();
        }

        var wanted = new BannerTokenRequestDto(null, null);
        if (http.Request.ContentLength is not (null or 0))
        {
            var body = await http.Request.ReadBodyAsync<BannerTokenRequestDto>(cancellationToken);
            if (body.Value is null)
            {
                return body.Problem!;
            }

            wanted = body.Value;
        }

        var life = wanted.ExpiresInSeconds ?? (int)BannerTokens.LifeUsual.TotalSeconds;
        if (life < SecondsMin || life > (int)BannerTokens.LifeMost.TotalSeconds)
        {
            return Problems.Invalid("expiresInSeconds", "A banner token is good for 60 to 3600 seconds.");
        }

        http.Response.Headers.CacheControl = "no-store";
        var token = new BannerToken(tenant.Value, id, caller.Id, wanted.Audience ?? BannerAudience.Users, time.GetUtcNow().AddSeconds(life));
        return ApiAnswer.Ok(new BannerTokenDto(tokens.Write(token), id, token.Audience, token.ExpiresAt));
    }
}

using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Quota;
using CopilotCapacity.Portal.Hosting.Http;

namespace CopilotCapacity.Portal.Features.Notices.Pages;

/// <summary>
/// Gives the portal's own page a banner token, as the customer's server does for theirs. It is good for ten minutes, so a right that was
/// taken away is gone soon after.
/// </summary>
internal static class NoticeTokenEndpoint
{
    private static readonly TimeSpan s_life = TimeSpan.FromMinutes(10);

    public static void MapNoticeToken(this IEndpointRouteBuilder pages) => pages
        .MapGet("/tenants/{TenantId:guid}/environments/{EnvironmentId:guid}/banner-token", GiveAsync)
        .RequireAuthorization(Policies.ReadTenant)
        .ExcludeFromDescription();

    private static async Task<IResult> GiveAsync(
        Guid tenantId, Guid environmentId, HttpContext http, CurrentPerson current, QuotaReader quotas, BannerTokens tokens, TimeProvider time, CancellationToken cancellationToken)
    {
        current.Request = http.User;
        var (tenant, environment) = (new TenantId(tenantId), new EnvironmentId(environmentId));
        if (!await current.MayAsync(Operation.ReadQuota, tenant, environment, cancellationToken) || await quotas.FindAsync(tenant, environment) is null)
        {
            return Results.NotFound();
        }

        var isAdmin = await current.MayAsync(Operation.ChangeCapacity, tenant, environment, cancellationToken);
        var token = new BannerToken(tenantId, environmentId, Guid.Empty, isAdmin ? BannerAudience.Admins : BannerAudience.Users, time.GetUtcNow() + s_life);
        http.Response.Headers.CacheControl = "no-store";
        return ApiAnswer.Ok(new BannerTokenDto(tokens.Write(token), environmentId, token.Audience, token.ExpiresAt));
    }
}

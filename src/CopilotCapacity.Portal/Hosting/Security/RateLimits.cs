using System.Globalization;
using System.Threading.RateLimiting;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.ApiKeys;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Portal.Hosting.Startup;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Hosting.Security;

/// <summary>
/// How much one key, one tenant and one address may ask for. It comes after authentication, so that a key's own limit is its own
/// and nobody else can use it up.
/// </summary>
internal static class RateLimits
{
    public static void AddRateLimits(this IServiceCollection services)
    {
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<SecurityOptions>>((options, security) =>
        {
            options.GlobalLimiter = PartitionedRateLimiter.CreateChained(ByCaller(security.Value), ByTenant(security.Value));
            options.OnRejected = (context, _) => new ValueTask(RefuseAsync(context));
        });
    }

    private static PartitionedRateLimiter<HttpContext> ByCaller(SecurityOptions limits) => PartitionedRateLimiter.Create<HttpContext, Share>(context =>
    {
        if (context.Features.Get<ApiCaller>() is { } caller)
        {
            var isUsage = context.GetEndpoint()?.Metadata.GetMetadata<ApiGuard>() is { Operation: Operation.RecordUsage or Operation.ReadQuota };
            var perSecond = isUsage ? limits.UsageRequestsPerSecond : limits.OtherRequestsPerSecond;
            return RateLimitPartition.GetTokenBucketLimiter(new Share(caller.Id, null, isUsage), _ => PerSecond(perSecond));
        }

        return IsGuess(context)
            ? RateLimitPartition.GetTokenBucketLimiter(
                new Share(Guid.Empty, context.Connection.RemoteIpAddress?.ToString() ?? "", false), _ => PerMinute(limits.GuessesPerMinute))
            : RateLimitPartition.GetNoLimiter(new Share(Guid.Empty, null, false));
    });

    private static PartitionedRateLimiter<HttpContext> ByTenant(SecurityOptions limits) => PartitionedRateLimiter.Create<HttpContext, Guid>(context =>
        context.Features.Get<ApiCaller>() is { Tenant: { } tenant }
            ? RateLimitPartition.GetTokenBucketLimiter(tenant.Value, _ => PerSecond(limits.TenantRequestsPerSecond))
            : RateLimitPartition.GetNoLimiter(Guid.Empty));

    // A request to the API without a valid key, or a secret sent to one of the doors.
    private static bool IsGuess(HttpContext context) => context.IsApi()
        || (HttpMethods.IsPost(context.Request.Method) && context.User.Identity is not { IsAuthenticated: true } && !context.Request.Path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase));

    private static TokenBucketRateLimiterOptions PerSecond(int requests) => new()
    {
        TokenLimit = requests,
        TokensPerPeriod = Math.Max(1, requests / 10),
        ReplenishmentPeriod = TimeSpan.FromMilliseconds(100),
        AutoReplenishment = true,
    };

    private static TokenBucketRateLimiterOptions PerMinute(int requests) => new()
    {
        TokenLimit = requests,
        TokensPerPeriod = Math.Max(1, requests / 60),
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        AutoReplenishment = true,
    };

    private static Task RefuseAsync(OnRejectedContext context)
    {
        var http = context.HttpContext;
        var after = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 1;
        http.Response.Headers.RetryAfter = after.ToString(CultureInfo.InvariantCulture);
        return Problems.Of(StatusCodes.Status429TooManyRequests, "too_many_requests", "More was asked for than is allowed; ask again later.").ExecuteAsync(http);
    }

    // What has a limit of its own: a key's usage, the rest of its requests, or an address.
    private readonly record struct Share(Guid Key, string? Address, bool IsUsage);
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.RateLimiting;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.ApiKeys;
using CopilotCapacity.Portal.Features.Notices;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Portal.Hosting.Startup;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Hosting.Security;

/// <summary>
/// How much one key, one tenant and one address may ask for. It comes after authentication, so that a key's share is its own and
/// nobody else can use it up. The framework's middleware looks each share up in tables behind locks, which is a tenth of what a
/// quota costs; here a key carries its own.
/// </summary>
internal sealed class RateLimits(IOptions<SecurityOptions> options)
{
    private readonly SecurityOptions _limits = options.Value;
    private readonly ConcurrentDictionary<Guid, KeyShare> _keys = new();
    private readonly ConcurrentDictionary<TenantId, RateLimiter> _tenants = new();
    private readonly PartitionedRateLimiter<string> _addresses = PartitionedRateLimiter.Create<string, string>(address =>
        RateLimitPartition.GetTokenBucketLimiter(address, _ => Bucket(options.Value.GuessesPerMinute, perPeriod: 60, TimeSpan.FromSeconds(1))));

    /// <summary>The share of a key; the same for as long as the portal runs.</summary>
    public KeyShare ShareOf(Guid key, TenantId? tenant) => _keys.GetOrAdd(key, _ => new KeyShare(
        PerSecond(_limits.UsageRequestsPerSecond),
        PerSecond(_limits.OtherRequestsPerSecond),
        tenant is { } id ? _tenants.GetOrAdd(id, _ => PerSecond(_limits.TenantRequestsPerSecond)) : null));

    /// <summary>Takes a request off the share it belongs to; false when nothing is left of it.</summary>
    public bool TryTake(HttpContext context)
    {
        if (context.Features.Get<ApiCaller>() is { } caller)
        {
            var isUsage = context.GetEndpoint()?.Metadata.GetMetadata<ApiGuard>() is { Operation: Operation.RecordUsage or Operation.ReadQuota };
            var own = isUsage ? caller.Share.Usage : caller.Share.Other;
            return own.AttemptAcquire().IsAcquired && (caller.Share.Tenant?.AttemptAcquire().IsAcquired ?? true);
        }

        return !IsGuess(context) || _addresses.AttemptAcquire(context.Connection.RemoteIpAddress?.ToString() ?? "").IsAcquired;
    }

    // A request to the API without a valid key, or a secret sent to one of the doors.
    private static bool IsGuess(HttpContext context) => context.IsApi()
        || context.IsHub()
        || (HttpMethods.IsPost(context.Request.Method)
            && context.User.Identity is not { IsAuthenticated: true }
            && !context.Request.Path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase));

    private static TokenBucketRateLimiter PerSecond(int requests) => new(Bucket(requests, perPeriod: 10, TimeSpan.FromMilliseconds(100)));

    private static TokenBucketRateLimiterOptions Bucket(int requests, int perPeriod, TimeSpan period) => new()
    {
        TokenLimit = requests,
        TokensPerPeriod = Math.Max(1, requests / perPeriod),
        ReplenishmentPeriod = period,
        AutoReplenishment = true,
    };
}

/// <summary>What a key may ask for.</summary>
/// <param name="Usage">Of usage and quota routes.</param>
/// <param name="Other">Of all other routes.</param>
/// <param name="Tenant">Of everything, together with the other keys of its tenant; null for a key of the portal.</param>
internal sealed record KeyShare(RateLimiter Usage, RateLimiter Other, RateLimiter? Tenant);

/// <summary>Refuses what is more than somebody's share.</summary>
internal static class RateLimitExtensions
{
    // The shares fill up again ten times a second, and those of addresses once.
    private const int RetryAfterSeconds = 1;

    public static void UseRateLimits(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<RateLimits>();
        app.Use((context, next) => limits.TryTake(context) ? next(context) : RefuseAsync(context));
    }

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        return Problems.Of(StatusCodes.Status429TooManyRequests, "too_many_requests", "More was asked for than is allowed; ask again later.").ExecuteAsync(context);
    }
}

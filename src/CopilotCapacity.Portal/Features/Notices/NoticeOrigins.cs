using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.ApiKeys;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Portal.Hosting.Security;
using CopilotCapacity.Portal.Hosting.Startup;
using CopilotCapacity.Storage;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Notices;

/// <summary>Whose pages may show which tenant's notices. A change acts within two seconds.</summary>
internal sealed class NoticeOrigins(IDbContextFactory<PortalDbContext> contexts, TimeProvider time)
{
    private static readonly TimeSpan s_rememberFor = TimeSpan.FromSeconds(2);

    private Known _known = new(DateTimeOffset.MinValue, new Dictionary<TenantId, HashSet<string>>(), []);

    /// <summary>Whether a tenant allows pages of an origin.</summary>
    public bool Allows(TenantId tenant, string origin) => Read().ByTenant.TryGetValue(tenant, out var origins) && origins.Contains(origin);

    /// <summary>Whether any tenant does. A browser asks that before it sends what would tell the tenant.</summary>
    public bool AnyAllows(string origin) => Read().All.Contains(origin);

    private Known Read()
    {
        var now = time.GetUtcNow();
        var known = Volatile.Read(ref _known);
        if (now < known.At + s_rememberFor)
        {
            return known;
        }

        using var context = contexts.CreateDbContext();
        var byTenant = context.Tenants.Where(row => row.AllowedOrigins != "")
            .Select(row => new { row.Id, row.AllowedOrigins })
            .AsEnumerable()
            .ToDictionary(row => new TenantId(row.Id), row => row.AllowedOrigins.Split(' ').ToHashSet(StringComparer.Ordinal));
        known = new Known(now, byTenant, [.. byTenant.Values.SelectMany(origins => origins)]);
        Volatile.Write(ref _known, known);
        return known;
    }

    private sealed record Known(DateTimeOffset At, IReadOnlyDictionary<TenantId, HashSet<string>> ByTenant, HashSet<string> All);
}

/// <summary>Lets pages of other sites read what they may, and nothing else.</summary>
internal static class NoticeCors
{
    private const string PreflightSeconds = "600";

    /// <summary>Answers browsers that ask whether they may ask. The tenant is not known then; what is asked afterwards is looked at anew.</summary>
    public static void UseNoticePreflights(this WebApplication app)
    {
        var origins = app.Services.GetRequiredService<NoticeOrigins>();
        app.Use((context, next) =>
        {
            var request = context.Request;
            if (!HttpMethods.IsOptions(request.Method) || request.Headers.Origin.Count == 0 || request.Headers.AccessControlRequestMethod.Count == 0 || !IsOpen(context))
            {
                return next(context);
            }

            var origin = request.Headers.Origin.ToString();
            if (origins.AnyAllows(origin))
            {
                Allow(context, origin);
                context.Response.Headers.AccessControlAllowMethods = context.IsHub() ? "GET, POST, DELETE" : "GET";
                context.Response.Headers.AccessControlAllowHeaders = "Authorization, Last-Event-ID, If-None-Match, Cache-Control, X-Requested-With, X-SignalR-User-Agent";
                context.Response.Headers.AccessControlMaxAge = PreflightSeconds;
            }

            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
    }

    /// <summary>Comes after authentication, which says whose page it would have to be.</summary>
    public static void UseNoticeOrigins(this WebApplication app)
    {
        var origins = app.Services.GetRequiredService<NoticeOrigins>();
        app.Use((context, next) =>
        {
            var origin = context.Request.Headers.Origin.ToString();
            if (origin.Length == 0 || !IsOpen(context) || OwnOrigin.IsOwn(origin, context.Request))
            {
                return next(context);
            }

            var caller = context.Features.Get<ApiCaller>();
            if (caller?.Tenant is { } tenant && origins.Allows(tenant, origin))
            {
                Allow(context, origin);
                return next(context);
            }

            // A key in a page's hands is no business of a browser's rules; a banner token and a socket are.
            return context.IsHub() || caller?.Banner is not null
                ? Problems.Of(StatusCodes.Status403Forbidden, "foreign_origin", "The tenant does not allow pages of this origin.").ExecuteAsync(context)
                : next(context);
        });
    }

    private static void Allow(HttpContext context, string origin)
    {
        context.Response.Headers.AccessControlAllowOrigin = origin;
        context.Response.Headers.AccessControlExposeHeaders = "ETag, Retry-After";
        context.Response.Headers.Append("Vary", "Origin");
    }

    private static bool IsOpen(HttpContext context) => context.IsHub()
        || (context.Request.Path.StartsWithSegments("/api/v1/environments", StringComparison.OrdinalIgnoreCase, out var rest)
            && (rest.Value!.EndsWith("/quota", StringComparison.OrdinalIgnoreCase) || rest.Value.EndsWith("/notices/stream", StringComparison.OrdinalIgnoreCase)));
}

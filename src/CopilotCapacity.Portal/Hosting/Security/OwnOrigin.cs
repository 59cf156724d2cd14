using CopilotCapacity.Portal.Features.Notices;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Portal.Hosting.Startup;

namespace CopilotCapacity.Portal.Hosting.Security;

/// <summary>
/// Refuses what another site's page makes a browser send: the rules of the browser itself do not cover web sockets. Programs send
/// no origin; they bring a key.
/// </summary>
internal static class OwnOrigin
{
    public static void UseOwnOrigin(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length == 0 || IsHarmless(context) || IsOwn(origin, context.Request))
        {
            return next(context);
        }

        return Problems.Of(StatusCodes.Status403Forbidden, "foreign_origin", "The request comes from another site's page.").ExecuteAsync(context);
    });

    // The API takes no cookie, so nobody's browser can be made to use it; and what only reads may be asked for from anywhere, since
    // nobody else's page can see the answer.
    // A hub takes keys alone, too, and looks at the origin once it knows the tenant.
    private static bool IsHarmless(HttpContext context) => context.IsApi()
        || context.IsHub()
        || ((HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || HttpMethods.IsOptions(context.Request.Method))
        && !context.WebSockets.IsWebSocketRequest
        && !context.Request.Path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase));

    public static bool IsOwn(string origin, HttpRequest request) =>
        string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
}

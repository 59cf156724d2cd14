using System.Security.Cryptography;
using CopilotCapacity.Portal.Hosting.Startup;
using Microsoft.Extensions.Primitives;

namespace CopilotCapacity.Portal.Hosting.Security;

/// <summary>
/// What browsers are told with every response. MudBlazor sets styles in the markup, so those may be inline; scripts may not, but
/// for the import map, which carries the request's nonce.
/// </summary>
internal static class ResponseHeaders
{
    private const string NonceItem = "csp-nonce";

    // Of an answer to a program nothing is shown, framed or opened.
    private static readonly (string Name, StringValues Value)[] s_api =
    [
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ];

    private static readonly (string Name, StringValues Value)[] s_pages =
    [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), publickey-credentials-get=(self), publickey-credentials-create=(self)"),
    ];

    /// <summary>The nonce of inline scripts of this response.</summary>
    public static string Nonce(this HttpContext context)
    {
        if (context.Items[NonceItem] is string nonce)
        {
            return nonce;
        }

        context.Items[NonceItem] = nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        return nonce;
    }

    /// <summary>Adds the headers to every response, also to those of errors.</summary>
    public static void UseResponseHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(static state =>
        {
            Add((HttpContext)state);
            return Task.CompletedTask;
        }, context);
        return next(context);
    });

    private static void Add(HttpContext context)
    {
        var headers = context.Response.Headers;
        var isApi = context.IsApi();
        foreach (var (name, value) in isApi ? s_api : s_pages)
        {
            headers[name] = value;
        }

        if (isApi)
        {
            return;
        }

        // The one file that is meant for pages of other sites. It holds nothing of anybody's.
        if (context.Request.Path.Equals("/banner.js", StringComparison.OrdinalIgnoreCase))
        {
            headers["Cross-Origin-Resource-Policy"] = "cross-origin";
            headers.AccessControlAllowOrigin = "*";
        }

        headers.ContentSecurityPolicy = OfAPage(context);

        // Pages show what is one person's alone.
        if (context.Response.ContentType is { } type && type.StartsWith("text/html", StringComparison.OrdinalIgnoreCase))
        {
            headers.CacheControl = "no-store";
        }
    }

    private static string OfAPage(HttpContext context)
    {
        var socket = $"{(context.Request.IsHttps ? "wss" : "ws")}://{context.Request.Host}";
        return "default-src 'self'; base-uri 'self'; object-src 'none'; frame-ancestors 'none'; form-action 'self'; img-src 'self' data:; "
            + $"style-src 'self' 'unsafe-inline'; script-src 'self' 'nonce-{context.Nonce()}'; connect-src 'self' {socket}";
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CopilotCapacity.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CopilotCapacity.EndToEnd.Tests;

/// <summary>
/// A customer's own site with a strict content security policy, on an origin of its own. Its server keeps the key and gives its page
/// tokens; the page has the element of <c>/banner.js</c> and nothing of the portal besides.
/// </summary>
internal sealed class CustomerSite : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _portal;

    private CustomerSite(WebApplication app, HttpClient portal, string address) => (_app, _portal, Address) = (app, portal, address);

    public string Address { get; }

    /// <summary>How many tokens it was asked for.</summary>
    public int Tokens { get; private set; }

    public static async Task<CustomerSite> StartAsync(BrowserFixture fixture, TenantUnderTest tenant)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var portal = new HttpClient { BaseAddress = new Uri(fixture.Address) };
        portal.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tenant.Key);
        CustomerSite? site = null;
        app.MapGet("/", (HttpContext http, Guid environment, string? lang, string? dir, string? more) =>
        {
            http.Response.Headers.ContentSecurityPolicy = $"default-src 'none'; script-src {fixture.Address}; connect-src 'self' {fixture.Address}; base-uri 'none'; form-action 'none'";
            return Results.Text(Page(fixture.Address, environment, lang ?? "en", dir ?? "ltr", more ?? ""), "text/html", Encoding.UTF8);
        });
        app.MapGet("/favicon.ico", () => Results.NoContent());
        app.MapGet("/banner-token", async (Guid environment, string? audience) =>
        {
            site!.Tokens++;
            using var body = new StringContent($"{{\"audience\": \"{audience ?? "users"}\"}}", Encoding.UTF8, "application/json");
            using var answer = await portal.PostAsync(new Uri($"/api/v1/environments/{environment}/banner-token", UriKind.Relative), body);
            return Results.Text(await answer.Content.ReadAsStringAsync(), "application/json", statusCode: (int)answer.StatusCode);
        });
        await app.StartAsync();
        return site = new CustomerSite(app, portal, app.Urls.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
    }

    /// <summary>The address of the page.</summary>
    /// <param name="environment">The environment the banner is about.</param>
    /// <param name="lang">The page's language.</param>
    /// <param name="dir">The page's direction.</param>
    /// <param name="more">More attributes of the element.</param>
    public string Page(Guid environment, string lang = "en", string dir = "ltr", string more = "") =>
        $"{Address}/?environment={environment}&lang={lang}&dir={dir}&more={WebUtility.UrlEncode(more)}";

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _portal.Dispose();
    }

    private static string Page(string portal, Guid environment, string lang, string dir, string more) => $"""
        <!doctype html>
        <html lang="{lang}" dir="{dir}">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>Cases</title>
        <script type="module" src="{portal}/banner.js"></script></head>
        <body><main><h1>Cases</h1>
        <copilot-credits-banner environment="{environment}" src="{portal}" token-src="/banner-token?environment={environment}" {more}></copilot-credits-banner>
        <p>What people came for.</p></main></body></html>
        """;
}

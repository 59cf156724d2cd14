using System.Net;
using System.Net.Http.Headers;
using CopilotCapacity.Testing;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Net.Http.Headers;

namespace CopilotCapacity.Portal.Tests.Hosting.Security;

/// <summary>
/// Requests that succeed as they are, and the same with one property altered: none of those may pass.
/// </summary>
public sealed class ForgedRequestTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private static readonly string[] s_foreignOrigins =
    [
        "null", "http://evil.example", "https://localhost", "http://localhost:81", "http://localhost.evil.example", "http://evil.example/localhost",
        "http://localhost@evil.example", "http://sub.localhost", "http://127.0.0.1", "http://[::1]", "ftp://localhost", "http://localhost:80:80",
        "http://localhos", "http://localhost.", "http://LOCALHOST.evil", "file://", "chrome-extension://abcdef", "http://xn--lcalhost-q1a", "http://localhost%00", "http://0.0.0.0",
    ];

    private static readonly string[] s_foreignHosts =
    [
        "evil.example", "localhost.evil.example", "evil.example:80", "sub.localhost", "localhos", "localhost.", "127.0.0.2", "10.0.0.1", "[::2]",
        "example.com", "portal", "xn--lcalhost-q1a", "metadata.google.internal", "169.254.169.254", "0.0.0.0", "host.docker.internal", "a", "evil.localhost.example", "localhostx", "127.0.0.1.nip.io",
    ];

    [Fact]
    public async Task Keys_WithOneCharacterChanged_OpenNothing()
    {
        var tenant = await fixture.NewTenantAsync();
        var path = $"/api/v1/tenants/{tenant.Id}";
        Assert.Equal(HttpStatusCode.OK, (await tenant.Api.ReadAsync(path)).Status);

        List<string> forged =
        [
            .. Enumerable.Range(0, tenant.Key.Length).Select(index => Changed(tenant.Key, index)),
            tenant.Key[..^1], tenant.Key + "A", tenant.Key.ToUpperInvariant(), tenant.Key[..20], tenant.Key[20..], "", "null", "undefined",
            new string('A', 8_000), tenant.Id.ToString(), PortalUnderTest.AdminKey[..^1], PortalUnderTest.AdminKey + " x",
        ];
        foreach (var key in forged)
        {
            using var api = fixture.Portal.CreateClient();
            api.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + key);
            await AssertRefusedAsync(api, path, key);
        }

        foreach (var header in new[] { tenant.Key, "Basic " + tenant.Key, "Bearer" + tenant.Key, "Digest " + tenant.Key, "Token " + tenant.Key })
        {
            using var api = fixture.Portal.CreateClient();
            api.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);
            await AssertRefusedAsync(api, path, header);
        }

        Assert.True(forged.Count > 60, $"{forged.Count}");
    }

    [Fact]
    public async Task Cookies_WithOneCharacterChanged_OpenNothing()
    {
        var portal = fixture.Portal;
        var cookie = await SignInCookieAsync();
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(cookie));

        var separator = cookie.IndexOf('=', StringComparison.Ordinal) + 1;
        var step = Math.Max(1, (cookie.Length - separator) / 64);
        var tried = 0;
        for (var index = separator; index < cookie.Length - 2; index += step, tried++)
        {
            Assert.Equal(HttpStatusCode.Redirect, await StatusOfAsync(Changed(cookie, index)));
        }

        // Another portal has other keys.
        await using var other = new PortalUnderTest();
        using var browser = other.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false, HandleCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("Cookie", cookie);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SendAsync(request)).StatusCode);
        Assert.True(tried >= 60, $"{tried}");

        async Task<string> SignInCookieAsync()
        {
            using var door = portal.CreateBrowser();
            var answer = await door.PostFormAsync("/sign-in", "/sign-in", ("email", PortalUnderTest.AdminEmail), ("password", PortalUnderTest.AdminPassword));
            return answer.Headers.GetValues("Set-Cookie").First(value => value.StartsWith("copilotcapacity=", StringComparison.Ordinal)).Split(';')[0];
        }

        async Task<HttpStatusCode> StatusOfAsync(string value)
        {
            using var client = portal.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false, HandleCookies = false });
            using var get = new HttpRequestMessage(HttpMethod.Get, "/account");
            get.Headers.TryAddWithoutValidation("Cookie", value);
            return (await client.SendAsync(get)).StatusCode;
        }
    }

    [Fact]
    public async Task Forms_WithAnotherTokenOrOrigin_ChangeNothing()
    {
        using var browser = await fixture.Portal.SignInAsync(PortalUnderTest.AdminEmail, PortalUnderTest.AdminPassword);
        var token = await browser.ReadTokenAsync("/account");
        List<string?> tokens = [null, "", "x", token[..^4], token + "AAAA", .. Enumerable.Range(0, 24).Select(index => Changed(token, index * (token.Length - 2) / 24))];
        foreach (var forged in tokens)
        {
            using var answer = await SendAsync(browser, forged, null);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }

        foreach (var origin in s_foreignOrigins)
        {
            using var answer = await SendAsync(browser, token, origin);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }

        // The form itself is right: unaltered it does what it says.
        using var right = await SendAsync(browser, token, "http://localhost");
        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
    }

    [Fact]
    public async Task Sockets_FromAnotherSite_AreNotOpened()
    {
        using var client = fixture.Portal.CreateClient();
        foreach (var origin in s_foreignOrigins)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
            request.Headers.TryAddWithoutValidation("Origin", origin);
            Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync(request)).StatusCode);
        }

        using var own = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        own.Headers.TryAddWithoutValidation("Origin", "http://localhost");
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(own)).StatusCode);
    }

    [Fact]
    public async Task Hosts_ThePortalDoesNotListenOn_AreRefused()
    {
        using var client = fixture.Portal.CreateClient();
        foreach (var host in s_foreignHosts)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/sign-in");
            request.Headers.Host = host;
            Assert.Equal(HttpStatusCode.BadRequest, (await client.SendAsync(request)).StatusCode);
        }

        foreach (var host in new[] { "localhost", "localhost:5080", "127.0.0.1", "[::1]" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/sign-in");
            request.Headers.Host = host;
            Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(request)).StatusCode);
        }
    }

    private static async Task AssertRefusedAsync(HttpClient api, string path, string what)
    {
        var reply = await api.ReadAsync(path);
        Assert.True(reply is { Status: HttpStatusCode.Unauthorized, Code: "unauthorized" }, $"{what}: {reply.Status}");
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient browser, string? token, string? origin)
    {
        var fields = new List<KeyValuePair<string, string>>();
        if (token is not null)
        {
            fields.Add(new("__RequestVerificationToken", token));
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, "/account/sign-out-everywhere") { Content = new FormUrlEncodedContent(fields) };
        if (origin is not null)
        {
            request.Headers.TryAddWithoutValidation("Origin", origin);
        }

        return await browser.SendAsync(request);
    }

    private static string Changed(string text, int index) =>
        string.Concat(text.AsSpan(0, index), text[index] == 'x' ? "y" : "x", text.AsSpan(index + 1));
}

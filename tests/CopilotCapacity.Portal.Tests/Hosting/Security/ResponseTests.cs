using System.Net;
using CopilotCapacity.Portal.Hosting.Security;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Portal.Tests.Hosting.Security;

public sealed class ResponseTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/nothing-here")]
    [InlineData("/app.css")]
    [InlineData("/livez")]
    [InlineData("/api/v1/tenants")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/account")]
    public async Task EveryResponse_CarriesTheHeaders(string path)
    {
        using var browser = fixture.Portal.CreateBrowser();
        using var answer = await browser.GetAsync(path);

        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        if (!path.StartsWith("/api", StringComparison.Ordinal))
        {
            Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
            Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        }

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src 'self' 'unsafe", policy, StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Pages_AreKeptNowhere_AndEachHasItsOwnNonce()
    {
        using var browser = await fixture.Portal.SignInAsync(PortalUnderTest.AdminEmail, PortalUnderTest.AdminPassword);
        using var first = await browser.GetAsync("/");
        using var second = await browser.GetAsync("/");

        Assert.True(first.Headers.CacheControl?.NoStore);
        var nonce = NonceOf(first);
        Assert.NotEqual(nonce, NonceOf(second), StringComparer.Ordinal);
        Assert.Contains($"nonce=\"{nonce}\"", await first.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OverHttps_CookiesAreBoundToTheHost_AndBrowsersAreToldToComeBack()
    {
        await using var portal = new PortalUnderTest { Settings = { ["Security:Https"] = "true", ["AllowedHosts"] = "portal.contoso.example" } };
        using var browser = portal.CreateBrowser();
        browser.BaseAddress = new Uri("https://portal.contoso.example");
        var answer = await browser.PostFormAsync("/sign-in", "/sign-in", ("email", PortalUnderTest.AdminEmail), ("password", PortalUnderTest.AdminPassword));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.StartsWith("max-age=31536000", Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")), StringComparison.Ordinal);
        var cookie = answer.Headers.GetValues("Set-Cookie").First(value => value.Contains("copilotcapacity=", StringComparison.Ordinal));
        Assert.StartsWith("__Host-", cookie, StringComparison.Ordinal);
        Assert.Contains("secure", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("path=/", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("domain=", cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TooMuch_IsRefusedForTheOneKey_WithATimeToComeBack()
    {
        await using var portal = new PortalUnderTest { Settings = { ["Security:OtherRequestsPerSecond"] = "20" } };
        var busy = await portal.CreateTenantAsync();
        var quiet = await portal.CreateTenantAsync("Fabrikam");
        var replies = new List<ApiReply>();
        for (var count = 0; count < 60; count++)
        {
            replies.Add(await busy.Api.ReadAsync($"/api/v1/tenants/{busy.Id}"));
        }

        var refused = Assert.Single(replies.Where(reply => reply.Status == HttpStatusCode.TooManyRequests).Take(1));
        Assert.Equal("too_many_requests", refused.Code);
        Assert.True(refused.Message.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await quiet.Api.ReadAsync($"/api/v1/tenants/{quiet.Id}")).Status);
    }

    [Fact]
    public async Task Guesses_AreLimitedByAddress_AndKeysThatAreRightAreNot()
    {
        await using var portal = new PortalUnderTest { Settings = { ["Security:GuessesPerMinute"] = "30" } };
        var tenant = await portal.CreateTenantAsync();
        using var guesser = portal.CreateApi("cck_0000000000000000_guess");
        var statuses = new List<HttpStatusCode>();
        for (var count = 0; count < 60; count++)
        {
            statuses.Add((await guesser.ReadAsync("/api/v1/tenants")).Status);
        }

        Assert.Contains(HttpStatusCode.Unauthorized, statuses);
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
        Assert.Equal(HttpStatusCode.OK, (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}")).Status);
    }

    [Theory]
    [InlineData("10.0.6", false)]
    [InlineData("10.0.7", true)]
    [InlineData("11.0.0", true)]
    [InlineData("9.0.99", false)]
    public void Runtime_WithKnownHoles_IsRefused(string version, bool isSafe)
    {
        var refusal = Record.Exception(() => SafeVersions.Check(Version.Parse(version)));

        Assert.Equal(isSafe, refusal is null);
        Assert.True(isSafe || refusal is UnsafeVersionException);
    }

    private static string NonceOf(HttpResponseMessage answer) =>
        answer.Headers.GetValues("Content-Security-Policy").Single().Split("'nonce-")[1].Split('\'')[0];
}

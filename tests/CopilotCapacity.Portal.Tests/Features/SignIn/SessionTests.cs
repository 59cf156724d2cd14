using System.Net;
using System.Text.RegularExpressions;
using CopilotCapacity.Portal.Features.SignIn;
using CopilotCapacity.Storage;
using CopilotCapacity.Testing;
using Microsoft.AspNetCore.Mvc.Testing.Handlers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace CopilotCapacity.Portal.Tests.Features.SignIn;

/// <summary>Sessions on the real portal: what a cookie opens, and from when on it opens nothing.</summary>
public sealed partial class SessionTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private PortalUnderTest Portal => fixture.Portal;

    [Fact]
    public async Task Cookie_ThatWasCopied_OpensNothingOnceItsSessionIsSignedOut()
    {
        var lee = await Portal.AddPersonAsync();
        var cookies = new CookieContainer();
        using var browser = Portal.CreateDefaultClient(new CookieContainerHandler(cookies));
        await browser.PostFormAsync("/sign-in", "/sign-in", ("email", lee.Email!), ("password", PeopleUnderTest.Password));
        var copy = cookies.GetCookieHeader(browser.BaseAddress!);
        using var thief = Portal.CreateDefaultClient();
        Assert.Equal(HttpStatusCode.OK, (await AccountAsync(thief, copy)).StatusCode);

        Assert.Equal(HttpStatusCode.Redirect, (await browser.PostFormAsync("/account", "/sign-out")).StatusCode);

        Assert.Equal(HttpStatusCode.Redirect, (await AccountAsync(thief, copy)).StatusCode);
    }

    [Fact]
    public async Task Cookie_ThatWasPlanted_DoesNotBecomeWhoeverSignsInWithIt()
    {
        var (thief, lee) = (await Portal.AddPersonAsync(), await Portal.AddPersonAsync());
        var cookies = new CookieContainer();
        using var browser = Portal.CreateDefaultClient(new CookieContainerHandler(cookies));
        await browser.PostFormAsync("/sign-in", "/sign-in", ("email", thief.Email!), ("password", PeopleUnderTest.Password));
        var planted = cookies.GetCookieHeader(browser.BaseAddress!);

        await browser.PostFormAsync("/sign-in", "/sign-in", ("email", lee.Email!), ("password", PeopleUnderTest.Password));

        Assert.Contains(lee.Email!, await browser.GetStringAsync("/account"), StringComparison.Ordinal);
        using var other = Portal.CreateDefaultClient();
        Assert.DoesNotContain(lee.Email!, await (await AccountAsync(other, planted)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignedOut_SessionIsGone()
    {
        var lee = await Portal.AddPersonAsync();
        using var browser = await Portal.SignInAsync(lee.Email!);
        Assert.Equal(1, await CountAsync(lee));

        await browser.PostFormAsync("/account", "/sign-out");

        Assert.Equal(0, await CountAsync(lee));
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/account")).StatusCode);
    }

    [Fact]
    public async Task Account_ListsSessions_AndEndsOne()
    {
        var lee = await Portal.AddPersonAsync();
        using var here = await Portal.SignInAsync(lee.Email!);
        using var there = await Portal.SignInAsync(lee.Email!);
        var page = WebUtility.HtmlDecode(await here.GetStringAsync("/account"));
        Assert.Equal(2, SessionItem().Count(page));
        Assert.Single(SessionItem().Matches(page), match => match.Value.Contains("· here", StringComparison.Ordinal));

        var id = SessionId().Match(page).Groups["id"].Value;
        Assert.Equal("/account?done=ended", (await here.PostFormAsync("/account", "/account/sessions/end", ("id", id))).Headers.Location?.OriginalString);

        Assert.Equal(HttpStatusCode.Redirect, (await there.GetAsync("/account")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/account")).StatusCode);
        Assert.Contains("ended already", await (await here.PostFormAsync("/account", "/account/sessions/end", ("id", id))).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_OfSomebodyElse_IsNotEnded()
    {
        var (lee, kim) = (await Portal.AddPersonAsync(), await Portal.AddPersonAsync());
        using var browser = await Portal.SignInAsync(lee.Email!);
        using var other = await Portal.SignInAsync(kim.Email!);
        var theirs = (await Portal.Services.GetRequiredService<Sessions>().OfAsync(kim.Id, default)).Single().Id;

        await browser.PostFormAsync("/account", "/account/sessions/end", ("id", theirs.ToString()));

        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/account")).StatusCode);
    }

    [Fact]
    public async Task Password_Changed_EndsTheOtherSessions()
    {
        var lee = await Portal.AddPersonAsync();
        using var here = await Portal.SignInAsync(lee.Email!);
        using var there = await Portal.SignInAsync(lee.Email!);

        var changed = await here.PostFormAsync(
            "/account", "/account/password", ("current", PeopleUnderTest.Password), ("password", "seven lakes and one canoe"));

        Assert.Equal("/account?done=password", changed.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/account")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await there.GetAsync("/account")).StatusCode);
    }

    [Fact]
    public async Task Password_ThatIsGuessedEarly_IsRefusedAtTheDoor()
    {
        var lee = await Portal.AddPersonAsync();
        using var here = await Portal.SignInAsync(lee.Email!);

        var refused = await here.PostFormAsync("/account", "/account/password", ("current", PeopleUnderTest.Password), ("password", "password1234"));

        Assert.Contains("guessed early", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var still = await Portal.SignInAsync(lee.Email!);
    }

    [Fact]
    public async Task Session_EndsAfterTwelveHoursWithoutUse_AndAfterThirtyDaysWithIt()
    {
        await using var portal = new PortalUnderTest();
        var lee = await portal.AddPersonAsync();
        using var idle = await portal.SignInAsync(lee.Email!);
        using var busy = await portal.SignInAsync(lee.Email!);
        var started = portal.Clock!.GetUtcNow();
        while (portal.Clock.GetUtcNow() - started < TimeSpan.FromDays(30) - TimeSpan.FromHours(11))
        {
            portal.Clock.Advance(TimeSpan.FromHours(11));
            Assert.Equal(HttpStatusCode.OK, (await busy.GetAsync("/account")).StatusCode);
        }

        Assert.Equal(HttpStatusCode.Redirect, (await idle.GetAsync("/account")).StatusCode);
        portal.Clock.Advance(TimeSpan.FromHours(11));
        Assert.Equal(HttpStatusCode.Redirect, (await busy.GetAsync("/account")).StatusCode);

        // Those that are over are cleared away when the next one begins.
        using var next = await portal.SignInAsync(lee.Email!);
        await using var context = await portal.OpenDatabaseAsync();
        Assert.Equal(1, await context.Sessions.CountAsync(row => row.UserId == lee.Id));
    }

    [Theory]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge on Windows")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1", "Safari on iPhone")]
    [InlineData("<script>", "A browser")]
    [InlineData("", "A browser")]
    public void Device_IsNamedAsPeopleKnowIt(string agent, string name) => Assert.Equal(name, Devices.NameOf(agent));

    private static Task<HttpResponseMessage> AccountAsync(HttpClient client, string cookie)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/account");
        request.Headers.Add("Cookie", cookie);
        return client.SendAsync(request);
    }

    private async Task<int> CountAsync(PortalUser person) => (await Portal.Services.GetRequiredService<Sessions>().OfAsync(person.Id, default)).Count;

    [GeneratedRegex("data-testid=\"session\".*?</li>", RegexOptions.Singleline)]
    private static partial Regex SessionItem();

    [GeneratedRegex("sessions/end.*?name=\"id\" value=\"(?<id>[^\"]+)\"", RegexOptions.Singleline)]
    private static partial Regex SessionId();
}

using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using CopilotCapacity.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CopilotCapacity.EndToEnd.Tests;

/// <summary>The in-app banner on a customer's page, in a real browser.</summary>
[Collection(BrowserTests.Name)]
public sealed class BannerTests(BrowserFixture fixture)
{
    private const string Banner = "copilot-credits-banner";

    [Fact]
    public async Task Users_AreToldLowPolitely_DepletedAtOnce_AndThatItIsBack()
    {
        await using var world = await World.StartAsync(fixture);
        await using var browser = await fixture.OpenAsync();
        await browser.Page.GotoAsync(world.Site.Page(world.Environment));
        await Expect(browser.Page.Locator(Banner)).ToHaveCountAsync(1);
        await Expect(browser.Page.Locator($"{Banner} .notice")).ToHaveCountAsync(0);

        await world.UseAsync(80);
        var status = browser.Page.Locator($"{Banner} [role=status]");
        var alert = browser.Page.Locator($"{Banner} [role=alert]");
        await Expect(status).ToContainTextAsync("Copilot Credits are running low");
        await Expect(alert).ToBeEmptyAsync();

        await world.UseAsync(20);
        await Expect(alert).ToContainTextAsync("AI features are paused");
        await Expect(status).ToBeEmptyAsync();

        await world.BuyAsync(1_000);
        await Expect(status).ToContainTextAsync("AI features are back");
        await Expect(alert).ToBeEmptyAsync();
        Assert.Empty(browser.Faults);
        Assert.Equal(1, world.Site.Tokens);
    }

    [Fact]
    public async Task Dismissed_StaysAwayOverReloads_UntilItGetsWorse_AndIsSaidOnce()
    {
        await using var world = await World.StartAsync(fixture);
        await world.UseAsync(80);
        await using var browser = await fixture.OpenAsync();
        await browser.Page.GotoAsync(world.Site.Page(world.Environment));
        await browser.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Dismiss" }).ClickAsync();
        await Expect(browser.Page.Locator($"{Banner} .notice")).ToHaveCountAsync(0);
        await ReloadAsync(browser.Page);
        await Expect(browser.Page.Locator($"{Banner} .notice")).ToHaveCountAsync(0);

        await world.UseAsync(20);
        await Expect(browser.Page.Locator($"{Banner} [role=alert]")).ToContainTextAsync("AI features are paused");

        // Shown again on the next page, but no longer as news.
        await ReloadAsync(browser.Page);
        await Expect(browser.Page.Locator($"{Banner} .notice")).ToContainTextAsync("AI features are paused");
        await Expect(browser.Page.Locator($"{Banner} [role=alert]")).ToBeEmptyAsync();

        await browser.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Dismiss" }).ClickAsync();
        await world.BuyAsync(400);
        await world.UseAsync(330);
        await Expect(browser.Page.Locator($"{Banner} .notice")).ToContainTextAsync("running low");
        await world.UseAsync(70);
        await Expect(browser.Page.Locator($"{Banner} [role=alert]")).ToContainTextAsync("AI features are paused");
    }

    [Theory]
    [InlineData("en", "AI features are paused", "Dismiss")]
    [InlineData("de-AT", "KI-Funktionen pausieren", "Schließen")]
    [InlineData("fr", "Les fonctions d’IA sont en pause", "Fermer")]
    [InlineData("es-MX", "Las funciones de IA están en pausa", "Cerrar")]
    [InlineData("ja", "AI 機能は停止中です", "閉じる")]
    [InlineData("ar", "AI features are paused", "Dismiss")]
    public async Task Words_AreThoseOfThePagesLanguage(string lang, string title, string dismiss)
    {
        await using var world = await World.StartAsync(fixture);
        await world.UseAsync(100);
        await using var browser = await fixture.OpenAsync();
        await browser.Page.GotoAsync(world.Site.Page(world.Environment, lang, lang is "ar" ? "rtl" : "ltr"));

        await Expect(browser.Page.Locator($"{Banner} strong")).ToHaveTextAsync(title);
        await Expect(browser.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = dismiss })).ToBeVisibleAsync();
        var sign = (await browser.Page.Locator($"{Banner} .sign").BoundingBoxAsync())!;
        var text = (await browser.Page.Locator($"{Banner} .text").BoundingBoxAsync())!;
        Assert.Equal(lang is "ar", sign.X > text.X);
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 320)]
    [InlineData(ColorScheme.Dark, 320)]
    public async Task EveryState_IsAccessible(ColorScheme scheme, int width)
    {
        await using var world = await World.StartAsync(fixture);
        await using var browser = await fixture.OpenAsync(width, scheme);
        await browser.Page.GotoAsync(world.Site.Page(world.Environment, more: "audience=\"admins\""));
        foreach (var (credits, title) in new[] { (80, "running low"), (20, "are paused"), (-500, "are back") })
        {
            await (credits > 0 ? world.UseAsync(credits) : world.BuyAsync(-credits));
            await Expect(browser.Page.Locator($"{Banner} .notice")).ToContainTextAsync(title);
            await Accessibility.AssertAsync(browser.Page, $"{title} {scheme} {width}");
            var close = (await browser.Page.Locator($"{Banner} button").BoundingBoxAsync())!;
            Assert.True(close.Width >= 24 && close.Height >= 24);
        }
    }

    [Fact]
    public async Task Admins_HaveActionsThatLeadToThePortal_AndUsersTheirOwnHelp()
    {
        await using var world = await World.StartAsync(fixture);
        await world.UseAsync(100);
        await using var browser = await fixture.OpenAsync();
        await browser.Page.GotoAsync(world.Site.Page(world.Environment, more: "audience=\"admins\""));
        var links = browser.Page.Locator($"{Banner} a");
        await Expect(links.First).ToHaveTextAsync("Buy packs");
        Assert.StartsWith($"{fixture.Address}/tenants/{world.Tenant.Id}/", await links.First.GetAttributeAsync("href"), StringComparison.Ordinal);
        await browser.Page.Keyboard.PressAsync("Tab");
        await Expect(links.First).ToBeFocusedAsync();

        await browser.Page.GotoAsync(world.Site.Page(world.Environment, more: "help-href=\"/help\""));
        await Expect(links).ToHaveCountAsync(1);
        Assert.Equal($"{world.Site.Address}/help", await links.First.GetAttributeAsync("href"));
        await browser.Page.GotoAsync(world.Site.Page(world.Environment, more: "help-href=\"javascript:alert(1)\""));
        await Expect(browser.Page.Locator($"{Banner} strong")).ToHaveTextAsync("AI features are paused");
        await Expect(links).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task PortalAway_TheAppGoesOnWithoutAWord_AndTheBannerComesBackWhereItWas()
    {
        await using var world = await World.StartAsync(fixture);
        await using var browser = await fixture.OpenAsync();
        var failed = FailedStream(browser.Page);
        await browser.Page.RouteAsync("**/notices/stream", route => route.AbortAsync());
        await browser.Page.GotoAsync(world.Site.Page(world.Environment));
        await Expect(browser.Page.GetByText("What people came for.")).ToBeVisibleAsync();
        await world.UseAsync(100);
        await failed;
        await Expect(browser.Page.Locator($"{Banner} .notice")).ToHaveCountAsync(0);
        await browser.Page.UnrouteAsync("**/notices/stream");

        await Expect(browser.Page.Locator($"{Banner} [role=alert]")).ToContainTextAsync("AI features are paused", new LocatorAssertionsToContainTextOptions { Timeout = 30_000 });

        // What the browser itself says of a connection that failed; the banner adds nothing.
        Assert.All(browser.Faults, fault => Assert.Contains("Failed to load resource", fault, StringComparison.Ordinal));
        Assert.InRange(browser.Faults.Count, 1, 4);
    }

    [Fact]
    public async Task PageOfAnOriginThatIsNotAllowed_GetsNothing()
    {
        await using var world = await World.StartAsync(fixture, isAllowed: false);
        await world.UseAsync(100);
        await using var browser = await fixture.OpenAsync();
        var failed = FailedStream(browser.Page);
        await browser.Page.GotoAsync(world.Site.Page(world.Environment));
        await failed;

        await Expect(browser.Page.Locator($"{Banner} .notice")).ToHaveCountAsync(0);
        Assert.DoesNotContain(browser.Faults, fault => fault.Contains("Uncaught", StringComparison.Ordinal));
    }

    [Fact]
    public async Task App_HearsEachQuota_AndAHiddenElementStaysHidden()
    {
        await using var world = await World.StartAsync(fixture);
        await using var browser = await fixture.OpenAsync();
        // On the element, since the page's policy lets nobody evaluate anything.
        await browser.Page.AddInitScriptAsync(
            "document.addEventListener('quota', event => document.documentElement.setAttribute('data-heard', `${document.documentElement.getAttribute('data-heard') ?? ''} ${event.detail.status}`));");
        await browser.Page.GotoAsync(world.Site.Page(world.Environment, more: "hidden"));
        var page = browser.Page.Locator("html");
        await Expect(page).ToHaveAttributeAsync("data-heard", " available");
        await world.UseAsync(100);

        await Expect(page).ToHaveAttributeAsync("data-heard", " available depleted");
        await Expect(browser.Page.Locator($"{Banner} .notice")).ToBeHiddenAsync();
    }

    private static Task FailedStream(IPage page)
    {
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        page.RequestFailed += (_, request) =>
        {
            if (request.Url.EndsWith("/notices/stream", StringComparison.Ordinal))
            {
                failed.TrySetResult();
            }
        };
        return failed.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    // The element has its state before anything is said of it.
    private static async Task ReloadAsync(IPage page)
    {
        var stream = page.WaitForResponseAsync(response => response.Url.EndsWith("/notices/stream", StringComparison.Ordinal) && response.Status == 200);
        await page.ReloadAsync();
        await stream;
        await page.WaitForTimeoutAsync(200);
    }

    private sealed class World : IAsyncDisposable
    {
        private World(BrowserFixture fixture, TenantUnderTest tenant, Guid environment, CustomerSite site) =>
            (Fixture, Tenant, Environment, Site) = (fixture, tenant, environment, site);

        public TenantUnderTest Tenant { get; }

        public Guid Environment { get; }

        public CustomerSite Site { get; }

        private BrowserFixture Fixture { get; }

        public static async Task<World> StartAsync(BrowserFixture fixture, bool isAllowed = true)
        {
            var tenant = await fixture.Portal.CreateTenantAsync();
            var site = await CustomerSite.StartAsync(fixture, tenant);
            var made = await tenant.Api.PostAsJsonAsync($"/api/v1/tenants/{tenant.Id}/environments", new { name = "Sales", type = "production", region = "europe" });
            var environment = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
            var world = new World(fixture, tenant, environment, site);
            await world.BuyAsync(100);
            if (isAllowed)
            {
                await world.AllowAsync();
            }

            return world;
        }

        public async Task UseAsync(decimal credits)
        {
            var use = new
            {
                specversion = "1.0",
                id = Guid.NewGuid(),
                source = "test",
                type = "copilot.credits",
                subject = Environment,
                time = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture),
                data = new { quantity = credits },
            };
            (await Tenant.Api.PostAsJsonAsync("/api/v1/consume", use)).EnsureSuccessStatusCode();
        }

        public async Task BuyAsync(decimal credits) =>
            (await Tenant.Api.PostAsJsonAsync($"/api/v1/tenants/{Tenant.Id}/grants", new { kind = "promotional", amount = credits })).EnsureSuccessStatusCode();

        public ValueTask DisposeAsync() => Site.DisposeAsync();

        private async Task AllowAsync()
        {
            using var admin = Fixture.Portal.CreateApi();
            using var change = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/tenants/{Tenant.Id}") { Content = JsonContent.Create(new { allowedOrigins = new[] { Site.Address } }) };
            change.Headers.TryAddWithoutValidation("If-Match", "*");
            (await admin.SendAsync(change)).EnsureSuccessStatusCode();

            // Lists of origins are remembered for two seconds.
            await Task.Delay(TimeSpan.FromSeconds(2.1));
        }
    }
}

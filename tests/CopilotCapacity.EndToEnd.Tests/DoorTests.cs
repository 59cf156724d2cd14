using System.Net.Http.Json;
using CopilotCapacity.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CopilotCapacity.EndToEnd.Tests;

/// <summary>The ways in, and out.</summary>
[Collection(BrowserTests.Name)]
public sealed class DoorTests(BrowserFixture fixture)
{
    private const string Password = "a password of some length";

    [Fact]
    public async Task Passkey_AddedToAnAccount_OpensTheDoor_AndIsGoneWhenRemoved()
    {
        await using var browser = await fixture.SignInAsync();
        await browser.AddAuthenticatorAsync();
        var page = browser.Page;
        await page.GotoAsync("/account");
        await page.FillAsync("#passkey-name", "This laptop");
        await page.ClickAsync("text=Add a passkey");
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("The passkey is added");
        await Expect(page.GetByTestId("passkey")).ToContainTextAsync("This laptop");

        await page.Context.ClearCookiesAsync();
        await page.GotoAsync("/sign-in?returnUrl=%2Faccount");
        await page.ClickAsync("text=Use a passkey");
        await page.WaitForURLAsync("**/account");

        await page.ClickAsync("[aria-label='Remove This laptop']");
        await Expect(page.GetByText("None yet.")).ToBeVisibleAsync();
        await page.Context.ClearCookiesAsync();
        await page.GotoAsync("/sign-in");
        await page.ClickAsync("text=Use a passkey");
        await Expect(page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("opens nothing here");
        Assert.Empty(browser.Faults);
    }

    [Fact]
    public async Task Passkey_NobodyHas_IsToldSo()
    {
        await using var browser = await fixture.OpenAsync();
        await browser.AddAuthenticatorAsync();
        await browser.Page.GotoAsync("/sign-in");
        await browser.Page.ClickAsync("text=Use a passkey");

        await Expect(browser.Page.Locator("[data-passkey-problem]")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Invited_Person_JoinsAsReader_AndLeavesThePageWhenRemoved()
    {
        var tenant = await fixture.Portal.CreateTenantAsync();
        await using var admin = await fixture.SignInAsync();
        await admin.OpenAsync($"/tenants/{tenant.Id}/members");
        await admin.Page.ClickAsync("text=Invite somebody…");
        await admin.Page.FillAsync("input[type=email]", "lee@contoso.example");
        await admin.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Make the link" }).ClickAsync();
        var link = await admin.Page.Locator("#new-link").InputValueAsync();
        await admin.Page.ClickAsync("text=I have it");

        await using var lee = await fixture.OpenAsync();
        await lee.Page.GotoAsync(link);
        await lee.Page.FillAsync("#name", "Lee Park");
        await lee.Page.FillAsync("#email", $"{Guid.NewGuid():N}@contoso.example");
        await lee.Page.FillAsync("#password", Password);
        await lee.Page.ClickAsync("button[type=submit]");
        await lee.Page.WaitForURLAsync($"**/tenants/{tenant.Id}/overview");
        await lee.Page.WaitForSelectorAsync("[data-testid=interactive]", new PageWaitForSelectorOptions { State = WaitForSelectorState.Attached });
        await Expect(lee.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Rate card" }).First).ToBeVisibleAsync();
        await Expect(lee.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Members" })).ToHaveCountAsync(0);

        await admin.OpenAsync($"/tenants/{tenant.Id}/members");
        await admin.Page.ClickAsync("[aria-label='Remove Lee Park']");
        await admin.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Remove", Exact = true }).ClickAsync();
        await Expect(admin.Page.GetByText("Lee Park was removed.")).ToBeVisibleAsync();

        // Twice a minute an open page is looked at.
        await lee.Page.WaitForURLAsync("**/sign-in**", new PageWaitForURLOptions { Timeout = 60_000 });
        Assert.Empty(admin.Faults);
        Assert.Empty(lee.Faults);
    }

    [Fact]
    public async Task Key_MadeOnThePage_IsShownOnceAndWorks()
    {
        var tenant = await fixture.Portal.CreateTenantAsync();
        await using var browser = await fixture.SignInAsync();
        await browser.OpenAsync($"/tenants/{tenant.Id}/keys");
        await browser.Page.ClickAsync("text=Create a key…");
        await browser.Page.GetByLabel("Name").FillAsync("Sales gateway");
        await browser.Page.ClickAsync("text=Read credits, usage, alerts");
        await browser.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Create the key" }).ClickAsync();
        var secret = await browser.Page.Locator("#new-key").InputValueAsync();
        await browser.Page.ClickAsync("text=I have kept it");

        await Expect(browser.Page.GetByTestId("api-key").First).ToContainTextAsync("Sales gateway");
        Assert.DoesNotContain(secret, await browser.Page.ContentAsync(), StringComparison.Ordinal);
        using var api = fixture.Portal.CreateApi(secret);
        api.BaseAddress = new Uri(fixture.Address);
        Assert.True((await api.GetAsync($"/api/v1/tenants/{tenant.Id}/capacity")).IsSuccessStatusCode);
        Assert.Empty(browser.Faults);
    }

    [Theory]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(320, ColorScheme.Light)]
    public async Task History_OfAnEnvironment_OpensBesideThePage_AndItsAddressOpensItAgain(int width, ColorScheme scheme)
    {
        var tenant = await fixture.Portal.CreateTenantAsync();
        var environment = Guid.NewGuid();
        using var created = await tenant.Api.PostAsJsonAsync(
            $"/api/v1/tenants/{tenant.Id}/environments", new { id = environment, name = "Sales – Prod", type = "production", region = "westeurope" });
        created.EnsureSuccessStatusCode();
        await using var browser = await fixture.SignInAsync(width, scheme);
        await browser.OpenAsync($"/tenants/{tenant.Id}/environments/{environment}");
        await browser.Page.GetByTestId("history-link").First.ClickAsync();
        await Expect(browser.Page.GetByTestId("history-entry").Last).ToContainTextAsync("created the environment");
        Assert.Contains($"history={environment}", browser.Page.Url, StringComparison.Ordinal);
        await Accessibility.AssertAsync(browser.Page, "history");

        await browser.Page.ReloadAsync();
        await Expect(browser.Page.GetByTestId("history-entry").Last).ToContainTextAsync("created the environment");
        await browser.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Close", Exact = true }).ClickAsync();
        await Expect(browser.Page.GetByTestId("history-entry")).ToHaveCountAsync(0);
        Assert.DoesNotContain("history=", browser.Page.Url, StringComparison.Ordinal);
        Assert.Empty(browser.Faults);
    }

    [Fact]
    public async Task Session_EndedElsewhere_ClosesTheOpenPage()
    {
        var tenant = await fixture.Portal.CreateTenantAsync();
        await using var open = await fixture.SignInAsync();
        await open.OpenAsync($"/tenants/{tenant.Id}/overview");
        await open.Page.GotoAsync("/account");
        await Expect(open.Page.GetByTestId("session").Filter(new LocatorFilterOptions { HasText = "· here" })).ToContainTextAsync("Chrome on Linux");
        await open.OpenAsync($"/tenants/{tenant.Id}/overview");

        await using var other = await fixture.SignInAsync();
        await other.Page.GotoAsync("/account");
        var rows = other.Page.GetByTestId("session").Filter(new LocatorFilterOptions { HasNotText = "· here" });
        while (await rows.CountAsync() > 0)
        {
            await rows.First.GetByRole(AriaRole.Button).ClickAsync();
            await other.Page.WaitForLoadStateAsync();
        }

        // Twice a minute an open page is looked at.
        await open.Page.WaitForURLAsync("**/sign-in**", new PageWaitForURLOptions { Timeout = 60_000 });
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(320, ColorScheme.Light)]
    public async Task EveryPage_IsAccessible_AndBreaksNoPolicy(int width, ColorScheme scheme)
    {
        var tenant = await fixture.Portal.CreateTenantAsync();
        await using var browser = await fixture.SignInAsync(width, scheme);
        foreach (var path in new[] { "overview", "packs", "pay-as-you-go", "pay-as-you-go/new", "caps", "usage", "rates", "audit", "members", "keys", "settings" }.Select(name => $"/tenants/{tenant.Id}/{name}").Concat(["/account", "/portal/tenants", "/portal/people", "/portal/audit"]))
        {
            await browser.Page.GotoAsync(path);
            await browser.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            await Accessibility.AssertAsync(browser.Page, path);
        }

        await using var stranger = await fixture.OpenAsync(width, scheme);
        foreach (var path in new[] { "/sign-in", "/invitation?token=x", "/set-up", "/sign-in/link" })
        {
            await stranger.Page.GotoAsync(path);
            await Accessibility.AssertAsync(stranger.Page, path);
        }

        // What the content security policy refuses is an error on the console.
        Assert.Empty(browser.Faults);
        Assert.Empty(stranger.Faults);
    }
}

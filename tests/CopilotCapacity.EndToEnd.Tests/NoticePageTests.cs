using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CopilotCapacity.EndToEnd.Tests;

/// <summary>The page that shows the in-app notice beside an AI action that is really asked for.</summary>
[Collection(BrowserTests.Name)]
public sealed class NoticePageTests(BrowserFixture fixture)
{
    [Fact]
    public async Task RefusedAction_ComesBackTheMomentCreditsAreAdded()
    {
        var (tenant, environment) = await NewAsync();
        await using var browser = await fixture.SignInAsync();
        var page = browser.Page;
        await browser.OpenAsync($"/tenants/{tenant}/environments/{environment}");
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "In-app notice" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Use up all credits" }).ClickAsync();
        await Expect(page.Locator("copilot-credits-banner")).ToContainTextAsync("AI features are paused");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Summarise this case" }).ClickAsync();
        await Expect(page.GetByTestId("outcome")).ToContainTextAsync("402 quota_depleted");

        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Add 1,000 credits" }).ClickAsync();
        await Expect(page.GetByTestId("back")).ToBeVisibleAsync();
        await Expect(page.Locator("copilot-credits-banner")).ToContainTextAsync("AI features are back");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Summarise this case" }).ClickAsync();
        await Expect(page.GetByTestId("outcome")).ToContainTextAsync("200 OK");
        Assert.Empty(browser.Faults);
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 320)]
    public async Task Page_IsAccessible(ColorScheme scheme, int width)
    {
        var (tenant, environment) = await NewAsync();
        await using var browser = await fixture.SignInAsync(width, scheme);
        await browser.OpenAsync($"/tenants/{tenant}/environments/{environment}/notice?lang=de&as=admins");
        await browser.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Use up all credits" }).ClickAsync();
        await Expect(browser.Page.Locator("copilot-credits-banner")).ToContainTextAsync("KI-Funktionen pausieren");

        await Accessibility.AssertAsync(browser.Page, $"In-app notice {scheme} {width}");
        Assert.Empty(browser.Faults);
    }

    private async Task<(Guid Tenant, Guid Environment)> NewAsync()
    {
        var tenant = await fixture.Portal.CreateTenantAsync(testClock: DateTimeOffset.UtcNow);
        var made = await tenant.Api.PostAsJsonAsync($"/api/v1/tenants/{tenant.Id}/environments", new { name = "Sales", type = "production", region = "europe" });
        (await tenant.Api.PostAsJsonAsync($"/api/v1/tenants/{tenant.Id}/message-packs", new { packs = 1 })).EnsureSuccessStatusCode();
        return (tenant.Id, (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid());
    }
}

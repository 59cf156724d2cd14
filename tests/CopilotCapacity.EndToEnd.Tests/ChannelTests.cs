using CopilotCapacity.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CopilotCapacity.EndToEnd.Tests;

/// <summary>Channels, in a real browser, on a portal that may send to this machine.</summary>
[Collection(BrowserTests.Name)]
public sealed class ChannelTests(BrowserFixture fixture)
{
    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(320, ColorScheme.Light)]
    public async Task Webhook_IsSetUp_Tested_AndSentAgain(int width, ColorScheme scheme)
    {
        var tenant = await fixture.Portal.CreateTenantAsync("Fabrikam");
        await using var browser = await fixture.SignInAsync(width, scheme);
        var page = browser.Page;
        await browser.OpenAsync($"/tenants/{tenant.Id}/channels");
        await Expect(page.GetByText("Nobody is told yet")).ToBeVisibleAsync();
        await Accessibility.AssertAsync(page, "empty");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "New webhook…" }).First.ClickAsync();
        await page.GetByLabel("Name", new PageGetByLabelOptions { Exact = true }).FillAsync("On-call");
        await page.GetByLabel("Address").FillAsync("https://169.254.169.254/");
        await page.GetByText("Of what: all kinds").ClickAsync();
        await page.GetByLabel("An environment is depleted").CheckAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Set it up" }).ClickAsync();
        await Expect(page.GetByText("The address is one inside a network.")).ToBeVisibleAsync();
        await Accessibility.AssertAsync(page, "dialog");

        // A name that leads nowhere: what is sent there fails at once, and nothing leaves this machine.
        await page.GetByLabel("Address").FillAsync("https://hooks.invalid/in");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Set it up" }).ClickAsync();
        await Expect(page.GetByLabel("Secret")).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("^whsec_"));
        await Accessibility.AssertAsync(page, "secret");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "I have kept it" }).ClickAsync();
        await Expect(page.GetByTestId("channel")).ToContainTextAsync("hooks.invalid");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Test On-call" }).ClickAsync();
        await Expect(page.GetByTestId("channel")).ToContainTextAsync("Failing");
        await Accessibility.AssertAsync(page, "channels");

        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Turn off On-call" }).ClickAsync();
        await Expect(page.GetByTestId("channel")).ToContainTextAsync("Off");
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Deliveries of On-call" }).ClickAsync();
        await Expect(page.GetByTestId("delivery")).ToContainTextAsync("Not sent");
        await page.GetByTestId("delivery").Locator("summary").ClickAsync();
        await Expect(page.GetByTestId("delivery")).ToContainTextAsync("The host is not known.");
        await Accessibility.AssertAsync(page, "deliveries");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Send again: A test of On-call" }).ClickAsync();
        await Expect(page.GetByTestId("delivery")).ToContainTextAsync("Waiting");
        Assert.Empty(browser.Faults);
    }
}

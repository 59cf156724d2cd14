using System.Text;
using CopilotCapacity.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CopilotCapacity.EndToEnd.Tests;

/// <summary>Files and keys, in a real browser.</summary>
[Collection(BrowserTests.Name)]
public sealed class ImportTests(BrowserFixture fixture)
{
    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(320, ColorScheme.Light)]
    public async Task File_IsChecked_Corrected_Imported_AndFound(int width, ColorScheme scheme)
    {
        var tenant = await fixture.Portal.CreateTenantAsync();
        await using var browser = await fixture.SignInAsync(width, scheme);
        await browser.OpenAsync($"/tenants/{tenant.Id}/import?of=environments");
        await ChooseAsync(browser, "name,type,region\nNimbus,castle,europe\n");
        await Expect(browser.Page.GetByTestId("import-error")).ToContainTextAsync("“castle” is none of production");
        await Accessibility.AssertAsync(browser.Page, "import, with errors");

        await ChooseAsync(browser, "name,type,region\nNimbus,sandbox,europe\nStratus,production,europe\n");
        await Expect(browser.Page.GetByTestId("import-change")).ToHaveCountAsync(2);
        await Accessibility.AssertAsync(browser.Page, "import");
        await browser.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "all or none" }).ClickAsync();
        await Expect(browser.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Look at it" })).ToBeVisibleAsync();

        await browser.Page.Keyboard.PressAsync("Control+k");
        await browser.Page.Keyboard.TypeAsync("strat");
        await Expect(browser.Page.GetByRole(AriaRole.Option).First).ToContainTextAsync("Stratus");
        await Accessibility.AssertAsync(browser.Page, "palette");
        await browser.Page.Keyboard.PressAsync("Enter");
        await Expect(browser.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Stratus" })).ToBeVisibleAsync();

        await browser.Page.Keyboard.PressAsync("?");
        await Expect(browser.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Keys" })).ToBeVisibleAsync();
        await Accessibility.AssertAsync(browser.Page, "keys");
        await browser.Page.Keyboard.PressAsync("Escape");
        await browser.Page.Keyboard.PressAsync("g");
        await browser.Page.Keyboard.PressAsync("u");
        await browser.Page.WaitForURLAsync("**/usage");
        Assert.Empty(browser.Faults);
    }

    // The field listens a moment after the page is interactive; a person is never that fast.
    private static async Task ChooseAsync(BrowserUnderTest browser, string text)
    {
        await browser.Page.WaitForFunctionAsync("document.querySelector('input[type=file]')?._blazorInputFileNextFileId !== undefined");
        await browser.Page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "sheet.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(text) });
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using CopilotCapacity.Testing;
using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace CopilotCapacity.EndToEnd.Tests;

[Collection(BrowserTests.Name)]
public sealed class OverviewTests(BrowserFixture fixture, ITestOutputHelper output)
{
    [Fact]
    public async Task Overview_InTwoBrowsers_ShowsUsageWithinASecondOfItsCommit()
    {
        var (tenant, environment) = await PrepareAsync();
        await using var first = await fixture.SignInAsync();
        await using var second = await fixture.SignInAsync();
        await first.OpenOverviewAsync(tenant.Id);
        await second.OpenOverviewAsync(tenant.Id);
        await Expect(Left(first)).ToContainTextAsync("50,000");
        await Expect(Left(second)).ToContainTextAsync("50,000");

        await SendAsync(tenant, environment, credits: 1_234);
        var sent = Stopwatch.StartNew();
        await Expect(Left(first)).ToContainTextAsync("48,766");
        await Expect(Left(second)).ToContainTextAsync("48,766");

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Both browsers changed within {sent.ElapsedMilliseconds} ms."));
        Assert.Empty(first.Faults);
        Assert.Empty(second.Faults);
    }

    [Fact]
    public async Task Overview_WhenAnEnvironmentIsUsedUp_SaysSoAndGivesTheFix()
    {
        var (tenant, environment) = await PrepareAsync(allocation: 100, drawsOnPool: false);
        await using var browser = await fixture.SignInAsync();
        await browser.OpenOverviewAsync(tenant.Id);

        await SendAsync(tenant, environment, credits: 150);

        await Expect(browser.Page.GetByText("Service – Prod is depleted.")).ToBeVisibleAsync();
        await Expect(browser.Page.GetByTestId("attention").GetByRole(AriaRole.Button)).ToContainTextAsync("from the pool");
        Assert.Empty(browser.Faults);
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(320, ColorScheme.Light)]
    public async Task Overview_IsAccessible(int width, ColorScheme scheme)
    {
        var (tenant, environment) = await PrepareAsync(allocation: 100, drawsOnPool: false);
        await SendAsync(tenant, environment, credits: 150);
        await using var browser = await fixture.SignInAsync(width, scheme);
        await browser.OpenOverviewAsync(tenant.Id);
        await Expect(browser.Page.GetByText("Service – Prod is depleted.")).ToBeVisibleAsync();

        await Accessibility.AssertAsync(browser.Page, "overview");
    }

    [Fact]
    public async Task SignIn_WithWrongPassword_SaysSoAndStaysOut()
    {
        await using var browser = await fixture.OpenAsync();
        await browser.Page.GotoAsync("/");
        await Expect(browser.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/sign-in"));
        await browser.Page.FillAsync("#email", PortalUnderTest.AdminEmail);
        await browser.Page.FillAsync("#password", "not the password");
        await browser.Page.ClickAsync("button[type=submit]");

        await Expect(browser.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not right");
        await Accessibility.AssertAsync(browser.Page, "sign-in");
        Assert.Empty(browser.Faults);
    }

    [Fact]
    public async Task Allocation_FromTheOverview_IsSavedAndUndone()
    {
        var (tenant, environment) = await PrepareAsync(allocation: 1_000);
        await using var browser = await fixture.SignInAsync();
        await browser.Page.GotoAsync($"/tenants/{tenant.Id}/overview?allocate={environment}");
        var number = browser.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Textbox).Or(
            browser.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Spinbutton)).First;
        await number.FillAsync("60000");
        await number.PressAsync("Tab");
        await Expect(browser.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("50,000");

        await number.FillAsync("3000");
        await number.PressAsync("Tab");
        await browser.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { NameRegex = new("Save|Set|Allocate") }).Last.ClickAsync();

        await Expect(browser.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" })).ToBeVisibleAsync();
        Assert.Equal(3_000, await AllocationOfAsync(tenant, environment));
        var table = browser.Page.GetByRole(AriaRole.Table).Last;
        await Expect(table).ToContainTextAsync("3,000");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(table).Not.ToContainTextAsync("3,000");
        Assert.Equal(1_000, await AllocationOfAsync(tenant, environment));
    }

    private static ILocator Left(BrowserUnderTest browser) => browser.Page.GetByRole(AriaRole.Main);

    private static async Task<decimal> AllocationOfAsync(TenantUnderTest tenant, Guid environment)
    {
        var answer = await tenant.Api.GetFromJsonAsync<System.Text.Json.JsonElement>(
            $"/api/v1/tenants/{tenant.Id}/environments/{environment}/allocation");
        return answer.GetProperty("credits").GetDecimal();
    }

    private async Task<(TenantUnderTest Tenant, Guid Environment)> PrepareAsync(int allocation = 0, bool drawsOnPool = true)
    {
        var tenant = await fixture.Portal.CreateTenantAsync("Fabrikam");
        var id = Guid.NewGuid();
        var path = $"/api/v1/tenants/{tenant.Id}";
        await tenant.Api.PostAsJsonAsync($"{path}/message-packs", new { packs = 2 });
        await tenant.Api.PostAsJsonAsync(
            $"{path}/environments", new { id, name = "Service – Prod", type = "production", region = "westeurope" });
        using var put = new HttpRequestMessage(HttpMethod.Put, $"{path}/environments/{id}/allocation")
        {
            Content = JsonContent.Create(new { credits = allocation, drawFromTenantPool = drawsOnPool }),
            Headers = { { "If-Match", "*" } },
        };
        var set = await tenant.Api.SendAsync(put);
        Assert.Equal(HttpStatusCode.OK, set.StatusCode);
        return (tenant, id);
    }

    private static async Task SendAsync(TenantUnderTest tenant, Guid environment, int credits)
    {
        var sent = await tenant.Api.PostAsJsonAsync("/api/v1/events", new
        {
            specversion = "1.0",
            id = Guid.NewGuid().ToString(),
            source = "https://contoso.crm.dynamics.com",
            type = "copilot.credits",
            subject = environment.ToString(),
            data = new { quantity = credits },
        });
        Assert.Equal(HttpStatusCode.NoContent, sent.StatusCode);
    }
}

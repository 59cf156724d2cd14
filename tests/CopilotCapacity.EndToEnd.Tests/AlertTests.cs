using System.Net;
using System.Net.Http.Json;
using CopilotCapacity.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CopilotCapacity.EndToEnd.Tests;

/// <summary>What people do with alerts, in real browsers.</summary>
[Collection(BrowserTests.Name)]
public sealed class AlertTests(BrowserFixture fixture)
{
    [Fact]
    public async Task OneCause_ChangesTwoBrowsers_AndWhatOneTakesUpTheOtherSees()
    {
        var (tenant, environment) = await PrepareAsync();
        await using var first = await fixture.SignInAsync();
        await using var second = await fixture.SignInAsync();
        await first.OpenAsync($"/tenants/{tenant.Id}/alerts");
        await second.OpenOverviewAsync(tenant.Id);
        await Expect(first.Page.GetByText("No alert yet")).ToHaveCountAsync(2);

        await SendAsync(tenant, environment, 150);

        var story = first.Page.GetByTestId("story");
        await Expect(story).ToHaveCountAsync(1);
        await Expect(story).ToContainTextAsync("Service – Prod has no Copilot Credits left");
        await Expect(second.Page.GetByTestId("alert-line")).ToContainTextAsync("nobody yet");
        foreach (var browser in new[] { first, second })
        {
            await Expect(browser.Page.GetByTestId("announce-urgent")).ToContainTextAsync("has no Copilot Credits left");
            await Expect(browser.Page.Locator(".shell-rail").GetByTestId("alerts-waiting")).ToContainTextAsync("1");
            await Expect(browser.Page.GetByTestId("bell")).ToHaveAttributeAsync("aria-label", new System.Text.RegularExpressions.Regex("2.are new"));
        }

        await first.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^I’m on it") }).ClickAsync();
        await Expect(second.Page.GetByTestId("alert-line")).ToContainTextAsync("is on it");
        await Expect(second.Page.GetByTestId("alerts-waiting")).ToHaveCountAsync(0);
        await first.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(second.Page.GetByTestId("alert-line")).ToContainTextAsync("nobody yet");
        Assert.Empty(first.Faults);
        Assert.Empty(second.Faults);
    }

    [Fact]
    public async Task Bell_ShowsTheNewest_AndForgetsWhatWasSeen()
    {
        var (tenant, environment) = await PrepareAsync();
        await SendAsync(tenant, environment, 150);
        await using var browser = await fixture.SignInAsync();
        await browser.OpenAsync($"/tenants/{tenant.Id}/usage");
        await browser.Page.GetByTestId("bell").ClickAsync();
        await Expect(browser.Page.GetByText("Service – Prod has no Copilot Credits left").First).ToBeVisibleAsync();
        await Accessibility.AssertAsync(browser.Page, "bell");

        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Mark all seen" }).ClickAsync();
        await Expect(browser.Page.GetByTestId("bell")).ToHaveAttributeAsync("aria-label", "Alerts: nothing new");
        await browser.Page.ReloadAsync();
        await Expect(browser.Page.GetByTestId("bell")).ToHaveAttributeAsync("aria-label", "Alerts: nothing new");
        Assert.Empty(browser.Faults);
    }

    [Fact]
    public async Task AfterTheConnectionWasLost_NothingIsMissing()
    {
        var (tenant, environment) = await PrepareAsync();
        await using var browser = await fixture.SignInAsync();
        await browser.OpenAsync($"/tenants/{tenant.Id}/alerts");
        await Expect(browser.Page.GetByRole(AriaRole.Main).GetByText("No alert yet")).ToBeVisibleAsync();
        await browser.Page.EvaluateAsync("Blazor.pauseCircuit()");
        await Expect(browser.Page.GetByText("Nothing is lost.")).ToBeVisibleAsync();

        await SendAsync(tenant, environment, 150);
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();

        await Expect(browser.Page.GetByTestId("story")).ToHaveCountAsync(1);
        await Expect(browser.Page.GetByTestId("story")).ToContainTextAsync("Service – Prod has no Copilot Credits left");
    }

    [Fact]
    public async Task Request_FromAnAlert_IsGrantedWithOneClick()
    {
        var (tenant, environment) = await PrepareAsync();
        await using var browser = await fixture.SignInAsync();
        await browser.OpenAsync($"/tenants/{tenant.Id}/requests?ask={environment}");
        var dialog = browser.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Credits more").FillAsync("2500");
        await dialog.GetByLabel("Why").FillAsync("The campaign starts on Monday.");
        await Accessibility.AssertAsync(browser.Page, "ask");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Ask for it" }).ClickAsync();
        await Expect(browser.Page.GetByTestId("request")).ToContainTextAsync("Allocation now 100, then 2,600 credits.");

        await browser.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Grant") }).ClickAsync();

        await Expect(browser.Page.GetByTestId("answered")).ToContainTextAsync("granted by");
        var answer = await tenant.Api.GetFromJsonAsync<System.Text.Json.JsonElement>($"/api/v1/tenants/{tenant.Id}/environments/{environment}/allocation");
        Assert.Equal(2_600, answer.GetProperty("credits").GetDecimal());
        Assert.Empty(browser.Faults);
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(320, ColorScheme.Light)]
    public async Task Alerts_AreAccessible(int width, ColorScheme scheme)
    {
        var (tenant, environment) = await PrepareAsync();
        await SendAsync(tenant, environment, 85);
        await SendAsync(tenant, environment, 150);
        await using var browser = await fixture.SignInAsync(width, scheme);
        await browser.OpenAsync($"/tenants/{tenant.Id}/alerts");
        await browser.Page.GetByText("alerts, from the first to the last").ClickAsync();
        await Accessibility.AssertAsync(browser.Page, "alerts");
        await browser.OpenAsync($"/tenants/{tenant.Id}/requests");
        await Expect(browser.Page.GetByText("Nothing is asked for")).ToBeVisibleAsync();
        await Accessibility.AssertAsync(browser.Page, "requests");
        Assert.Empty(browser.Faults);
    }

    private async Task<(TenantUnderTest Tenant, Guid Environment)> PrepareAsync()
    {
        var tenant = await fixture.Portal.CreateTenantAsync("Fabrikam");
        var id = Guid.NewGuid();
        var path = $"/api/v1/tenants/{tenant.Id}";
        await tenant.Api.PostAsJsonAsync($"{path}/message-packs", new { packs = 2 });
        await tenant.Api.PostAsJsonAsync($"{path}/environments", new { id, name = "Service – Prod", type = "production", region = "westeurope", drawFromTenantPool = false });
        using var put = new HttpRequestMessage(HttpMethod.Put, $"{path}/environments/{id}/allocation")
        {
            Content = JsonContent.Create(new { credits = 100, drawFromTenantPool = false }),
            Headers = { { "If-Match", "*" } },
        };
        Assert.Equal(HttpStatusCode.OK, (await tenant.Api.SendAsync(put)).StatusCode);
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

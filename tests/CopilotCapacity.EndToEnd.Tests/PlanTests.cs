using System.Net.Http.Json;
using CopilotCapacity.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CopilotCapacity.EndToEnd.Tests;

/// <summary>Pay-as-you-go and caps, in a real browser.</summary>
[Collection(BrowserTests.Name)]
public sealed class PlanTests(BrowserFixture fixture)
{
    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(320, ColorScheme.Light)]
    public async Task Plan_IsSetUpStepByStep_GetsABudget_AndStopsAtIt(int width, ColorScheme scheme)
    {
        var tenant = await fixture.Portal.CreateTenantAsync("Fabrikam");
        var environment = await NewEnvironmentAsync(tenant);
        await using var browser = await fixture.SignInAsync(width, scheme);
        var page = browser.Page;
        await browser.OpenAsync($"/tenants/{tenant.Id}/pay-as-you-go");
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Set up a plan…" }).First.ClickAsync();
        await page.GetByLabel("Name of the plan").FillAsync("Azure Europe");
        await Accessibility.AssertAsync(page, "step 1");
        await NextAsync(page);
        await page.GetByLabel("Azure subscription (its id)").FillAsync("1a2b3c4d-0000-0000-0000-000000000001");
        await page.GetByLabel("Resource group").FillAsync("rg-copilot");
        await NextAsync(page);
        await page.GetByRole(AriaRole.Radio).First.CheckAsync();
        await Accessibility.AssertAsync(page, "step 3");

        // A reload loses nothing, and back leads a step back.
        await page.ReloadAsync();
        await NextAsync(page);
        await page.GetByLabel("Service").CheckAsync();
        await Accessibility.AssertAsync(page, "step 4");
        await NextAsync(page);
        await Expect(page.GetByTestId("summary")).ToContainTextAsync("rg-copilot in the subscription 1a2b3c4d");
        await page.GoBackAsync();
        await Expect(page.GetByLabel("Service")).ToBeCheckedAsync();
        await NextAsync(page);
        await Accessibility.AssertAsync(page, "summary");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Set it up" }).ClickAsync();

        await page.GetByLabel("Amount").FillAsync("0.5");
        await Expect(page.GetByText("which buys 50 credits")).ToBeVisibleAsync();
        await Accessibility.AssertAsync(page, "budget");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Set the budget" }).ClickAsync();
        await Expect(page.GetByTestId("member")).ToContainTextAsync("Service");
        await Accessibility.AssertAsync(page, "plan");
        Assert.Equal(System.Net.HttpStatusCode.OK, await ConsumeAsync(tenant, environment, 50));
        Assert.Equal(System.Net.HttpStatusCode.PaymentRequired, await ConsumeAsync(tenant, environment, 1));
        await Expect(page.GetByText("its budget is spent")).ToBeVisibleAsync();
        await Accessibility.AssertAsync(page, "spent");
        Assert.Empty(browser.Faults);
    }

    [Theory]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(320, ColorScheme.Light)]
    public async Task Cap_IsSetUpFromAnEnvironment_ChangedAndDeleted(int width, ColorScheme scheme)
    {
        var tenant = await fixture.Portal.CreateTenantAsync("Fabrikam");
        await NewEnvironmentAsync(tenant);
        await using var browser = await fixture.SignInAsync(width, scheme);
        var page = browser.Page;
        await browser.OpenAsync($"/tenants/{tenant.Id}/environments");
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Service" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Set up a cap…" }).ClickAsync();
        await page.GetByLabel("Credits", new PageGetByLabelOptions { Exact = true }).FillAsync("250");
        await Accessibility.AssertAsync(page, "cap dialog");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Set it up" }).ClickAsync();
        await Expect(page.GetByTestId("cap")).ToContainTextAsync("All of Service");
        await Accessibility.AssertAsync(page, "caps");

        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Change the cap on All of Service" }).ClickAsync();
        await page.GetByLabel("Credits", new PageGetByLabelOptions { Exact = true }).FillAsync("300");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Save" }).ClickAsync();
        await Expect(page.GetByTestId("cap")).ToContainTextAsync("300 credits a month");

        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Delete the cap on All of Service" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Delete it" }).ClickAsync();
        await Expect(page.GetByText("No cap")).ToBeVisibleAsync();
        Assert.Empty(browser.Faults);
    }

    private static Task NextAsync(IPage page) => page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Next" }).ClickAsync();

    private static async Task<Guid> NewEnvironmentAsync(TenantUnderTest tenant)
    {
        var id = Guid.NewGuid();
        using var created = await tenant.Api.PostAsJsonAsync(
            $"/api/v1/tenants/{tenant.Id}/environments", new { id, name = "Service", type = "production", region = "westeurope" });
        created.EnsureSuccessStatusCode();
        return id;
    }

    private static async Task<System.Net.HttpStatusCode> ConsumeAsync(TenantUnderTest tenant, Guid environment, int credits)
    {
        using var answer = await tenant.Api.PostAsJsonAsync("/api/v1/consume", new
        {
            specversion = "1.0",
            id = Guid.NewGuid(),
            source = "test",
            type = "copilot.credits",
            subject = environment,
            data = new { quantity = credits },
        });
        return answer.StatusCode;
    }
}

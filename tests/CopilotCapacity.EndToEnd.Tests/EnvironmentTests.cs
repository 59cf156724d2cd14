using System.Net.Http.Json;
using CopilotCapacity.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CopilotCapacity.EndToEnd.Tests;

/// <summary>What an administrator does with environments, in a real browser.</summary>
[Collection(BrowserTests.Name)]
public sealed class EnvironmentTests(BrowserFixture fixture)
{
    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(320, ColorScheme.Light)]
    public async Task ManyAllocations_AreChangedAtOnce_AndTakenBack(int width, ColorScheme scheme)
    {
        var tenant = await TenantAsync("Alpha", "Beta", "Gamma");
        await using var browser = await fixture.SignInAsync(width, scheme);
        await browser.OpenAsync($"/tenants/{tenant.Id}/environments");
        await browser.Page.GetByLabel("Choose Alpha").CheckAsync();
        await browser.Page.GetByText("Choose all 3").ClickAsync();
        await Expect(browser.Page.GetByLabel("Choose Beta")).ToBeCheckedAsync();
        await browser.Page.GetByLabel("Choose Beta").UncheckAsync();
        await Accessibility.AssertAsync(browser.Page, "chosen");
        await browser.Page.ClickAsync("text=Change their allocations…");
        await browser.Page.GetByLabel("Credits", new PageGetByLabelOptions { Exact = true }).FillAsync("1500");
        await Expect(browser.Page.GetByTestId("bulk-sum")).ToContainTextAsync("The tenant pool: 5,000 → 2,000 credits.");
        await Accessibility.AssertAsync(browser.Page, "bulk");
        await browser.Page.ClickAsync("text=Apply to all or none");
        var undo = browser.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Undo" });
        await Expect(undo).ToBeVisibleAsync();
        await Accessibility.AssertAsync(browser.Page, "undo");
        await Expect(browser.Page.GetByTestId("environment").Filter(new LocatorFilterOptions { HasText = "Alpha" })).ToContainTextAsync("1,500");
        await Expect(browser.Page.GetByTestId("environment").Filter(new LocatorFilterOptions { HasText = "Beta" })).Not.ToContainTextAsync("1,500");

        await undo.ClickAsync();

        await Expect(browser.Page.GetByText("All of them have their numbers again")).ToBeVisibleAsync();
        await Expect(browser.Page.GetByTestId("environment").Filter(new LocatorFilterOptions { HasText = "Alpha" })).Not.ToContainTextAsync("1,500");
        Assert.Empty(browser.Faults);
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(320, ColorScheme.Light)]
    public async Task NewEnvironment_GetsAnApplication_OnItsOwnPage(int width, ColorScheme scheme)
    {
        var tenant = await TenantAsync();
        await using var browser = await fixture.SignInAsync(width, scheme);
        await browser.OpenAsync($"/tenants/{tenant.Id}/environments");
        await browser.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Create an environment…" }).First.ClickAsync();
        await browser.Page.GetByLabel("Name").FillAsync("Sales – Prod");
        await browser.Page.GetByLabel("Region").FillAsync("westeurope");
        await browser.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Create the environment" }).ClickAsync();
        await Expect(browser.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Sales – Prod" })).ToBeVisibleAsync();

        await browser.Page.ClickAsync("text=Link an application…");
        await browser.Page.GetByLabel("2. Where it runs").FillAsync("https://contoso.crm.dynamics.com");
        await browser.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Link it" }).ClickAsync();
        await Expect(browser.Page.GetByTestId("application")).ToContainTextAsync("https://contoso.crm.dynamics.com");
        await Accessibility.AssertAsync(browser.Page, "linked");

        await browser.Page.GetByTestId("history-link").ClickAsync();
        await Expect(browser.Page.GetByTestId("history-entry").First).ToContainTextAsync("created the environment");
        Assert.Empty(browser.Faults);
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(320, ColorScheme.Light)]
    public async Task Pages_AreAccessible(int width, ColorScheme scheme)
    {
        var tenant = await TenantAsync("Alpha");
        await using var browser = await fixture.SignInAsync(width, scheme);
        await browser.OpenAsync($"/tenants/{tenant.Id}/environments");
        await Accessibility.AssertAsync(browser.Page, "environments");
        await browser.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Alpha" }).First.ClickAsync();
        await Expect(browser.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Who pays" })).ToBeVisibleAsync();
        await Accessibility.AssertAsync(browser.Page, "environment");
        foreach (var chart in new[] { "Show left of what it can reach as", "Show used by day as" })
        {
            var table = browser.Page.GetByRole(AriaRole.Group, new PageGetByRoleOptions { Name = chart }).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Table" });
            await table.ClickAsync();
            await Expect(table).ToHaveAttributeAsync("aria-pressed", "true");
        }

        await Expect(browser.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Credits left by day" })).ToBeVisibleAsync();
        await browser.Page.ClickAsync("text=Link an application…");
        await Expect(browser.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Link it" })).ToBeVisibleAsync();
        await Accessibility.AssertAsync(browser.Page, "link");
        Assert.Empty(browser.Faults);
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(320, ColorScheme.Light)]
    public async Task Allocation_IsChangedInItsPane_ShownInTheHistory_AndPagesOfCapacityAreAccessible(int width, ColorScheme scheme)
    {
        var tenant = await TenantAsync("Alpha");
        await using var browser = await fixture.SignInAsync(width, scheme);
        await browser.OpenAsync($"/tenants/{tenant.Id}/environments");
        await browser.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Alpha" }).First.ClickAsync();
        await browser.Page.ClickAsync("text=Change the allocation…");
        await browser.Page.GetByLabel("Allocation, credits").FillAsync("1200");
        await browser.Page.GetByRole(AriaRole.Dialog).GetByLabel("Draw on the tenant pool").ClickAsync();
        await Expect(browser.Page.GetByTestId("after-payers")).ToContainTextAsync("Allocation only");
        await Accessibility.AssertAsync(browser.Page, "allocation");
        await browser.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Set allocation" }).ClickAsync();
        await Expect(browser.Page.GetByText("0 → 1,200 credits, no longer draws on the tenant pool")).ToBeVisibleAsync();
        await browser.Page.GetByTestId("history-link").First.ClickAsync();
        await Expect(browser.Page.GetByTestId("history-entry").First).ToContainTextAsync("1,200");

        await browser.OpenAsync($"/tenants/{tenant.Id}/packs");
        await Expect(browser.Page.GetByTestId("their-line")).ToContainTextAsync("6,250");
        await Accessibility.AssertAsync(browser.Page, "packs");
        await browser.OpenAsync($"/tenants/{tenant.Id}/usage?range=90d&group=day");
        await Expect(browser.Page.GetByText("Nothing was used in these days")).ToBeVisibleAsync();
        await Accessibility.AssertAsync(browser.Page, "usage");
        Assert.Empty(browser.Faults);
    }

    [Fact]
    public async Task Move_IsTakenBackOnTheAuditPage()
    {
        var tenant = await TenantAsync("Alpha", "Beta");
        await using var browser = await fixture.SignInAsync();
        await browser.OpenAsync($"/tenants/{tenant.Id}/environments");
        await browser.Page.GetByLabel("Choose all environments on this page").CheckAsync();
        await browser.Page.ClickAsync("text=Change their allocations…");
        await browser.Page.GetByLabel("Credits", new PageGetByLabelOptions { Exact = true }).FillAsync("700");
        await browser.Page.ClickAsync("text=Apply to all or none");
        await Expect(browser.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Undo" })).ToBeVisibleAsync();

        await browser.OpenAsync($"/tenants/{tenant.Id}/audit?action=allocations");
        await browser.Page.ClickAsync("text=Take back…");
        await browser.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Take it back" }).ClickAsync();

        await Expect(browser.Page.GetByTestId("audit-entry").First).ToContainTextAsync("took back a move of allocations");
        await Expect(browser.Page.GetByText("Take back…")).ToHaveCountAsync(0);
        await browser.OpenAsync($"/tenants/{tenant.Id}/environments");
        await Expect(browser.Page.GetByTestId("environment").First).Not.ToContainTextAsync("700");
        Assert.Empty(browser.Faults);
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(320, ColorScheme.Light)]
    public async Task UnlinkedApplication_IsSeenWithWhatItUsed_AndLinkedOnTheSpot(int width, ColorScheme scheme)
    {
        var tenant = await TenantAsync("Alpha", "Beta");
        await AddUnlinkedAsync(tenant);
        await using var browser = await fixture.SignInAsync(width, scheme);
        await browser.OpenAsync($"/tenants/{tenant.Id}/environments");
        await Expect(browser.Page.GetByTestId("unlinked")).ToContainTextAsync("https://contoso.crm.dynamics.com");
        await Accessibility.AssertAsync(browser.Page, "unlinked");

        await browser.Page.GetByTestId("unlinked").GetByRole(AriaRole.Button).ClickAsync();
        var environment = browser.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Combobox);
        await environment.ClickAsync();
        await environment.PressSequentiallyAsync("Beta");
        await browser.Page.Locator(".mud-popover-open").GetByText("Beta").ClickAsync();
        await Accessibility.AssertAsync(browser.Page, "link the unlinked");
        await browser.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Link it", Exact = true }).ClickAsync();

        await Expect(browser.Page.GetByText("Linked. What waited is charged.")).ToBeVisibleAsync();
        await Expect(browser.Page.GetByTestId("unlinked")).ToHaveCountAsync(0);
        await Expect(browser.Page.GetByTestId("environment").Filter(new LocatorFilterOptions { HasText = "Beta" })).ToContainTextAsync("40 credits");
        Assert.Empty(browser.Faults);
    }

    [Fact]
    public async Task Page_OnPaper_IsLightAndClean_AndSaysWhoseItIs()
    {
        var tenant = await TenantAsync("Alpha");
        await using var browser = await fixture.SignInAsync(scheme: ColorScheme.Dark);
        await browser.OpenAsync($"/tenants/{tenant.Id}/environments");
        await Expect(browser.Page.GetByTestId("environment")).ToHaveCountAsync(1);

        await browser.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });

        await Expect(browser.Page.Locator(".shell-rail")).ToBeHiddenAsync();
        await Expect(browser.Page.Locator("header.shell-bar")).ToBeHiddenAsync();
        await Expect(browser.Page.Locator(".filters")).ToBeHiddenAsync();
        await Expect(browser.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Create an environment…" })).ToHaveCountAsync(0);
        await Expect(browser.Page.Locator(".print-scope")).ToBeVisibleAsync();
        await Expect(browser.Page.Locator(".print-scope")).ToContainTextAsync("(UTC)");
        await Expect(browser.Page.GetByTestId("as-of")).ToBeVisibleAsync();
        Assert.Equal("#1B1F27", await browser.Page.EvaluateAsync<string>("getComputedStyle(document.documentElement).getPropertyValue('--ink').trim()"));
        var paper = await browser.Page.PdfAsync(new PagePdfOptions { Format = "A4" });
        Assert.True(paper.Length > 5_000, $"The sheet has {paper.Length} bytes.");
    }

    // Known, because it was linked once, and unlinked since; its use waits.
    private static async Task AddUnlinkedAsync(TenantUnderTest tenant)
    {
        var path = $"/api/v1/tenants/{tenant.Id}/environments";
        var environments = await tenant.Api.GetFromJsonAsync<System.Text.Json.JsonElement>(path);
        var environment = environments.GetProperty("items")[0].GetProperty("id").GetGuid();
        var id = Guid.NewGuid();
        using var linked = await tenant.Api.PostAsJsonAsync($"{path}/{environment}/applications", new { id, application = "sales", url = "https://contoso.crm.dynamics.com" });
        linked.EnsureSuccessStatusCode();
        using var unlinked = await tenant.Api.DeleteAsync(new Uri($"{path}/{environment}/applications/{id}", UriKind.Relative));
        unlinked.EnsureSuccessStatusCode();
        using var sent = await tenant.Api.PostAsJsonAsync("/api/v1/events", new
        {
            specversion = "1.0",
            id = Guid.NewGuid().ToString(),
            source = "https://contoso.crm.dynamics.com",
            type = "copilot.credits",
            subject = id.ToString(),
            data = new { quantity = 40 },
        });
        sent.EnsureSuccessStatusCode();
    }

    private async Task<TenantUnderTest> TenantAsync(params string[] environments)
    {
        var tenant = await fixture.Portal.CreateTenantAsync();
        foreach (var name in environments)
        {
            using var created = await tenant.Api.PostAsJsonAsync($"/api/v1/tenants/{tenant.Id}/environments", new { name, type = "production", region = "westeurope" });
            created.EnsureSuccessStatusCode();
        }

        using var bought = await tenant.Api.PostAsJsonAsync($"/api/v1/tenants/{tenant.Id}/message-packs", new { packs = 1, creditsPerPack = 5_000 });
        bought.EnsureSuccessStatusCode();
        return tenant;
    }
}

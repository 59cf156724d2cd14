using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using CopilotCapacity.AzureStandIn;
using CopilotCapacity.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CopilotCapacity.EndToEnd.Tests;

/// <summary>A portal on a real port that is connected to a stand-in of Azure, with the browser of the other tests.</summary>
public sealed class AzureBrowserFixture : IAsyncLifetime
{
    public const string Subscription = "1a2b3c4d-0000-0000-0000-000000000001";
    public const string Scope = $"/subscriptions/{Subscription}/resourceGroups/rg-copilot";

    private readonly string[] _scopes = ["usage:write", "quota:read", "capacity:read", "capacity:write"];
    private StandIn? _azure;

    public BrowserFixture Browser { get; } = new();

    public AzureState State => _azure!.State;

    /// <summary>The tenant to which the subscriptions belong.</summary>
    public Guid Tenant { get; } = Guid.NewGuid();

    public HttpClient Api { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _azure = await StandIn.StartAsync();
        State.Currency = "USD";
        State.Subscriptions[Subscription] = new SubscriptionState { Name = "Contoso pay-as-you-go", Provider = "Registered", ResourceGroups = { ["rg-copilot"] = "westeurope" } };
        Environment.SetEnvironmentVariable("IDENTITY_ENDPOINT", $"{_azure.Address}identity/token");
        Environment.SetEnvironmentVariable("IDENTITY_HEADER", "stand-in");
        Browser.Portal.Settings["Azure:Enabled"] = "true";
        Browser.Portal.Settings["Azure:Tenant"] = Tenant.ToString();
        Browser.Portal.Settings["Azure:ManagementAddress"] = _azure.Address.ToString();
        await Browser.InitializeAsync();
        using var admin = Browser.Portal.CreateApi();
        using var created = await admin.PostAsJsonAsync("/api/v1/tenants", new { id = Tenant, name = "Contoso" });
        created.EnsureSuccessStatusCode();
        using var key = await admin.PostAsJsonAsync($"/api/v1/tenants/{Tenant}/api-keys", new { name = "test", scopes = _scopes });
        Api = Browser.Portal.CreateApi((await key.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("secret").GetString()!);
    }

    public async Task DisposeAsync()
    {
        await Browser.DisposeAsync();
        await _azure!.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class AzureBrowserTests : ICollectionFixture<AzureBrowserFixture>
{
    public const string Name = "Azure";
}

/// <summary>Setting a plan up with Azure connected, synchronising, adopting and pushing, in a real browser.</summary>
[Collection(AzureBrowserTests.Name)]
public sealed class SyncTests(AzureBrowserFixture fixture)
{
    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(320, ColorScheme.Light)]
    public async Task Plan_IsSetUpFromWhatAzureHas_Synchronised_Adopted_AndPushed(int width, ColorScheme scheme)
    {
        var name = $"Europe-{width}-{scheme}";
        await NewEnvironmentAsync(name);
        fixture.State.Subscriptions[AzureBrowserFixture.Subscription].Accounts.Add(("rg-copilot", name));
        await using var browser = await fixture.Browser.SignInAsync(width, scheme);
        var page = browser.Page;

        // The wizard asks Azure for what there is to choose from.
        await browser.OpenAsync($"/tenants/{fixture.Tenant}/pay-as-you-go/new");
        await page.GetByLabel("Name of the plan").FillAsync(name);
        await NextAsync(page);
        await ChooseAsync(page, "Azure subscription", "Contoso pay-as-you-go");
        await ChooseAsync(page, "Resource group", "rg-copilot (westeurope)");
        await Expect(page.GetByTestId("rights")).ToContainTextAsync("may create resources");
        await Expect(page.GetByTestId("provider")).ToContainTextAsync("is registered there");
        await Accessibility.AssertAsync(page, "place");
        await NextAsync(page);
        await page.GetByRole(AriaRole.Radio).First.CheckAsync();
        await NextAsync(page);
        await page.GetByLabel(name).CheckAsync();
        await NextAsync(page);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Set it up" }).ClickAsync();
        await page.GetByLabel("Amount").FillAsync("50");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Set the budget" }).ClickAsync();
        await Expect(page.GetByText("Not read yet")).ToBeVisibleAsync();
        await UseAndBillAsync(name);
        fixture.State.Budgets[BudgetOf(name)] = Budget(name, 40);

        // A sync reads, and says what differs.
        await browser.OpenAsync($"/tenants/{fixture.Tenant}/sync");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Synchronise now" }).ClickAsync();
        await Expect(page.GetByTestId("run").First).ToContainTextAsync("Came through");
        var difference = page.GetByTestId("difference").Filter(new LocatorFilterOptions { HasText = $"The budget of {name} differs" });
        await Expect(difference).ToContainTextAsync("USD 40");
        await Accessibility.AssertAsync(page, "sync");

        // Theirs is taken over here, from the plan's own page.
        await difference.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = $"The budget of {name} differs" }).ClickAsync();
        await Expect(page.GetByTestId("azure-facts")).ToContainTextAsync("USD 40.00");
        await Expect(page.GetByTestId("reconcile-chart")).ToBeVisibleAsync();
        await Accessibility.AssertAsync(page, "plan");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Adopt what Azure has" }).ClickAsync();
        await Expect(page.GetByText("Nothing is otherwise there than here.")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("budget-change").First).ToContainTextAsync("Adopted from Azure");
        await page.GetByRole(AriaRole.Group, new PageGetByRoleOptions { Name = "Show metered here, billed by azure as" }).GetByText("Table").ClickAsync();
        await Expect(page.GetByTestId("reconciled-day").First).ToContainTextAsync("Not billed yet");
        await Accessibility.AssertAsync(page, "adopted");

        // Ours is written there once the tenant allows it, and after a question.
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Change the budget…" }).ClickAsync();
        await page.GetByLabel("Amount").FillAsync("70");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Set the budget" }).ClickAsync();
        await browser.OpenAsync($"/tenants/{fixture.Tenant}/sync");
        var mayWrite = page.GetByLabel("Let reviewed differences be written to the services");
        if (!await mayWrite.IsCheckedAsync())
        {
            await mayWrite.CheckAsync();
        }

        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Synchronise now" }).ClickAsync();
        await difference.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Push ours to Azure…" }).ClickAsync();
        await Expect(page.GetByText("Write to Azure?")).ToBeVisibleAsync();
        await Accessibility.AssertAsync(page, "question");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Write it" }).ClickAsync();
        await Expect(page.GetByTestId("settled").Filter(new LocatorFilterOptions { HasText = name })).ToContainTextAsync("written to Azure");
        Assert.Equal(70m, fixture.State.Budgets[BudgetOf(name)]["properties"]!["amount"]!.Deserialize<decimal>());
        await browser.OpenAsync($"/tenants/{fixture.Tenant}/pay-as-you-go");
        await Expect(page.GetByTestId("plan").Filter(new LocatorFilterOptions { HasText = name }).GetByTestId("plan-azure")).ToContainTextAsync("the same as here");
        await Accessibility.AssertAsync(page, "list");
        Assert.Empty(browser.Faults);
    }

    private static Task NextAsync(IPage page) => page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Next" }).ClickAsync();

    private static async Task ChooseAsync(IPage page, string label, string option)
    {
        await page.Locator(".mud-select").Filter(new LocatorFilterOptions { HasText = label }).First.ClickAsync();
        await page.Locator(".mud-popover-open .mud-list-item").Filter(new LocatorFilterOptions { HasText = option }).First.ClickAsync();
    }

    private static string BudgetOf(string name) => $"{AzureBrowserFixture.Scope}/providers/Microsoft.Consumption/budgets/{name}";

    private static JsonObject Budget(string name, decimal amount)
    {
        var now = DateTime.UtcNow;
        return new JsonObject
        {
            ["id"] = BudgetOf(name),
            ["name"] = name,
            ["eTag"] = "\"b1\"",
            ["properties"] = new JsonObject
            {
                ["category"] = "Cost",
                ["amount"] = amount,
                ["timeGrain"] = "Monthly",
                ["timePeriod"] = new JsonObject { ["startDate"] = new DateTime(now.Year, now.Month, 1, 0, 0, 0, DateTimeKind.Utc) },
                ["currentSpend"] = new JsonObject { ["amount"] = 3, ["unit"] = "USD" },
            },
        };
    }

    private async Task NewEnvironmentAsync(string name)
    {
        using var created = await fixture.Api.PostAsJsonAsync($"/api/v1/tenants/{fixture.Tenant}/environments", new { id = IdOf(name), name, type = "production", region = "westeurope" });
        created.EnsureSuccessStatusCode();
    }

    private async Task UseAndBillAsync(string name)
    {
        var today = DateTime.UtcNow.Date;
        for (var daysAgo = 0; daysAgo < 6; daysAgo++)
        {
            using var used = await fixture.Api.PostAsJsonAsync("/api/v1/events", new
            {
                specversion = "1.0",
                id = Guid.NewGuid(),
                source = "test",
                type = "copilot.credits",
                subject = IdOf(name),
                time = today.AddDays(-daysAgo).AddMinutes(1),
                data = new { quantity = 100 + (20 * daysAgo) },
            });
            used.EnsureSuccessStatusCode();
            if (daysAgo > 1)
            {
                fixture.State.ResourceCosts[($"{AzureBrowserFixture.Scope}/providers/Microsoft.PowerPlatform/accounts/{name}", DateOnly.FromDateTime(today.AddDays(-daysAgo)))] = 1 + (0.2m * daysAgo) + (daysAgo == 4 ? 1 : 0);
            }
        }
    }

    // The same for the same name, so that the plan's page can be asked for it.
    private static Guid IdOf(string name) => new(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));
}

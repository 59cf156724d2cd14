using System.Net.Http.Json;
using System.Text.Json;
using CopilotCapacity.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CopilotCapacity.EndToEnd.Tests;

/// <summary>Two clicks for one, a tab that fell behind, a connection that breaks: a change comes about once and whole, or not at all.</summary>
[Collection(BrowserTests.Name)]
public sealed class OnceTests(BrowserFixture fixture)
{
    [Fact]
    public async Task DoubleClick_AddsToManyAllocationsOnce()
    {
        var tenant = await TenantAsync();
        await using var browser = await fixture.SignInAsync();
        await OpenBulkAsync(browser, tenant);

        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Apply to all or none" }).DblClickAsync();

        await Expect(browser.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" })).ToBeVisibleAsync();
        Assert.Equal([100m, 100m, 100m], await AllocationsAsync(tenant));
        Assert.Single(await EntriesAsync(tenant, "allocations"));
        Assert.Empty(browser.Faults);
    }

    [Fact]
    public async Task DoubleClick_RecordsAnOrderOnce()
    {
        var tenant = await TenantAsync();
        await using var browser = await fixture.SignInAsync();
        await browser.OpenAsync($"/tenants/{tenant.Id}/packs?record=1");
        await browser.Page.GetByLabel("Packs", new() { Exact = true }).FillAsync("3");

        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Record it" }).DblClickAsync();

        await Expect(browser.Page.GetByTestId("grant").Filter(new() { HasText = "75,000 each month" })).ToHaveCountAsync(1);
        var grants = await tenant.Api.GetFromJsonAsync<JsonElement>($"/api/v1/tenants/{tenant.Id}/grants");
        Assert.Equal(2, grants.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task StaleTab_IsToldWhoChangedWhat_AndChangesNothing()
    {
        var tenant = await TenantAsync();
        var path = $"/tenants/{tenant.Id}/environments/{tenant.First}?open=allocation";
        await using var behind = await fixture.SignInAsync();
        await using var ahead = await fixture.SignInAsync();
        await behind.OpenAsync(path);
        await behind.Page.GetByLabel("Allocation, credits").FillAsync("900");
        await ahead.OpenAsync(path);
        await ahead.Page.GetByLabel("Allocation, credits").FillAsync("250");
        await ahead.Page.GetByRole(AriaRole.Button, new() { Name = "Set allocation" }).ClickAsync();
        await Expect(ahead.Page.GetByText("0 → 250 credits")).ToBeVisibleAsync();

        await behind.Page.GetByRole(AriaRole.Button, new() { Name = "Set allocation" }).ClickAsync();

        var refusal = behind.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert);
        await Expect(refusal).ToContainTextAsync("Somebody was faster. admin@contoso.example set the allocation of Alpha on");
        await Expect(refusal).ToContainTextAsync("credits 0 → 250.");
        await Expect(behind.Page.GetByLabel("Allocation, credits")).ToHaveValueAsync("900");
        Assert.Equal(250, (await AllocationsAsync(tenant))[0]);
    }

    [Fact]
    public async Task BrokenConnection_AfterTheClick_ChangesAllOfThemOnce_AndThePageComesBack()
    {
        var tenant = await TenantAsync();
        await using var browser = await fixture.SignInAsync();
        var line = new BreakableLine();
        await line.HoldAsync(browser.Page);
        await OpenBulkAsync(browser, tenant);

        // The click goes out, and no answer to it comes back.
        line.BreakAfterNextMessage();
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Apply to all or none" }).ClickAsync();
        await line.Broken;

        await WaitForAsync(async () => (await EntriesAsync(tenant, "allocations")).Count == 1);
        Assert.Equal([100m, 100m, 100m], await AllocationsAsync(tenant));
        await Expect(browser.Page.GetByTestId("environment").First).ToContainTextAsync("100", new() { Timeout = 20_000 });
        await Expect(browser.Page.GetByRole(AriaRole.Button, new() { Name = "Apply to all or none" })).ToHaveCountAsync(0);
        Assert.Single(await EntriesAsync(tenant, "allocations"));
    }

    [Fact]
    public async Task TabClosed_InTheMiddleOfAChange_LeavesAllOrNothing()
    {
        var tenant = await TenantAsync();
        await using (var browser = await fixture.SignInAsync())
        {
            await OpenBulkAsync(browser, tenant);
            await browser.Page.EvaluateAsync("[...document.querySelectorAll('button')].find(b => b.textContent.includes('Apply to all')).click()");
            await browser.Page.CloseAsync();
        }

        // Whatever was under way comes to its end.
        using var probe = await tenant.Api.PostAsJsonAsync($"/api/v1/tenants/{tenant.Id}/environments", new { name = "Probe", type = "production", region = "westeurope" });
        probe.EnsureSuccessStatusCode();
        var allocations = (await AllocationsAsync(tenant)).Take(3).ToList();
        Assert.True(allocations.Distinct().Count() == 1, string.Join(", ", allocations));
        Assert.Equal(allocations[0] == 0 ? 0 : 1, (await EntriesAsync(tenant, "allocations")).Count);
    }

    private static async Task OpenBulkAsync(BrowserUnderTest browser, Organisation tenant)
    {
        await browser.OpenAsync($"/tenants/{tenant.Id}/environments?sort=name");
        await browser.Page.GetByLabel("Choose all environments on this page").CheckAsync();
        await browser.Page.ClickAsync("text=Change their allocations…");
        await browser.Page.GetByRole(AriaRole.Dialog).Locator(".mud-select").First.ClickAsync();
        await browser.Page.Locator(".mud-popover-open").GetByText("Add credits").ClickAsync();
        await Expect(browser.Page.GetByText("Each allocation grows by this number.")).ToBeVisibleAsync();
        await browser.Page.GetByLabel("Credits", new() { Exact = true }).FillAsync("100");
        await Expect(browser.Page.GetByTestId("bulk-sum")).ToContainTextAsync("Together 0 → 300 credits. The tenant pool: 5,000 → 4,700 credits.");
    }

    private static async Task<List<decimal>> AllocationsAsync(Organisation tenant)
    {
        var environments = await tenant.Api.GetFromJsonAsync<JsonElement>($"/api/v1/tenants/{tenant.Id}/environments");
        var allocations = new List<(string Name, decimal Credits)>();
        foreach (var environment in environments.GetProperty("items").EnumerateArray())
        {
            var allocation = await tenant.Api.GetFromJsonAsync<JsonElement>($"/api/v1/tenants/{tenant.Id}/environments/{environment.GetProperty("id").GetGuid()}/allocation");
            allocations.Add((environment.GetProperty("name").GetString()!, allocation.GetProperty("credits").GetDecimal()));
        }

        return [.. allocations.OrderBy(pair => pair.Name, StringComparer.Ordinal).Select(pair => pair.Credits)];
    }

    private static async Task<List<JsonElement>> EntriesAsync(Organisation tenant, string action)
    {
        var trail = await tenant.Api.GetFromJsonAsync<JsonElement>($"/api/v1/tenants/{tenant.Id}/audit?action={action}");
        return [.. trail.GetProperty("items").EnumerateArray()];
    }

    private static async Task WaitForAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await condition())
        {
            await Task.Delay(100, patience.Token);
        }
    }

    private async Task<Organisation> TenantAsync()
    {
        var tenant = await fixture.Portal.CreateTenantAsync();
        var ids = new List<Guid>();
        foreach (var name in new[] { "Alpha", "Beta", "Gamma" })
        {
            ids.Add(Guid.NewGuid());
            using var created = await tenant.Api.PostAsJsonAsync($"/api/v1/tenants/{tenant.Id}/environments", new { id = ids[^1], name, type = "production", region = "westeurope" });
            created.EnsureSuccessStatusCode();
        }

        using var bought = await tenant.Api.PostAsJsonAsync($"/api/v1/tenants/{tenant.Id}/message-packs", new { packs = 1, creditsPerPack = 5_000 });
        bought.EnsureSuccessStatusCode();
        return new Organisation(tenant.Id, ids[0], tenant.Api);
    }

    private sealed record Organisation(Guid Id, Guid First, HttpClient Api);

    /// <summary>The line between a page and its circuit, which breaks once when it is told to.</summary>
    private sealed class BreakableLine
    {
        private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _isToBreak;

        public Task Broken => _broken.Task.WaitAsync(TimeSpan.FromSeconds(20));

        public Task HoldAsync(IPage page) => page.RouteWebSocketAsync(url => url.Contains("/_blazor", StringComparison.Ordinal), socket =>
        {
            var server = socket.ConnectToServer();
            var isDown = false;
            socket.OnMessage(frame =>
            {
                Send(server, frame);
                if (_isToBreak)
                {
                    _isToBreak = false;
                    isDown = true;
                    _ = BreakAsync(socket, server);
                }
            });
            server.OnMessage(frame =>
            {
                if (!isDown)
                {
                    Send(socket, frame);
                }
            });
        });

        public void BreakAfterNextMessage() => _isToBreak = true;

        private async Task BreakAsync(IWebSocketRoute socket, IWebSocketRoute server)
        {
            await socket.CloseAsync(new() { Code = 1001 });
            await server.CloseAsync(new() { Code = 1001 });
            _broken.TrySetResult();
        }

        private static void Send(IWebSocketRoute to, IWebSocketFrame frame)
        {
            if (frame.Binary is { Length: > 0 } bytes)
            {
                to.Send(bytes);
            }
            else
            {
                to.Send(frame.Text ?? "");
            }
        }
    }
}

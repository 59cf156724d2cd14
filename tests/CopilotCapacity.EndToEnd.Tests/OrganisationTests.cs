using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using CopilotCapacity.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CopilotCapacity.EndToEnd.Tests;

/// <summary>Signing in with an organisation's own OpenID provider, a real one that runs beside the test.</summary>
[Collection(BrowserTests.Name)]
public sealed class OrganisationTests(BrowserFixture fixture)
{
    [Fact]
    public async Task Person_OfAListedOrganisation_ComesInAsReader_AndIsTheSameNextTime()
    {
        await using var world = await World.StartAsync(isListed: true);
        for (var visit = 0; visit < 2; visit++)
        {
            await using var browser = await fixture.OpenAsync();
            await SignInAsync(browser.Page, world);
            await browser.Page.WaitForURLAsync($"**/tenants/{world.Tenant}/overview");
            await Expect(browser.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { NameRegex = new("lee of Fabrikam") })).ToBeVisibleAsync();
            await Expect(browser.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Members" })).ToHaveCountAsync(0);
        }

        Assert.Equal(1, await world.CountMembersAsync());
    }

    // The provider gives everybody the administrator's address: an address is no identity.
    [Fact]
    public async Task Person_OfAnotherOrganisation_StaysOut_WhateverAddressTheyHave()
    {
        await using var world = await World.StartAsync(isListed: false);
        await using var browser = await fixture.OpenAsync();
        await SignInAsync(browser.Page, world);

        await Expect(browser.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("did not let you in");
        await browser.Page.GotoAsync($"{world.Address}/account");
        await browser.Page.WaitForURLAsync("**/sign-in**");
        Assert.Equal(0, await world.CountMembersAsync());
    }

    private static async Task SignInAsync(IPage page, World world)
    {
        await page.GotoAsync($"{world.Address}/sign-in");
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Continue with Fabrikam" }).ClickAsync();
        await page.FillAsync("input[name=login]", "lee");
        await page.FillAsync("input[name=password]", "anything");
        await page.ClickAsync("button[type=submit]");
        await page.ClickAsync("button[type=submit]");
    }

    private sealed class World : IAsyncDisposable
    {
        private readonly PortalUnderTest _portal;
        private readonly Process _provider;

        private World(PortalUnderTest portal, Process provider, string address, Guid tenant) =>
            (_portal, _provider, Address, Tenant) = (portal, provider, address, tenant);

        public string Address { get; }

        public Guid Tenant { get; }

        public static async Task<World> StartAsync(bool isListed)
        {
            var issuer = $"http://localhost:{FreePort()}";
            var tenant = Guid.NewGuid();
            var portal = new PortalUnderTest
            {
                Clock = null,
                Settings =
                {
                    ["OpenIdConnect:Authority"] = issuer,
                    ["OpenIdConnect:ClientId"] = "portal",
                    ["OpenIdConnect:ClientSecret"] = "a-secret-of-the-test-provider",
                    ["OpenIdConnect:Name"] = "Fabrikam",
                    ["OpenIdConnect:RequireHttpsMetadata"] = "false",
                    ["OpenIdConnect:Tenants:0:Issuer"] = isListed ? issuer : "https://login.example/other",
                    ["OpenIdConnect:Tenants:0:Tenant"] = tenant.ToString(),
                },
            };
            portal.UseKestrel(0);
            portal.StartServer();
            var address = portal.ClientOptions.BaseAddress.ToString().TrimEnd('/').Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
            using var admin = portal.CreateApi();
            using var body = System.Net.Http.Json.JsonContent.Create(new { id = tenant, name = "Fabrikam" });
            (await admin.PostAsync("/api/v1/tenants", body)).EnsureSuccessStatusCode();
            return new World(portal, await StartProviderAsync(new Uri(issuer), address), address, tenant);
        }

        public async Task<int> CountMembersAsync()
        {
            await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_portal.DatabaseFile};Pooling=False");
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT COUNT(*) FROM memberships";
            return Convert.ToInt32(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
        }

        public async ValueTask DisposeAsync()
        {
            _provider.Kill();
            _provider.Dispose();
            await _portal.DisposeAsync();
        }

        private static async Task<Process> StartProviderAsync(Uri issuer, string portal)
        {
            var folder = Path.Combine(AppContext.BaseDirectory, "../../../provider");
            var provider = Process.Start(new ProcessStartInfo("node", ["provider.mjs", $"{issuer.Port}", $"{portal}/signin-oidc"])
            {
                WorkingDirectory = folder,
                UseShellExecute = false,
                RedirectStandardOutput = true,
            })!;
            var said = await provider.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal("ready", said);
            return provider;
        }

        private static int FreePort()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }
}

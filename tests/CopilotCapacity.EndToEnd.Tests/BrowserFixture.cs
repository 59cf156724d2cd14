using CopilotCapacity.Testing;
using Microsoft.Playwright;

namespace CopilotCapacity.EndToEnd.Tests;

/// <summary>One browser and one portal on a real port, shared by the tests of a collection; each test has its own tenant.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private static readonly string[] s_arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The portal, with the real clock, since a browser has that too.</summary>
    public PortalUnderTest Portal { get; } = new() { Clock = null };

    /// <summary>Where the portal listens.</summary>
    public string Address { get; private set; } = "";

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        Portal.UseKestrel(0);
        Portal.StartServer();
        Address = Portal.ClientOptions.BaseAddress.ToString().TrimEnd('/').Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = s_arguments,
        });
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        await Portal.DisposeAsync();
    }

    /// <summary>A browser of its own: cookies, size and colour scheme are not shared.</summary>
    public async Task<BrowserUnderTest> OpenAsync(int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Address,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
            Locale = "en-GB",
            TimezoneId = "UTC",
        });
        return new BrowserUnderTest(context, await context.NewPageAsync());
    }

    /// <summary>A browser that has signed in as the administrator.</summary>
    public async Task<BrowserUnderTest> SignInAsync(int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        var browser = await OpenAsync(width, scheme);
        await browser.Page.GotoAsync("/sign-in");
        await browser.Page.FillAsync("#email", PortalUnderTest.AdminEmail);
        await browser.Page.FillAsync("#password", PortalUnderTest.AdminPassword);
        await browser.Page.ClickAsync("button[type=submit]");
        await browser.Page.WaitForURLAsync(url => !url.Contains("/sign-in", StringComparison.Ordinal));
        return browser;
    }
}

/// <summary>A browser in a test, with what went wrong in it.</summary>
public sealed class BrowserUnderTest : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    public BrowserUnderTest(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error")
            {
                Faults.Add(message.Text);
            }
        };
        page.PageError += (_, error) => Faults.Add(error);
    }

    public IPage Page { get; }

    /// <summary>Errors on the console and in scripts.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Opens a tenant's overview and waits until it is interactive.</summary>
    public Task OpenOverviewAsync(Guid tenant) => OpenAsync($"/tenants/{tenant}/overview");

    /// <summary>Gives the browser an authenticator of its own, which says yes to everything.</summary>
    public async Task AddAuthenticatorAsync()
    {
        var session = await _context.NewCDPSessionAsync(Page);
        await session.SendAsync("WebAuthn.enable");
        await session.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["options"] = new
            {
                protocol = "ctap2",
                transport = "internal",
                hasResidentKey = true,
                hasUserVerification = true,
                isUserVerified = true,
                automaticPresenceSimulation = true,
            },
        });
    }

    /// <summary>Opens a page and waits until it is interactive.</summary>
    public async Task OpenAsync(string path)
    {
        await Page.GotoAsync(path);
        await Page.WaitForSelectorAsync("[data-testid=interactive]", new PageWaitForSelectorOptions { State = WaitForSelectorState.Attached });
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class BrowserTests : ICollectionFixture<BrowserFixture>
{
    public const string Name = "browser";
}

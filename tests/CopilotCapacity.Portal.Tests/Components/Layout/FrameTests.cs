using Bunit;
using Bunit.TestDoubles;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Components.Layout;
using CopilotCapacity.Portal.Components.Pages;
using CopilotCapacity.Portal.Components.Theme;
using CopilotCapacity.Portal.Tests.Features.Overview;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace CopilotCapacity.Portal.Tests.Components.Layout;

public sealed class FrameTests : MudTestContext
{
    private BunitNavigationManager Navigation => Services.GetRequiredService<BunitNavigationManager>();

    [Fact]
    public void Home_GoesToTheFirstTenant()
    {
        Render<Home>();

        Assert.EndsWith(PortalUrls.Overview(Overviews.Tenant), Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Home_WithoutATenant_SaysWhatToDo()
    {
        Reader.Tenants = [];

        var cut = Render<Home>();

        Assert.Equal("No tenant yet", cut.Find("h1").TextContent);
    }

    [Fact]
    public void Home_ThatCannotRead_OffersRetry()
    {
        Reader.Fails = true;
        var cut = Render<Home>();

        Reader.Fails = false;
        cut.Find("[data-testid=error] button").Click();

        cut.WaitForAssertion(() => Assert.EndsWith(PortalUrls.Overview(Overviews.Tenant), Navigation.Uri, StringComparison.Ordinal));
    }

    [Fact]
    public void NavRail_LinksTheCurrentTenantsPages()
    {
        var cut = Render<NavRail>(p => p.Add(c => c.Tenant, Overviews.Tenant).Add(c => c.Label, "Main"));

        Assert.Equal("Main", cut.Find("nav").GetAttribute("aria-label"));
        Assert.Equal(
            $"{PortalUrls.Overview(Overviews.Tenant)} {PortalUrls.Environments(Overviews.Tenant)} {PortalUrls.MessagePacks(Overviews.Tenant)} {PortalUrls.PayAsYouGo(Overviews.Tenant)} {PortalUrls.Caps(Overviews.Tenant)} {PortalUrls.Usage(Overviews.Tenant)} {PortalUrls.Alerts(Overviews.Tenant)} {PortalUrls.Rates(Overviews.Tenant)} {PortalUrls.Settings(Overviews.Tenant)}",
            string.Join(' ', cut.FindAll(".rail-link").Select(link => link.GetAttribute("href"))));
    }

    [Fact]
    public void NavRail_WithoutATenant_LinksHome() =>
        Assert.Equal(PortalUrls.Home, Assert.Single(Render<NavRail>(p => p.Add(c => c.Label, "Main")).FindAll(".rail-link")).GetAttribute("href"));

    [Fact]
    public void ThemeSwitch_OffersThreeChoices_AndTellsTheChosen()
    {
        var popovers = Render<MudPopoverProvider>();
        ThemeChoice? chosen = null;
        var cut = Render<ThemeSwitch>(p => p.Add(c => c.Choice, ThemeChoice.System).Add(c => c.ChoiceChanged, c => chosen = c));
        cut.Find("button").Click();

        popovers.WaitForAssertion(() => Assert.Equal(3, popovers.FindAll(".mud-menu-item").Count));
        popovers.FindAll(".mud-menu-item")[2].Click();

        popovers.WaitForAssertion(() => Assert.Equal(ThemeChoice.Dark, chosen));
    }

    [Theory]
    [InlineData("dark", ThemeChoice.Dark)]
    [InlineData("light", ThemeChoice.Light)]
    [InlineData("system", ThemeChoice.System)]
    [InlineData("anything", ThemeChoice.System)]
    [InlineData(null, ThemeChoice.System)]
    public void ThemeCookie_ThatIsUnknown_FollowsTheDevice(string? value, ThemeChoice expected) =>
        Assert.Equal(expected, ThemeCookie.Parse(value));

    [Fact]
    public void TenantOf_ReadsTheTenantFromAnAddress()
    {
        Assert.Equal(Overviews.Tenant, PortalUrls.TenantOf("http://localhost" + PortalUrls.Overview(Overviews.Tenant) + "?q=x"));
        Assert.Null(PortalUrls.TenantOf("http://localhost/tenants/nonsense/overview"));
        Assert.Null(PortalUrls.TenantOf("http://localhost/"));
    }
}

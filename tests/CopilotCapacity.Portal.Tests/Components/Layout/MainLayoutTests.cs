using Bunit;
using Bunit.TestDoubles;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Components.Layout;
using CopilotCapacity.Portal.Features.Overview;
using CopilotCapacity.Portal.Features.Palette;
using CopilotCapacity.Portal.Features.Tenants;
using CopilotCapacity.Portal.Tests.Features.Overview;
using CopilotCapacity.Portal.Tests.Features.Tenants;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace CopilotCapacity.Portal.Tests.Components.Layout;

public sealed class MainLayoutTests : MudTestContext
{
    private readonly FakeTenantDesk _desk = new();

    public MainLayoutTests()
    {
        Services.AddSingleton<ITenantDesk>(_desk);
        Services.AddSingleton<IPaletteReader>(new NoPalette());
        Services.GetRequiredService<BunitNavigationManager>().NavigateTo(PortalUrls.Overview(Overviews.Tenant));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void RehearsalTenant_HasItsClockOverThePage_AndAnOrdinaryOneHasNone(bool isRehearsal, int clocks)
    {
        Reader.Tenants = [new(Overviews.Tenant, "Contoso", isRehearsal)];

        Assert.Equal(clocks, Open(builder => builder.AddContent(0, "The page")).FindAll(".shell-rehearsal [data-testid=clock]").Count);
    }

    [Fact]
    public void Paper_SaysWhoseItIs()
    {
        Reader.Tenants = [new(Overviews.Tenant, "Contoso", IsRehearsal: false)];

        var cut = Open(builder => builder.AddContent(0, "The page"));

        Assert.StartsWith("Contoso", cut.Find(".print-scope").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void PageThatFails_LeavesTheFrame_AndCanBeTriedAgain()
    {
        var isBroken = true;
        var cut = Open(builder =>
        {
            builder.OpenComponent<Breakable>(0);
            builder.AddComponentParameter(1, nameof(Breakable.IsBroken), (Func<bool>)(() => isBroken));
            builder.CloseComponent();
        });
        Assert.Contains("This page could not be shown", cut.Markup, StringComparison.Ordinal);
        Assert.NotEmpty(cut.FindAll("nav.rail"));

        isBroken = false;
        cut.FindAll("main button").Single(button => button.TextContent.Contains("Try again", StringComparison.Ordinal)).Click();

        cut.WaitForAssertion(() => Assert.Contains("All is well", cut.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void MenuThatCannotBeRead_LeavesTheFrame()
    {
        Reader.Fails = true;

        var cut = Open(builder => builder.AddContent(0, "The page"));

        Assert.Contains("The page", cut.Find("main").TextContent, StringComparison.Ordinal);
        Assert.Empty(cut.FindAll(".tenant-switcher"));
    }

    [Fact]
    public void Switcher_MarksTheTenantShown_AndRehearsals()
    {
        var popovers = Render<MudPopoverProvider>();
        var other = new Domain.Tenancy.TenantId(Guid.NewGuid());
        var cut = Render<TenantSwitcher>(p => p
            .Add(c => c.Tenants, [new TenantChoice(Overviews.Tenant, "Contoso", IsRehearsal: false), new TenantChoice(other, "Fabrikam", IsRehearsal: true)])
            .Add(c => c.Current, Overviews.Tenant));
        Assert.Contains("Tenant: Contoso. Change tenant", cut.Find("button").GetAttribute("aria-label"), StringComparison.Ordinal);

        cut.Find("button").Click();

        popovers.WaitForAssertion(() => Assert.Equal(2, popovers.FindAll(".mud-menu-item").Count));
        var items = popovers.FindAll(".mud-menu-item");
        Assert.Equal(("page", null), (items[0].GetAttribute("aria-current"), items[1].GetAttribute("aria-current")));
        Assert.Contains("rehearsal", items[1].TextContent, StringComparison.Ordinal);
        Assert.Equal(PortalUrls.Overview(other), items[1].GetAttribute("href"));
    }

    [Fact]
    public void Switcher_OfNoTenantShown_AsksToChoose_AndIsGoneWithoutAny()
    {
        TenantChoice[] one = [new TenantChoice(Overviews.Tenant, "Contoso", IsRehearsal: false)];

        Assert.Contains("Choose a tenant", Render<TenantSwitcher>(p => p.Add(c => c.Tenants, one)).Markup, StringComparison.Ordinal);
        Assert.Empty(Render<TenantSwitcher>(p => p.Add(c => c.Tenants, [])).Markup.Trim());
    }

    [Fact]
    public void PersonMenu_ShowsInitials_AndSignsOutByAPlainForm()
    {
        var cut = Render<PersonMenu>();

        Assert.Equal("AV", cut.Find(".person").TextContent);
        Assert.Equal(("post", PortalUrls.SignOut), (cut.Find("form").GetAttribute("method"), cut.Find("form").GetAttribute("action")));
    }

    private IRenderedComponent<MainLayout> Open(RenderFragment body) => Render<MainLayout>(p => p.Add(c => c.Body, body));

    private sealed class Breakable : ComponentBase
    {
        [Parameter]
        public Func<bool> IsBroken { get; set; } = () => false;

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            if (IsBroken())
            {
                throw new InvalidOperationException("broken");
            }

            builder.AddContent(0, "All is well");
        }
    }

    private sealed class NoPalette : IPaletteReader
    {
        public Task<IReadOnlyList<PaletteItem>> FindAsync(string text, Domain.Tenancy.TenantId? tenant, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<PaletteItem>>([]);
    }
}

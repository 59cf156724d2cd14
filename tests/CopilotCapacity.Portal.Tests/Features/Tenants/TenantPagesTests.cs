using Bunit;
using Bunit.TestDoubles;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Features.Tenants;
using CopilotCapacity.Portal.Tests.Features.Overview;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace CopilotCapacity.Portal.Tests.Features.Tenants;

public sealed class TenantPagesTests : MudTestContext
{
    private readonly FakeTenantDesk _desk = new();

    public TenantPagesTests() => Services.AddSingleton<ITenantDesk>(_desk);

    private BunitNavigationManager Navigation => Services.GetRequiredService<BunitNavigationManager>();

    [Fact]
    public void List_IsWhatTheAddressAsksFor_AndMarksRehearsals()
    {
        _desk.Rows = [new(new(Guid.NewGuid()), "Contoso", new("EUR"), Overviews.AsOf, 3, 2, new DateOnly(2026, 11, 2))];
        Navigation.NavigateTo("/portal/tenants?q=con&page=2");

        var page = Render<TenantsPage>();

        Assert.Equal(("con", 2), _desk.Asked);
        Assert.Contains("rehearsal, its clock says 16 November 2026, 00:00:00 UTC", page.Find("[data-testid=tenant]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void NoTenant_IsSaid() => Assert.Contains("No tenant yet", Render<TenantsPage>().Markup, StringComparison.Ordinal);

    [Fact]
    public void NewTenant_NeedsANameACurrency_AndARehearsalAClock()
    {
        var dialogs = Render<MudDialogProvider>();
        Render<TenantsPage>().FindAll("button").First(button => button.TextContent.Contains("Create a tenant", StringComparison.Ordinal)).Click();
        dialogs.WaitForAssertion(() => Assert.True(Create(dialogs).HasAttribute("disabled")));

        dialogs.Find("input[maxlength='200']").Input(" Fabrikam ");
        dialogs.Find("input[maxlength='3']").Input("E1");
        dialogs.WaitForAssertion(() => Assert.True(Create(dialogs).HasAttribute("disabled")));
        dialogs.Find("input[maxlength='3']").Input("EUR");
        dialogs.Find("input[type=checkbox]").Change(true);
        dialogs.WaitForAssertion(() => Assert.True(Create(dialogs).HasAttribute("disabled")));
        dialogs.Find("input[type=datetime-local]").Input("2026-03-01T08:30");
        dialogs.WaitForAssertion(() => Assert.False(Create(dialogs).HasAttribute("disabled")));
        Create(dialogs).Click();

        dialogs.WaitForAssertion(() => Assert.Equal(("Fabrikam", "EUR", new DateTimeOffset(2026, 3, 1, 8, 30, 0, TimeSpan.Zero)), _desk.Created));
    }

    [Fact]
    public void Settings_AreSavedWithWhy_AndARefusalKeepsWhatWasTyped()
    {
        var page = Open();
        Assert.True(Button(page, "Save").HasAttribute("disabled"));
        _desk.Refusal = "Somebody has changed these settings meanwhile.";

        page.Find("input[maxlength='200']").Input("Contoso North");
        Button(page, "Save").Click();

        page.WaitForAssertion(() => Assert.Contains("meanwhile", page.Find(".refusal").TextContent, StringComparison.Ordinal));
        Assert.Equal("Contoso North", page.Find("input[maxlength='200']").GetAttribute("value"));
        Assert.Equal(("Contoso North", 7), (_desk.Wanted!.Name, _desk.Wanted.Version));
    }

    [Fact]
    public void Reader_SeesSettings_AndWhoMayChangeThem()
    {
        _desk.Settings = _desk.Settings with { MayChange = false, MayMoveClock = false };

        var page = Open();

        Assert.Contains("only an administrator of the tenant", page.Markup, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("button"));
    }

    [Fact]
    public void Clock_OfARehearsalTenant_IsMovedToATime()
    {
        Render<MudSnackbarProvider>();
        var page = Open();

        page.Find("input[type=datetime-local]").Input("2026-11-20T12:30");
        Button(page, "Move it there").Click();

        page.WaitForAssertion(() => Assert.Equal(new DateTimeOffset(2026, 11, 20, 12, 30, 0, TimeSpan.Zero), _desk.MovedTo));
    }

    [Fact]
    public void OrdinaryTenant_HasNoClockToMove()
    {
        _desk.Settings = _desk.Settings with { TestClock = null };

        Assert.DoesNotContain("Test clock", Open().Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Members_AreReachedFromTheList_AndFromTheSettings_ByThoseWhoManageThem()
    {
        _desk.Rows = [new(Overviews.Tenant, "Contoso", new("EUR"), null, 3, 2, null)];
        Assert.Contains(Render<TenantsPage>().FindAll("[data-testid=tenant] a"), link => string.Equals(link.GetAttribute("href"), PortalUrls.Members(Overviews.Tenant), StringComparison.Ordinal));
        Assert.DoesNotContain(Open().FindAll("a"), link => string.Equals(link.GetAttribute("href"), PortalUrls.Members(Overviews.Tenant), StringComparison.Ordinal));

        _desk.Settings = _desk.Settings with { MayManageMembers = true };

        Assert.Contains(Open().FindAll("a"), link => string.Equals(link.GetAttribute("href"), PortalUrls.Members(Overviews.Tenant), StringComparison.Ordinal));
    }

    [Fact]
    public void Reading_ThatFails_IsSaidAndCanBeTriedAgain()
    {
        _desk.Fails = true;
        var page = Open();
        Assert.Contains("could not be read", page.Find("[data-testid=error]").TextContent, StringComparison.Ordinal);

        _desk.Fails = false;
        page.Find("[data-testid=error] button").Click();

        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-testid=error]")));
    }

    private IRenderedComponent<SettingsPage> Open() => Render<SettingsPage>(p => p.Add(c => c.TenantId, Overviews.Tenant.Value));

    private static AngleSharp.Dom.IElement Create(IRenderedComponent<MudDialogProvider> dialogs) =>
        dialogs.FindAll("button").Last(button => button.TextContent.Contains("Create the tenant", StringComparison.Ordinal));

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<SettingsPage> page, string text) =>
        page.FindAll("button").Single(button => string.Equals(button.TextContent.Trim(), text, StringComparison.Ordinal));
}

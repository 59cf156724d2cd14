using Bunit;
using Bunit.TestDoubles;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Tenants;
using CopilotCapacity.Portal.Tests.Features.Overview;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace CopilotCapacity.Portal.Tests.Features.Tenants;

public sealed class TenantPagesTests : MudTestContext
{
    private readonly FakeDesk _desk = new();

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
    public void Clock_OfARehearsalTenant_IsMovedByAStep()
    {
        Render<MudSnackbarProvider>();
        var page = Open();
        Assert.Contains("16 November 2026, 00:00:00 UTC", page.Find("[data-testid=clock]").TextContent, StringComparison.Ordinal);

        Button(page, "To the next month").Click();

        page.WaitForAssertion(() => Assert.Equal(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero), _desk.MovedTo));
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

    private sealed class FakeDesk : ITenantDesk
    {
        public IReadOnlyList<TenantRowView> Rows { get; set; } = [];

        public TenantSettings Settings { get; set; } = new()
        {
            Name = "Contoso",
            Currency = new CurrencyCode("EUR"),
            LowThresholdPercent = 80,
            WarningHorizonDays = 30,
            DisplayZone = "UTC",
            CreatedAt = Overviews.AsOf,
            TestClock = Overviews.AsOf,
            Version = 7,
            MayChange = true,
            MayMoveClock = true,
        };

        public bool Fails { get; set; }

        public string? Refusal { get; set; }

        public (string?, int) Asked { get; private set; }

        public (string, string, DateTimeOffset?) Created { get; private set; }

        public TenantSettings? Wanted { get; private set; }

        public DateTimeOffset? MovedTo { get; private set; }

        public Task<TenantList?> ListAsync(string? search, int page, CancellationToken cancellationToken)
        {
            Asked = (search, page);
            return Task.FromResult<TenantList?>(new TenantList(Rows, Rows.Count));
        }

        public Task<string?> CreateAsync(TenantId id, string name, CurrencyCode currency, DateTimeOffset? testClock, CancellationToken cancellationToken)
        {
            Created = (name, currency.Value, testClock);
            return Task.FromResult<string?>(null);
        }

        public Task<TenantSettings?> ReadAsync(TenantId tenant, CancellationToken cancellationToken) =>
            Fails ? throw new IOException("gone") : Task.FromResult<TenantSettings?>(Settings);

        public Task<string?> ChangeAsync(TenantId tenant, TenantSettings wanted, string? reason, CancellationToken cancellationToken)
        {
            Wanted = wanted;
            return Task.FromResult(Refusal);
        }

        public Task<string?> MoveClockAsync(TenantId tenant, DateTimeOffset to, CancellationToken cancellationToken)
        {
            MovedTo = to;
            return Task.FromResult(Refusal);
        }
    }
}

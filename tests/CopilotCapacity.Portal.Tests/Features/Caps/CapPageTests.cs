using Bunit;
using Bunit.TestDoubles;
using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Features.Caps;
using CopilotCapacity.Portal.Tests.Features.Overview;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace CopilotCapacity.Portal.Tests.Features.Caps;

public sealed class CapPageTests : MudTestContext
{
    private static readonly CapEnvironment s_sales = new(new EnvironmentId(new Guid("33333333-0000-0000-0000-000000000000")), "Sales");

    private readonly FakeCaps _caps = new();

    public CapPageTests() => Services.AddSingleton<ICapDesk>(_caps);

    private BunitNavigationManager Navigation => Services.GetRequiredService<BunitNavigationManager>();

    [Fact]
    public void Prerendering_ShowsTheSkeleton()
    {
        SetRendererInfo(new("Static", isInteractive: false));

        Assert.NotEmpty(Open().FindAll(".mud-skeleton"));
    }

    [Fact]
    public void Cap_SaysWhatItLimits_AndHowFullItIs()
    {
        _caps.Caps = [View(CapStatus.Over, agent: "a-1"), View(CapStatus.Nearing, environment: s_sales.Id.Value), View(CapStatus.Within, user: "u-1", costCenter: "CC-7")];

        var rows = Open().FindAll("[data-testid=cap]");

        Assert.StartsWith("Agent a-1", rows[0].TextContent.Trim(), StringComparison.Ordinal);
        Assert.Contains("Full", rows[0].TextContent, StringComparison.Ordinal);
        Assert.StartsWith("All of Sales", rows[1].TextContent.Trim(), StringComparison.Ordinal);
        Assert.Contains("500 credits a day, then it stops", rows[1].TextContent, StringComparison.Ordinal);
        Assert.StartsWith("User u-1 in cost centre CC-7", rows[2].TextContent.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public void Finding_StandsInTheAddress()
    {
        _caps.Caps = [View(CapStatus.Over, agent: "a-1"), View(CapStatus.Within, agent: "b-2")];
        Navigation.NavigateTo(PortalUrls.Caps(Overviews.Tenant) + "?q=B-2&status=within");
        Assert.Single(Open().FindAll("[data-testid=cap]"));

        Navigation.NavigateTo(PortalUrls.Caps(Overviews.Tenant) + "?q=B-2&status=over");
        var none = Open();
        Assert.Contains("No cap fits", none.Markup, StringComparison.Ordinal);
        none.FindAll("button").First(button => button.TextContent.Contains("All caps", StringComparison.Ordinal)).Click();
        none.WaitForAssertion(() => Assert.Equal(2, none.FindAll("[data-testid=cap]").Count));
    }

    [Fact]
    public void NewCap_BeginsWithTheEnvironmentOfTheAddress_AndNeedsANumber()
    {
        var dialogs = Render<MudDialogProvider>();
        Navigation.NavigateTo(PortalUrls.AddCap(Overviews.Tenant, s_sales.Id));
        Open();
        dialogs.WaitForAssertion(() => Assert.True(Button(dialogs, "Set it up").HasAttribute("disabled")));

        Number(dialogs).Input("250");
        dialogs.WaitForAssertion(() => Assert.False(Button(dialogs, "Set it up").HasAttribute("disabled")));
        Button(dialogs, "Set it up").Click();

        dialogs.WaitForAssertion(() => Assert.Empty(dialogs.FindAll(".mud-dialog")));
        Assert.Equal(("added", new CapSettings(new CapScope(s_sales.Id, null, null, null), CapWindow.Month, Credits.Of(250), 80, HardStop: true)), Assert.Single(_caps.Asked));
        Assert.EndsWith("/caps", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Change_BeginsWithWhatIsSet_AndARefusalStaysThere()
    {
        _caps.Caps = [View(CapStatus.Within, agent: "a-1")];
        _caps.Refusal = "Somebody was faster.";
        var dialogs = Render<MudDialogProvider>();
        var page = Open();
        Button(page, "Change…").Click();
        dialogs.WaitForAssertion(() => Assert.Equal("500", Number(dialogs).GetAttribute("value")));

        Number(dialogs).Input("600");
        Button(dialogs, "Save").Click();

        dialogs.WaitForAssertion(() => Assert.Contains("Somebody was faster.", dialogs.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Equal(("changed 3", new CapSettings(new CapScope(null, "a-1", null, null), CapWindow.Day, Credits.Of(600), 80, HardStop: true)), Assert.Single(_caps.Asked));
    }

    [Fact]
    public void Delete_AsksFirst()
    {
        _caps.Caps = [View(CapStatus.Within, agent: "a-1")];
        var dialogs = Render<MudDialogProvider>();
        var snackbars = Render<MudSnackbarProvider>();
        var page = Open();

        Button(page, "Delete…").Click();
        dialogs.WaitForAssertion(() => Assert.Contains("It limits nothing from the next use on.", dialogs.Markup, StringComparison.Ordinal));
        Button(dialogs, "Delete it").Click();

        snackbars.WaitForAssertion(() => Assert.Contains("The cap is deleted.", snackbars.Markup, StringComparison.Ordinal));
        Assert.Equal(("deleted 3", (CapSettings?)null), Assert.Single(_caps.Asked));
    }

    [Fact]
    public void Reader_IsOfferedNoChange_AndNothingIsSaid()
    {
        _caps.MayChange = false;
        Assert.DoesNotContain("Set up a cap", Open().Markup, StringComparison.Ordinal);

        _caps.Caps = [View(CapStatus.Within, agent: "a-1") with { MayChange = false }];
        Assert.DoesNotContain("Delete…", Open().Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_ThatFails_IsSaidAndCanBeTriedAgain()
    {
        _caps.Fails = true;
        var page = Open();
        Assert.Contains("they still limit", page.Find("[data-testid=error]").TextContent, StringComparison.OrdinalIgnoreCase);

        _caps.Fails = false;
        page.Find("[data-testid=error] button").Click();

        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-testid=error]")));
    }

    [Fact]
    public void Form_SaysWhatIsMissing()
    {
        var form = new CapForm(null, null);
        Assert.Equal(("Name an environment, an agent, a user or a cost centre.", "Type a number of credits."), (form.ScopeProblem, form.AmountProblem));

        (form.AgentId, form.Amount) = (" a-1 ", 0);
        Assert.Equal((null, "A cap is above zero."), (form.ScopeProblem, form.AmountProblem));
        form.Amount = 0.0001m;
        Assert.NotNull(form.AmountProblem);
        (form.Amount, form.NotifyPercent) = (10, 101);
        Assert.Null(form.Settings);
        form.NotifyPercent = 100;
        Assert.Equal("a-1", form.Settings!.Scope.AgentId);
        form.UserId = new string('u', 1_000);
        Assert.NotNull(form.ScopeProblem);
    }

    private static CapView View(CapStatus status, Guid? environment = null, string? agent = null, string? user = null, string? costCenter = null) => new(
        new CapDto(Guid.NewGuid(), new CapScopeDto(environment, agent, user, costCenter), CapWindow.Day, Credits.Of(500), 80, true, Credits.Of(10), Credits.Of(5), Credits.Of(485), status),
        environment is null ? null : "Sales",
        3,
        MayChange: true);

    private static AngleSharp.Dom.IElement Button<T>(IRenderedComponent<T> host, string text)
        where T : IComponent =>
        host.FindAll("button").Last(button => button.TextContent.Contains(text, StringComparison.Ordinal));

    private static AngleSharp.Dom.IElement Number(IRenderedComponent<MudDialogProvider> dialogs) => dialogs.FindAll(".mud-dialog .mud-input-control")
        .First(control => control.TextContent.TrimStart().StartsWith("Credits", StringComparison.Ordinal)).QuerySelector("input")!;

    private IRenderedComponent<CapsPage> Open() => Render<CapsPage>(p => p.Add(c => c.TenantId, Overviews.Tenant.Value));

    private sealed class FakeCaps : ICapDesk
    {
        public IReadOnlyList<CapView> Caps { get; set; } = [];

        public bool MayChange { get; set; } = true;

        public bool Fails { get; set; }

        public string? Refusal { get; set; }

        public List<(string, CapSettings?)> Asked { get; } = [];

        public Task<CapList?> ReadAsync(TenantId tenant, CancellationToken cancellationToken) => Fails
            ? throw new IOException("gone")
            : Task.FromResult<CapList?>(new CapList("Contoso", Overviews.Create().Period, Overviews.AsOf, Caps, MayChange ? [s_sales] : [], MayChange));

        public Task<string?> AddAsync(TenantId tenant, CapId id, CapSettings settings, CancellationToken cancellationToken) => Answer("added", settings);

        public Task<string?> ChangeAsync(TenantId tenant, CapId id, CapSettings settings, int version, CancellationToken cancellationToken) => Answer($"changed {version}", settings);

        public Task<string?> DeleteAsync(TenantId tenant, CapId id, int version, CancellationToken cancellationToken) => Answer($"deleted {version}", null);

        private Task<string?> Answer(string what, CapSettings? settings)
        {
            Asked.Add((what, settings));
            return Task.FromResult(Refusal);
        }
    }
}

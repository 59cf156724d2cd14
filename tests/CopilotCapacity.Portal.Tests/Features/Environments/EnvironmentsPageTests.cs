using Bunit;
using Bunit.TestDoubles;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Environments;
using CopilotCapacity.Portal.Features.Overview;
using CopilotCapacity.Portal.Tests.Features.Overview;
using CopilotCapacity.Storage.Queries;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace CopilotCapacity.Portal.Tests.Features.Environments;

public sealed class EnvironmentsPageTests : MudTestContext
{
    private readonly FakeDesk _desk = new();
    private readonly FakeLinker _editor = new();

    public EnvironmentsPageTests()
    {
        Services.AddSingleton<IEnvironmentDesk>(_desk);
        Services.AddSingleton<IBulkAllocations>(_desk);
        Services.AddSingleton<IEnvironmentEditor>(_editor);
    }

    private BunitNavigationManager Navigation => Services.GetRequiredService<BunitNavigationManager>();

    [Fact]
    public void Prerendering_ShowsTheSkeleton_AndReadsNothing()
    {
        SetRendererInfo(new("Static", isInteractive: false));

        Assert.NotEmpty(Open().FindAll(".mud-skeleton"));
        Assert.Null(_desk.View);
    }

    [Fact]
    public void Address_IsWhatIsRead_AndHeadersChangeIt()
    {
        _desk.Environments = [Overviews.Environment(1, "Beta"), Overviews.Environment(2, "Alpha")];
        Navigation.NavigateTo("/tenants/x/environments?q=a&status=low&sort=-name&page=2");
        var page = Open();
        Assert.Equal(("a", QuotaStatus.Low, EnvironmentColumn.Name, true, 2), (_desk.View!.Filter, _desk.View.Status, _desk.View.Sort, _desk.View.IsDescending, _desk.View.Page));

        page.FindAll("th button.sort")[0].Click();

        page.WaitForAssertion(() => Assert.EndsWith("?q=a&status=low&sort=name", Navigation.Uri, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.False(_desk.View!.IsDescending));
    }

    [Fact]
    public void Place_IsAColumn_AndFilteredFromTheAddress()
    {
        _desk.Environments = [Overviews.Environment(1, "Alpha", used: 5_000, plan: "Ops EU")];
        Navigation.NavigateTo("/tenants/x/environments?type=production&region=westeurope&costCenter=CC-100%20Sales");
        Render<MudPopoverProvider>();

        var page = Open();

        Assert.Equal((EnvironmentType.Production, "westeurope", "CC-100 Sales"), (_desk.View!.Type, _desk.View.Region, _desk.View.CostCenter));
        Assert.Equal("Production westeurope CC-100 Sales plan “Ops EU”", string.Join(' ', page.FindAll("[data-testid=environment] .place > span").Select(line => line.TextContent)));
        Assert.Contains("5,000 credits", page.Find("[data-testid=environment] .used-number").TextContent, StringComparison.Ordinal);
        Assert.EndsWith("environments.csv?type=production&region=westeurope&costCenter=CC-100%20Sales", page.FindAll("a").Single(link => link.TextContent.Contains("CSV", StringComparison.Ordinal)).GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void PlaceThatIsChosen_StandsInTheAddress()
    {
        _desk.Environments = [Overviews.Environment(1, "Alpha"), Overviews.Environment(2, "Beta") with { Region = "northeurope" }];
        var popovers = Render<MudPopoverProvider>();
        var page = Open();

        page.Find(".filter-region input").Input("north");
        Time.Advance(TimeSpan.FromSeconds(1));
        popovers.WaitForAssertion(() => Assert.Equal("northeurope", Assert.Single(popovers.FindAll("div.mud-list-item")).TextContent.Trim()));
        popovers.Find("div.mud-list-item").Click();

        page.WaitForAssertion(() => Assert.EndsWith("?region=northeurope", Navigation.Uri, StringComparison.Ordinal));
    }

    [Fact]
    public void NoEnvironment_OffersToCreateOne_ToThoseWhoMay()
    {
        Assert.Contains(Open().FindAll(".card button"), button => button.TextContent.Contains("Create an environment", StringComparison.Ordinal));

        _desk.MayChange = false;
        var reader = Open();
        Assert.Contains("No environment yet", reader.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("Create an environment", reader.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Reader_ChoosesNothing()
    {
        _desk.Environments = [Overviews.Environment(1, "Alpha")];
        _desk.MayChange = false;

        var page = Open();

        Assert.Empty(page.FindAll("input[type=checkbox]"));
        Assert.Empty(page.FindAll(".number-button"));
    }

    [Fact]
    public void Chosen_AreChangedTogether_AndTakenBackTogether()
    {
        _desk.Environments = [Overviews.Environment(1, "Alpha", allocation: 100), Overviews.Environment(2, "Beta", allocation: 200)];
        var (dialogs, snackbars) = (Render<MudDialogProvider>(), Render<MudSnackbarProvider>());
        Render<MudPopoverProvider>();
        var page = Open();
        Box(page, "Choose all environments on this page").Change(true);
        page.WaitForAssertion(() => Assert.Contains("chosen", page.Markup, StringComparison.Ordinal));

        Button(page, "Change their allocations").Click();
        dialogs.WaitForAssertion(() => Assert.Contains("Credits for 2\u00a0environments", dialogs.Markup, StringComparison.Ordinal));
        Assert.True(Button(dialogs, "Apply to all or none").HasAttribute("disabled"));
        Number(dialogs).Input("500");
        Time.Advance(TimeSpan.FromSeconds(1));
        dialogs.WaitForAssertion(() => Assert.Equal(2, dialogs.FindAll("[data-testid=bulk-row]").Count));
        dialogs.WaitForAssertion(() => Assert.Contains("Together 300 → 1,000 credits. The tenant pool: 10,000 → 9,300 credits. No status changes.", dialogs.Find("[data-testid=bulk-sum]").TextContent, StringComparison.Ordinal));
        Button(dialogs, "Apply to all or none").Click();

        snackbars.WaitForAssertion(() => Assert.Contains("changed", snackbars.Markup, StringComparison.Ordinal));
        Assert.Equal([Credits.Of(500), Credits.Of(500)], _desk.Applied!.Select(wanted => wanted.Credits));
        page.WaitForAssertion(() => Assert.DoesNotContain("chosen</strong>", page.Markup, StringComparison.Ordinal));

        Button(snackbars, "Undo").Click();
        snackbars.WaitForAssertion(() => Assert.Equal(1, _desk.Undone));
    }

    [Fact]
    public void Others_WhoseStatusChanges_AreNamedInThePreview()
    {
        _desk.Environments = [Overviews.Environment(1, "Alpha", allocation: 100)];
        _desk.Others = [new("Zeta", QuotaStatus.Available, QuotaStatus.Low)];
        var dialogs = Render<MudDialogProvider>();
        Render<MudPopoverProvider>();
        var page = Open();
        Box(page, "Choose Alpha").Change(true);
        page.WaitForAssertion(() => Assert.Contains("chosen", page.Markup, StringComparison.Ordinal));
        Button(page, "Change their allocations").Click();
        dialogs.WaitForAssertion(() => Assert.NotEmpty(dialogs.FindAll(".mud-dialog")));

        Number(dialogs).Input("500");
        Time.Advance(TimeSpan.FromSeconds(1));

        dialogs.WaitForAssertion(() => Assert.Contains("Zeta: Available → Low", dialogs.Find("[data-testid=other-statuses]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Refusal_IsSaid_AndNothingCanBeApplied()
    {
        _desk.Environments = [Overviews.Environment(1, "Alpha", allocation: 100)];
        _desk.Refusal = "There are 10 credits for allocations that grow, 390 too few.";
        var dialogs = Render<MudDialogProvider>();
        Render<MudPopoverProvider>();
        var page = Open();
        Box(page, "Choose Alpha").Change(true);
        page.WaitForAssertion(() => Assert.Contains("chosen", page.Markup, StringComparison.Ordinal));
        Button(page, "Change their allocations").Click();
        dialogs.WaitForAssertion(() => Assert.NotEmpty(dialogs.FindAll(".mud-dialog")));

        Number(dialogs).Input("500");
        Time.Advance(TimeSpan.FromSeconds(1));

        dialogs.WaitForAssertion(() => Assert.Contains("390 too few", dialogs.Find("[role=alert] .refusal").TextContent, StringComparison.Ordinal));
        Assert.True(Button(dialogs, "Apply to all or none").HasAttribute("disabled"));
    }

    [Fact]
    public void Rebalance_IsExplained_CanBeAdjusted_AndIsMadeByOneClick()
    {
        var (needy, rich) = (Overviews.Environment(1, "Needy", allocation: 100), Overviews.Environment(2, "Rich", allocation: 900));
        _desk.Environments = [needy, rich];
        _desk.Proposal = new RebalanceView(
            [new(ChosenEnvironment.Of(needy), Credits.Of(400), Credits.Of(20), Credits.Of(290)), new(ChosenEnvironment.Of(rich), Credits.Of(600), Credits.Of(800), Credits.Of(100))], Credits.Zero, Credits.Of(7));
        var dialogs = Render<MudDialogProvider>();
        Render<MudSnackbarProvider>();
        Button(Open(), "Rebalance").Click();
        dialogs.WaitForAssertion(() => Assert.Contains("needs 290 until the month ends, has 20 left", dialogs.Markup, StringComparison.Ordinal));
        Assert.Contains("7 credits will be missing all the same", dialogs.Markup, StringComparison.Ordinal);

        dialogs.FindAll("[data-testid=rebalance-row] input")[1].Input("500");
        Time.Advance(TimeSpan.FromSeconds(1));
        dialogs.WaitForAssertion(() => Assert.Contains("Together 1,000 → 900 credits.", dialogs.Find("[data-testid=bulk-sum]").TextContent, StringComparison.Ordinal));
        Button(dialogs, "Move them").Click();

        dialogs.WaitForAssertion(() => Assert.Equal([Credits.Of(400), Credits.Of(500)], _desk.Applied!.Select(wanted => wanted.Credits)));
    }

    [Fact]
    public void Rebalance_WithNothingToMove_SaysSo()
    {
        _desk.Environments = [Overviews.Environment(1, "Alpha")];
        _desk.Proposal = new RebalanceView([], Credits.Zero, Credits.Zero);
        var dialogs = Render<MudDialogProvider>();

        Button(Open(), "Rebalance").Click();

        dialogs.WaitForAssertion(() => Assert.Contains("Nothing will be missing", dialogs.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain(dialogs.FindAll("button"), button => button.TextContent.Contains("Move them", StringComparison.Ordinal));
    }

    [Fact]
    public void Create_StandsInTheAddress_AndLeadsToTheNewPage()
    {
        Navigation.NavigateTo("/tenants/x/environments?create=1");
        var dialogs = Render<MudDialogProvider>();
        Render<MudPopoverProvider>();
        Open();
        dialogs.WaitForAssertion(() => Assert.Contains("New environment", dialogs.Markup, StringComparison.Ordinal));
        Assert.True(Button(dialogs, "Create the environment").HasAttribute("disabled"));

        dialogs.FindAll("input[maxlength='200']")[0].Input(" Sales – Prod ");
        dialogs.FindAll("input[maxlength='200']")[1].Input("europe");
        dialogs.WaitForAssertion(() => Assert.False(Button(dialogs, "Create the environment").HasAttribute("disabled")));
        Button(dialogs, "Create the environment").Click();

        dialogs.WaitForAssertion(() => Assert.Equal(new EnvironmentDescription("Sales – Prod", EnvironmentType.Production, "europe", null), _desk.Created));
        dialogs.WaitForAssertion(() => Assert.Matches("/environments/[0-9a-f-]{36}$", Navigation.Uri));
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

    private IRenderedComponent<EnvironmentsPage> Open() => Render<EnvironmentsPage>(p => p.Add(c => c.TenantId, Overviews.Tenant.Value));

    private static AngleSharp.Dom.IElement Box(IRenderedComponent<EnvironmentsPage> page, string label) => page.Find($"input[aria-label='{label}'], [aria-label='{label}'] input");

    private static AngleSharp.Dom.IElement Number(IRenderedComponent<MudDialogProvider> dialogs) => dialogs.FindAll(".mud-dialog input").First(input => !input.HasAttribute("readonly"));

    private static AngleSharp.Dom.IElement Button<T>(IRenderedComponent<T> host, string text)
        where T : Microsoft.AspNetCore.Components.IComponent =>
        host.FindAll("button").Last(button => button.TextContent.Contains(text, StringComparison.Ordinal));

    [Fact]
    public void Application_ThatIsNotLinked_IsShown_AndLinkedToWhatIsChosen()
    {
        var application = new LinkedApplication(new LinkedApplicationId(Guid.NewGuid()), ApplicationKind.Sales, "https://contoso.crm.dynamics.com");
        _desk.Unlinked = [new UnlinkedApplicationView(application, 3, Overviews.AsOf.AddDays(-2), Overviews.AsOf)];
        _desk.Environments = [Overviews.Environment(1, "Sales – Prod")];
        var dialogs = Render<MudDialogProvider>();
        var popovers = Render<MudPopoverProvider>();
        var page = Open();
        Assert.Contains("3\u00a0uses wait to be charged", page.Find("[data-testid=unlinked]").TextContent, StringComparison.Ordinal);

        page.Find("[data-testid=unlinked] button").Click();
        dialogs.WaitForAssertion(() => Assert.NotEmpty(dialogs.FindAll(".mud-dialog input")));
        dialogs.Find(".mud-dialog input").Input("sales");
        Time.Advance(TimeSpan.FromSeconds(1));
        popovers.WaitForAssertion(() => Assert.NotEmpty(popovers.FindAll(".mud-list-item")));
        popovers.Find(".mud-list-item").Click();
        dialogs.WaitForAssertion(() => Assert.Contains("3\u00a0uses that wait are charged now", dialogs.Find("[data-testid=then]").TextContent, StringComparison.Ordinal));
        dialogs.FindAll("button").First(button => button.TextContent.Contains("Link it", StringComparison.Ordinal)).Click();

        dialogs.WaitForAssertion(() => Assert.Equal((_desk.Environments[0].Id, application), _editor.Linked!.Value));
    }

    private sealed class FakeLinker : IEnvironmentEditor
    {
        public (EnvironmentId Environment, LinkedApplication Application)? Linked { get; private set; }

        public Task<string?> LinkAsync(TenantId tenant, EnvironmentId environment, LinkedApplication application, CancellationToken cancellationToken)
        {
            Linked = (environment, application);
            return Task.FromResult<string?>(null);
        }

        public Task<string?> DescribeAsync(TenantId tenant, EnvironmentId environment, EnvironmentDescription description, int version, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<string?> SetWhenUnreachableAsync(TenantId tenant, EnvironmentId environment, UnreachableRule rule, int version, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<string?> RetireAsync(TenantId tenant, EnvironmentId environment, int version, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<string?> UnlinkAsync(TenantId tenant, EnvironmentId environment, LinkedApplicationId application, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }

    private sealed class FakeDesk : IEnvironmentDesk, IBulkAllocations
    {
        public IReadOnlyList<OverviewEnvironment> Environments { get; set; } = [];

        public IReadOnlyList<UnlinkedApplicationView> Unlinked { get; set; } = [];

        public bool MayChange { get; set; } = true;

        public bool Fails { get; set; }

        public string? Refusal { get; set; }

        public IReadOnlyList<OtherStatus> Others { get; set; } = [];

        public OverviewView? View { get; private set; }

        public EnvironmentDescription? Created { get; private set; }

        public IReadOnlyList<WantedAllocation>? Applied { get; private set; }

        public int Undone { get; private set; }

        public Task<EnvironmentList?> ReadAsync(TenantId tenant, OverviewView view, CancellationToken cancellationToken)
        {
            View = view;
            return Fails
                ? throw new IOException("gone")
                : Task.FromResult<EnvironmentList?>(new EnvironmentList(
                    "Contoso", new EnvironmentRows(Environments, Environments.Count, 1, 1), Environments.Count, Overviews.Create().TenantCredits, 1, MayChange)
                { Unlinked = Unlinked, Places = EnvironmentPlaces.Of(Environments) });
        }

        public Task<IReadOnlyList<ChosenEnvironment>> MatchingAsync(TenantId tenant, OverviewView view, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<ChosenEnvironment>>([.. Environments.Select(ChosenEnvironment.Of)]);

        public RebalanceView? Proposal { get; set; }

        public Task<RebalanceView?> ProposeAsync(TenantId tenant, CancellationToken cancellationToken) => Task.FromResult(Proposal);

        public Task<string?> CreateAsync(TenantId tenant, EnvironmentId id, EnvironmentDescription description, bool drawsOnPool, CancellationToken cancellationToken)
        {
            Created = description;
            return Task.FromResult<string?>(null);
        }

        public Task<BulkOutcome> TryAsync(TenantId tenant, IReadOnlyList<WantedAllocation> wanted, CancellationToken cancellationToken) => Task.FromResult(OutcomeOf(wanted, null));

        public Task<BulkOutcome> ApplyAsync(TenantId tenant, ReallocationId id, IReadOnlyList<WantedAllocation> wanted, string? reason, CancellationToken cancellationToken)
        {
            Applied = wanted;
            return Task.FromResult(OutcomeOf(wanted, id));
        }

        public Task<string?> UndoAsync(TenantId tenant, ReallocationId id, CancellationToken cancellationToken)
        {
            Undone++;
            return Task.FromResult<string?>(null);
        }

        private BulkOutcome OutcomeOf(IReadOnlyList<WantedAllocation> wanted, ReallocationId? id)
        {
            var grows = wanted.Aggregate(Credits.Zero, (sum, row) => sum + row.Credits - row.Environment.Allocation);
            return Refusal is null
                ? new BulkOutcome(new BulkResult(id, Credits.Of(10_000), Credits.Of(10_000) - grows, []) { Others = Others }, null)
                : new BulkOutcome(null, Refusal);
        }
    }
}

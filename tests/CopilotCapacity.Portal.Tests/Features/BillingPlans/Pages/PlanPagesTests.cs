using Bunit;
using Bunit.TestDoubles;
using CopilotCapacity.Azure;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Features.BillingPlans.Pages;
using CopilotCapacity.Portal.Features.Sync;
using CopilotCapacity.Portal.Tests.Features.Overview;
using CopilotCapacity.Portal.Tests.Features.Sync;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace CopilotCapacity.Portal.Tests.Features.BillingPlans.Pages;

public sealed class PlanPagesTests : MudTestContext
{
    private readonly FakePlans _plans = new();
    private readonly FakeAzure _azure = new();
    private readonly FakeSync _sync = new();

    public PlanPagesTests()
    {
        Services.AddSingleton<IBillingPlanDesk>(_plans);
        Services.AddSingleton<IAzureDirectory>(_azure);
        Services.AddSingleton<ISyncDesk>(_sync);
    }

    private BunitNavigationManager Navigation => Services.GetRequiredService<BunitNavigationManager>();

    [Fact]
    public void Prerendering_ShowsTheSkeletons()
    {
        SetRendererInfo(new("Static", isInteractive: false));

        Assert.NotEmpty(OpenList().FindAll(".mud-skeleton"));
        Assert.NotEmpty(OpenPlan().FindAll(".mud-skeleton"));
        Assert.NotEmpty(OpenWizard().FindAll(".mud-skeleton"));
    }

    [Fact]
    public void List_HasEachPlan_WithItsStateAndItsBudget()
    {
        _plans.Plans = [PlanViews.Row(spent: 450, held: 60), PlanViews.Row(budget: null, hardStop: false) with { Id = new(Guid.NewGuid()), Name = "Azure Asia" }];

        var page = OpenList();

        var rows = page.FindAll("[data-testid=plan]");
        Assert.Contains("Stopped", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Equal("€\u00a0450.00 spent of €\u00a0500.00, €\u00a060.00 held", rows[0].QuerySelector("[role=img]")!.GetAttribute("aria-label"));
        Assert.Contains("no budget to compare with", rows[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("No Azure connection is set up", page.Find("[data-testid=local-note]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void NoPlan_IsSaid_AndAReaderIsOfferedNoChange()
    {
        (_plans.Plans, _plans.MayChange) = ([], false);

        var page = OpenList();

        Assert.Contains("Nothing pays as it goes", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("Set up a plan", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain(OpenPlan().FindAll("button"), button => button.TextContent.Contains('…', StringComparison.Ordinal));
    }

    [Fact]
    public void Reading_ThatFails_IsSaidAndCanBeTriedAgain()
    {
        _plans.Fails = true;
        var (list, plan) = (OpenList(), OpenPlan());
        Assert.Contains("could not be read", list.Find("[data-testid=error]").TextContent, StringComparison.Ordinal);

        _plans.Fails = false;
        list.Find("[data-testid=error] button").Click();
        plan.Find("[data-testid=error] button").Click();

        list.WaitForAssertion(() => Assert.NotEmpty(list.FindAll("[data-testid=plan]")));
        plan.WaitForAssertion(() => Assert.NotEmpty(plan.FindAll("[data-testid=member]")));
    }

    [Fact]
    public void Plan_ShowsSpendBesideItsBudget_AsChartAndTable()
    {
        var page = OpenPlan();

        Assert.Equal(
            "€\u00a0120.00 spent from 1\u00a0Nov to 16\u00a0Nov of a budget of €\u00a0500.00; at this pace €\u00a0240.00 by 1\u00a0Dec.",
            page.Find("[data-testid=spend-chart]").GetAttribute("aria-label"));
        Assert.Contains("buys 38,000 credits more", page.Markup, StringComparison.Ordinal);
        Assert.Contains("Quote drafting", page.FindAll("[data-testid=plan-part]")[0].TextContent, StringComparison.Ordinal);

        Button(page, "Table").Click();

        page.WaitForAssertion(() => Assert.EndsWith("chart=table", Navigation.Uri, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Equal(16, page.FindAll(".day-table tbody tr").Count));
        Assert.Contains("24\u00a0%", page.FindAll(".day-table tbody tr")[0].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Budget_OpensFromTheAddress_IsSetOnce_AndLeavesIt()
    {
        var dialogs = Render<MudDialogProvider>();
        Navigation.NavigateTo(PortalUrls.Plan(Overviews.Tenant, _plans.Detail.Plan.Id) + "?budget=1");
        OpenPlan();
        dialogs.WaitForAssertion(() => Assert.Contains("That leaves €\u00a0380.00", dialogs.Markup, StringComparison.Ordinal));

        dialogs.Find(".mud-dialog input").Input("100");
        dialogs.WaitForAssertion(() => Assert.Contains("this stops further spend at once", dialogs.Markup, StringComparison.Ordinal));
        Button(dialogs, "Set the budget").Click();

        dialogs.WaitForAssertion(() => Assert.Empty(dialogs.FindAll(".mud-dialog")));
        Assert.Equal((100_000_000L, true, 7, (string?)null), Assert.Single(_plans.Asked));
        Assert.DoesNotContain("budget", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Budget_ThatIsRefused_StaysAsTyped()
    {
        _plans.Refusal = "Somebody was faster.";
        var dialogs = Render<MudDialogProvider>();
        Navigation.NavigateTo(PortalUrls.Plan(Overviews.Tenant, _plans.Detail.Plan.Id) + "?budget=1");
        OpenPlan();
        dialogs.WaitForAssertion(() => Assert.NotEmpty(dialogs.FindAll(".mud-dialog input")));
        dialogs.Find(".mud-dialog input").Input("300");

        Button(dialogs, "Set the budget").Click();

        dialogs.WaitForAssertion(() => Assert.Contains("Somebody was faster.", dialogs.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Equal("300", dialogs.Find(".mud-dialog input").GetAttribute("value"));
    }

    [Fact]
    public void Disable_Delete_AndTakeOff_AskFirst_AndSayWhatTheyDo()
    {
        var dialogs = Render<MudDialogProvider>();
        var snackbars = Render<MudSnackbarProvider>();
        var page = OpenPlan();

        Confirm(page, dialogs, "Disable…", "pays for nothing from the next use on", "Disable it");
        page.WaitForAssertion(() => Assert.False(Assert.IsType<(PlanDescription Description, int)>(_plans.Asked[0]).Description.IsEnabled));
        Confirm(page, dialogs, "Take off…", "this plan does not pay for it", "Take it off");
        snackbars.WaitForAssertion(() => Assert.Contains("is on no plan now", snackbars.Markup, StringComparison.Ordinal));
        snackbars.FindAll("button").Last(button => button.TextContent.Contains("Undo", StringComparison.Ordinal)).Click();
        page.WaitForAssertion(() => Assert.Equal(("joined", _plans.Detail.Members[0].Id), _plans.Asked[2]));
        Confirm(page, dialogs, "Delete…", "An account resource that Azure has for the plan stays there", "Delete it");
        page.WaitForAssertion(() => Assert.Equal(("deleted", 7), _plans.Asked[3]));
        page.WaitForAssertion(() => Assert.EndsWith("/pay-as-you-go", Navigation.Uri, StringComparison.Ordinal));
    }

    [Fact]
    public void Environment_OfAnotherPlan_IsMovedOnceThatIsSaid()
    {
        var candidate = new PlanCandidate(new EnvironmentId(Guid.NewGuid()), "Service", EnvironmentType.Production, "westeurope", "Azure Asia");
        _plans.Candidates = [candidate, candidate with { Id = new(Guid.NewGuid()), Name = "Lab", Type = EnvironmentType.Trial, Plan = null }];
        var dialogs = Render<MudDialogProvider>();
        var popovers = Render<MudPopoverProvider>();
        Button(OpenPlan(), "Put an environment on it").Click();
        dialogs.WaitForAssertion(() => Assert.NotEmpty(dialogs.FindAll(".mud-dialog input")));

        Choose(dialogs, popovers, "lab");
        dialogs.WaitForAssertion(() => Assert.Contains("of type trial", dialogs.Find("[data-testid=then]").TextContent, StringComparison.Ordinal));
        Assert.True(Button(dialogs, "Put it on the plan").HasAttribute("disabled"));
        Choose(dialogs, popovers, "service");
        dialogs.WaitForAssertion(() => Assert.Contains("It leaves the plan “Azure Asia”", dialogs.Find("[data-testid=then]").TextContent, StringComparison.Ordinal));
        Button(dialogs, "Move it to this plan").Click();

        dialogs.WaitForAssertion(() => Assert.Equal(("joined", candidate.Id), Assert.Single(_plans.Asked)));
    }

    [Fact]
    public void Wizard_GoesStepByStep_KeepsWhatWasTyped_AndSumsItUp()
    {
        var sales = new PlanCandidate(new EnvironmentId(Guid.NewGuid()), "Sales", EnvironmentType.Production, "westeurope", null);
        var service = new PlanCandidate(new EnvironmentId(Guid.NewGuid()), "Service", EnvironmentType.Sandbox, "westeurope", "Azure Europe");
        _plans.Candidates = [sales, service, sales with { Id = new(Guid.NewGuid()), Name = "Lab", Type = EnvironmentType.Developer }, sales with { Id = new(Guid.NewGuid()), Name = "Far", Region = "asia" }];
        var page = OpenWizard();
        Assert.True(Button(page, "Next").HasAttribute("disabled"));

        page.Find("input").Input("Azure Europe");
        page.WaitForAssertion(() => Assert.Contains("Another plan has this name already.", page.Markup, StringComparison.Ordinal));
        page.Find("input").Input("Azure EU");
        Next(page);
        page.WaitForAssertion(() => Assert.Contains("step=2", Navigation.Uri, StringComparison.Ordinal));
        page.Find(".suggestions button").Click();
        page.WaitForAssertion(() => Assert.False(Button(page, "Next").HasAttribute("disabled")));
        Next(page);
        page.WaitForAssertion(() => Assert.Contains("2\u00a0environments that can be on a plan", page.Markup, StringComparison.Ordinal));
        page.FindAll("input[type=text]")[^1].Change("westeurope");
        Next(page);
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll("[data-testid=candidate]").Count));
        Assert.Contains("moves here from the plan “Azure Europe”", page.Markup, StringComparison.Ordinal);
        Assert.Single(page.FindAll("[data-testid=candidate] input[disabled]"));
        page.FindAll("[data-testid=candidate] input")[0].Change(true);
        page.FindAll("[data-testid=candidate] input")[1].Change(true);
        Next(page);
        page.WaitForAssertion(() => Assert.Contains("Service (from “Azure Europe”)", page.Find("[data-testid=summary]").TextContent, StringComparison.Ordinal));

        // Another tab at the same address has all of it.
        var again = OpenWizard();
        Assert.Equal(page.Find("[data-testid=summary]").TextContent, again.Find("[data-testid=summary]").TextContent);
        Button(again, "Back").Click();
        again.WaitForAssertion(() => Assert.Equal(2, again.FindAll("[data-testid=candidate] input:checked").Count));
        Next(again);
        again.WaitForAssertion(() => Assert.NotEmpty(again.FindAll("[data-testid=summary]")));
        Next(again);

        again.WaitForAssertion(() => Assert.EndsWith("?budget=1", Navigation.Uri, StringComparison.Ordinal));
        var (description, environments) = Assert.IsType<(PlanDescription, string)>(Assert.Single(_plans.Asked));
        Assert.Equal(new PlanDescription("Azure EU", "1a2b3c4d-0000-0000-0000-000000000001", "rg-copilot", "westeurope", CreditPrice.Published), description);
        Assert.Equal($"{sales.Id},{service.Id}", environments);
    }

    [Fact]
    public void Wizard_WithAzure_ShowsWhatIsThere_AndRegistersTheProvider()
    {
        _azure.Connected = true;
        Render<MudPopoverProvider>();
        Navigation.NavigateTo(PortalUrls.NewPlan(Overviews.Tenant) + "?step=2&name=Azure%20EU&subscription=1a2b3c4d-0000-0000-0000-000000000001&group=rg-copilot");
        var page = OpenWizard();
        Assert.Contains("2\u00a0subscriptions that the portal’s credential can see", page.Markup, StringComparison.Ordinal);
        Assert.Contains("is not registered there", page.Find("[data-testid=provider]").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("No Azure connection", page.Markup, StringComparison.Ordinal);

        Button(page, "Register it").Click();

        page.WaitForAssertion(() => Assert.Contains("is being registered", page.Find("[data-testid=provider]").TextContent, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, "may create resources")]
    [InlineData(false, "may not create resources")]
    public void Wizard_WithAzure_SaysWhatTheCredentialMayDoThere(bool mayWrite, string says)
    {
        (_azure.Connected, _azure.MayWrite) = (true, mayWrite);
        Render<MudPopoverProvider>();
        Navigation.NavigateTo(PortalUrls.NewPlan(Overviews.Tenant) + "?step=2&name=Azure%20EU&subscription=1a2b3c4d-0000-0000-0000-000000000001&group=rg-copilot");

        Assert.Contains(says, OpenWizard().Find("[data-testid=rights]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Prices_ArePlannedByDate()
    {
        var dialogs = Render<MudDialogProvider>();
        var page = OpenPlan();
        Button(page, "Prices…").Click();
        dialogs.WaitForAssertion(() => Assert.Contains("In force is EUR 0.01 a credit", dialogs.Markup, StringComparison.Ordinal));

        dialogs.FindAll(".mud-dialog input")[0].Input("0.012");
        dialogs.FindAll(".mud-dialog input")[1].Input("2026-11-01");
        Assert.True(Button(dialogs, "Add it to the list").HasAttribute("disabled"));
        dialogs.FindAll(".mud-dialog input")[1].Input("2027-01-01");
        Button(dialogs, "Add it to the list").Click();
        Assert.Contains("EUR 0.012 a credit from Fri", dialogs.Find("[data-testid=planned-price]").TextContent.Replace('\u00a0', ' '), StringComparison.Ordinal);
        Button(dialogs, "Save the list").Click();

        dialogs.WaitForAssertion(() => Assert.Equal(("12000", 7), Assert.Single(_plans.Asked)));
    }

    [Fact]
    public void Wizard_WhileAzureFails_SaysWhy_AndTakesWhatIsTyped()
    {
        (_azure.Connected, _azure.Failure) = (true, new AzureFailure(AzureFailureKind.Unavailable, "Azure cannot be reached."));
        Navigation.NavigateTo(PortalUrls.NewPlan(Overviews.Tenant) + "?step=2&name=Azure%20EU");
        var page = OpenWizard();
        Assert.Contains("Azure cannot be reached.", page.Find(".azure-failure").TextContent, StringComparison.Ordinal);

        page.Find(".suggestions button").Click();
        page.WaitForAssertion(() => Assert.False(Button(page, "Next").HasAttribute("disabled")));
        _azure.Failure = null;
        page.Find(".azure-failure button").Click();

        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".azure-failure")));
    }

    [Fact]
    public void Wizard_DoesNotSkipAStepThatIsNotDone()
    {
        Navigation.NavigateTo(PortalUrls.NewPlan(Overviews.Tenant) + "?step=5&name=Azure%20EU");

        Assert.Contains("2. Azure subscription", OpenWizard().Find("[aria-current=step]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Wizard_ThatIsRefused_SaysWhy()
    {
        _plans.Refusal = "There is no such environment.";
        Navigation.NavigateTo(PortalUrls.NewPlan(Overviews.Tenant) + "?step=5&name=Azure%20EU&subscription=1a2b3c4d-0000-0000-0000-000000000001&group=rg&region=westeurope");
        var page = OpenWizard();

        Next(page);

        page.WaitForAssertion(() => Assert.Contains("There is no such environment.", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
    }

    private static AngleSharp.Dom.IElement Button<T>(IRenderedComponent<T> host, string text)
        where T : IComponent =>
        host.FindAll("button").Last(button => button.TextContent.Contains(text, StringComparison.Ordinal));

    private static void Next(IRenderedComponent<NewPlanPage> page) => page.Find("form").Submit();

    private static void Confirm(IRenderedComponent<PlanPage> page, IRenderedComponent<MudDialogProvider> dialogs, string action, string says, string yes)
    {
        Button(page, action).Click();
        dialogs.WaitForAssertion(() => Assert.Contains(says, dialogs.Markup, StringComparison.Ordinal));
        Button(dialogs, yes).Click();
        dialogs.WaitForAssertion(() => Assert.Empty(dialogs.FindAll(".mud-dialog")));
    }

    private void Choose(IRenderedComponent<MudDialogProvider> dialogs, IRenderedComponent<MudPopoverProvider> popovers, string text)
    {
        dialogs.Find(".mud-dialog input").Input(text);
        Time.Advance(TimeSpan.FromSeconds(1));
        popovers.WaitForAssertion(() => Assert.Contains(text, Assert.Single(popovers.FindAll(".mud-list-item")).TextContent, StringComparison.OrdinalIgnoreCase));
        popovers.Find(".mud-list-item").Click();
    }

    private IRenderedComponent<PlansPage> OpenList() => Render<PlansPage>(p => p.Add(c => c.TenantId, Overviews.Tenant.Value));

    private IRenderedComponent<PlanPage> OpenPlan() => Render<PlanPage>(p => p.Add(c => c.TenantId, Overviews.Tenant.Value).Add(c => c.PlanId, _plans.Detail.Plan.Id.Value));

    private IRenderedComponent<NewPlanPage> OpenWizard() => Render<NewPlanPage>(p => p.Add(c => c.TenantId, Overviews.Tenant.Value));
}

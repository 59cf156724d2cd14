using Bunit;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Features.BillingPlans.Pages;
using CopilotCapacity.Portal.Features.Sync;
using CopilotCapacity.Portal.Tests.Features.Overview;
using CopilotCapacity.Portal.Tests.Features.Sync;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace CopilotCapacity.Portal.Tests.Features.BillingPlans.Pages;

/// <summary>What Azure says of a plan, on its page and in the list.</summary>
public sealed class PlanAzureTests : MudTestContext
{
    private static readonly PlanAzureBrief s_brief = new(Overviews.AsOf.AddMinutes(-40), "/subscriptions/x/accounts/Europe", "Enabled", true, 0, null, null);

    private readonly FakePlans _plans = new();
    private readonly FakeAzure _azure = new() { Connected = true };
    private readonly FakeSync _sync = new();

    public PlanAzureTests()
    {
        Services.AddSingleton<IBillingPlanDesk>(_plans);
        Services.AddSingleton<IAzureDirectory>(_azure);
        Services.AddSingleton<ISyncDesk>(_sync);
    }

    [Fact]
    public void WithoutAConnection_TheCardSaysSo()
    {
        _azure.Connected = false;

        Assert.Contains("Azure is not asked", Open().Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void BeforeTheFirstSync_NothingIsMadeUp() => Assert.Contains("Not read yet", Open().Markup, StringComparison.Ordinal);

    [Fact]
    public void WhatIsNotKnown_IsSaidToBeSo_WithTheReason()
    {
        _plans.Detail = _plans.Detail with
        {
            Azure = new PlanAzureView { Brief = s_brief with { Resource = null, Subscription = null, Failure = "Azure fails with 500.", FailingSince = Overviews.AsOf.AddHours(-1) }, IsResourceKnown = true },
        };

        var page = Open();

        Assert.Contains("Azure fails with 500.", page.Find("[data-testid=azure-failing]").TextContent, StringComparison.Ordinal);
        var facts = page.Find("[data-testid=azure-facts]").TextContent;
        Assert.Equal(4, facts.Split("not known").Length - 1);
        Assert.Contains("none of the plan’s name", facts, StringComparison.Ordinal);
    }

    [Fact]
    public void Facts_AndDifferences_StandBesideThePlan_AndAreDecidedThere()
    {
        _plans.Detail = _plans.Detail with
        {
            Azure = new PlanAzureView { Brief = s_brief with { Drift = 1 }, Provider = "NotRegistered", IsResourceKnown = true, IsBudgetKnown = true, BudgetName = "Europe", Budget = "EUR 300.00", Differences = [FakeSync.Difference(canPush: false)] },
        };

        var page = Open();

        Assert.Contains("not registered", page.Find("[data-testid=azure-facts]").TextContent, StringComparison.Ordinal);
        Assert.Contains("Europe: EUR 300.00", page.Find("[data-testid=azure-facts]").TextContent, StringComparison.Ordinal);
        page.FindAll("button").Single(button => button.TextContent.Contains("Adopt what Azure has", StringComparison.Ordinal)).Click();
        page.WaitForAssertion(() => Assert.Equal(["adopt budget:1 as a:b"], _sync.Asked));
    }

    [Fact]
    public void Bill_StandsBesideTheMeter_AsChartAndTable()
    {
        var day = new DayToReconcile(new DateOnly(2026, 11, 10), Credits.Of(1_000), PlanViews.Of(10), PlanViews.Of(10), Credits.Zero, PlanViews.Of(14), Overviews.AsOf);
        _plans.Detail = _plans.Detail with
        {
            Azure = new PlanAzureView
            {
                Brief = s_brief,
                Days =
                [
                    new ReconciledDay(day with { Day = new DateOnly(2026, 11, 11), Billed = null }, null, null, [ReconciliationCause.NotYetBilled]),
                    new ReconciledDay(day, PlanViews.Of(4), 28.57m, [ReconciliationCause.UseElsewhere]),
                ],
                BilledAt = Overviews.AsOf.AddHours(-3),
                Tolerance = "5 %",
                ImpliedPrice = PlanViews.Of(0.014m),
            },
        };

        var page = Open();
        Assert.Equal("€\u00a010.00 metered and €\u00a014.00 billed on 1\u00a0day; 1\u00a0day differs by more than the tolerance.", page.Find("[data-testid=reconcile-chart]").GetAttribute("aria-label"));
        Assert.Contains("0.014 a credit", page.Find("[data-testid=reconcile-note]").TextContent, StringComparison.Ordinal);

        Services.GetRequiredService<NavigationManager>().NavigateTo(PortalUrls.Plan(Overviews.Tenant, _plans.Detail.Plan.Id) + "?bill=table");
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("[data-testid=reconciled-day]").Count));

        var rows = page.FindAll("[data-testid=reconciled-day]").Select(row => row.TextContent.Replace('\u00a0', ' ')).ToArray();
        Assert.Contains("not yet", rows[0], StringComparison.Ordinal);
        Assert.Contains("+€ 4.00+28.6 %More was billed than this portal was told of.", string.Concat(rows[1].Split('\n').Select(line => line.Trim())), StringComparison.Ordinal);
    }

    [Fact]
    public void List_SaysInALine_WhatAzureSays_AndHowOldThatIs()
    {
        _plans.Plans =
        [
            PlanViews.Row() with { Azure = s_brief with { Drift = 2 } },
            PlanViews.Row() with { Id = new(Guid.NewGuid()), Azure = s_brief with { IsSubscriptionEnabled = false, Subscription = "Disabled" } },
            PlanViews.Row() with { Id = new(Guid.NewGuid()) },
        ];

        var page = Render<PlansPage>(list => list.Add(p => p.TenantId, Overviews.Tenant.Value));

        Assert.Equal(
            ["2 differencesas of 40 min ago", "subscription disabledas of 40 min ago", "not knownnot read yet"],
            page.FindAll("[data-testid=plan-azure]").Select(cell => cell.TextContent.Replace('\u00a0', ' ')).ToArray());
    }

    private IRenderedComponent<PlanPage> Open() => Render<PlanPage>(page => page
        .Add(p => p.TenantId, Overviews.Tenant.Value)
        .Add(p => p.PlanId, _plans.Detail.Plan.Id.Value));
}

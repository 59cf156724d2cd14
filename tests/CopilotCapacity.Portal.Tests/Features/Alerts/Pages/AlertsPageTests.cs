using Bunit;
using Bunit.TestDoubles;
using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Metering.Feed;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Features.Alerts.Pages;
using CopilotCapacity.Portal.Tests.Features.Overview;
using CopilotCapacity.Storage.Queries;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace CopilotCapacity.Portal.Tests.Features.Alerts.Pages;

public sealed class AlertsPageTests : MudTestContext
{
    private BunitNavigationManager Navigation => Services.GetRequiredService<BunitNavigationManager>();

    [Fact]
    public void Empty_SaysWhatWillStandHere()
    {
        Assert.Contains("No alert yet", RenderPage().Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void FilterThatHidesAll_LeadsBackToAll()
    {
        var cut = RenderPage("?state=waiting&kind=quota.low&severity=warning&range=7d");

        Assert.Contains("No alert fits", cut.Markup, StringComparison.Ordinal);
        Assert.Equal((StoryState.Waiting, AlertKind.QuotaLow, AlertSeverity.Warning, TimeSpan.FromDays(7)), (Alerts.Filter!.State, Alerts.Filter.Kind, Alerts.Filter.Severity, Alerts.Filter.Back));
        Assert.NotNull(cut.Find($"a[href='{PortalUrls.Alerts(Overviews.Tenant)}']"));
    }

    [Fact]
    public void ReadThatFails_SaysSo_AndKeepsWhatWasThere()
    {
        Alerts.Add(AlertKind.QuotaLow, "Sales is low");
        var cut = RenderPage();
        Alerts.Fails = true;
        Publish();
        cut.WaitForAssertion(() => Assert.NotNull(cut.Find("[data-testid=error]")));
        Assert.Contains("Sales is low", cut.Markup, StringComparison.Ordinal);

        Alerts.Fails = false;
        cut.Find("[data-testid=error] button").Click();
        cut.WaitForAssertion(() => Assert.Empty(cut.FindAll("[data-testid=error]")));
    }

    [Fact]
    public void Story_ShowsItsTimeline_WhoIsOnIt_AndTheFixes()
    {
        Alerts.Add(AlertKind.QuotaLow, "Sales is low", minutesAgo: 60, isOver: true);
        Alerts.Add(AlertKind.QuotaDepleted, "Sales has no credits left", story: 1);
        var cut = RenderPage();

        var story = Assert.Single(cut.FindAll("[data-testid=story]"));
        Assert.Contains("Sales has no credits left", story.QuerySelector("h3")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("5 min ago", story.TextContent, StringComparison.Ordinal);
        Assert.Contains("nobody yet", story.TextContent, StringComparison.Ordinal);
        Assert.Equal(2, story.QuerySelectorAll("details li").Length);
        Assert.Contains("over after 2", story.QuerySelector("details")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(story.QuerySelectorAll("a"), link => link.GetAttribute("href")!.EndsWith("?open=allocation", StringComparison.Ordinal));
    }

    [Fact]
    public void TakingAStory_ShowsWhoIsOnIt_AndIsTakenBack()
    {
        Alerts.Add(AlertKind.QuotaLow, "Sales is low");
        var cut = RenderPage();
        cut.Find("button[aria-label^='I’m on it']").Click();
        cut.WaitForAssertion(() => Assert.Contains("Amira is on it", cut.Markup, StringComparison.Ordinal));
        cut.Find("button[aria-label^='Take it back']").Click();

        cut.WaitForAssertion(() => Assert.Contains("nobody yet", cut.Markup, StringComparison.Ordinal));
        Assert.Equal(["took 1", "took 1 back"], Alerts.Asked);
    }

    [Fact]
    public void SettingAStoryAside_OffersTimes_AndSaysUntilWhen()
    {
        Alerts.Add(AlertKind.QuotaLow, "Sales is low");
        var popovers = Render<MudPopoverProvider>();
        var cut = RenderPage();
        cut.Find("button[aria-label^='Set aside']").Click();
        popovers.WaitForAssertion(() => Assert.Equal(4, popovers.FindAll(".mud-menu-item").Count));
        popovers.FindAll(".mud-menu-item")[1].Click();

        cut.WaitForAssertion(() => Assert.Contains("set aside by Amira", cut.Markup, StringComparison.Ordinal));
        Assert.Equal(["set 1 aside for 4 h"], Alerts.Asked);
    }

    [Fact]
    public void WhoeverMayNotHandle_IsOfferedToAskInstead()
    {
        Alerts.MayHandle = false;
        Alerts.Add(AlertKind.QuotaLow, "Sales is low");
        var cut = RenderPage();

        Assert.Empty(cut.FindAll("button[aria-label^='I’m on it']"));
        var link = Assert.Single(cut.FindAll(".story-actions a"));
        Assert.Contains("/requests?ask=", link.GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void Commit_ThatConcernsNoAlert_IsNotRead_AndOneThatDoesIs()
    {
        var cut = RenderPage();
        var reads = Alerts.Reads;
        Feed.Publish(new LedgerCommitted(Overviews.Tenant, 100));
        Alerts.Add(AlertKind.QuotaLow, "Sales is low");
        Publish();

        cut.WaitForAssertion(() => Assert.Contains("Sales is low", cut.Markup, StringComparison.Ordinal));
        Assert.Equal(reads + 1, Alerts.Reads);
    }

    [Fact]
    public void Pages_GoOnBeforeANumber_AndTheAddressSaysWhich()
    {
        Alerts.Add(AlertKind.QuotaLow, "Sales is low");
        Alerts.Next = 17;
        var cut = RenderPage();
        cut.Find("nav[aria-label='Pages of alerts'] button").Click();

        Assert.EndsWith("?before=17", Navigation.Uri, StringComparison.Ordinal);
        cut.WaitForAssertion(() => Assert.Equal(17, Alerts.Filter!.Before));
    }

    [Fact]
    public void Card_ShowsFourStories_WithWhoIsOnThemAndHowLongAgo()
    {
        for (var number = 1; number <= 6; number++)
        {
            Alerts.Add(AlertKind.QuotaLow, $"Environment {number} is low");
        }

        var cut = Render<AlertsCard>(p => p.Add(c => c.Tenant, Overviews.Tenant));

        var lines = cut.FindAll("[data-testid=alert-line]");
        Assert.Equal(4, lines.Count);
        Assert.Contains("Environment 6 is low", lines[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("5 min ago · nobody yet", lines[0].TextContent, StringComparison.Ordinal);
    }

    private IRenderedComponent<AlertsPage> RenderPage(string query = "")
    {
        Navigation.NavigateTo(PortalUrls.Alerts(Overviews.Tenant) + query);
        return Render<AlertsPage>(p => p.Add(c => c.TenantId, Overviews.Tenant.Value));
    }

    private void Publish() => Feed.Publish(new LedgerCommitted(Overviews.Tenant, 100) { ConcernsAlerts = true });
}

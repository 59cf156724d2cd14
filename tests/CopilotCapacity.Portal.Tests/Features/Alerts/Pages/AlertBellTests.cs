using Bunit;
using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Metering.Feed;
using CopilotCapacity.Portal.Components.Layout;
using CopilotCapacity.Portal.Features.Alerts.Pages;
using CopilotCapacity.Portal.Tests.Features.Overview;

namespace CopilotCapacity.Portal.Tests.Features.Alerts.Pages;

public sealed class AlertBellTests : MudTestContext
{
    [Fact]
    public void Bell_CountsWhatIsNew_UntilAllIsSeen()
    {
        Alerts.Add(AlertKind.QuotaLow, "Sales is low");
        Alerts.Add(AlertKind.QuotaDepleted, "Sales has no credits left", story: 1);
        var cut = RenderBell();
        Assert.Contains("2", cut.Find(".bell-count").TextContent, StringComparison.Ordinal);
        Assert.Equal(2, cut.FindAll(".is-new").Count);

        cut.Find(".bell-head button").Click();

        cut.WaitForAssertion(() => Assert.Empty(cut.FindAll(".bell-count")));
        Assert.Equal((2L, "Alerts: nothing new"), (Alerts.Seen, cut.Find("[data-testid=bell]").GetAttribute("aria-label")));
    }

    [Fact]
    public void WhatWasThereBefore_IsNotReadOut_AndWhatComesIs_Once()
    {
        Alerts.Add(AlertKind.QuotaDepleted, "Sales has no credits left");
        var cut = RenderBell();
        Assert.Equal(("", ""), Said(cut));

        Alerts.Add(AlertKind.QuotaDepleted, "Service has no credits left");
        Alerts.Add(AlertKind.QuotaLow, "Finance is low");
        Publish();
        cut.WaitForAssertion(() => Assert.Equal(("Service has no credits left.", "Finance is low."), Said(cut)));
        Alerts.Add(AlertKind.QuotaRestored, "Sales has credits again");
        Publish();
        MoveUntil(() => Said(cut).Calm is "Sales has credits again.");

        Assert.Equal("Service has no credits left.", Said(cut).Urgent);
    }

    [Fact]
    public void UseAlone_IsNoReasonToRead()
    {
        var cut = RenderBell();
        Alerts.Add(AlertKind.QuotaLow, "Sales is low");
        Feed.Publish(new LedgerCommitted(Overviews.Tenant, 100));
        Assert.Equal(("", ""), Said(cut));
        Assert.Empty(cut.FindAll(".bell-count"));
    }

    [Fact]
    public void ReadThatFails_LeavesTheFrameAsItIs()
    {
        Alerts.Add(AlertKind.QuotaLow, "Sales is low");
        var cut = RenderBell();
        Alerts.Fails = true;
        Publish();
        MoveUntil(() => Alerts.Failed > 0);
        Assert.Contains("Sales is low", cut.Markup, StringComparison.Ordinal);

        Alerts.Fails = false;
        Alerts.Add(AlertKind.QuotaLow, "Finance is low");
        Publish();
        MoveUntil(() => cut.Markup.Contains("Finance is low", StringComparison.Ordinal));
    }

    [Fact]
    public void NavRail_CountsWhatNeedsSomebody()
    {
        var cut = Render<NavRail>(p => p.Add(c => c.Tenant, Overviews.Tenant).Add(c => c.Label, "Main").Add(c => c.AlertsWaiting, 3));
        Assert.Equal(", 3 need somebody", cut.Find("a[href$='/alerts'] .rail-badge").TextContent);
    }

    private IRenderedComponent<AlertBell> RenderBell() => Render<AlertBell>(p => p.Add(c => c.Tenant, Overviews.Tenant));

    // The interval begins on another thread; the clock moves until what is waited for has happened.
    private void MoveUntil(Func<bool> happened) => Assert.True(SpinWait.SpinUntil(
        () =>
        {
            Time.Advance(AlertNewsWatch.RefreshInterval);
            return happened();
        },
        TimeSpan.FromSeconds(15)));

    private void Publish() => Feed.Publish(new LedgerCommitted(Overviews.Tenant, 100) { ConcernsAlerts = true });

    private static (string Urgent, string Calm) Said(IRenderedComponent<AlertBell> cut) =>
        (cut.Find("[data-testid=announce-urgent]").TextContent, cut.Find("[data-testid=announce-calm]").TextContent);
}

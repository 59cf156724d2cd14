using AngleSharp.Dom;
using Bunit;
using Bunit.TestDoubles;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering.Feed;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Features.Overview;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace CopilotCapacity.Portal.Tests.Features.Overview;

public sealed class OverviewPageTests : MudTestContext
{
    private BunitNavigationManager Navigation => Services.GetRequiredService<BunitNavigationManager>();

    [Fact]
    public void Prerendering_ShowsTheSkeleton_AndReadsNothing()
    {
        SetRendererInfo(new("Static", isInteractive: false));

        var cut = RenderPage();

        Assert.NotEmpty(cut.FindAll(".mud-skeleton"));
        Assert.Equal(0, Reader.Reads);
    }

    [Fact]
    public void Loading_ShowsTheSkeleton_ThenTheFigures()
    {
        var gate = new TaskCompletionSource();
        Reader.OnRead = () => gate.Task;
        var cut = RenderPage();
        Assert.NotEmpty(cut.FindAll(".mud-skeleton"));

        gate.SetResult();

        cut.WaitForAssertion(() => Assert.Contains("150,000", cut.Markup, StringComparison.Ordinal));
        Assert.Empty(cut.FindAll(".mud-skeleton"));
    }

    [Fact]
    public void WithoutEnvironments_SaysWhatComesNext()
    {
        var cut = RenderPage();

        Assert.Contains("No environment yet", cut.Markup, StringComparison.Ordinal);
        Assert.Contains("Nothing runs out this month", cut.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void FirstReadFails_SaysSo_AndRetryBringsTheFigures()
    {
        Reader.Fails = true;
        var cut = RenderPage();
        Assert.NotNull(cut.Find("[data-testid=error]"));

        Reader.Fails = false;
        cut.Find("[data-testid=error] button").Click();

        cut.WaitForAssertion(() => Assert.Contains("150,000", cut.Markup, StringComparison.Ordinal));
        Assert.Empty(cut.FindAll("[data-testid=error]"));
    }

    [Fact]
    public void LaterReadFails_KeepsWhatWasShown()
    {
        var cut = RenderPage();
        Reader.Fails = true;

        Commit(11);

        cut.WaitForAssertion(() => Assert.NotNull(cut.Find("[data-testid=error]")));
        Assert.Contains("150,000", cut.Markup, StringComparison.Ordinal);
        Assert.Contains("not live", cut.Find("[data-testid=as-of]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Commit_BringsTheNewFiguresAtOnce()
    {
        var cut = RenderPage();
        Reader.Overview = Overviews.Create() with { Sequence = 11, Left = Credits.Of(89_999) };

        Commit(11);

        cut.WaitForAssertion(() => Assert.Contains("89,999", cut.Markup, StringComparison.Ordinal));
        Assert.Equal(2, Reader.Reads);
    }

    [Fact]
    public void ABurstOfCommits_IsReadOnceAtOnce_AndOnceMoreAfterTheInterval()
    {
        var cut = RenderPage();
        CommitAll(11, 510);
        cut.WaitForAssertion(() => Assert.Equal(2, Reader.Reads));

        CommitAll(511, 1_010);
        Assert.Equal(2, Reader.Reads);

        Reader.Overview = Overviews.Create() with { Sequence = 1_010 };
        // The interval begins on another thread; the clock moves until that has happened.
        var isReadAgain = SpinWait.SpinUntil(
            () =>
            {
                Time.Advance(OverviewPage.RefreshInterval);
                return Reader.Reads > 2;
            },
            TimeSpan.FromSeconds(10));

        Assert.True(isReadAgain);
        Assert.Equal(3, Reader.Reads);
    }

    [Fact]
    public void WithoutACommit_NothingIsReadHoweverLong()
    {
        RenderPage();

        Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(1, Reader.Reads);
    }

    [Fact]
    public void CommitThatIsAlreadyShown_OrOfAnotherTenant_IsNotRead()
    {
        RenderPage();

        Feed.Publish(new LedgerCommitted(new(Guid.Empty), 99));
        Commit(10);
        Time.Advance(OverviewPage.RefreshInterval);

        Assert.Equal(1, Reader.Reads);
    }

    [Fact]
    public void CommitDuringTheFirstRead_IsNotLost()
    {
        Reader.OnRead = () =>
        {
            Reader.OnRead = null;
            Commit(11);
            return Task.CompletedTask;
        };

        var cut = RenderPage();

        cut.WaitForAssertion(() => Assert.Equal(2, Reader.Reads));
    }

    [Fact]
    public async Task Disposed_HearsNoMoreCommits()
    {
        RenderPage();
        await DisposeComponentsAsync();

        Commit(11);

        Assert.Equal(1, Reader.Reads);
    }

    [Fact]
    public void Title_NamesTheTenant()
    {
        var cut = RenderPage();

        Assert.Equal("Contoso Europe – Overview", Render(cut.FindComponent<Microsoft.AspNetCore.Components.Web.PageTitle>().Instance.ChildContent!).Markup);
    }

    [Fact]
    public void ManyDepleted_ShowThreeAlerts_AndCountTheRest()
    {
        Reader.Overview = Overviews.Create([.. Enumerable.Range(1, 7).Select(i => Overviews.Depleted(i, $"E{i}"))]);

        var cut = RenderPage();

        Assert.Equal(3, cut.FindAll(".attention-depleted[data-testid=attention]").Count);
        Assert.Contains("and 4 more", cut.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Address_FiltersAndSorts_AndHeadersChangeIt()
    {
        Reader.Overview = Overviews.Create(Overviews.Environment(1, "Beta"), Overviews.Environment(2, "Alpha"), Overviews.Depleted(3, "Gamma"));
        var cut = RenderPage("?status=available&sort=-name");
        Assert.Equal(["Beta", "Alpha"], cut.FindAll(".environment-name").Select(e => e.TextContent).ToList());

        cut.FindAll("th button.sort")[0].Click();

        cut.WaitForAssertion(() => Assert.EndsWith("?status=available&sort=name", Navigation.Uri, StringComparison.Ordinal));
        cut.WaitForAssertion(() => Assert.Equal(["Alpha", "Beta"], cut.FindAll(".environment-name").Select(e => e.TextContent).ToList()));
    }

    [Fact]
    public void FilterThatHidesAll_OffersToClearIt()
    {
        Reader.Overview = Overviews.Create(Overviews.Environment());
        var cut = RenderPage("?q=zzz");

        cut.FindAll("button").Single(b => b.TextContent.Contains("Clear the filter", StringComparison.Ordinal)).Click();

        cut.WaitForAssertion(() => Assert.Single(cut.FindAll("[data-testid=environment]")));
        Assert.DoesNotContain("q=", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void ChartOrTable_IsInTheAddress()
    {
        var cut = RenderPage("?chart=table");

        Assert.Empty(cut.FindAll("[data-testid=burn-down]"));
        Assert.NotEmpty(cut.FindAll("[role=region] table"));
    }

    private IRenderedComponent<OverviewPage> RenderPage(string query = "")
    {
        Navigation.NavigateTo(PortalUrls.Overview(Overviews.Tenant) + query);
        return Render<OverviewPage>(p => p.Add(c => c.TenantId, Overviews.Tenant.Value));
    }

    private void CommitAll(long first, long last)
    {
        for (var sequence = first; sequence <= last; sequence++)
        {
            Commit(sequence);
        }
    }

    private void Commit(long sequence) => Feed.Publish(new LedgerCommitted(Overviews.Tenant, sequence));
}

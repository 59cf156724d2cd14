using Bunit;
using CopilotCapacity.Portal.Features.Sync;
using CopilotCapacity.Portal.Tests.Features.Overview;
using CopilotCapacity.Storage.Model;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace CopilotCapacity.Portal.Tests.Features.Sync;

public sealed class SyncPageTests : MudTestContext
{
    private readonly FakeSync _sync = new();

    public SyncPageTests() => Services.AddSingleton<ISyncDesk>(_sync);

    [Fact]
    public void Prerendering_ShowsTheSkeleton()
    {
        SetRendererInfo(new("Static", isInteractive: false));

        Assert.NotEmpty(Open().FindAll(".mud-skeleton"));
    }

    [Fact]
    public void Services_SayHowOldTheirWordIs_AndWhyItIsNotNewer()
    {
        _sync.View = _sync.View with { Services = [new("azure", "Azure", true, Overviews.AsOf.AddMinutes(-40), Overviews.AsOf.AddMinutes(-20), "Azure fails with 500.")] };

        var page = Open();

        var service = page.Find("[data-testid=service]").TextContent;
        Assert.Contains("as of 40 min ago", service, StringComparison.Ordinal);
        Assert.Contains("Azure fails with 500.", service, StringComparison.Ordinal);
        Assert.Contains("Nothing was compared yet", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutAConnection_ItSaysSo_AndOffersNothing()
    {
        _sync.View = _sync.View with { Services = [new("azure", "Azure", false, null, null, null)], NextAt = null };

        var page = Open();

        Assert.Contains("Without a connection everything works", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("Synchronise now", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_IsStarted_ShowsHowFarItIs_AndIsCancelled()
    {
        var page = Open();
        Button(page, "Synchronise now").Click();
        page.WaitForAssertion(() => Assert.Equal(["start"], _sync.Asked));

        _sync.View = _sync.View with { Runs = [FakeSync.Run(SyncState.Waiting, done: 1, isFinished: false)] };
        _sync.Move();
        page.WaitForAssertion(() => Assert.Contains("1 of 3\u00a0steps: Step 2", page.Find("[data-testid=progress]").TextContent, StringComparison.Ordinal));
        Button(page, "Cancel").Click();
        page.WaitForAssertion(() => Assert.Equal(["start", "cancel"], _sync.Asked));
        _sync.View = _sync.View with { Runs = [FakeSync.Run(SyncState.Waiting, done: 1, isCancelling: true, isFinished: false)] };
        Time.Advance(TimeSpan.FromSeconds(1));
        _sync.Move();
        page.WaitForAssertion(() => Assert.True(Button(page, "Ending…").HasAttribute("disabled")));
    }

    [Fact]
    public void Report_SaysOfEachStep_WhatWasReadOrWhyNot()
    {
        _sync.View = _sync.View with { Runs = [FakeSync.Run(SyncState.Failed, done: 3)] };

        var page = Open();

        var run = page.Find("[data-testid=run]").TextContent;
        Assert.Contains("Came through in part", run, StringComparison.Ordinal);
        Assert.Contains("1 failed", run, StringComparison.Ordinal);
        Assert.Contains("Said 3.", run, StringComparison.Ordinal);
        Assert.Contains("Nothing differs", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Difference_IsAdopted_AsItWasReviewed()
    {
        _sync.View = _sync.View with { Differences = [FakeSync.Difference()] };
        var page = Open();
        Assert.Contains("EUR 300", page.Find("[data-testid=difference]").TextContent, StringComparison.Ordinal);
        Assert.True(Button(page, "Push ours").HasAttribute("disabled"));
        Assert.Contains("Writing to Azure is off", page.Markup, StringComparison.Ordinal);

        Button(page, "Adopt what Azure has").Click();

        page.WaitForAssertion(() => Assert.Equal(["adopt budget:1 as a:b"], _sync.Asked));
    }

    [Fact]
    public void Difference_IsPushed_AfterAQuestion_WhereWritingIsAllowed()
    {
        var dialogs = Render<MudDialogProvider>();
        _sync.View = _sync.View with { Differences = [FakeSync.Difference()], WriteBack = true };
        var page = Open();

        Button(page, "Push ours").Click();
        dialogs.WaitForAssertion(() => Assert.Contains("Write to Azure?", dialogs.Markup, StringComparison.Ordinal));
        Assert.Empty(_sync.Asked);
        dialogs.Find("button.mud-message-box__yes-button").Click();

        page.WaitForAssertion(() => Assert.Equal(["push budget:1 as a:b"], _sync.Asked));
    }

    [Fact]
    public void Refusal_IsSaid()
    {
        var snackbars = Render<MudSnackbarProvider>();
        (_sync.View, _sync.Refusal) = (_sync.View with { Differences = [FakeSync.Difference()] }, "It was changed meanwhile.");
        var page = Open();

        Button(page, "Adopt what Azure has").Click();

        snackbars.WaitForAssertion(() => Assert.Contains("It was changed meanwhile.", snackbars.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void WhoMayNot_IsOfferedNothing()
    {
        _sync.View = _sync.View with { Differences = [FakeSync.Difference()], Runs = [FakeSync.Run(SyncState.Done, done: 3)], MayChange = false, MayChangeSettings = false };

        var page = Open();

        Assert.Empty(page.FindAll("button"));
        Assert.True(page.Find("input[type=checkbox]").HasAttribute("disabled"));
    }

    [Fact]
    public void Writing_IsAllowedByASwitch()
    {
        var page = Open();

        page.Find("input[type=checkbox]").Change(true);

        page.WaitForAssertion(() => Assert.Equal(["write True"], _sync.Asked));
    }

    [Fact]
    public void Reading_ThatFails_IsSaidAndCanBeTriedAgain()
    {
        _sync.Fails = true;
        var page = Open();
        Assert.Contains("could not be read", page.Find("[data-testid=error]").TextContent, StringComparison.Ordinal);

        _sync.Fails = false;
        page.Find("[data-testid=error] button").Click();

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=service]")));
    }

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<SyncPage> page, string text) =>
        page.FindAll("button").Single(button => button.TextContent.Contains(text, StringComparison.Ordinal));

    private IRenderedComponent<SyncPage> Open() => Render<SyncPage>(page => page.Add(p => p.TenantId, Overviews.Tenant.Value));
}

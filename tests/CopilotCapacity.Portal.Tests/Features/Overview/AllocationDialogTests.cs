using AngleSharp.Dom;
using Bunit;
using Bunit.TestDoubles;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Features.Overview;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace CopilotCapacity.Portal.Tests.Features.Overview;

public sealed class AllocationDialogTests : MudTestContext
{
    private readonly OverviewEnvironment _depleted = Overviews.Depleted();

    [Fact]
    public void DeepLink_OpensTheDialog_WithWhatWouldHelp()
    {
        var (_, dialogs) = Open();

        Assert.Equal("30000", dialogs.Find(".mud-dialog input").GetAttribute("value"));
        Assert.Equal("5,000", dialogs.Find("[data-testid=after-left]").TextContent);
        Assert.Equal("5,000", dialogs.Find("[data-testid=after-pool]").TextContent);
    }

    [Fact]
    public void Typing_ShowsTheResult_AndBlocksTooMuch()
    {
        var (_, dialogs) = Open();

        dialogs.Find(".mud-dialog input").Input("90000");

        dialogs.WaitForAssertion(() => Assert.Contains("At most 35,000 would fit.", dialogs.Markup, StringComparison.Ordinal));
        Assert.True(Button(dialogs, "Set allocation").HasAttribute("disabled"));
        Assert.Equal("–", dialogs.Find("[data-testid=after-pool]").TextContent);
    }

    [Fact]
    public void Switch_SaysWhatItDoes_AndIsSavedWithTheNumber()
    {
        var (_, dialogs) = Open();
        dialogs.Find(".mud-dialog input").Input("25000");
        Assert.Contains("it stops, even while the pool has credits", dialogs.Find("#pool-help").TextContent, StringComparison.Ordinal);
        Assert.Contains("It is on no billing plan.", dialogs.Find("#payg-help").TextContent, StringComparison.Ordinal);
        Assert.True(Button(dialogs, "Set allocation").HasAttribute("disabled"));

        dialogs.Find("[aria-describedby=pool-help]").Change(true);

        dialogs.WaitForAssertion(() => Assert.Contains("10,000 would be left there", dialogs.Find("#pool-help").TextContent, StringComparison.Ordinal));
        Assert.Equal("Tenant pool → nobody", dialogs.Find("[data-testid=after-payers]").TextContent);
        Assert.Contains("Available", dialogs.Find("[data-testid=after-status]").TextContent, StringComparison.Ordinal);
        Button(dialogs, "Set allocation").Click();
        dialogs.WaitForAssertion(() => Assert.Equal([(_depleted.Id, new AllocationSettings(Credits.Of(25_000), DrawsOnPool: true, PayAsYouGo: true), 3)], Editor.Sets));
    }

    [Fact]
    public void MicrosoftsLine_IsShownBesideOurs()
    {
        var (_, dialogs) = Open();

        // 60,000 of 150,000 are used on the 16th; 125 % are 187,500.
        Assert.Contains("127,500 credits away; at this month’s pace it is not reached", dialogs.Find("[data-testid=cut-off]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_SetsTheNumber_ClosesAndLeavesTheAddress()
    {
        var (_, dialogs) = Open();

        Button(dialogs, "Set allocation").Click();

        dialogs.WaitForAssertion(() => Assert.Empty(dialogs.FindAll(".mud-dialog")));
        Assert.Equal([(_depleted.Id, new AllocationSettings(Credits.Of(30_000), DrawsOnPool: false, PayAsYouGo: true), 3)], Editor.Sets);
        Assert.DoesNotContain("allocate", Services.GetRequiredService<BunitNavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Undo_SetsTheOldNumber_WithTheNextVersion()
    {
        var snackbars = Render<MudSnackbarProvider>();
        var (_, dialogs) = Open();
        Button(dialogs, "Set allocation").Click();
        snackbars.WaitForAssertion(() => Assert.Contains("25,000 → 30,000", snackbars.Markup, StringComparison.Ordinal));

        Button(snackbars, "Undo").Click();

        snackbars.WaitForAssertion(() => Assert.Equal((_depleted.Id, _depleted.Settings, 4), Editor.Sets[^1]));
    }

    [Fact]
    public void Refusal_StaysInTheDialog()
    {
        Editor.Refusal = "Someone else changed it. At most 31,000 credits would fit now.";
        var (_, dialogs) = Open();

        Button(dialogs, "Set allocation").Click();

        dialogs.WaitForAssertion(() => Assert.Contains(Editor.Refusal, dialogs.Find("[role=alert]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void AlertsAction_PutsTheDialogIntoTheAddress()
    {
        Reader.Overview = Overviews.Create(_depleted);
        var (page, dialogs) = Open(query: string.Empty);
        Assert.Empty(dialogs.FindAll(".mud-dialog"));

        Button(page, "Move 5,000").Click();

        dialogs.WaitForAssertion(() => Assert.NotEmpty(dialogs.FindAll(".mud-dialog")));
        Assert.EndsWith($"?allocate={_depleted.Id}", Services.GetRequiredService<BunitNavigationManager>().Uri, StringComparison.Ordinal);
    }

    private static IElement Button(IRenderedComponent<IComponent> cut, string text) =>
        cut.FindAll("button").First(b => b.TextContent.Contains(text, StringComparison.Ordinal));

    private (IRenderedComponent<OverviewPage> Page, IRenderedComponent<MudDialogProvider> Dialogs) Open(string? query = null)
    {
        Reader.Overview = Overviews.Create(_depleted);
        var dialogs = Render<MudDialogProvider>();
        Services.GetRequiredService<BunitNavigationManager>()
            .NavigateTo(PortalUrls.Overview(Overviews.Tenant) + (query ?? $"?allocate={_depleted.Id}"));
        var page = Render<OverviewPage>(p => p.Add(c => c.TenantId, Overviews.Tenant.Value));
        return (page, dialogs);
    }
}

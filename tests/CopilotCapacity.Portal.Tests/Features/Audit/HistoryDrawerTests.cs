using Bunit;
using Bunit.TestDoubles;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Components.Layout;
using CopilotCapacity.Portal.Features.Audit;
using CopilotCapacity.Portal.Tests.Features.Overview;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace CopilotCapacity.Portal.Tests.Features.Audit;

public sealed class HistoryDrawerTests : MudTestContext
{
    private BunitNavigationManager Navigation => Services.GetRequiredService<BunitNavigationManager>();

    [Fact]
    public void Address_OpensTheHistoryOfItsObject_AndClosingLeavesIt()
    {
        Audit.Entries = [Entry()];
        Navigation.NavigateTo("/tenants/x/overview?status=low&history=e-1");
        var dialogs = Render<MudDialogProvider>();
        Render<HistoryDrawer>(p => p.Add(c => c.Tenant, Overviews.Tenant));

        dialogs.WaitForAssertion(() => Assert.Contains("History of Sales", dialogs.Markup, StringComparison.Ordinal));
        Assert.Equal(("e-1", Overviews.Tenant), (Audit.Filter!.ConcernedId, Audit.Tenant!.Value));
        Assert.Contains("set the allocation of Sales", dialogs.Find("[data-testid=history-entry]").TextContent, StringComparison.Ordinal);
        Assert.Contains("“a busy week”", dialogs.Markup, StringComparison.Ordinal);

        dialogs.FindAll("button").Single(button => string.Equals(button.TextContent, "Close", StringComparison.Ordinal)).Click();

        dialogs.WaitForAssertion(() => Assert.EndsWith("/tenants/x/overview?status=low", Navigation.Uri, StringComparison.Ordinal));
        dialogs.WaitForAssertion(() => Assert.Empty(dialogs.FindAll(".mud-dialog")));
    }

    [Fact]
    public void Object_WithoutChanges_IsSaid()
    {
        Navigation.NavigateTo("/tenants/x/overview?history=e-1");
        var dialogs = Render<MudDialogProvider>();
        Render<HistoryDrawer>(p => p.Add(c => c.Tenant, Overviews.Tenant));

        dialogs.WaitForAssertion(() => Assert.Contains("No change is recorded", dialogs.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void Page_WithoutATenant_HasNoHistory()
    {
        Navigation.NavigateTo("/?history=e-1");
        var dialogs = Render<MudDialogProvider>();

        Render<HistoryDrawer>();

        Assert.Equal(0, Audit.Reads);
        Assert.Empty(dialogs.FindAll(".mud-dialog"));
    }

    [Fact]
    public void Link_IsThereForThoseWhoMayRead_AsSoonAsThatIsKnown()
    {
        var shell = new ShellContext(() => { }, () => Task.CompletedTask);
        var link = Render<HistoryLink>(p => p.Add(c => c.Object, "e-1").Add(c => c.Name, "Sales").AddCascadingValue(shell));
        Assert.Empty(link.FindAll("a"));

        shell.SetMayReadAudit(true);

        link.WaitForAssertion(() => Assert.Equal("History of Sales", link.Find("a").GetAttribute("aria-label")));
        Assert.EndsWith("?history=e-1", link.Find("a").GetAttribute("href"), StringComparison.Ordinal);
    }

    private static AuditView Entry() => new(
        new AuditRow
        {
            Number = 7,
            At = Overviews.AsOf,
            ActorKind = ActorKind.Person,
            ActorId = "p-1",
            Action = "allocation.set",
            ObjectKind = "environment",
            ObjectId = "e-1",
            ObjectName = "Sales",
            Old = """{"credits":100}""",
            New = """{"credits":250}""",
            Reason = "a busy week",
            Hash = [],
        },
        "Amira Vogel",
        "Sales");
}

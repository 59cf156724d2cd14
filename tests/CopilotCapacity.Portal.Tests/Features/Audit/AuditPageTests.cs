using Bunit;
using Bunit.TestDoubles;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Audit;
using CopilotCapacity.Portal.Tests.Features.Overview;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;
using Microsoft.Extensions.DependencyInjection;

namespace CopilotCapacity.Portal.Tests.Features.Audit;

public sealed class AuditPageTests : MudTestContext
{
    private BunitNavigationManager Navigation => Services.GetRequiredService<BunitNavigationManager>();

    [Fact]
    public void Prerendering_ShowsTheSkeleton_AndReadsNothing()
    {
        SetRendererInfo(new("Static", isInteractive: false));

        var page = Open();

        Assert.NotEmpty(page.FindAll(".mud-skeleton"));
        Assert.Equal(0, Audit.Reads);
    }

    [Fact]
    public void Entry_SaysWhoDidWhat_FromWhatToWhat()
    {
        Audit.Entries = [Entry(7, "allocation.set", """{"credits":100}""", """{"credits":250.5}""")];

        var row = Open().Find("[data-testid=audit-entry]").TextContent;

        Assert.Contains("Amira Vogel", row, StringComparison.Ordinal);
        Assert.Contains("set the allocation of Sales", row, StringComparison.Ordinal);
        Assert.Contains("100 →", row, StringComparison.Ordinal);
        Assert.Contains("250.5", row, StringComparison.Ordinal);
        Assert.Contains("from 192.0.2.7", row, StringComparison.Ordinal);
        Assert.Contains("a busy week", row, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_ThatFits_IsToldApartFromNothingAtAll()
    {
        Assert.Contains("Nothing has been changed yet", Open().Markup, StringComparison.Ordinal);
        Assert.Contains("No change fits the filter", Open("?action=key").Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Filter_StandsInTheAddress_AndIsAsked()
    {
        Open("?action=allocation&from=2026-11-01&to=2026-11-30&before=9");

        Assert.Equal("allocation", Audit.Filter!.Action);
        Assert.Equal(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), Audit.Filter.From);
        Assert.Equal(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero), Audit.Filter.To);
        Assert.Equal(9, Audit.Before);
    }

    [Fact]
    public void Name_OfSomebody_LeadsToTheirChanges()
    {
        Audit.Entries = [Entry(7, "allocation.set", null, null)];
        var page = Open();

        page.Find("[data-testid=audit-entry] button[title='Only their changes']").Click();

        page.WaitForAssertion(() => Assert.Contains("actor=p-1", Navigation.Uri, StringComparison.Ordinal));
    }

    [Fact]
    public void Chain_ThatIsBroken_IsSaid()
    {
        Audit.Verification = new AuditVerification(3, new string('a', 64), "Entry 4 is not as it was written.");
        var page = Open();

        page.FindAll("button").First(button => button.TextContent.Contains("Check the chain", StringComparison.Ordinal)).Click();

        page.WaitForAssertion(() => Assert.Contains("Entry 4 is not as it was written.", page.Find("[data-testid=verification]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Reading_ThatFails_IsSaidAndCanBeTriedAgain()
    {
        Audit.Fails = true;
        var page = Open();
        Assert.Contains("could not be read", page.Find("[data-testid=error]").TextContent, StringComparison.Ordinal);

        Audit.Fails = false;
        page.Find("[data-testid=error] button").Click();
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-testid=error]")));
    }

    private static AuditView Entry(long number, string action, string? old, string? @new) => new(
        new AuditRow
        {
            Number = number,
            At = Overviews.AsOf,
            ActorKind = ActorKind.Person,
            ActorId = "p-1",
            ActorAddress = "192.0.2.7",
            Action = action,
            ObjectKind = "environment",
            ObjectId = "e-1",
            Old = old,
            New = @new,
            Reason = "a busy week",
            Hash = [],
        },
        "Amira Vogel",
        "Sales");

    private IRenderedComponent<AuditPage> Open(string query = "")
    {
        Navigation.NavigateTo($"/tenants/{Overviews.Tenant.Value}/audit{query}");
        return Render<AuditPage>(parameters => parameters.Add(page => page.TenantId, Overviews.Tenant.Value));
    }
}

using Bunit;
using Bunit.TestDoubles;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Audit;
using CopilotCapacity.Portal.Features.Environments;
using CopilotCapacity.Portal.Tests.Features.Overview;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace CopilotCapacity.Portal.Tests.Features.Audit;

public sealed class AuditPageTests : MudTestContext
{
    private readonly FakeMoves _moves = new();

    public AuditPageTests() => Services.AddSingleton<IBulkAllocations>(_moves);

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
    public void Move_IsTakenBackFromTheHistory_OnceConfirmed()
    {
        var id = Guid.NewGuid();
        Audit.Entries = [Move(8, id), Move(7, Guid.NewGuid())];
        Audit.Undoable.Add(8);
        var dialogs = Render<MudDialogProvider>();
        var snackbars = Render<MudSnackbarProvider>();
        var page = Open();

        Assert.Single(page.FindAll("button"), button => button.TextContent.Contains("Take back…", StringComparison.Ordinal)).Click();
        dialogs.WaitForAssertion(() => Assert.Contains("2\u00a0allocations get the number from before", dialogs.Markup, StringComparison.Ordinal));
        Assert.Empty(_moves.Undone);
        dialogs.FindAll("button").First(button => button.TextContent.Contains("Take it back", StringComparison.Ordinal)).Click();

        snackbars.WaitForAssertion(() => Assert.Contains("The move is taken back.", snackbars.Markup, StringComparison.Ordinal));
        Assert.Equal((Overviews.Tenant, new ReallocationId(id)), Assert.Single(_moves.Undone));
        page.WaitForAssertion(() => Assert.Equal(2, Audit.Reads));
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

    private static AuditView Move(long number, Guid id)
    {
        var entry = Entry(number, "allocations.moved", """{"Sales":100,"HR":50}""", """{"Sales":150,"HR":0}""");
        entry.Row.ObjectKind = "reallocation";
        entry.Row.ObjectId = id.ToString();
        return entry with { ObjectName = null };
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

    private sealed class FakeMoves : IBulkAllocations
    {
        public List<(TenantId Tenant, ReallocationId Id)> Undone { get; } = [];

        public Task<BulkOutcome> TryAsync(TenantId tenant, IReadOnlyList<WantedAllocation> wanted, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<BulkOutcome> ApplyAsync(
            TenantId tenant, ReallocationId id, IReadOnlyList<WantedAllocation> wanted, string? reason, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<string?> UndoAsync(TenantId tenant, ReallocationId id, CancellationToken cancellationToken)
        {
            Undone.Add((tenant, id));
            return Task.FromResult<string?>(null);
        }
    }
}

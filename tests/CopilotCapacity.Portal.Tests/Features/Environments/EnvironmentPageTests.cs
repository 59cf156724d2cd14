using Bunit;
using Bunit.TestDoubles;
using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Caps;
using CopilotCapacity.Portal.Features.Environments;
using CopilotCapacity.Portal.Features.Overview;
using CopilotCapacity.Portal.Tests.Features.Overview;
using CopilotCapacity.Storage.Queries;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace CopilotCapacity.Portal.Tests.Features.Environments;

public sealed class EnvironmentPageTests : MudTestContext
{
    private readonly FakeEnvironment _environment = new();

    public EnvironmentPageTests()
    {
        Services.AddSingleton<IEnvironmentReader>(_environment);
        Services.AddSingleton<IEnvironmentEditor>(_environment);
    }

    private BunitNavigationManager Navigation => Services.GetRequiredService<BunitNavigationManager>();

    [Fact]
    public void Prerendering_ShowsTheSkeleton_AndReadsNothing()
    {
        SetRendererInfo(new("Static", isInteractive: false));

        Assert.NotEmpty(Open().FindAll(".mud-skeleton"));
        Assert.Equal(0, _environment.Reads);
    }

    [Fact]
    public void Page_SaysWhoPays_AndWhatItsPartsUse()
    {
        var page = Open();

        Assert.Contains("pays now", page.FindAll(".chain-head")[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("pays next", page.FindAll(".chain-head")[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("it is on no billing plan", page.Markup, StringComparison.Ordinal);
        Assert.Equal(3, page.FindAll(".day-plot > li").Count);
        Assert.Contains("the most, 700, on", page.Find(".day-bars").GetAttribute("aria-label"), StringComparison.Ordinal);
        var parts = page.FindAll("[data-testid=part]").Select(part => part.TextContent).ToList();
        Assert.Contains(parts, part => part.StartsWith("agent-1", StringComparison.Ordinal) && part.EndsWith("80\u00a0%", StringComparison.Ordinal));
        Assert.Contains(parts, part => part.StartsWith("no agent named", StringComparison.Ordinal));
        Assert.Contains(parts, part => part.StartsWith("Generative answer", StringComparison.Ordinal));
        Assert.Contains("500 credits a day, then it stops", page.Find("[data-testid=cap]").TextContent, StringComparison.Ordinal);
        Assert.Contains("Running low", page.Find("[data-testid=environment-alert].warning").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Table_HasTheNumbersOfTheChart_AndStandsInTheAddress()
    {
        var page = Open();

        page.FindAll("button").Last(button => string.Equals(button.TextContent, "Table", StringComparison.Ordinal)).Click();

        page.WaitForAssertion(() => Assert.EndsWith("?chart=table", Navigation.Uri, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll(".day-table tbody tr").Count));
        Assert.Contains("700", page.FindAll(".day-table tbody tr")[0].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsLeft_IsDrawnBackFromToday_UnlessNothingLimitsIt()
    {
        // 30,000 can be reached after 300 and 650 were paid for; 50 more were paid by nobody.
        var left = DetailText.LeftOf(_environment.Detail)!;

        Assert.Equal([Credits.Of(30_950), Credits.Of(30_650), Credits.Of(30_650)], left.Samples.Select(sample => sample.Left));
        Assert.Equal(Credits.Of(30_000), left.Left);
        Assert.Contains("30,000 credits within its reach are left", Open().Find("[data-testid=burn-down]").GetAttribute("aria-label"), StringComparison.Ordinal);
        _environment.Detail = _environment.Detail with { Environment = Overviews.Environment(hasPayAsYouGo: true, plan: "Azure EU") };
        Assert.Empty(Open().FindAll("[data-testid=burn-down]"));
    }

    [Fact]
    public void Reader_IsOfferedNoChange()
    {
        _environment.Detail = _environment.Detail with { MayChange = false, MayChangeCapacity = false };

        var page = Open();

        Assert.Empty(page.FindAll("input[type=checkbox], .mud-switch"));
        Assert.DoesNotContain(page.FindAll("button"), button => button.TextContent.Contains('…', StringComparison.Ordinal));
    }

    [Fact]
    public void Switch_AsksForBothAsTheyAreToBe_AndSaysWhyNot()
    {
        var snackbars = Render<MudSnackbarProvider>();
        Editor.Refusal = "Somebody has changed this allocation meanwhile.";
        var page = Open();

        page.Find(".chain input[type=checkbox]").Change(false);

        snackbars.WaitForAssertion(() => Assert.Contains("meanwhile", snackbars.Markup, StringComparison.Ordinal));
        Assert.Equal((_environment.Detail.Environment.Id, new AllocationSettings(Credits.Of(25_000), DrawsOnPool: false, PayAsYouGo: true), 3), Assert.Single(Editor.Sets));
    }

    [Fact]
    public void Retiring_IsAskedForOnce_AndLeavesThePage()
    {
        var (dialogs, _) = (Render<MudDialogProvider>(), Render<MudSnackbarProvider>());
        var page = Open();
        page.FindAll("button").Single(button => button.TextContent.Contains("Retire…", StringComparison.Ordinal)).Click();
        dialogs.WaitForAssertion(() => Assert.Contains("cannot be brought back", dialogs.Markup, StringComparison.Ordinal));
        Assert.Null(_environment.Retired);

        dialogs.FindAll("button").Last(button => button.TextContent.Contains("Retire", StringComparison.Ordinal)).Click();

        page.WaitForAssertion(() => Assert.EndsWith("/environments", Navigation.Uri, StringComparison.Ordinal));
        Assert.Equal(4, _environment.Retired);
    }

    [Fact]
    public void Link_SaysWhatItMeans_AndNeedsAnAddress()
    {
        var dialogs = Render<MudDialogProvider>();
        Render<MudPopoverProvider>();
        var page = Open();
        page.FindAll("button").First(button => button.TextContent.Contains("Link an application", StringComparison.Ordinal)).Click();
        dialogs.WaitForAssertion(() => Assert.Contains("first its allocation, then the tenant pool", dialogs.Markup, StringComparison.Ordinal));

        dialogs.Find("input[maxlength='2000']").Input("contoso");
        dialogs.WaitForAssertion(() => Assert.True(Save(dialogs).HasAttribute("disabled")));
        dialogs.Find("input[maxlength='2000']").Input(" https://contoso.crm.dynamics.com ");
        dialogs.WaitForAssertion(() => Assert.False(Save(dialogs).HasAttribute("disabled")));
        Save(dialogs).Click();

        dialogs.WaitForAssertion(() => Assert.Equal(("https://contoso.crm.dynamics.com", ApplicationKind.Sales), (_environment.Linked!.Url, _environment.Linked.Kind)));
    }

    [Theory]
    [InlineData("allocation", "Credits for Sales – Europe")]
    [InlineData("edit", "Edit Sales – Europe")]
    [InlineData("link", "Link an application")]
    public void Dialog_IsOpenedByTheAddress_AndClosingItLeavesThePage(string open, string title)
    {
        var dialogs = Render<MudDialogProvider>();
        Render<MudPopoverProvider>();
        Navigation.NavigateTo("/tenants/x/environments/y?chart=table&open=" + open);
        Open();
        dialogs.WaitForAssertion(() => Assert.Contains(title, dialogs.Find(".dialog-title").TextContent, StringComparison.Ordinal));

        dialogs.FindAll("button").First(button => string.Equals(button.TextContent.Trim(), "Cancel", StringComparison.Ordinal)).Click();

        dialogs.WaitForAssertion(() => Assert.EndsWith("/environments/y?chart=table", Navigation.Uri, StringComparison.Ordinal));
        Assert.Empty(Editor.Sets);
    }

    [Fact]
    public void Dialog_OfTheAddress_IsNotForReaders()
    {
        _environment.Detail = _environment.Detail with { MayChange = false, MayChangeCapacity = false };
        var dialogs = Render<MudDialogProvider>();
        Navigation.NavigateTo("/tenants/x/environments/y?open=allocation");

        Assert.Empty(Open().FindAll("[data-testid=environment-alert] > a"));
        Assert.Empty(dialogs.FindAll(".mud-dialog"));
    }

    [Fact]
    public void Alert_LeadsToItsFix()
    {
        var link = Open().Find("[data-testid=environment-alert] > a");

        Assert.EndsWith("?open=allocation", link.GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_ThatFails_KeepsWhatWasThere_AndCanBeTriedAgain()
    {
        var page = Open();
        _environment.Fails = true;
        Feed.Publish(new CopilotCapacity.Metering.Feed.LedgerCommitted(Overviews.Tenant, 99));
        Time.Advance(TimeSpan.FromSeconds(2));
        page.WaitForAssertion(() => Assert.Contains("from before", page.Find("[data-testid=error]").TextContent, StringComparison.Ordinal));
        Assert.NotEmpty(page.FindAll(".chain"));

        _environment.Fails = false;
        page.Find("[data-testid=error] button").Click();

        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-testid=error]")));
    }

    [Fact]
    public void UnreachableRule_IsShownAndChanged()
    {
        var (dialogs, _) = (Render<MudDialogProvider>(), Render<MudPopoverProvider>());
        var page = Open();
        Assert.Contains("AI features wait.", page.Find("[data-testid=unreachable]").TextContent, StringComparison.Ordinal);
        page.FindComponent<UnreachableCard>().Find("button").Click();
        dialogs.WaitForAssertion(() => Assert.Equal(3, dialogs.FindAll("input[type=radio]").Count));

        dialogs.FindAll("input[type=radio]")[2].Click();
        dialogs.WaitForAssertion(() => Assert.Contains("Give a number of credits above zero", dialogs.Markup, StringComparison.Ordinal));
        Assert.True(dialogs.FindAll("button")[^1].HasAttribute("disabled"));
        dialogs.Find("input[inputmode=decimal], input[type=number], input[inputmode=numeric]").Input("250");
        dialogs.WaitForAssertion(() => Assert.Contains("up to 250 credits", dialogs.Markup, StringComparison.Ordinal));
        dialogs.FindAll("button")[^1].Click();

        page.WaitForAssertion(() => Assert.Contains("Up to 250 credits.", page.Find("[data-testid=unreachable]").TextContent, StringComparison.Ordinal));
    }

    private static AngleSharp.Dom.IElement Save(IRenderedComponent<MudDialogProvider> dialogs) =>
        dialogs.FindAll("button").Last(button => button.TextContent.Contains("Link it", StringComparison.Ordinal));

    private IRenderedComponent<EnvironmentPage> Open() => Render<EnvironmentPage>(p => p
        .Add(c => c.TenantId, Overviews.Tenant.Value)
        .Add(c => c.EnvironmentId, _environment.Detail.Environment.Id.Value));

    private sealed class FakeEnvironment : IEnvironmentReader, IEnvironmentEditor
    {
        public EnvironmentDetail Detail { get; set; } = new()
        {
            TenantName = "Contoso",
            Environment = Overviews.Environment(1, "Sales – Europe", drawsOnPool: true) with { AllocationVersion = 3 },
            Version = 4,
            TenantCredits = Overviews.Create().TenantCredits,
            Period = Overviews.Create().Period,
            AsOf = Overviews.AsOf,
            IsRehearsal = false,
            Days =
            [
                new(new DateOnly(2026, 11, 1), Credits.Of(300), Credits.Zero, Credits.Zero),
                new(new DateOnly(2026, 11, 2), Credits.Zero, Credits.Zero, Credits.Zero),
                new(new DateOnly(2026, 11, 3), Credits.Of(500), Credits.Of(150), Credits.Of(50)),
            ],
            Agents = [new("agent-1", 8, Credits.Of(800)), new(null, 2, Credits.Of(200))],
            Features = [new("generativeAnswer", 10, Credits.Of(1_000))],
            Applications = [],
            Caps = [new(Guid.NewGuid(), new CapScopeDto(Guid.NewGuid(), null, null, null), CapWindow.Day, Credits.Of(500), 80, true, Credits.Of(10), Credits.Zero, Credits.Of(490), CapStatus.Within)],
            Alerts = [new(5, 5, AlertKind.QuotaLow, AlertSeverity.Warning, [], null, null, null, "Running low", "Few credits are left.", Overviews.AsOf, null, null, null) { Story = 5 }],
            MayChange = true,
            MayChangeCapacity = true,
        };

        public int Reads { get; private set; }

        public bool Fails { get; set; }

        public string? Refusal { get; set; }

        public int? Retired { get; private set; }

        public LinkedApplication? Linked { get; private set; }

        public Task<EnvironmentDetail?> ReadAsync(TenantId tenant, EnvironmentId environment, CancellationToken cancellationToken)
        {
            Reads++;
            return Fails ? throw new IOException("gone") : Task.FromResult<EnvironmentDetail?>(Detail);
        }

        public Task<string?> DescribeAsync(TenantId tenant, EnvironmentId environment, EnvironmentDescription description, int version, CancellationToken cancellationToken) => Task.FromResult(Refusal);

        public Task<string?> SetWhenUnreachableAsync(TenantId tenant, EnvironmentId environment, UnreachableRule rule, int version, CancellationToken cancellationToken)
        {
            Detail = Detail with { WhenUnreachable = rule };
            return Task.FromResult<string?>(null);
        }

        public Task<string?> RetireAsync(TenantId tenant, EnvironmentId environment, int version, CancellationToken cancellationToken)
        {
            Retired = version;
            return Task.FromResult(Refusal);
        }

        public Task<string?> LinkAsync(TenantId tenant, EnvironmentId environment, LinkedApplication application, CancellationToken cancellationToken)
        {
            Linked = application;
            return Task.FromResult(Refusal);
        }

        public Task<string?> UnlinkAsync(TenantId tenant, EnvironmentId environment, LinkedApplicationId application, CancellationToken cancellationToken) => Task.FromResult(Refusal);
    }
}

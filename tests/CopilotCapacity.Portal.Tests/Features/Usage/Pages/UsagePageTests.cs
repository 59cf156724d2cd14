using Bunit;
using Bunit.TestDoubles;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Portal.Features.Usage.Pages;
using CopilotCapacity.Portal.Tests.Features.Overview;
using Microsoft.Extensions.DependencyInjection;

namespace CopilotCapacity.Portal.Tests.Features.Usage.Pages;

public sealed class UsagePageTests : MudTestContext
{
    private static readonly Money s_nothing = new(0, new CurrencyCode("EUR"));

    private readonly FakeReader _reader = new();

    public UsagePageTests() => Services.AddSingleton<IUsageReader>(_reader);

    private BunitNavigationManager Navigation => Services.GetRequiredService<BunitNavigationManager>();

    [Fact]
    public void Prerendering_ShowsTheSkeleton_AndReadsNothing()
    {
        SetRendererInfo(new("Static", isInteractive: false));

        Assert.NotEmpty(Open().FindAll(".mud-skeleton"));
        Assert.Null(_reader.View);
    }

    [Fact]
    public void Address_IsWhatIsRead_AndWhatIsExported()
    {
        Navigation.NavigateTo("/tenants/x/usage?range=30d&group=agent&sort=-name&page=2");

        var page = Open();

        Assert.Equal(new UsageView { Range = "30d", Group = "agent", Sort = UsageColumn.Name, IsReversed = true, Page = 2 }, _reader.View);
        Assert.EndsWith("/usage.csv?range=30d&group=agent&sort=-name&page=2", page.FindAll("a").First(link => link.TextContent.Contains("Export", StringComparison.Ordinal)).GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_SayTheirShare_AndLeadOn()
    {
        _reader.Usage = Used();
        var page = Open();

        Assert.Equal(2, page.FindAll("[data-testid=usage-row]").Count);
        Assert.Contains("75\u00a0%", page.FindAll("[data-testid=usage-row]")[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("50 in as many days before", page.Markup, StringComparison.Ordinal);

        page.Find("[data-testid=usage-row] .link-button").Click();

        page.WaitForAssertion(() => Assert.Contains("group=agent", Navigation.Uri, StringComparison.Ordinal));
        Assert.Contains("environment=e-1", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Header_Sorts_ByTheAddress()
    {
        _reader.Usage = Used();
        var page = Open();

        page.FindAll(".usage-sort")[0].Click();
        page.WaitForAssertion(() => Assert.EndsWith("?sort=name", Navigation.Uri, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Equal("ascending", page.FindAll("th[aria-sort]")[0].GetAttribute("aria-sort")));

        page.FindAll(".usage-sort")[0].Click();
        page.WaitForAssertion(() => Assert.EndsWith("?sort=-name", Navigation.Uri, StringComparison.Ordinal));
    }

    [Fact]
    public void Unknown_IsNotNothing()
    {
        _reader.Usage = Used() with { BilledBefore = null };

        Assert.Contains("nothing is known of the days before", Open().Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void EmptyRange_SaysWhenTheLastUseWas()
    {
        _reader.Usage = Used() with { Rows = [], Groups = 0, LastUsed = new DateOnly(2026, 9, 3) };

        var page = Open();

        Assert.Contains("The last use was on 3 September 2026 (UTC).", page.Markup, StringComparison.Ordinal);
        page.FindAll("button").First(button => button.TextContent.Contains("Last 90 days", StringComparison.Ordinal)).Click();
        page.WaitForAssertion(() => Assert.EndsWith("?range=90d", Navigation.Uri, StringComparison.Ordinal));
    }

    [Fact]
    public void Reading_ThatFails_IsSaidAndCanBeTriedAgain()
    {
        _reader.Fails = true;
        var page = Open();
        Assert.Contains("could not be read", page.Find("[data-testid=error]").TextContent, StringComparison.Ordinal);

        _reader.Fails = false;
        page.Find("[data-testid=error] button").Click();

        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-testid=error]")));
    }

    [Theory]
    [InlineData(null, "2026-11-01", "2026-11-16")]
    [InlineData("last-month", "2026-10-01", "2026-10-31")]
    [InlineData("7d", "2026-11-10", "2026-11-16")]
    [InlineData("30d", "2026-10-18", "2026-11-16")]
    [InlineData("nonsense", "2026-11-01", "2026-11-16")]
    public void Range_IsDaysOfUtc(string? range, string first, string last) => Assert.Equal(
        (DateOnly.Parse(first, System.Globalization.CultureInfo.InvariantCulture), DateOnly.Parse(last, System.Globalization.CultureInfo.InvariantCulture)),
        UsageView.Parse(range, null, null, null, null).DaysAt(Overviews.AsOf));

    [Theory]
    [InlineData("2026-11-03", "2026-11-09", "2026-11-03", "2026-11-09")]
    [InlineData("2026-11-09", "2026-11-03", "2026-11-03", "2026-11-09")]
    [InlineData("2020-01-01", "2026-11-09", "2025-11-09", "2026-11-09")]
    [InlineData("2026-11-03", "tomorrow", "2026-11-01", "2026-11-16")]
    [InlineData("0001-01-01", "2026-11-09", "2026-11-01", "2026-11-16")]
    public void Range_OfOwnDays_StandsInTheAddress(string from, string to, string first, string last) => Assert.Equal(
        (DateOnly.Parse(first, System.Globalization.CultureInfo.InvariantCulture), DateOnly.Parse(last, System.Globalization.CultureInfo.InvariantCulture)),
        UsageView.Parse("days", null, null, null, null, from, to).DaysAt(Overviews.AsOf));

    [Fact]
    public void Days_BeginWithTheNewest_UnlessSortedOtherwise()
    {
        var byDay = UsageView.Parse(null, "day", null, null, null);

        Assert.Equal((UsageColumn.Name, true, "descending"), (byDay.Sort, byDay.IsReversed, byDay.AriaSort(UsageColumn.Name)));
        Assert.Equal("billed", byDay.SortAfterPressing(UsageColumn.Billed));
        Assert.Equal("name", byDay.SortAfterPressing(UsageColumn.Name));
        Assert.Null(UsageView.Parse(null, null, null, "name", null).SortAfterPressing(UsageColumn.Billed));
    }

    [Fact]
    public void OtherDays_BeginWithThoseShown_AndAreChosenOneByOne()
    {
        Navigation.NavigateTo("/tenants/x/usage?range=days&from=2026-11-03&to=2026-11-09");
        var page = Open();
        var from = page.FindAll("input[type=date]")[0];
        Assert.Equal("2026-11-03", from.GetAttribute("value"));

        from.Change("2026-11-05");

        page.WaitForAssertion(() => Assert.Equal((new DateOnly(2026, 11, 5), new DateOnly(2026, 11, 9)), _reader.View!.Chosen!.Value));
    }

    private static UsageOverview Used() => new()
    {
        TenantName = "Contoso",
        AsOf = Overviews.AsOf,
        First = new DateOnly(2026, 11, 1),
        Last = new DateOnly(2026, 11, 16),
        Rows = [new("e-1", "Sales", 3, Credits.Of(75), Credits.Zero, s_nothing), new("e-2", "Service", 1, Credits.Of(25), Credits.Of(4), s_nothing)],
        Groups = 2,
        Total = new UsageRow(null, "All", 4, Credits.Of(100), Credits.Of(4), s_nothing),
        BilledBefore = Credits.Of(50),
        Days = [new(new DateOnly(2026, 11, 1), Credits.Of(100), Credits.Zero, Credits.Zero)],
        EnvironmentName = null,
        LastUsed = new DateOnly(2026, 11, 1),
    };

    private IRenderedComponent<UsagePage> Open() => Render<UsagePage>(p => p.Add(c => c.TenantId, Overviews.Tenant.Value));

    private sealed class FakeReader : IUsageReader
    {
        public UsageOverview Usage { get; set; } = Used();

        public bool Fails { get; set; }

        public UsageView? View { get; private set; }

        public Task<UsageOverview?> ReadAsync(TenantId tenant, UsageView view, CancellationToken cancellationToken)
        {
            View = view;
            return Fails ? throw new IOException("gone") : Task.FromResult<UsageOverview?>(Usage);
        }
    }
}

using Bunit;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Environments;
using CopilotCapacity.Portal.Tests.Features.Overview;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Tests.Features.Environments;

public sealed class EnvironmentCardsTests : MudTestContext
{
    private static readonly ApplicationDto s_sales = new(Guid.NewGuid(), Guid.NewGuid(), ApplicationKind.Sales, "https://contoso.crm.dynamics.com");

    [Fact]
    public void Parts_ShowNine_AndAddUpTheOthers()
    {
        var cut = Parts([.. Enumerable.Range(1, 12).Select(number => new PartUse($"agent-{number:00}", 2, Credits.Of(100)))]);

        var rows = cut.FindAll("[data-testid=part]");
        Assert.Equal(10, rows.Count);
        Assert.Equal(["3\u00a0others", "6", "300", "25\u00a0%"], rows[^1].Children.Select(cell => cell.TextContent), StringComparer.Ordinal);
    }

    [Fact]
    public void Parts_OfNothing_SayWhy() => Assert.Contains("No agent yet.", Parts([]).Markup, StringComparison.Ordinal);

    [Fact]
    public void Part_ThatIsNamed_KeepsItsId()
    {
        var row = Parts([new PartUse("a-7", 1, Credits.Of(1)) { Name = "Returns" }, new PartUse(null, 1, Credits.Of(1))]).FindAll("[data-testid=part] th");

        Assert.Equal("Returnsa-7", row[0].TextContent);
        Assert.Equal("none", row[1].TextContent);
    }

    [Fact]
    public void Applications_AreLinkedAndUnlinked_ByThoseWhoMay()
    {
        ApplicationDto? unlinked = null;
        var linked = 0;
        var cut = Render<ApplicationsCard>(p => p.Add(c => c.Applications, [s_sales]).Add(c => c.MayChange, true).Add(c => c.OnLink, () => linked++).Add(c => c.OnUnlink, dto => unlinked = dto));

        cut.FindAll("button")[0].Click();
        cut.Find("[data-testid=application] button").Click();

        Assert.Equal((1, s_sales), (linked, unlinked));
        Assert.Empty(Render<ApplicationsCard>(p => p.Add(c => c.Applications, [s_sales])).FindAll("button"));
    }

    [Fact]
    public void NoApplication_OffersToLinkOne_ToThoseWhoMay()
    {
        Assert.Single(Render<ApplicationsCard>(p => p.Add(c => c.Applications, []).Add(c => c.MayChange, true)).FindAll("button"));
        Assert.Empty(Render<ApplicationsCard>(p => p.Add(c => c.Applications, [])).FindAll("button"));
    }

    [Fact]
    public void NoCap_IsSaid_AndOneIsSetUpByThoseWhoMay()
    {
        var cut = Caps(mayChange: true);

        Assert.Contains("No cap", cut.Markup, StringComparison.Ordinal);
        Assert.Contains("?add=1&environment=", cut.Find("a").GetAttribute("href"), StringComparison.Ordinal);
        Assert.Empty(Caps(mayChange: false).FindAll("a"));
    }

    [Fact]
    public void Unlinked_SayHowManyUsesWait_AndAreLinkedByThoseWhoMay()
    {
        UnlinkedApplicationView[] waiting =
        [
            new(new LinkedApplication(new(Guid.NewGuid()), ApplicationKind.Sales, "https://a.example"), 2, Overviews.AsOf, Overviews.AsOf.AddHours(1)),
            new(new LinkedApplication(new(Guid.NewGuid()), ApplicationKind.Finance, "https://b.example"), 0, null, null),
        ];
        UnlinkedApplicationView? asked = null;

        var cut = Render<UnlinkedCard>(p => p.Add(c => c.Applications, waiting).Add(c => c.MayChange, true).Add(c => c.OnLink, view => asked = view));
        cut.FindAll("button")[1].Click();

        var items = cut.FindAll("[data-testid=unlinked]").Select(item => item.TextContent).ToList();
        Assert.Contains("2\u00a0uses wait to be charged, from 16 November 2026, 00:00:00 UTC to 16 November 2026, 01:00:00 UTC", items[0], StringComparison.Ordinal);
        Assert.Contains("It has used nothing since it was unlinked.", items[1], StringComparison.Ordinal);
        Assert.Equal(waiting[1], asked);
        Assert.Empty(Render<UnlinkedCard>(p => p.Add(c => c.Applications, waiting)).FindAll("button"));
    }

    private IRenderedComponent<PartTable> Parts(IReadOnlyList<PartUse> parts) => Render<PartTable>(p => p
        .Add(c => c.Title, "By agent").Add(c => c.Parts, parts).Add(c => c.NameOf, key => key ?? "none").Add(c => c.Empty, "No agent yet."));

    private IRenderedComponent<CapsCard> Caps(bool mayChange) => Render<CapsCard>(p => p
        .Add(c => c.Tenant, Overviews.Tenant).Add(c => c.Environment, new EnvironmentId(Guid.NewGuid())).Add(c => c.Caps, []).Add(c => c.MayChange, mayChange));
}

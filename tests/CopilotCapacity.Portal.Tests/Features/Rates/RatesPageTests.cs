using AngleSharp.Dom;
using Bunit;
using Bunit.TestDoubles;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Features.Rates;
using CopilotCapacity.Portal.Tests.Features.Overview;
using CopilotCapacity.Storage.Queries;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace CopilotCapacity.Portal.Tests.Features.Rates;

public sealed class RatesPageTests : MudTestContext
{
    private BunitNavigationManager Navigation => Services.GetRequiredService<BunitNavigationManager>();

    [Fact]
    public void Prerendering_ShowsTheSkeleton_AndReadsNothing()
    {
        SetRendererInfo(new("Static", isInteractive: false));

        var (page, _) = Open();

        Assert.NotEmpty(page.FindAll(".mud-skeleton"));
        Assert.Equal(0, Rates.Reads);
    }

    [Fact]
    public void Rates_ShowTheirSourceAndGrade_AndWhatIsOwn()
    {
        Rates.Own[Feature.GenerativeAnswer] = (
            new OwnRate(Credits.Of(3), Overviews.AsOf, Overviews.AsOf, "Amira Vogel", 7),
            new OwnRate(new Credits(4_500), new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero), Overviews.AsOf, null, 8));

        var (page, _) = Open();

        var rows = page.FindAll("[data-testid=rate]");
        Assert.Equal(13, rows.Count);
        Assert.Contains("Grade P", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("Grade S", rows[9].TextContent, StringComparison.Ordinal);
        Assert.Contains("own rate", rows[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("published: 2", rows[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("4.5 from 1 Jan 2027", rows[1].TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Grade", rows[1].TextContent, StringComparison.Ordinal);
        var own = page.FindAll("[data-testid=own-rate]");
        Assert.Contains("planned", own[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("in force", own[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("Amira Vogel", own[1].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutOwnRates_SaysSo() =>
        Assert.Contains("No rates of its own yet", Open().Page.Markup, StringComparison.Ordinal);

    [Fact]
    public void ReadFails_SaysSo_AndRetryBringsTheRates()
    {
        Rates.Fails = true;
        var (page, _) = Open();
        Assert.NotNull(page.Find("[data-testid=error]"));

        Rates.Fails = false;
        page.Find("[data-testid=error] button").Click();

        page.WaitForAssertion(() => Assert.Equal(13, page.FindAll("[data-testid=rate]").Count));
        Assert.Empty(page.FindAll("[data-testid=error]"));
    }

    [Fact]
    public void Calculator_BeginsWithAGroundedAnswer()
    {
        var (page, _) = Open();

        Assert.Equal("12 credits", page.Find("[data-testid=sum-credits]").TextContent);
        Assert.Equal("USD\u00A00.12", page.Find("[data-testid=sum-payg]").TextContent);
        Assert.Equal("USD\u00A00.096", page.Find("[data-testid=sum-pack]").TextContent);
    }

    [Fact]
    public void Calculator_FollowsTheAddress_AndTheAddressTheCalculator()
    {
        var (page, _) = Open("?calc=agentFlowActions:100,voiceClassic:1.5");
        Assert.Equal("28 credits", page.Find("[data-testid=sum-credits]").TextContent);

        page.Find("button[aria-label='Remove Voice, classic']").Click();
        page.WaitForAssertion(() => Assert.EndsWith("?calc=agentFlowActions%3A100", Navigation.Uri, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Equal("13 credits", page.Find("[data-testid=sum-credits]").TextContent));

        Button(page, "Add a feature").Click();
        page.WaitForAssertion(() => Assert.Equal("15 credits", page.Find("[data-testid=sum-credits]").TextContent));
        page.FindAll("[data-testid=line] .line-quantity input")[1].Input("2.5");
        Time.Advance(TimeSpan.FromSeconds(1));
        page.WaitForAssertion(() => Assert.Contains("A whole number above 0 is needed.", page.Markup, StringComparison.Ordinal));
        Assert.Equal("13 credits", page.Find("[data-testid=sum-credits]").TextContent);
        Assert.Equal("2.5", page.FindAll("[data-testid=line] .line-quantity input")[1].GetAttribute("value"));
    }

    [Fact]
    public void Edit_SetsTheRate_ReadsAnewAndLeavesTheAddress()
    {
        var (page, dialogs) = Open();

        page.Find("button[aria-label^='Change the rate of Generative answer']").Click();
        dialogs.WaitForAssertion(() => Assert.NotEmpty(dialogs.FindAll(".mud-dialog")));
        dialogs.WaitForAssertion(() => Assert.EndsWith("?edit=generativeAnswer", Navigation.Uri, StringComparison.Ordinal));
        dialogs.Find(".mud-dialog input").Input("3.5");
        dialogs.WaitForAssertion(() => Assert.Equal("350", dialogs.Find("[data-testid=after]").TextContent));
        dialogs.Find(".mud-dialog input[type=date]").Input("2026-12-01");
        Button(dialogs, "Set rate").Click();

        dialogs.WaitForAssertion(() => Assert.Empty(dialogs.FindAll(".mud-dialog")));
        Assert.Equal([(Feature.GenerativeAnswer, new Credits(3_500), new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero))], Rates.Sets);
        Assert.DoesNotContain("edit", Navigation.Uri, StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.Single(page.FindAll("[data-testid=own-rate]")));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("0.0001")]
    [InlineData("1000001")]
    public void Edit_OfARateThatCannotBe_IsBlocked(string typed)
    {
        var (_, dialogs) = Open("?edit=credits");

        dialogs.Find(".mud-dialog input").Input(typed);

        dialogs.WaitForAssertion(() => Assert.True(Button(dialogs, "Set rate").HasAttribute("disabled")));
        dialogs.WaitForAssertion(() => Assert.Contains("with at most three decimals", dialogs.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void Refusal_StaysInTheDialog()
    {
        Rates.Refusal = "You may look at this tenant, but not change it.";
        var (_, dialogs) = Open("?edit=credits");

        Button(dialogs, "Set rate").Click();

        dialogs.WaitForAssertion(() => Assert.Contains(Rates.Refusal, dialogs.Find("[role=alert] .refusal").TextContent, StringComparison.Ordinal));
    }

    private static IElement Button(IRenderedComponent<IComponent> cut, string text) =>
        cut.FindAll("button").First(b => b.TextContent.Contains(text, StringComparison.Ordinal));

    private (IRenderedComponent<RatesPage> Page, IRenderedComponent<MudDialogProvider> Dialogs) Open(string query = "")
    {
        Render<MudPopoverProvider>();
        var dialogs = Render<MudDialogProvider>();
        Navigation.NavigateTo(PortalUrls.Rates(Overviews.Tenant) + query);
        var page = Render<RatesPage>(p => p.Add(c => c.TenantId, Overviews.Tenant.Value));
        return (page, dialogs);
    }
}

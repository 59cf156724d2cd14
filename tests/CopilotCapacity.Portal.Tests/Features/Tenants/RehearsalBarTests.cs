using Bunit;
using CopilotCapacity.Metering.Feed;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Features.Tenants;
using CopilotCapacity.Portal.Tests.Features.Overview;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace CopilotCapacity.Portal.Tests.Features.Tenants;

public sealed class RehearsalBarTests : MudTestContext
{
    private readonly FakeTenantDesk _desk = new();

    public RehearsalBarTests() => Services.AddSingleton<ITenantDesk>(_desk);

    [Fact]
    public void Clock_IsInPlainSight_AndFollowsTheLedger()
    {
        var bar = Open();
        Assert.Equal("16 November 2026, 00:00:00 UTC", bar.Find("[data-testid=clock]").TextContent);

        _desk.Settings = _desk.Settings with { TestClock = Overviews.AsOf.AddDays(1) };
        Feed.Publish(new LedgerCommitted(Overviews.Tenant, 12));
        Time.Advance(TimeSpan.FromSeconds(2));

        bar.WaitForAssertion(() => Assert.Equal("17 November 2026, 00:00:00 UTC", bar.Find("[data-testid=clock]").TextContent));
    }

    [Theory]
    [InlineData("One hour on", "2026-11-16T01:00:00Z")]
    [InlineData("One day on", "2026-11-17T00:00:00Z")]
    [InlineData("To the next month", "2026-12-01T00:00:00Z")]
    public void Step_MovesTheClockFromWhereItStands(string step, string expected)
    {
        var bar = Open();

        Step(bar, step).Click();

        bar.WaitForAssertion(() => Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), _desk.MovedTo));
    }

    [Fact]
    public void SecondClick_WhileTheFirstOneWorks_MovesNothing()
    {
        var gate = new TaskCompletionSource();
        _desk.Gate = gate.Task;
        var bar = Open();
        Step(bar, "One day on").Click();
        bar.WaitForAssertion(() => Assert.True(Step(bar, "One day on").HasAttribute("disabled")));

        Step(bar, "One day on").Click();
        gate.SetResult();

        bar.WaitForAssertion(() => Assert.False(Step(bar, "One day on").HasAttribute("disabled")));
        Assert.Equal(1, _desk.Moves);
    }

    [Fact]
    public void Refusal_IsSaid()
    {
        var snackbars = Render<MudSnackbarProvider>();
        _desk.Refusal = "The clock goes forward only.";

        Step(Open(), "One day on").Click();

        snackbars.WaitForAssertion(() => Assert.Contains("forward only", snackbars.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void Reader_SeesTheClock_AndMovesNothing()
    {
        _desk.Settings = _desk.Settings with { MayMoveClock = false };

        var bar = Open();

        Assert.NotEmpty(bar.FindAll("[data-testid=clock]"));
        Assert.Empty(bar.FindAll("button, a"));
    }

    [Fact]
    public void Reading_ThatFails_IsSaid_AndCanBeTriedAgain()
    {
        _desk.Fails = true;
        var bar = Open();
        Assert.Contains("could not be read", bar.Markup, StringComparison.Ordinal);

        _desk.Fails = false;
        Step(bar, "Try again").Click();

        bar.WaitForAssertion(() => Assert.NotEmpty(bar.FindAll("[data-testid=clock]")));
        Assert.Contains(bar.FindAll("a"), link => string.Equals(link.GetAttribute("href"), PortalUrls.Settings(Overviews.Tenant), StringComparison.Ordinal));
    }

    private IRenderedComponent<RehearsalBar> Open() => Render<RehearsalBar>(p => p.Add(c => c.Tenant, Overviews.Tenant));

    private static AngleSharp.Dom.IElement Step(IRenderedComponent<RehearsalBar> bar, string text) =>
        bar.FindAll("button").Single(button => string.Equals(button.TextContent.Trim(), text, StringComparison.Ordinal));
}

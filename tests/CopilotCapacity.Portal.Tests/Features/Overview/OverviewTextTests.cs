using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Portal.Features.Overview;

namespace CopilotCapacity.Portal.Tests.Features.Overview;

public sealed class OverviewTextTests
{
    [Fact]
    public void Payers_NameWhoPaysNowAndNext()
    {
        Assert.Equal("Allocation → tenant pool", EnvironmentText.Payers(Overviews.Environment(drawsOnPool: true)));
        Assert.Equal(
            "Allocation → plan “Ops West Europe”",
            EnvironmentText.Payers(Overviews.Environment(hasPayAsYouGo: true, payAsYouGoLeft: 100, plan: "Ops West Europe")));
        Assert.Equal("Allocation only", EnvironmentText.Payers(Overviews.Environment()));
        Assert.Equal("Allocation → nobody", EnvironmentText.Payers(Overviews.Environment(drawsOnPool: true, poolLeft: 0)));
        Assert.Equal("Tenant pool → nobody", EnvironmentText.Payers(Overviews.Environment(used: 25_000, drawsOnPool: true)));
        Assert.Equal("Plan “Ops”", EnvironmentText.Payers(Overviews.Environment(used: 25_000, hasPayAsYouGo: true, plan: "Ops")));
        Assert.Equal("nobody", EnvironmentText.Payers(Overviews.Depleted()));
    }

    [Fact]
    public void RunsOut_SaysNow_ADate_OrAfterMonthEnd()
    {
        var dated = Overviews.Environment(status: QuotaStatus.Low, runsOutAt: Overviews.AsOf.AddDays(5));

        Assert.Equal(("now", "nothing left"), RunsOut(Overviews.Depleted()));
        Assert.Equal(("21\u00A0Nov", "5 days at this month’s pace"), RunsOut(dated));
        Assert.Equal(("after month end", "15k to spare at this month’s pace"), RunsOut(Overviews.Environment()));
        Assert.Equal(("after month end", "pay-as-you-go has no limit"), RunsOut(Overviews.Environment(hasPayAsYouGo: true)));
    }

    [Fact]
    public void Depleted_WithCreditsLeft_IsACap()
    {
        var capped = Overviews.Environment(status: QuotaStatus.Depleted);

        Assert.Equal("its cap is full", RunsOut(capped).Why);
        Assert.Contains("cap", EnvironmentText.Reason(capped), StringComparison.Ordinal);
        Assert.Equal(Credits.Zero, AllocationChange.Suggest(capped, Credits.Of(10_000)));
    }

    [Fact]
    public void Left_SaysWhetherItLasts()
    {
        var overview = Overviews.Create();

        Assert.Equal("lasts to the month’s end", OverviewText.Left(overview));
        Assert.Equal("used up 23\u00A0Nov at this month’s pace", OverviewText.Left(overview with { Left = Credits.Of(30_000) }));
        Assert.Equal("nothing left", OverviewText.Left(overview with { Left = Credits.Zero }));
        Assert.Equal("too early for a forecast", OverviewText.Left(overview with { AsOf = overview.Period.Start.AddHours(3) }));
    }

    [Fact]
    public void PayAsYouGo_SaysWhatLimitsIt()
    {
        var spend = new Money(214_600_000, new CurrencyCode("EUR"));
        var overview = Overviews.Create();

        Assert.Equal(("–", "no billing plan"), OverviewText.PayAsYouGo(overview));
        Assert.Equal("no budget limits it", OverviewText.PayAsYouGo(With(null, hardStop: false)).Note);
        Assert.Equal("of €\u00A0214.60, hard stop", OverviewText.PayAsYouGo(With(spend, hardStop: true)).Note);
        Assert.Equal("of €\u00A0214.60, may go over", OverviewText.PayAsYouGo(With(spend, hardStop: false)).Note);

        TenantOverview With(Money? budget, bool hardStop) =>
            overview with { PayAsYouGo = new OverviewPayAsYouGo(Credits.Of(1), spend, budget, hardStop) };
    }

    [Fact]
    public void LowTitle_NamesThree_AndCountsTheRest()
    {
        var low = Enumerable.Range(1, 5).Select(i => Overviews.Environment(i, $"E{i}", QuotaStatus.Low)).ToList();

        Assert.Equal("5 environments are low: E1, E2, E3 and 2 more.", OverviewText.LowTitle(low));
        Assert.Equal("E1 is low.", OverviewText.LowTitle([low[0]]));
    }

    [Fact]
    public void PayerThatEndsBeforeTheNextOne_SaysWhen()
    {
        // 15,000 in fifteen days; another 10,000 are left, and then the pool pays.
        var environment = Overviews.Environment(used: 15_000, drawsOnPool: true);
        var period = Overviews.Create().Period;

        Assert.Equal("allocation to 26\u00a0Nov", EnvironmentText.PayerEnds(environment, period, Overviews.AsOf));
        Assert.Null(EnvironmentText.PayerEnds(Overviews.Environment(used: 15_000), period, Overviews.AsOf));
        Assert.Null(EnvironmentText.PayerEnds(Overviews.Environment(used: 5_000, drawsOnPool: true), period, Overviews.AsOf));
        Assert.Null(EnvironmentText.PayerEnds(environment, period, period.Start.AddHours(2)));
    }

    [Fact]
    public void Pool_EndsAtEverybodysPace()
    {
        // All took 12,000 of the pool's 15,000 in fifteen days; 3,000 are left, whoever takes them.
        var environment = Overviews.Environment(used: 15_000, drawsOnPool: true, poolLeft: 3_000);
        var period = Overviews.Create().Period;

        Assert.Equal("allocation to 26\u00a0Nov, pool to 19\u00a0Nov at everybody’s pace", EnvironmentText.PayerEnds(environment, period, Overviews.AsOf));
        Assert.Equal("pool to 19\u00a0Nov at everybody’s pace", EnvironmentText.PayerEnds(Overviews.Environment(used: 0, drawsOnPool: true, poolLeft: 3_000), period, Overviews.AsOf));
        Assert.Null(EnvironmentText.PayerEnds(Overviews.Environment(used: 0, poolLeft: 3_000), period, Overviews.AsOf));
        Assert.Null(EnvironmentText.PayerEnds(Overviews.Environment(used: 0, drawsOnPool: true, poolLeft: 0), period, Overviews.AsOf));
    }

    [Fact]
    public void RunningOut_PutsTheMostUrgentFirst_AndStopsAtSix()
    {
        OverviewEnvironment[] environments =
        [
            Overviews.Environment(1, "Quiet"),
            Overviews.Environment(2, "Soon", QuotaStatus.Low, runsOutAt: Overviews.AsOf.AddDays(2)),
            Overviews.Environment(3, "Low", QuotaStatus.Low),
            Overviews.Depleted(4, "Gone"),
            .. Enumerable.Range(5, 9).Select(i => Overviews.Environment(i, $"Z{i}", QuotaStatus.Low)),
        ];

        var names = OverviewText.RunningOut(Overviews.Create(environments)).Select(e => e.Name).ToList();

        Assert.Equal(["Gone", "Soon", "Low"], names.Take(3).ToList());
        Assert.Equal(OverviewText.RunningOutShown, names.Count);
    }

    private static (string When, string? Why) RunsOut(OverviewEnvironment environment) =>
        EnvironmentText.RunsOut(environment, Domain.Time.Period.Of(Overviews.AsOf), Overviews.AsOf);

    [Fact]
    public void Forecast_SaysTheDayItsBandAndHowSureItIs()
    {
        var at = Overviews.AsOf.AddDays(5);
        var soon = new Depletion { At = at, Earliest = at.AddDays(-1), Latest = at.AddDays(2), Percent = 90, Basis = ForecastBasis.History };
        var risky = new Depletion { At = null, Earliest = at, Percent = 35, Basis = ForecastBasis.History };

        Assert.Equal("21\u00A0Nov ±\u00A02\u00A0days", ForecastText.Day(soon));
        Assert.Equal(" · 90\u00A0% sure", ForecastText.Sureness(soon));
        Assert.Equal("35\u00A0% risk of an earlier end", ForecastText.Risk(risky));
        Assert.Equal("after month end", ForecastText.Day(risky));
        Assert.Null(ForecastText.Risk(soon));
        Assert.Equal(" at this month’s pace", ForecastText.Sureness(new Depletion { At = at, Basis = ForecastBasis.MonthSoFar }));
    }
}

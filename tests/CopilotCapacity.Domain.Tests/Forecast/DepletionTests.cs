using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Testing.Forecast;

namespace CopilotCapacity.Domain.Tests.Forecast;

public sealed class DepletionTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 11, 0, 0, 0, TimeSpan.Zero);

    private static readonly Period s_month = Period.Of(s_now);

    [Fact]
    public void Allocation_EndsByItsOwnUse()
    {
        Assert.Equal(s_now.AddDays(5), Of(Place(perDay: 10, allocation: 50)).At);
        Assert.Null(Of(Place(perDay: 10, allocation: 200)).At);
        Assert.Equal(s_now, Of(Place(perDay: 10, allocation: 0)).At);
        Assert.Null(Of(Place(perDay: 0, allocation: 1)).At);
    }

    [Fact]
    public void Pool_EndsByWhatAllDrawOnIt()
    {
        // From the fifth day on the first draws 10 a day, from the first on the second draws 20: 20 × 10 + 10 × 5.
        var (one, other) = (Place(perDay: 10, allocation: 50, pool: 250), Place(perDay: 20, allocation: 0, pool: 250));

        Assert.Equal(s_now.AddDays(10), Of(one, other).At);
        Assert.Equal(s_now.AddDays(10), Of(other, one).At);
    }

    [Fact]
    public void WhoeverHasMoreThanThePool_LastsLonger()
    {
        var (rich, poor) = (Place(perDay: 10, allocation: 150, pool: 60), Place(perDay: 20, allocation: 0, pool: 60));

        Assert.Equal(s_now.AddDays(15), Of(rich, poor).At);
        Assert.Equal(s_now.AddDays(3), Of(poor, rich).At);
    }

    [Fact]
    public void Budget_EndsByWhatIsLeftToPay()
    {
        // The pool pays the first for four days; after that both pay as they go, the second from the start.
        var first = Place(perDay: 10, allocation: 0, pool: 40, plan: 7, planLeft: 100);
        var second = Place(perDay: 10, allocation: 0, plan: 7, planLeft: 100);

        Assert.Equal(s_now.AddDays(7), Of(first, second).At);
        Assert.Equal(s_now.AddDays(7), Of(second, first).At);
    }

    [Fact]
    public void NoLimit_NeverEnds()
    {
        var unlimited = new ForecastPlace(new Reach { HasPayAsYouGo = true }, 7, At(1_000));

        Assert.Equal((null, null), (Of(unlimited).At, Of(unlimited).Basis));
    }

    [Fact]
    public void FullCap_IsNow() => Assert.Equal(s_now, Of(new ForecastPlace(new Reach { AllocationLeft = Credits.Of(5), IsCapped = true }, null, At(1))).At);

    [Fact]
    public void WithoutForecast_NothingIsTold()
    {
        var depletion = Of(new ForecastPlace(new Reach { AllocationLeft = Credits.Of(5) }, null, null));

        Assert.Equal((null, null, null), (depletion.At, depletion.Basis, depletion.Percent));
    }

    [Fact]
    public void MonthSoFar_HasNoBand()
    {
        var depletion = Of(Place(perDay: 10, allocation: 50));

        Assert.Equal((ForecastBasis.MonthSoFar, null, null), (depletion.Basis, depletion.DaysEither, depletion.Percent));
    }

    [Fact]
    public void History_GivesADayWithABand_AndHowSureItIs()
    {
        var series = MadeSeries.Of("week", 1);
        var now = new DateTimeOffset(series.First.AddDays(400), TimeOnly.MinValue, TimeSpan.Zero);
        var forecast = UseForecast.FromHistory(series.Until(400, 126))!;
        var month = Period.Of(now);
        var days = (month.End - now).TotalDays;

        var soon = Depletion.Of(forecast.Between(now, now.AddDays(days / 3)), forecast, month, now);
        var onTheEdge = Depletion.Of(forecast.Between(now, month.End), forecast, month, now);
        var never = Depletion.Of(forecast.Between(now, now.AddDays(3 * days)), forecast, month, now);

        Assert.True(soon.Earliest < soon.At && soon.At < soon.Latest);
        Assert.InRange(soon.DaysEither!.Value, 1, 4);
        Assert.Equal(95, soon.Percent);
        Assert.InRange(onTheEdge.Percent!.Value, 35, 65);
        Assert.Equal((null, 0), (never.At, never.Percent));
    }

    [Fact]
    public void PrepaidCredits_ThatNobodyCanReach_Stay()
    {
        // The first uses up its 50 in five days and may not draw on the pool; the second takes one a day of its 100.
        ForecastPlace[] places = [Place(perDay: 10, allocation: 50), Place(perDay: 1, allocation: 100)];
        var outlook = SharedSources.Of(places, null, s_month, s_now).Prepaid(places, null, Credits.Of(30))!;

        Assert.Equal(Credits.Of(180), outlook.Points[0].Likely);
        Assert.Equal(Credits.Of(180 - 55), outlook.Points[5].Likely);
        Assert.Equal((s_month.End, Credits.Of(80 + 30)), (outlook.Points[^1].At, outlook.Points[^1].Likely));
        Assert.Null(outlook.Ends.At);
    }

    [Fact]
    public void PrepaidCredits_OfAllocationsAndPool_EndTogether()
    {
        ForecastPlace[] places = [Place(perDay: 10, allocation: 50, pool: 50), Place(perDay: 0, allocation: 0, pool: 50)];
        var outlook = SharedSources.Of(places, null, s_month, s_now).Prepaid(places, null, Credits.Of(50))!;

        Assert.Equal(s_now.AddDays(10), outlook.Ends.At);
        Assert.Equal(Credits.Of(40), outlook.Points[6].Likely);
    }

    private static Depletion Of(params ForecastPlace[] places) =>
        Depletion.Of(places[0], SharedSources.Of(places, null, s_month, s_now), s_month, s_now);

    private static ForecastPlace Place(int perDay, int allocation, int? pool = null, int? plan = null, int planLeft = 0) => new(
        new Reach
        {
            AllocationLeft = Credits.Of(allocation),
            DrawsOnPool = pool is not null,
            PoolLeft = Credits.Of(pool ?? 0),
            HasPayAsYouGo = plan is not null,
            PayAsYouGoLeft = plan is null ? null : Credits.Of(planLeft),
        },
        plan,
        At(perDay));

    private static UseForecast At(int perDay) => UseForecast.AtPaceOf(Credits.Of(perDay * 10), s_month, s_now)!;
}

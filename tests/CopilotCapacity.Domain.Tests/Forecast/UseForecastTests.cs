using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Testing.Forecast;
using CsCheck;

namespace CopilotCapacity.Domain.Tests.Forecast;

public sealed class UseForecastTests
{
    // A Monday.
    private static readonly DateOnly s_first = new(2026, 6, 1);

    private static readonly Gen<long[]> s_uses = Gen.Long[0, 2_000_000].Array[UseForecast.LeastDays, 120];

    [Fact]
    public void ShortHistory_SaysNothing_AndTheMonthSoFarIsTaken()
    {
        var history = HistoryOf(Enumerable.Repeat(10L, UseForecast.LeastDays - 1));
        var (now, month) = (history.End.ToDateTime(default), new Period((2026 * 12) + 5));

        Assert.Null(UseForecast.FromHistory(history));
        var forecast = UseForecast.Of(UseForecast.FromHistory(history), Credits.Of(270), month, new DateTimeOffset(now, TimeSpan.Zero))!;
        Assert.Equal((ForecastBasis.MonthSoFar, false), (forecast.Basis, forecast.HasBand));
        Assert.Equal(Credits.Of(30), forecast.Between(month.Start.AddDays(27), month.End));
        Assert.Null(UseForecast.Of(UseForecast.FromHistory(history), Credits.Of(270), month, month.Start.AddHours(23)));
    }

    [Fact]
    public void DaysBeforeTheFirstUse_AreNoHistory()
    {
        Assert.Null(UseForecast.FromHistory(HistoryOf([.. new long[60], .. Enumerable.Repeat(10L, 20)])));
        Assert.NotNull(UseForecast.FromHistory(HistoryOf([.. new long[60], .. Enumerable.Repeat(10L, 28)])));
    }

    [Fact]
    public void ConstantUse_GoesOn_WithoutASpread()
    {
        var forecast = Forecast(Enumerable.Repeat(10L, 60));

        Assert.All(Enumerable.Range(0, UseForecast.Levels.Count), level => Assert.Equal(Credits.Of(400), forecast.Between(StartOf(forecast, 60), StartOf(forecast, 100), level)));
    }

    [Fact]
    public void NoUse_StaysNoUse()
    {
        var forecast = UseForecast.FromHistory(HistoryOf(new long[90]))!;

        Assert.Equal(Credits.Zero, forecast.Between(StartOf(forecast, 90), StartOf(forecast, 150)));
        Assert.Null(forecast.RunsOutAt(new Credits(1), StartOf(forecast, 90), StartOf(forecast, 150)));
        Assert.Equal(StartOf(forecast, 90), forecast.RunsOutAt(Credits.Zero, StartOf(forecast, 90), StartOf(forecast, 150)));
    }

    [Fact]
    public void Weekend_IsExpectedWhereItWas()
    {
        var forecast = Forecast(Enumerable.Range(0, 84).Select(day => day % 7 >= 5 ? 0L : 100));

        // 84 days after a Monday begins a week.
        Assert.InRange(forecast.Between(StartOf(forecast, 84), StartOf(forecast, 89)).Value, 495, 505);
        Assert.InRange(forecast.Between(StartOf(forecast, 89), StartOf(forecast, 91)).Value, 0, 15);
    }

    [Fact]
    public void OneOutlier_HardlyMovesIt()
    {
        var usual = MadeSeries.Of("week", 1).Until(400, 126);
        var odd = usual with { Days = [.. usual.Days.Select((use, day) => day == usual.Days.Count - 3 ? new Credits(use!.Value.Thousandths * 20) : use)] };
        var start = new DateTimeOffset(usual.End, TimeOnly.MinValue, TimeSpan.Zero);

        var (before, after) = (UseForecast.FromHistory(usual)!.Between(start, start.AddDays(7)), UseForecast.FromHistory(odd)!.Between(start, start.AddDays(7)));

        Assert.InRange(after.Value / before.Value, 0.9m, 1.2m);
    }

    [Fact]
    public void Growth_GoesOn()
    {
        var forecast = Forecast(Enumerable.Range(0, 120).Select(day => 1_000L + (10 * day)));

        // At the level of the last week it would be 14,910; the line itself reaches 15,400.
        Assert.InRange(forecast.Between(At(120), At(127)).Value, 14_950, 15_600);
    }

    [Fact]
    public void UsedUp_IsTheDayBetweenTheBandsDays()
    {
        var forecast = UseForecast.FromHistory(MadeSeries.Of("week", 1).Until(400, 126))!;
        var now = new DateTimeOffset(MadeSeries.Of("week", 1).First.AddDays(400), TimeOnly.MinValue, TimeSpan.Zero);
        var left = forecast.Between(now, now.AddDays(11.5));

        Assert.InRange((forecast.RunsOutAt(left, now, now.AddDays(30))!.Value - now.AddDays(11.5)).TotalMinutes, -1, 1);
        Assert.True(forecast.RunsOutAt(left, now, now.AddDays(30), UseForecast.High) < now.AddDays(11.5));
        Assert.True(forecast.RunsOutAt(left, now, now.AddDays(30), UseForecast.Low) > now.AddDays(11.5));
    }

    [Fact]
    public void RareUse_KeepsItsBandNearWhatWasEverUsed()
    {
        // A week of use at each month's end, nothing else.
        var forecast = Forecast(Enumerable.Range(0, 170).Select(day => day % 30 >= 23 ? 1_000L : 0));

        Assert.InRange(forecast.Between(At(170), At(182), UseForecast.High).Value, 0, 20_000);
    }

    [Fact]
    public void Scale_MakesNoDifference() => Gen.Select(s_uses, Gen.Long[2, 50]).Sample((uses, scale) =>
    {
        var (one, many) = (UseForecast.FromHistory(Thousandths(uses)), UseForecast.FromHistory(Thousandths([.. uses.Select(use => use * scale)])));
        Assert.Equal(one is null, many is null);
        if (one is null)
        {
            return;
        }

        foreach (var level in new[] { UseForecast.Low, UseForecast.Likely, UseForecast.High })
        {
            var (small, large) = (one.Between(At(uses.Length), At(uses.Length + 30), level), many!.Between(At(uses.Length), At(uses.Length + 30), level));
            Assert.InRange(large.Thousandths - (small.Thousandths * scale), -scale - (small.Thousandths * scale / 1e9), scale + (small.Thousandths * scale / 1e9));
        }
    });

    [Fact]
    public void AWeekLater_TheSameIsTold() => s_uses.Sample(uses =>
    {
        var (one, later) = (new UseHistory(s_first, CreditsOf(uses)), new UseHistory(s_first.AddDays(7), CreditsOf(uses)));

        Assert.Equal(
            UseForecast.FromHistory(one)?.Between(At(uses.Length), At(uses.Length + 20)),
            UseForecast.FromHistory(later)?.Between(At(uses.Length + 7), At(uses.Length + 27)));
    });

    [Fact]
    public void Levels_AreOrdered_NeverBelowZero_AndFinite_AlsoWithGaps() => Gen.Select(s_uses, Gen.Int[0, 1_000].Array[120], Gen.Long[1, 40_000_000_000]).Sample((uses, gaps, scale) =>
    {
        List<Credits?> days = [.. uses.Select((use, day) => gaps[day] < 150 ? (Credits?)null : new Credits(use * scale))];
        if (UseForecast.FromHistory(new UseHistory(s_first, days)) is not { } forecast)
        {
            Assert.True(days.Count(day => day is not null) < UseForecast.LeastDays || days[0] is not { Thousandths: > 0 });
            return;
        }

        foreach (var ahead in new[] { 1, 7, 35, 36, 100, 366 })
        {
            var used = Enumerable.Range(0, UseForecast.Levels.Count).Select(level => forecast.Between(At(uses.Length), At(uses.Length + ahead), level).Thousandths).ToList();
            Assert.Equal(used.Order(), used);
            Assert.InRange(used[0], 0, Credits.Largest.Thousandths);
            Assert.InRange(used[^1], 0, Credits.Largest.Thousandths);
        }
    });

    [Fact]
    public void Parts_AddUp() => Gen.Select(s_uses, Gen.Double[0, 60], Gen.Double[0, 60]).Sample((uses, one, other) =>
    {
        if (UseForecast.FromHistory(Thousandths(uses)) is { } forecast)
        {
            var (start, middle, end) = (At(uses.Length), At(uses.Length).AddDays(Math.Min(one, other)), At(uses.Length).AddDays(Math.Max(one, other)));
            Assert.InRange((forecast.Between(start, middle) + forecast.Between(middle, end) - forecast.Between(start, end)).Thousandths, -2, 2);
        }
    });

    private static UseForecast Forecast(IEnumerable<long> days) => UseForecast.FromHistory(HistoryOf(days))!;

    private static UseHistory HistoryOf(IEnumerable<long> days) => new(s_first, [.. days.Select(day => (Credits?)Credits.Of(day))]);

    private static UseHistory Thousandths(long[] days) => new(s_first, CreditsOf(days));

    private static List<Credits?> CreditsOf(long[] days) => [.. days.Select(day => (Credits?)new Credits(day))];

    private static DateTimeOffset At(int day) => new(s_first.AddDays(day), TimeOnly.MinValue, TimeSpan.Zero);

    private static DateTimeOffset StartOf(UseForecast forecast, int day)
    {
        Assert.Equal(ForecastBasis.History, forecast.Basis);
        return At(day);
    }
}

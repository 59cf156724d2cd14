using System.Globalization;
using CopilotCapacity.Domain.Anomaly;
using CopilotCapacity.Testing;
using Xunit.Abstractions;

namespace CopilotCapacity.Domain.Tests.Anomaly;

/// <summary>What is told from a pattern and what is not, on generated use.</summary>
public sealed class AnomalyDetectionTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void SixTimesTheUsual_IsFoundWithinTheDay(int seed)
    {
        var use = new GeneratedUse(seed);
        use.Multiply(day: 60, fromHour: 9, factor: 6);

        Assert.Contains(Enumerable.Range(9, 12), hour => use.Judge(60, hour).Excess is not null);
        Assert.DoesNotContain(Enumerable.Range(0, 9), hour => use.Judge(60, hour).Excess is not null);
    }

    [Fact]
    public void Loop_IsFoundWithinTheHour_AlsoAtNight()
    {
        foreach (var hour in new[] { 3, 11 })
        {
            var use = new GeneratedUse(4);
            use.Add(day: 60, hour, credits: 6_000);
            Assert.Equal(AnomalySpan.Hour, use.Judge(60, hour).Excess);
            Assert.Equal(HourPace.Busy, use.Judge(60, hour).Pace);
        }
    }

    [Fact]
    public void Weekend_HasAPatternOfItsOwn()
    {
        var use = new GeneratedUse(5);

        // Day 62 is a Saturday; what is usual on a Friday is much more than is usual then, but no more than on busy days.
        use.Multiply(day: 62, fromHour: 0, factor: 3);
        Assert.Null(use.Judge(62, 20).Excess);
        use.Multiply(day: 62, fromHour: 0, factor: 10);
        Assert.NotNull(use.Judge(62, 20).Excess);
    }

    [Fact]
    public void NewAgent_IsNeverFarOff_InItsFirstThreeWeeks()
    {
        var use = new GeneratedUse(6, beginsOn: 60);
        use.Multiply(day: 75, fromHour: 0, factor: 50);

        Assert.DoesNotContain(Enumerable.Range(60, 21), day => use.FindsOn(day));
    }

    [Fact]
    public void SteadyGrowth_IsNoSurprise()
    {
        var use = new GeneratedUse(7, growthPerWeek: 1.15);
        Assert.DoesNotContain(Enumerable.Range(60, 90), use.FindsOn);
    }

    [Fact]
    public void LittleUse_IsNotWorthAnybodysTime()
    {
        var use = new GeneratedUse(8, perDay: 10);
        use.Multiply(day: 60, fromHour: 0, factor: 10);
        Assert.False(use.FindsOn(60));
    }

    [Fact]
    public void OneAccident_DoesNotHideTheNext()
    {
        var use = new GeneratedUse(9);
        use.Multiply(day: 53, fromHour: 8, factor: 8);
        use.Multiply(day: 67, fromHour: 8, factor: 8);

        Assert.True(use.FindsOn(53));
        Assert.True(use.FindsOn(67));
    }

    // A hundred normal years: office agents, night agents, round the clock, with noise, growth, holidays and month ends.
    [Fact]
    public void NormalYears_AreNearlySilent()
    {
        const int years = 100;
        var alarms = 0;
        var judged = 0;
        for (var seed = 0; seed < years; seed++)
        {
            var use = new GeneratedUse(1_000 + seed, perDay: 300 * Math.Pow(10, seed % 3), growthPerWeek: 1 + (0.01 * (seed % 4)), monthEnd: 2.0, holidays: true, kind: seed % 3);
            for (var day = 43; day < GeneratedUse.Days; day++)
            {
                judged++;
                alarms += use.FindsOn(day) ? 1 : 0;
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{alarms} days with a false alarm of {judged} days judged each hour ({years} years)"));
        Assert.InRange(alarms, 0, judged / 5_000);
    }

    // Of a hundred days with six times the use, in the same years.
    [Fact]
    public void TrueAnomalies_AreFound()
    {
        var found = 0;
        for (var seed = 0; seed < 100; seed++)
        {
            var use = new GeneratedUse(2_000 + seed, perDay: 2_000, monthEnd: 2.0, holidays: true, kind: seed % 3);
            var day = 50 + (3 * seed % 300);
            use.Multiply(day, fromHour: 0, factor: 6);
            found += use.FindsOn(day) ? 1 : 0;
        }

        output.WriteLine($"{found} of 100 found");
        Assert.InRange(found, 60, 100);
    }

    [Fact]
    public void FeatureWhoseExcessAnAgentExplains_IsAnEcho()
    {
        var agent = new GeneratedUse(10).SeriesOf(60, 12) with { Today = 5_000_000 };
        var feature = agent with { Key = new SeriesKey(Make.Environment(), null, Domain.Rating.Feature.GenerativeAnswer), Today = 6_000_000 };
        var verdict = AnomalyDetection.Judge(agent);

        Assert.Same(agent, Assert.Single(AnomalyDetection.WithoutEchoes([(agent, verdict), (feature, verdict)])).Series);
        Assert.Equal(2, AnomalyDetection.WithoutEchoes([(agent, verdict), (feature with { Today = 50_000_000 }, verdict)]).Count);
    }

    [Fact]
    public void Over_AfterThreeHoursAsUsual_OrADayWithoutABusyOne()
    {
        var calm = default(Calm).After(HourPace.Calm).After(HourPace.Quiet).After(HourPace.Calm);
        Assert.False(calm.IsOver);
        Assert.False(calm.After(HourPace.Busy).After(HourPace.Calm).After(HourPace.Calm).IsOver);
        Assert.True(calm.After(HourPace.Calm).IsOver);
        Assert.True(Enumerable.Range(0, 24).Aggregate(default(Calm), (sum, _) => sum.After(HourPace.Quiet)).IsOver);
    }
}

using System.Globalization;
using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Domain.Tests.Alerts;

/// <summary>Alerts about what will be: told once, over by themselves, and without any effect on status or sequence.</summary>
public sealed class ForecastAlertTests
{
    private static readonly DateTimeOffset s_now = Make.At("2026-01-15");

    [Fact]
    public void RunningOutWithinTheHorizon_IsToldOnce()
    {
        var ledger = Ledger(credits: 50);
        var sequence = ledger.Sequence;
        ledger.TellForecasts(PerDay(10));
        ledger.TellForecasts(PerDay(10));

        Assert.Equal("QuotaForecast", Told(ledger));
        var alert = ledger.Changes.Alerts[0];
        Assert.Equal("Environment 1 will likely run out of Copilot Credits on 2026-01-20", alert.Title);
        Assert.Contains("In 95 of 100 cases", alert.Text, StringComparison.Ordinal);
        Assert.Equal((AlertSeverity.Warning, sequence, sequence), (alert.Severity, alert.Cause, ledger.Sequence));
        Assert.Equal(QuotaStatus.Available, ledger.StatusOf(ledger.Find(Make.Environment())!));
        Assert.False(ledger.Changes.IsEmpty);
    }

    [Fact]
    public void BeyondTheHorizon_OrTheMonth_NothingIsTold()
    {
        var ledger = Ledger(credits: 100);
        ledger.TellForecasts(PerDay(10));
        Assert.Equal("", Told(ledger));
        ledger.Change("Contoso", 80, 12);
        ledger.TellForecasts(PerDay(10));
        Assert.Equal("QuotaForecast", Told(ledger));

        var lasting = Ledger(credits: 200);
        lasting.Change("Contoso", 80, 90);
        lasting.TellForecasts(PerDay(10));
        Assert.Equal("", Told(lasting));
    }

    [Fact]
    public void CapacityAdded_EndsIt_AndItMayBeToldAgain()
    {
        var ledger = Ledger(credits: 50);
        ledger.TellForecasts(PerDay(10));
        ledger.AddGrant(Make.NewGrant(500, 2));
        ledger.Conclude();
        ledger.TellForecasts(PerDay(10));
        Assert.Equal([1L], ledger.Changes.Resolved.Keys);

        ledger.TellForecasts(PerDay(100));
        Assert.Equal("QuotaForecast QuotaForecast", Told(ledger));
    }

    [Fact]
    public void WithoutNewCapacity_ItIsToldAgainAfterAQuarterOfAnHourOnly()
    {
        var ledger = Ledger(credits: 50);
        ledger.TellForecasts(PerDay(10));
        ledger.TellForecasts(PerDay(1));
        ledger.Advance(s_now.AddMinutes(14));
        ledger.TellForecasts(PerDay(10));
        Assert.Equal("QuotaForecast", Told(ledger));
        ledger.Advance(s_now.AddMinutes(15));
        ledger.TellForecasts(PerDay(10));
        Assert.Equal("QuotaForecast QuotaForecast", Told(ledger));
    }

    [Fact]
    public void ComingTrue_EndsIt()
    {
        var ledger = Ledger(credits: 50);
        ledger.TellForecasts(PerDay(10));
        ledger.Record(Make.Usage("1", 50_000, 1, s_now));
        ledger.TellForecasts(PerDay(10));

        Assert.Contains(1L, ledger.Changes.Resolved.Keys);
        Assert.Equal("QuotaForecast QuotaDepleted", Told(ledger));
    }

    [Fact]
    public void Retiring_EndsIt()
    {
        var ledger = Ledger(credits: 50);
        ledger.TellForecasts(PerDay(10));
        ledger.RetireEnvironment(Make.Environment(), null);

        Assert.Contains(1L, ledger.Changes.Resolved.Keys);
    }

    [Fact]
    public void SharedPool_IsOneAlert_AndItIsOverWithTheLast()
    {
        var ledger = Ledger(credits: 100);
        ledger.AddEnvironment(2);
        ledger.AddEnvironment(3, drawFromTenantPool: false);
        ledger.SetAllocation(Make.Environment(3), Credits.Of(20), false, true, null);
        ledger.Conclude();
        ledger.TellForecasts(PerDay(10));

        // The pool's 80 last four days for two; the third has 20 of its own for two.
        Assert.Equal([2, 1], ledger.Changes.Alerts.Select(alert => alert.Environments.Count).ToList());
        Assert.Equal("Environment 1 and Environment 2 will likely run out of Copilot Credits on 2026-01-19", ledger.Changes.Alerts[0].Title);
        ledger.SetAllocation(Make.Environment(1), Credits.Of(80), true, true, null);
        ledger.Conclude();
        ledger.RetireEnvironment(Make.Environment(2), null);
        Assert.DoesNotContain(1L, ledger.Changes.Resolved.Keys);
        ledger.RetireEnvironment(Make.Environment(1), null);
        Assert.Contains(1L, ledger.Changes.Resolved.Keys);
    }

    [Fact]
    public void ShortHistory_IsToldByTheMonthsPace_FromTheEighthDayOn()
    {
        var ledger = Ledger(credits: 200, now: Make.At("2026-01-07"));
        ledger.Record(Make.Usage("1", 140_000, 1, ledger.Now));
        ledger.TellForecasts(None);
        Assert.Equal("", Told(ledger));
        ledger.Advance(Make.At("2026-01-08"));
        ledger.TellForecasts(None);

        Assert.Equal("QuotaForecast", Told(ledger));
        Assert.Contains("the history is too short", ledger.Changes.Alerts[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Budget_IsToldOncePerMark_AndOverWhenItIsNoLongerSo()
    {
        var ledger = Ledger(credits: 0);
        ledger.AddPlan(Make.NewPlan(1, 10_000));
        ledger.JoinPlan(Make.Plan(), Make.Environment(), false);
        ledger.SetBudget(Make.Plan(), Make.Budget(100_000_000, "2026-01") with
        {
            HardStop = false,
            Thresholds = [new(80, ThresholdBasis.Forecasted), new(100, ThresholdBasis.Forecasted), new(50, ThresholdBasis.Actual)],
        });
        ledger.Conclude();

        // 17 days at 500 credits of one cent are 85; at 600 they are 102.
        ledger.TellForecasts(PerDay(1, plan: 400));
        Assert.Equal("", Told(ledger));
        ledger.TellForecasts(PerDay(1, plan: 500));
        ledger.TellForecasts(PerDay(1, plan: 500));
        ledger.TellForecasts(PerDay(1, plan: 600));
        var told = ledger.Changes.Alerts.Select(alert => $"{alert.Kind} {alert.Threshold}").ToList();
        Assert.Equal(["BudgetForecast 80", "BudgetForecast 100"], told);
        Assert.Equal([1L], ledger.Changes.Resolved.Keys);

        // A little below the mark it is still so; far below it is not.
        ledger.TellForecasts(PerDay(1, plan: 580));
        Assert.Equal([1L], ledger.Changes.Resolved.Keys);
        ledger.TellForecasts(PerDay(1, plan: 300));
        Assert.Equal([1L, 2L], ledger.Changes.Resolved.Keys.Order());
    }

    [Fact]
    public void BudgetThatIsReached_IsNoLongerForetold()
    {
        var ledger = Ledger(credits: 0);
        ledger.AddPlan(Make.NewPlan(1, 10_000));
        ledger.JoinPlan(Make.Plan(), Make.Environment(), false);
        ledger.SetBudget(Make.Plan(), Make.Budget(100_000_000, "2026-01") with { HardStop = false, Thresholds = [new(80, ThresholdBasis.Forecasted)] });
        ledger.Conclude();
        ledger.TellForecasts(PerDay(1, plan: 500));
        ledger.Record(Make.Usage("1", 8_000_000, 1, s_now));
        ledger.TellForecasts(PerDay(1, plan: 500));

        Assert.Equal("BudgetForecast", Told(ledger));
        Assert.Equal([1L], ledger.Changes.Resolved.Keys);
    }

    private static KnownForecasts None { get; } = new(_ => null, _ => null, null);

    private static TenantLedger Ledger(long credits, DateTimeOffset? now = null)
    {
        var ledger = Make.Ledger(now ?? s_now);
        ledger.AddEnvironment();
        if (credits > 0)
        {
            ledger.AddGrant(Make.NewGrant(credits));
        }

        ledger.Conclude();
        return ledger;
    }

    private static KnownForecasts PerDay(long credits, long plan = 0) => new(_ => Forecast(credits), _ => Forecast(plan), Forecast(credits));

    private static UseForecast Forecast(long perDay) =>
        UseForecast.FromHistory(new UseHistory(new DateOnly(2025, 11, 1), [.. Enumerable.Repeat<Credits?>(Credits.Of(perDay), 75)]))!;

    private static string Told(TenantLedger ledger) =>
        string.Join(' ', ledger.Changes.Alerts.Select(alert => alert.Kind.ToString())).ToString(CultureInfo.InvariantCulture);
}

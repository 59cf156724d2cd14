using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Testing;
using CsCheck;

namespace CopilotCapacity.Domain.Tests.PayAsYouGo;

public sealed class BudgetTests
{
    [Theory]
    [InlineData(TimeGrain.Monthly, "2026-02", "2026-02")]
    [InlineData(TimeGrain.Monthly, "2027-05", "2027-05")]
    [InlineData(TimeGrain.Quarterly, "2026-02", "2026-02")]
    [InlineData(TimeGrain.Quarterly, "2026-04", "2026-02")]
    [InlineData(TimeGrain.Quarterly, "2026-05", "2026-05")]
    [InlineData(TimeGrain.Annually, "2027-01", "2026-02")]
    [InlineData(TimeGrain.Annually, "2027-02", "2027-02")]
    [InlineData(TimeGrain.Monthly, "2026-01", null)]
    public void WindowStart_RunsByItsGrainFromStartsOn(TimeGrain grain, string month, string? start)
    {
        var found = Make.Budget(1, "2026-02", grain).WindowStart(Make.Month(month));
        Assert.Equal(start, found?.ToString());
    }

    [Fact]
    public void WindowStart_FromItsEndOn_IsNone()
    {
        var budget = Make.Budget(1, "2026-02", TimeGrain.Quarterly, endsOn: "2026-04");
        Assert.Equal(Make.Month("2026-02"), budget.WindowStart(Make.Month("2026-03")));
        Assert.Null(budget.WindowStart(Make.Month("2026-04")));
    }

    [Fact]
    public void Windows_OfAnyGrain_Tile() =>
        Gen.Select(Gen.OneOf(Gen.Const(TimeGrain.Monthly), Gen.Const(TimeGrain.Quarterly), Gen.Const(TimeGrain.Annually)), Gen.Int[0, 600]).Sample((grain, months) =>
        {
            var month = new Period(Make.Month("2026-02").Index + months);
            var start = Make.Budget(1, "2026-02", grain).WindowStart(month)!.Value;
            return start <= month && month.Index < start.Index + (int)grain && (start.Index - Make.Month("2026-02").Index) % (int)grain == 0;
        });

    [Fact]
    public void RoomMicros_CountsTheWholeWindowAndNothingElse()
    {
        var plan = Make.NewPlan();
        plan.Budget = Make.Budget(100, "2026-02", TimeGrain.Quarterly);
        plan.Month(Make.Month("2026-01")).SpendMicros = 1_000;
        plan.Month(Make.Month("2026-02")).SpendMicros = 10;
        plan.Month(Make.Month("2026-04")).SpendMicros = 20;
        plan.Month(Make.Month("2026-04")).HeldMicros = 5;
        plan.Month(Make.Month("2026-05")).SpendMicros = 99;

        Assert.Equal(65, plan.RoomMicros(Make.Month("2026-02")));
        Assert.Equal(65, plan.RoomMicros(Make.Month("2026-04")));
        Assert.Equal(1, plan.RoomMicros(Make.Month("2026-05")));
        Assert.Equal(0, plan.RoomMicros(Make.Month("2026-01")));
    }

    [Fact]
    public void RoomMicros_BelowTheSpend_IsNone()
    {
        var plan = Make.NewPlan();
        plan.Budget = Make.Budget(9);
        plan.Month(Make.Month("2026-01")).SpendMicros = 10;
        Assert.Equal(0, plan.RoomMicros(Make.Month("2026-01")));
    }

    [Fact]
    public void RoomMicros_WithoutHardStopOrBudget_IsUnlimited()
    {
        var plan = Make.NewPlan();
        Assert.Null(plan.RoomMicros(Make.Month("2026-01")));
        plan.Budget = Make.Budget(9, hardStop: false);
        Assert.Null(plan.RoomMicros(Make.Month("2026-01")));
    }
}

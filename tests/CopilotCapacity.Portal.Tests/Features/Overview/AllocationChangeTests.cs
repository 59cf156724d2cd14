using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Overview;

namespace CopilotCapacity.Portal.Tests.Features.Overview;

public sealed class AllocationChangeTests
{
    [Fact]
    public void MoreThanThereIs_NamesTheNumberThatFits()
    {
        var change = Change(40_000);

        Assert.Equal("That is 5,000 more than there is. At most 35,000 would fit.", change.Problem);
        Assert.Null(change.NewSettings);
        Assert.Equal(Credits.Zero, change.Moved);
    }

    [Fact]
    public void ExactlyWhatThereIs_Fits_AndEmptiesThePool()
    {
        var change = Change(35_000);

        Assert.Equal(Credits.Of(35_000), change.NewSettings!.Credits);
        Assert.Equal((Credits.Zero, Credits.Of(30_000)), (change.ResultPool, change.ResultLeft));
    }

    [Fact]
    public void Less_GivesBack_ButNotWhatIsUsed()
    {
        var change = Change(1_000);

        Assert.Equal((Credits.Of(30_000), Credits.Zero), (change.ResultPool, change.ResultLeft));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0.0001)]
    public void NotAnAmount_IsAProblem(double typed) => Assert.NotNull(Change((decimal)typed).Problem);

    [Fact]
    public void Empty_OrUnchanged_CannotBeSaved()
    {
        Assert.NotNull(Change(null).Problem);
        Assert.Null((Change(25_000) with { PayAsYouGo = true }).NewSettings);
        Assert.Null(Change(25_000).Problem);
    }

    [Fact]
    public void Suggestion_IsAFifth_AsFarAsThePoolGoes()
    {
        Assert.Equal(Credits.Of(5_000), AllocationChange.Suggest(Overviews.Depleted(), Credits.Of(10_000)));
        Assert.Equal(Credits.Of(300), AllocationChange.Suggest(Overviews.Depleted(), Credits.Of(300)));
        Assert.Equal(Credits.Zero, AllocationChange.Suggest(Overviews.Environment(), Credits.Of(10_000)));
        Assert.Equal(
            Credits.Zero,
            AllocationChange.Suggest(Overviews.Environment(status: QuotaStatus.Low, drawsOnPool: true), Credits.Of(10_000)));
    }

    [Fact]
    public void Switches_ChangeWhoPays_AndTheStatus()
    {
        var depleted = Overviews.Depleted() with { Plan = new PlanFunds("Azure EU", IsEnabled: true, Credits.Of(700), Credits.Of(1_000)) };
        var off = Change(25_000, depleted);
        var on = Change(25_000, depleted) with { PayAsYouGo = true };

        Assert.Equal((QuotaStatus.Depleted, FundingSource.Unfunded), (off.Result.Status, off.ResultReach.PaysNow));
        Assert.Equal((QuotaStatus.Low, FundingSource.PayAsYouGo, Credits.Of(700)), (on.Result.Status, on.ResultReach.PaysNow, on.ResultReach.Left));
        Assert.Equal(new AllocationSettings(Credits.Of(25_000), DrawsOnPool: false, PayAsYouGo: false), off.NewSettings);
        Assert.Null(on.NewSettings);
        Assert.False((Change(25_000, depleted with { Plan = depleted.Plan! with { IsEnabled = false } }) with { PayAsYouGo = true }).ResultReach.HasPayAsYouGo);
    }

    [Fact]
    public void Help_SaysWhatEachSwitchDoes()
    {
        var plan = new PlanFunds("Azure EU", IsEnabled: true, Credits.Of(700), Credits.Of(1_000));
        var change = Change(25_000, Overviews.Environment() with { Plan = plan });

        Assert.Equal("Once its allocation is used up it stops, even while the pool has credits.", AllocationText.Pool(change));
        Assert.StartsWith("The billing plan “Azure EU” does not pay for it", AllocationText.PayAsYouGo(change), StringComparison.Ordinal);
        Assert.EndsWith("up to its budget: 700 credits more.", AllocationText.PayAsYouGo(change with { PayAsYouGo = true }), StringComparison.Ordinal);
        Assert.Equal("Once its allocation is used up, its billing plan pays, even while the pool has credits.", AllocationText.Pool(change with { PayAsYouGo = true }));
        var unlimited = Change(25_000, Overviews.Environment() with { Plan = plan with { Left = null, Total = null } }) with { PayAsYouGo = true };
        Assert.EndsWith("No hard stop limits that.", AllocationText.PayAsYouGo(unlimited), StringComparison.Ordinal);
        var disabled = Change(25_000, Overviews.Environment() with { Plan = plan with { IsEnabled = false } });
        Assert.StartsWith("The billing plan “Azure EU” is disabled.", AllocationText.PayAsYouGo(disabled), StringComparison.Ordinal);
    }

    private static AllocationChange Change(decimal? typed, OverviewEnvironment? environment = null) => new()
    {
        Environment = environment ?? Overviews.Environment(),
        Tenant = Overviews.Create().TenantCredits,
        Typed = typed,
        DrawsOnPool = false,
        PayAsYouGo = false,
    };
}

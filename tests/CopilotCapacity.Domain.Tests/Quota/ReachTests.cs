using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Units;
using CsCheck;

namespace CopilotCapacity.Domain.Tests.Quota;

public sealed class ReachTests
{
    [Theory]
    [InlineData(20_001, 80, QuotaStatus.Available)]
    [InlineData(20_000, 80, QuotaStatus.Low)]
    [InlineData(1, 80, QuotaStatus.Low)]
    [InlineData(0, 80, QuotaStatus.Depleted)]
    [InlineData(99_000, 1, QuotaStatus.Low)]
    [InlineData(99_001, 1, QuotaStatus.Available)]
    [InlineData(1_000, 99, QuotaStatus.Low)]
    [InlineData(1_001, 99, QuotaStatus.Available)]
    public void StatusAt_LandingOnTheThreshold_CountsAsReachingIt(long left, int threshold, QuotaStatus status) =>
        Assert.Equal(status, new Reach { AllocationLeft = new Credits(left), AllocationTotal = Credits.Of(100) }.StatusAt(threshold));

    [Fact]
    public void StatusAt_NothingReachable_IsDepleted() => Assert.Equal(QuotaStatus.Depleted, default(Reach).StatusAt(80));

    [Fact]
    public void StatusAt_ThePoolCountsWholeOnlyWhenDrawnOn()
    {
        var reach = Sample with { HasPayAsYouGo = false, AllocationLeft = Credits.Zero };
        Assert.Equal(QuotaStatus.Low, (reach with { DrawsOnPool = true }).StatusAt(80));
        Assert.Equal(QuotaStatus.Depleted, (reach with { DrawsOnPool = false }).StatusAt(80));
    }

    [Fact]
    public void StatusAt_PayAsYouGoWithoutHardStop_IsAvailableHoweverLittlePrepaidIsLeft()
    {
        var reach = new Reach { AllocationTotal = Credits.Of(100), HasPayAsYouGo = true };
        Assert.Equal(QuotaStatus.Available, reach.StatusAt(80));
        Assert.Equal(FundingSource.PayAsYouGo, reach.PaysNow);
    }

    [Fact]
    public void StatusAt_ASpentHardBudget_IsDepleted()
    {
        var reach = new Reach { HasPayAsYouGo = true, PayAsYouGoLeft = Credits.Zero, PayAsYouGoTotal = Credits.Of(5) };
        Assert.Equal(QuotaStatus.Depleted, reach.StatusAt(80));
        Assert.Equal(FundingSource.Unfunded, reach.PaysNow);
    }

    [Theory]
    [InlineData(10, 30, 40, 10, 0, 0, 0)]
    [InlineData(11, 30, 40, 10, 1, 0, 0)]
    [InlineData(40, 30, 40, 10, 30, 0, 0)]
    [InlineData(41, 30, 40, 10, 30, 1, 0)]
    [InlineData(81, 30, 40, 10, 30, 40, 1)]
    [InlineData(0, 30, 40, 0, 0, 0, 0)]
    public void Split_FollowsTheChain(long charge, long pool, long payg, long fromAllocation, long fromPool, long fromPayg, long unfunded)
    {
        var reach = Sample with { PoolLeft = new Credits(pool), PayAsYouGoLeft = new Credits(payg) };
        var expected = new Burn(new Credits(fromAllocation), new Credits(fromPool), new Credits(fromPayg), new Credits(unfunded));
        Assert.Equal(expected, reach.Split(new Credits(charge)));
    }

    [Fact]
    public void Split_SwitchesOff_SkipTheirSource()
    {
        Assert.Equal(new Burn(new Credits(10), default, new Credits(40), new Credits(50)), (Sample with { DrawsOnPool = false }).Split(new Credits(100)));
        Assert.Equal(new Burn(new Credits(10), new Credits(30), default, new Credits(60)), (Sample with { HasPayAsYouGo = false }).Split(new Credits(100)));
        Assert.Equal(new Burn(new Credits(10), new Credits(30), new Credits(60), default), (Sample with { PayAsYouGoLeft = null }).Split(new Credits(100)));
    }

    [Fact]
    public void Split_AnyReach_AddsUpAndLeavesNothingBehindBeforeTheNextSource() =>
        s_reaches.Sample((reach, charge) =>
        {
            var burn = reach.Split(charge);
            Assert.Equal(charge, burn.Total);
            Assert.True(burn is { Allocation.Thousandths: >= 0, Pool.Thousandths: >= 0, PayAsYouGo.Thousandths: >= 0, Unfunded.Thousandths: >= 0 });
            var prepaidLeft = reach.AllocationLeft - burn.Allocation + (reach.DrawsOnPool ? reach.PoolLeft - burn.Pool : Credits.Zero);
            Assert.True(prepaidLeft == Credits.Zero || !(burn.PayAsYouGo + burn.Unfunded).IsPositive);
            Assert.True(!burn.Unfunded.IsPositive || (!reach.IsUnlimited && reach.Left == burn.Total - burn.Unfunded));
        });

    [Fact]
    public void Payers_AnyReach_AgreeWithTheSplitOfTheNextThousandth() =>
        s_reaches.Sample((reach, _) =>
        {
            var next = reach.Split(new Credits(1));
            var payer = next.Allocation.IsPositive ? FundingSource.Allocation
                : next.Pool.IsPositive ? FundingSource.Pool
                : next.PayAsYouGo.IsPositive ? FundingSource.PayAsYouGo
                : FundingSource.Unfunded;
            Assert.Equal(payer, reach.PaysNow);
            Assert.Equal(payer == FundingSource.Unfunded, reach.StatusAt(80) == QuotaStatus.Depleted);
            Assert.True(reach.PaysNext > reach.PaysNow || reach.PaysNow == FundingSource.Unfunded);
        });

    private static Reach Sample => new()
    {
        AllocationLeft = new Credits(10),
        AllocationTotal = new Credits(100),
        DrawsOnPool = true,
        PoolLeft = new Credits(30),
        PoolTotal = new Credits(60),
        HasPayAsYouGo = true,
        PayAsYouGoLeft = new Credits(40),
        PayAsYouGoTotal = new Credits(50),
    };

    private static readonly Gen<Credits> s_amounts = Gen.OneOf(Gen.Const(0L), Gen.Const(1L), Gen.Long[0, 50]).Select(value => new Credits(value));

    private static readonly Gen<(Reach, Credits)> s_reaches =
        Gen.Select(s_amounts, Gen.Bool, s_amounts, Gen.Bool, s_amounts, Gen.Bool, Gen.Long[0, 160]).Select(parts => (
            new Reach
            {
                AllocationLeft = parts.Item1,
                AllocationTotal = Credits.Of(1),
                DrawsOnPool = parts.Item2,
                PoolLeft = parts.Item3,
                PoolTotal = Credits.Of(1),
                HasPayAsYouGo = parts.Item4,
                PayAsYouGoLeft = parts.Item4 && parts.Item6 ? parts.Item5 : null,
                PayAsYouGoTotal = parts.Item4 && parts.Item6 ? Credits.Of(1) : null,
            },
            new Credits(parts.Item7)));
}

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
        Assert.Null(change.NewAllocation);
        Assert.Equal(Credits.Zero, change.Moved);
    }

    [Fact]
    public void ExactlyWhatThereIs_Fits_AndEmptiesThePool()
    {
        var change = Change(35_000);

        Assert.Equal(Credits.Of(35_000), change.NewAllocation);
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
        Assert.Null(Change(25_000).NewAllocation);
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

    private static AllocationChange Change(decimal? typed) =>
        new() { Environment = Overviews.Environment(), PoolLeft = Credits.Of(10_000), Typed = typed };
}

using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Environments;

namespace CopilotCapacity.Portal.Tests.Features.Environments;

public sealed class BulkChangeTests
{
    private static readonly ChosenEnvironment[] s_three = [Chosen(0), Chosen(1_500), Chosen(20_000)];

    [Theory]
    [InlineData(BulkMode.Set, 700, new[] { 700L, 700, 700 })]
    [InlineData(BulkMode.Add, 700, new[] { 700L, 2_200, 20_700 })]
    [InlineData(BulkMode.Take, 2_000, new[] { 0L, 0, 18_000 })]
    [InlineData(BulkMode.Percent, 10, new[] { 0L, 1_650, 22_000 })]
    [InlineData(BulkMode.Percent, -100, new[] { 0L, 0, 0 })]
    [InlineData(BulkMode.Percent, -33, new[] { 0L, 1_005, 13_400 })]
    public void Amount_IsAppliedToEach(BulkMode mode, int amount, long[] expected) =>
        Assert.Equal(expected.Select(Credits.Of), new BulkChange(mode, amount).For(s_three)!.Select(wanted => wanted.Credits));

    [Fact]
    public void Percent_GoesDownToWholeCredits() =>
        Assert.Equal(Credits.Of(104), Assert.Single(new BulkChange(BulkMode.Percent, 5).For([Chosen(99.999m)])!).Credits);

    [Theory]
    [InlineData(BulkMode.Set, null)]
    [InlineData(BulkMode.Set, -1.0)]
    [InlineData(BulkMode.Set, 0.0001)]
    [InlineData(BulkMode.Add, 1e17)]
    [InlineData(BulkMode.Percent, -100.1)]
    [InlineData(BulkMode.Percent, 10_001.0)]
    public void Nonsense_IsSaid_AndChangesNothing(BulkMode mode, double? amount)
    {
        var change = new BulkChange(mode, (decimal?)amount);

        Assert.NotNull(change.Problem);
        Assert.Null(change.For(s_three));
    }

    private static ChosenEnvironment Chosen(decimal allocation) =>
        new(new EnvironmentId(Guid.NewGuid()), "x", Credits.TryFrom(allocation, out var credits) ? credits : default, 1);
}

using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CsCheck;

namespace CopilotCapacity.Domain.Tests.Quota;

public sealed class RebalanceTests
{
    // Half of a month of thirty days is over: what was used so far will be used once more.
    private static readonly DateTimeOffset s_half = new(2026, 11, 16, 0, 0, 0, TimeSpan.Zero);

    private static readonly Period s_month = Period.Of(s_half);

    [Fact]
    public void Pool_GivesFirst_ThenWhoeverHasTheMostToSpare()
    {
        var (needy, rich, lean) = (Environment(1, left: 100, charged: 1_000), Environment(2, left: 2_000, charged: 500), Environment(3, left: 700, charged: 600));

        var proposal = Propose(poolLeft: 300, needy, rich, lean);

        // 1,100 with the margin, of which 100 are there.
        Assert.Equal([(1, 1_000L), (2, -700L)], StepsOf(proposal));
        Assert.Equal((Credits.Of(300), Credits.Zero), (proposal.FromPool, proposal.Missing));
    }

    [Fact]
    public void WhatCannotBeFound_IsSaid()
    {
        var proposal = Propose(poolLeft: 40, Environment(1, left: 0, charged: 1_000));

        Assert.Equal([(1, 40L)], StepsOf(proposal));
        Assert.Equal(Credits.Of(1_060), proposal.Missing);
    }

    [Fact]
    public void Soonest_IsHelpedFirst()
    {
        var proposal = Propose(poolLeft: 110, Environment(1, left: 50, charged: 100), Environment(2, left: 0, charged: 100));

        Assert.Equal([(2, 110L)], StepsOf(proposal));
    }

    [Fact]
    public void PoolThatOthersWillDrawOn_IsNotSpare()
    {
        var proposal = Propose(poolLeft: 500, Environment(1, left: 0, charged: 100), Environment(2, left: 0, charged: 400, drawsOnPool: true));

        Assert.Equal([(1, 60L)], StepsOf(proposal));
    }

    [Fact]
    public void WhoeverHasAnotherSource_IsGivenNothing()
    {
        Assert.Empty(Propose(poolLeft: 500, Environment(1, left: 0, charged: 100, drawsOnPool: true), Environment(2, left: 0, charged: 100, payAsYouGo: true)).Steps);
    }

    [Fact]
    public void MonthThatIsTooYoung_HasNoPace()
    {
        var now = s_month.Start.AddHours(23);

        Assert.Null(Rebalance.Propose([Environment(1, left: 100, charged: 50, now: now)], Credits.Zero, s_month, now));
    }

    [Fact]
    public void Proposal_NeitherMakesCreditsNorLeavesAGiverShort()
    {
        var environment = Gen.Select(Gen.Int[0, 5_000], Gen.Int[0, 5_000], Gen.Bool, Gen.Bool);
        Gen.Select(environment.List[0, 12], Gen.Int[0, 5_000], Gen.Int[1, 28]).Sample((made, pool, day) =>
        {
            var now = s_month.Start.AddDays(day);
            var environments = made.Select((of, index) => Environment(index + 1, of.Item1, of.Item2, of.Item3, of.Item4, now)).ToArray();
            var proposal = Rebalance.Propose(environments, Credits.Of(pool), s_month, now)!;

            var moved = proposal.Steps.Aggregate(Credits.Zero, (sum, step) => sum + step.Grows);
            Assert.Equal(proposal.FromPool, moved);
            Assert.True(proposal.FromPool <= Credits.Of(pool));
            Assert.Equal(proposal.Steps.Count, proposal.Steps.Select(step => step.Environment).Distinct().Count());
            foreach (var step in proposal.Steps)
            {
                var before = environments.Single(of => of.Id == step.Environment);
                var after = (before.AllocationLeft + step.Grows).Value;
                Assert.True(step.Grows.IsPositive ? after <= Math.Ceiling(step.Need * 1.1m) : after >= step.Need);
            }
        });
    }

    private static RebalanceProposal Propose(int poolLeft, params RebalancedEnvironment[] environments) =>
        Rebalance.Propose(environments, Credits.Of(poolLeft), s_month, s_half)!;

    private static List<(int, long)> StepsOf(RebalanceProposal proposal) =>
        [.. proposal.Steps.Select(step => (BitConverter.ToInt32(step.Environment.Value.ToByteArray()), (long)step.Grows.Value))];

    private static RebalancedEnvironment Environment(int number, int left, int charged, bool drawsOnPool = false, bool payAsYouGo = false, DateTimeOffset? now = null) =>
        new(
            new EnvironmentId(new Guid(number, 0, 0, new byte[8])),
            Credits.Of(left),
            UseForecast.AtPaceOf(Credits.Of(charged), s_month, now ?? s_half),
            drawsOnPool,
            payAsYouGo);
}

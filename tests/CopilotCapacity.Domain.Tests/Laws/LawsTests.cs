using System.Globalization;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Testing;
using CsCheck;

namespace CopilotCapacity.Domain.Tests.Laws;

/// <summary>
/// "Always true" of the domain page, on random histories, step by step against <see cref="LedgerModel"/>. CsCheck prints the
/// seed of a failure and the smallest history that shows it. LAWS_ROUNDS sets how many histories are tried.
/// </summary>
public sealed class LawsTests
{
    private static readonly long s_rounds =
        long.TryParse(Environment.GetEnvironmentVariable("LAWS_ROUNDS"), CultureInfo.InvariantCulture, out var rounds) ? rounds : 1_500;

    private static readonly Gen<List<Step>> s_histories = Step.Any.List[1, 50];

    [Fact]
    public void Ledger_AnyHistory_AgreesWithTheModelAndKeepsTheLaws() =>
        s_histories.Sample(Check, iter: s_rounds, print: Text);

    /// <summary>Seeds of histories on which the ledger was wrong. They mean others once the steps are drawn otherwise.</summary>
    [Theory]
    [InlineData("4ifMOJJfwbt1")]
    [InlineData("6qJTSbTpwy41")]
    [InlineData("cFKaA9ncKZd2")]
    [InlineData("6epNBAUAxTt1")]
    [InlineData("673XG3CyVFK1")]
    [InlineData("7WnvHfqvFhK1")]
    [InlineData("8fitbDZKh1O2")]
    public void Ledger_SeedThatOnceFailed(string seed) => s_histories.Sample(Check, seed: seed, iter: 1, threads: 1, print: Text);

    [Fact]
    public void Tenants_ShareIdsButNothingElse() =>
        Gen.Select(Step.Any, Gen.Bool).List[1, 40].Sample(
            steps =>
            {
                var (left, right, alone) = (new LawsRun(1), new LawsRun(2), new LawsRun(1));
                foreach (var (step, isLeft) in steps)
                {
                    var bystander = isLeft ? right : left;
                    var before = LedgerText.Of(bystander.Ledger);
                    (isLeft ? left : right).Do(step);
                    if (isLeft)
                    {
                        alone.Do(step);
                    }

                    Assert.Equal(before, LedgerText.Of(bystander.Ledger));
                }

                Assert.Equal(LedgerText.Of(alone.Ledger), LedgerText.Of(left.Ledger));
            },
            iter: s_rounds / 5);

    [Fact]
    public void Time_OneBigMove_IsManySmallOnes() =>
        Gen.Select(Step.Any.List[1, 30], Gen.Int[0, 200].List[0, 30]).Sample(
            (steps, days) =>
            {
                var (big, small) = (new LawsRun(1), new LawsRun(1));
                foreach (var step in steps)
                {
                    big.Do(step);
                    small.Do(step);
                }

                var end = big.Ledger.Now.AddDays(200);
                var begin = small.Ledger.Now;
                big.Ledger.Advance(end);
                foreach (var day in days.Order())
                {
                    small.Ledger.Advance(begin.AddDays(day));
                }

                small.Ledger.Advance(end);
                Assert.Equal(LedgerText.Of(big.Ledger), LedgerText.Of(small.Ledger));
            },
            iter: s_rounds / 5);

    [Fact]
    public void Facts_InAnyOrder_GiveTheSameTotals() =>
        Gen.Select(Step.Any.List[1, 25], Gen.Long[1, 300].List[1, 8], Gen.Int[0, 1_000_000]).Sample(
            (steps, charges, seed) =>
            {
                var (straight, shuffled) = (new LawsRun(1), new LawsRun(1));
                foreach (var step in steps)
                {
                    straight.Do(step);
                    shuffled.Do(step);
                }

                straight.UseAll(charges);
                var order = charges.ToArray();
                new Random(seed).Shuffle(order);
                shuffled.UseAll(order);
                Assert.Equal(straight.TotalsOfTheRunningMonth(), shuffled.TotalsOfTheRunningMonth());
            },
            iter: s_rounds / 5);

    [Fact]
    public void Unfunded_StaysUnfundedUntilCapacityIsAdded() =>
        Step.Any.List[1, 40].Sample(
            steps =>
            {
                var run = new LawsRun(1);
                steps.ForEach(step => run.Do(step));
                foreach (var environment in run.Ledger.Environments.Where(environment => environment.RetiredAt is null))
                {
                    var reach = run.Ledger.Open.ReachOf(environment);
                    if (reach is { IsCapped: false } && reach.StatusAt(80) == QuotaStatus.Depleted)
                    {
                        var posting = run.Ledger.Record(Make.Usage("more", 1, environment.Key, run.Ledger.Now)).Value!;
                        Assert.Equal(1, posting.Burn.Unfunded.Thousandths);
                    }
                }
            },
            iter: s_rounds / 5);

    // Law 10. What the rules would grant is granted: that the model decides.
    [Fact]
    public void Refused_StaysRefusedForAsMuchAndMoreUntilSomethingIsAdded() =>
        Gen.Select(Step.Any.List[1, 40], Step.Spending.List[1, 15], Gen.Long[0, 50]).Sample(
            (steps, spending, more) =>
            {
                var run = new LawsRun(1);
                steps.ForEach(step => run.Do(step));
                var refused = run.Ledger.Environments.Where(environment => environment.RetiredAt is null)
                    .Select(environment => (Number: environment.Key, Charge: FirstRefused(run, environment.Key)))
                    .Where(asked => asked.Charge is not null)
                    .ToList();
                spending.ForEach(step => run.Do(step));
                foreach (var (number, charge) in refused)
                {
                    Assert.NotNull(run.Ask(number, charge!.Value));
                    Assert.NotNull(run.Ask(number, charge.Value + more));
                }
            },
            iter: s_rounds / 5);

    // Each that is granted is burnt; so sooner or later one is refused, unless nothing limits it.
    private static long? FirstRefused(LawsRun run, int environment)
    {
        for (var charge = 1L; charge < 1_000_000_000; charge *= 4)
        {
            if (run.Ask(environment, charge) is not null)
            {
                return charge;
            }
        }

        return null;
    }

    private static void Check(List<Step> steps)
    {
        var run = new LawsRun(1);
        steps.ForEach(step => run.Do(step));
        run.CheckNothingStaysHeld();
    }

    private static string Text(List<Step> steps) => string.Join('\n', steps);
}

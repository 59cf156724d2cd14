namespace CopilotCapacity.Domain.Tests.Ledger;

/// <summary>How facts are paid, in the running month and late.</summary>
public sealed class FactCases
{
    [Fact]
    public void Fact_FollowsTheChainToTheLastThousandth() => LedgerCase.Run("""
        environment 1
        grant 1 100
        allocate 1 40
        plan 1
        join 1 1
        budget 1 300000
        use 1 39.999           => allocation 39.999 by 1
        reach 1                => 90.001 of 130 Available Allocation, Pool
        use 1 0.002            => allocation 0.001 pool 0.001 by 1
        use 1 60               => pool 59.999 payg 0.001 by 1 cost 10
        reach 1                => 29.999 of 130 Available PayAsYouGo, Unfunded
        use 1 3.999            => payg 3.999 cost 39990
        reach 1                => 26 of 130 Low PayAsYouGo, Unfunded
        use 1 27               => payg 26 unfunded 1 cost 260000
        reach 1                => 0 of 130 Depleted Unfunded, Unfunded
        use 1 0.001            => unfunded 0.001
        """);

    [Fact]
    public void Fact_WithSwitchesOff_SkipsPoolAndPlan() => LedgerCase.Run("""
        environment 1
        environment 2 no-pool
        grant 1 10
        plan 1
        join 1 1
        use 2 1                => unfunded 1
        allocate 1 4 no-pool no-payg
        use 1 5                => allocation 4 unfunded 1 by 1
        allocate 1 4 no-pool
        use 1 5                => payg 5 cost 50000
        allocate 1 4
        use 1 7                => pool 6 payg 1 by 1 cost 10000
        """);

    [Fact]
    public void Fact_OfTwoGrants_BurnsInTheirOrder() => LedgerCase.Run("""
        environment 1
        grant 1 10
        grant 2 10 until 2026-01-20
        grant 3 10 monthly
        grant 4 10 priority 1 until 2027-01-01
        use 1 12               => pool 12 by 4+2
        use 1 9                => pool 9 by 2+3
        use 1 20               => pool 19 unfunded 1 by 3+1
        """);

    [Fact]
    public void Fact_BeforeAGrantBegan_StaysUnfunded() => LedgerCase.Run("""
        environment 1
        use 1 5                => unfunded 5
        grant 1 10
        balance 1              => granted 10 left 10
        use 1 5                => pool 5 by 1
        """);

    [Fact]
    public void Fact_PaidByThePool_IsNotTakenOverByALaterAllocation() => LedgerCase.Run("""
        environment 1
        grant 1 10
        use 1 5                => pool 5 by 1
        allocate 1 5
        pool                   => size 5 left 0
        use 1 5                => allocation 5 by 1
        """);

    [Fact]
    public void Fact_AtTheLimitsOfTime() => LedgerCase.Run(
        """
        environment 1
        use 1 1 at 2026-02-15T12:05:00           => unfunded 1
        use 1 1 at 2026-02-15T12:05:00.0000001   => in_the_future
        use 1 1 at 2026-01-01                    => unfunded 1
        use 1 1 at 2025-12-31                    => too_late
        now 2026-03-05 00:00:00
        use 1 1 at 2026-01-31                    => unfunded 1
        now 2026-03-05 00:00:00.0000001
        use 1 1 at 2026-01-31                    => too_late
        use 1 1 at 2026-02-01                    => unfunded 1
        use 9 1                                  => unknown_subject
        use 9 1 at 2020-01-01                    => too_late
        """,
        now: "2026-02-15 12:00");

    [Fact]
    public void Fact_OfAMonthNotYetBegun_IsChargedToTheRunningOne() => LedgerCase.Run(
        """
        environment 1
        grant 1 10 monthly
        use 1 4 at 2026-02-01T00:04              => pool 4 by 1
        now 2026-02-01 00:00
        balance 1 in 2026-01                     => granted 10 burned 4 left 6
        balance 1                                => granted 10 left 10
        """,
        now: "2026-01-31 23:59");

    [Fact]
    public void LateFact_BurnsWhatLapsedAndNeverTheRunningMonth() => LedgerCase.Run("""
        environment 1
        grant 1 100 monthly
        allocate 1 30
        now 2026-02-01
        use 1 35 at 2026-01-31T23:59:59.9999999  => allocation 30 pool 5 by 1
        balance 1 in 2026-01                     => granted 100 burned 35 left 65
        balance 1                                => granted 100 left 100
        use 1 66 at 2026-01-01                   => pool 65 unfunded 1 by 1
        pool                                     => size 70 left 70
        use 1 35 at 2026-02-01                   => allocation 30 pool 5 by 1
        """);

    [Fact]
    public void LateFact_CreditsCarriedOverOrExpiredWithin_DoNotPay() => LedgerCase.Run("""
        environment 1
        grant 1 10
        grant 2 10 keep 4
        grant 3 10 until 2026-01-20
        grant 4 10 until 2026-02-01
        grant 5 10
        now 2026-01-25
        end 5
        now 2026-02-02
        balance 1 in 2026-01                     => granted 10 out 10
        balance 2 in 2026-01                     => granted 10 out 4 left 6
        balance 3 in 2026-01                     => granted 10 expired 10
        balance 4 in 2026-01                     => granted 10 left 10
        use 1 20 at 2026-01-10                   => pool 16 unfunded 4 by 4+2
        balance 1                                => in 10 left 10
        balance 2                                => in 4 left 4
        balance 4                                => none
        """);

    [Fact]
    public void LateFact_FromAnAllocationWhoseCreditsWereCarriedOver_IsUnfunded() => LedgerCase.Run("""
        environment 1
        environment 2
        grant 1 100
        allocate 1 60
        allocate 2 30
        use 1 10                                 => allocation 10 by 1
        now 2026-02-01
        backing in 2026-01                       => 1:10 2:0
        use 1 1 at 2026-01-31                    => unfunded 1
        backing                                  => 1:60 2:30
        """);

    [Fact]
    public void LateFact_IsPaidByThatMonthsBudgetAtTodaysPlanAndSwitches() => LedgerCase.Run("""
        environment 1
        plan 1
        budget 1 100000 from 2026-01
        use 1 1                                  => unfunded 1
        now 2026-02-10
        join 1 1
        use 1 9 at 2026-02-09                    => payg 9 cost 90000
        use 1 12 at 2026-01-20                   => payg 10 unfunded 2 cost 100000
        use 1 2                                  => payg 1 unfunded 1 cost 10000
        """);

    [Fact]
    public void LateFact_OfAMonthBeforeTheTenantWasKnown_FindsNothingPrepaid() => LedgerCase.Run("""
        environment 1
        grant 1 10
        allocate 1 5
        use 1 1 at 2025-12-31                    => unfunded 1
        pool                                     => size 5 left 5
        """);

    [Fact]
    public void Fact_OfARetiredEnvironment_IsAcceptedOnlyFromBefore() => LedgerCase.Run("""
        environment 1
        environment 2
        grant 1 10
        allocate 1 6
        use 1 2                                  => allocation 2 by 1
        now 2026-01-16
        retire 1
        backing                                  => 1:2
        pool                                     => size 8 left 8
        use 1 1 at 2026-01-15T23:59:59.9999999   => pool 1 by 1
        use 1 1 at 2026-01-16                    => environment_retired
        retire 1                                 => not_found
        allocate 1 3                             => not_found
        environment 1                            => already_exists
        now 2026-02-01
        use 1 1 at 2026-01-15                    => unfunded 1
        backing                                  =>
        """);
}

namespace CopilotCapacity.Domain.Tests.Ledger;

/// <summary>What stands behind allocations when credits end and begin.</summary>
public sealed class AllocationCases
{
    [Fact]
    public void Allocation_MoreThanThePoolHasOrLessThanIsUsed_IsRefused() => LedgerCase.Run("""
        environment 1
        environment 2
        grant 1 100
        allocate 1 100.001           => exceeds_entitlement
        allocate 1 100
        allocate 2 0.001             => exceeds_entitlement
        use 1 40                     => allocation 40 by 1
        allocate 1 39.999            => below_consumed
        allocate 1 40
        pool                         => size 60 left 60
        use 2 10                     => pool 10 by 1
        allocate 2 50.001            => exceeds_entitlement
        allocate 2 50
        allocate 1 -1                => invalid_request
        allocate 9 1                 => not_found
        """);

    [Fact]
    public void CreditsThatEnd_LeaveThePoolFirstThenTheBackingSetLast() => LedgerCase.Run("""
        environment 1
        environment 2
        environment 3
        grant 1 100
        grant 2 50 until 2026-01-20
        allocate 3 40
        allocate 1 60
        allocate 2 45
        use 2 3                      => allocation 3 by 2
        now 2026-01-20
        balance 2                    => granted 50 burned 3 expired 47
        backing                      => 1:60 2:3 3:40
        pool                         => size 0 left 0
        """);

    [Fact]
    public void CreditsThatEnd_CutThroughSeveralAllocationsButNeverBelowTheirUse() => LedgerCase.Run("""
        environment 1
        environment 2
        grant 1 10
        grant 2 90 until 2026-01-20
        allocate 1 50
        allocate 2 50
        use 1 8                      => allocation 8 by 2
        use 2 8                      => allocation 8 by 2
        now 2026-01-20
        backing                      => 1:18 2:8
        use 2 1                      => unfunded 1
        use 1 11                     => allocation 10 unfunded 1 by 1
        """);

    [Fact]
    public void SettingANumberAnew_MakesTheAllocationTheLastSetButASwitchDoesNot() => LedgerCase.Run("""
        environment 1
        environment 2
        grant 1 60
        grant 2 60 until 2026-01-20
        allocate 1 50
        allocate 2 60
        allocate 1 60
        allocate 2 60 no-pool
        now 2026-01-20
        backing                      => 1:0 2:60
        """);

    [Fact]
    public void NewCredits_RestoreBackingFirstSetFirstThenFillThePool() => LedgerCase.Run("""
        environment 1
        environment 2
        grant 1 100 until 2026-01-20
        allocate 2 60
        allocate 1 40
        now 2026-01-20
        backing                      => 1:0 2:0
        grant 2 70
        backing                      => 1:10 2:60
        grant 3 40
        backing                      => 1:40 2:60
        pool                         => size 10 left 10
        """);

    [Fact]
    public void NewCredits_DoNotDragAlongWhatAnAdminPutIntoThePool() => LedgerCase.Run("""
        environment 1
        environment 2
        grant 1 50
        grant 2 50 until 2026-01-20
        allocate 1 50
        allocate 2 50
        now 2026-01-20
        backing                      => 1:50 2:0
        allocate 1 20
        pool                         => size 30 left 30
        grant 3 10
        backing                      => 1:20 2:10
        pool                         => size 30 left 30
        """);

    [Fact]
    public void ANewNumber_NeedsOnlyItsUnbackedPartFromThePool() => LedgerCase.Run("""
        environment 1
        grant 1 10
        grant 2 90 until 2026-01-20
        allocate 1 100
        now 2026-01-20
        backing                      => 1:10
        allocate 1 50                => exceeds_entitlement
        allocate 1 10
        grant 3 5
        backing                      => 1:10
        allocate 1 15
        pool                         => size 0 left 0
        """);

    [Fact]
    public void EndingAGrantByHand_IsRefusedWhenAllocationsWouldLoseBacking() => LedgerCase.Run("""
        environment 1
        grant 1 50
        grant 2 50
        allocate 1 51
        end 2                        => exceeds_entitlement
        use 1 1                      => allocation 1 by 1
        end 1                        => ok
        end 1                        => grant_ended
        end 9                        => not_found
        balance 1                    => granted 50 burned 1 expired 49
        """);

    [Fact]
    public void EndingAGrantThatHasNotBegun_LetsItNeverBegin() => LedgerCase.Run("""
        environment 1
        grant 1 50 from 2026-01-20
        end 1
        now 2026-03-01
        balance 1                    => none
        use 1 1                      => unfunded 1
        """);

    [Fact]
    public void ExpiryAndBeginningInOneInstant_KeepTheBacking() => LedgerCase.Run("""
        environment 1
        environment 2
        grant 1 100 until 2026-01-20
        grant 2 90 from 2026-01-20
        allocate 1 50
        allocate 2 50
        use 1 20                     => allocation 20 by 1
        now 2026-01-20
        backing                      => 1:50 2:50
        pool                         => size 10 left 10
        """);

    [Fact]
    public void ABudgetOutsideItsDates_IsNothingToReach() => LedgerCase.Run("""
        environment 1
        grant 1 100
        plan 1
        join 1 1
        budget 1 10000000 from 2026-02
        reach 1                      => 100 of 100 Available Pool, Unfunded
        use 1 101                    => pool 100 unfunded 1 by 1
        now 2026-02-01
        reach 1                      => 1000 of 1000 Available PayAsYouGo, Unfunded
        """);
}

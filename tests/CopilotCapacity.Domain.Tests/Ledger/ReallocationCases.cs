using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Domain.Tests.Ledger;

/// <summary>Allocations that change by one decision.</summary>
public sealed class ReallocationCases
{
    [Fact]
    public void Moves_AreJudgedByTheirNetEffect_AllOrNothing() => LedgerCase.Run("""
        environment 1 no-pool
        environment 2 no-pool
        environment 3 no-pool
        grant 1 100
        allocate 1 60
        allocate 2 30
        use 1 20                     => allocation 20 by 1
        move 1 pool>3:10.001         => exceeds_entitlement 10
        move 1 1>2:40.001            => below_consumed 20
        move 1 3>2:1                 => below_consumed 0
        move 1 1>2:5 1>9:1           => unknown_environment
        move 1 1>1:5                 => invalid_request
        move 1 pool>pool:5           => invalid_request
        move 1 1>2:0                 => invalid_request
        move 1 1>2:-1                => invalid_request
        move 1                       => invalid_request
        backing                      => 1:60 2:30
        move 1 3>2:15 2>3:40 1>2:5   => 1:60>55 2:30>10 3:0>25 3 Depleted>Available
        move 1 1>2:1                 => already_exists
        backing                      => 1:55 2:10 3:25
        pool                         => size 10 left 10
        move 2 1>pool:35 pool>3:45   => 1:55>20 3:25>70 pool:10>0 1 Available>Depleted
        move 3 2>1:5 1>2:5           => 1:20>20 2:10>10
        """);

    [Fact]
    public void ATrial_ShowsWhatWouldBe_AndChangesNothing()
    {
        var ledger = LedgerCase.Run("""
            environment 1
            environment 2 no-pool
            grant 1 100
            allocate 2 10 no-pool
            use 2 9                      => allocation 9 by 1
            try 1 pool>2:90              => 2:10>100 pool:90>0 1 Available>Depleted 2 Low>Available
            try 1 pool>2:91              => exceeds_entitlement 90
            backing                      => 2:10
            """);
        Assert.Equal(6, ledger.Sequence);
        Assert.Empty(ledger.Reallocations);
    }

    [Fact]
    public void AnUndo_GoesBackToTheNumbersBefore_Once_AndOnlyWhileNothingElseChangedThem() => LedgerCase.Run("""
        environment 1
        environment 2
        environment 3
        grant 1 100
        allocate 1 60
        move 1 1>2:25                => 1:60>35 2:0>25
        undo 9 10                    => not_found
        undo 1 2
        backing                      => 1:60 2:0
        undo 1 3                     => already_undone
        undo 2 3
        backing                      => 1:35 2:25
        allocate 2 20
        undo 3 4                     => changed_since
        move 4 1>2:5                 => 1:35>30 2:20>25
        use 2 21                     => allocation 21 by 1
        undo 4 5                     => below_consumed
        move 5 1>3:10                => 1:30>20 3:0>10
        retire 3
        undo 5 6                     => changed_since
        """);

    [Fact]
    public void AnUndo_ThatNoLongerFits_IsRefused() => LedgerCase.Run("""
        environment 1
        environment 2
        grant 1 100
        allocate 1 60
        move 1 1>pool:60             => 1:60>0 pool:40>100
        allocate 2 50
        undo 1 2                     => exceeds_entitlement
        allocate 2 40
        undo 1 2
        backing                      => 1:60 2:40
        """);

    [Fact]
    public void AllThatAReallocationChanged_AreTheLastSet() => LedgerCase.Run("""
        environment 1
        environment 2
        environment 3
        grant 1 60
        grant 2 60 until 2026-01-20
        allocate 1 30
        allocate 2 40
        allocate 3 50
        move 1 2>1:10                => 1:30>40 2:40>30
        now 2026-01-20
        backing                      => 1:10 2:0 3:50
        """);

    [Fact]
    public void TheJournal_TellsEnoughToMakeEachReallocationAgain()
    {
        const string Before = """
            environment 1
            environment 2
            environment 3
            grant 1 100
            allocate 1 60
            """;
        var ledger = LedgerCase.Run($"""
            {Before}
            move 1 1>2:25 2>3:5          => 1:60>35 2:0>20 3:0>5
            move 2 1>2:5 2>1:5           => 1:35>35 2:20>20
            undo 1 3
            undo 3 4
            """);
        var again = LedgerCase.Run(Before);

        foreach (var decided in ledger.Changes.Entries.Select(entry => entry.Change).OfType<Reallocated>())
        {
            Assert.Null(again.Reallocate(decided).Refusal);
        }

        Assert.Equal(4, again.Reallocations.Count);
        Assert.Equal(LedgerText.Of(ledger), LedgerText.Of(again));
        Assert.Equal("already_exists", again.Reallocate(ledger.Changes.Entries.Select(entry => entry.Change).OfType<Reallocated>().First()).Refusal?.Code);
    }

    [Fact]
    public void AnUnbackedNumber_NeedsCreditsAsWhenItIsSet() => LedgerCase.Run("""
        environment 1
        environment 2
        grant 1 10
        grant 2 90 until 2026-01-20
        allocate 1 100
        now 2026-01-20
        backing                      => 1:10
        move 1 1>2:1                 => exceeds_entitlement 0
        move 1 1>2:10 1>pool:90      => 1:100>0 2:0>10 pool:0>0 1 Available>Depleted 2 Depleted>Available
        """);
}

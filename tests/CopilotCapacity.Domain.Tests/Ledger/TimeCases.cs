using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Domain.Tests.Ledger;

/// <summary>What happens by itself, each thing once and at its own instant.</summary>
public sealed class TimeCases
{
    [Fact]
    public void MonthsTurn_RefillsMonthlyGrantsAndBacksAllocationsAnew() => LedgerCase.Run("""
        environment 1
        environment 2
        grant 1 100 monthly
        grant 2 20 monthly keep 5
        grant 3 10
        allocate 1 110
        use 1 112                    => allocation 110 pool 2 by 1+2
        now 2026-02-01
        balance 1                    => granted 100 left 100
        balance 2                    => granted 20 in 5 left 25
        balance 3                    => in 10 left 10
        backing                      => 1:110
        pool                         => size 25 left 25
        """);

    [Fact]
    public void MonthsTurn_WithLessThanTheAllocations_BacksTheFirstSetFirst() => LedgerCase.Run("""
        environment 1
        environment 2
        grant 1 60 monthly
        grant 2 40 until 2026-02-01
        allocate 2 50
        allocate 1 50
        now 2026-02-01
        backing                      => 1:10 2:50
        pool                         => size 0 left 0
        """);

    [Fact]
    public void MonthsTurn_SeenManyTimes_HappensOnce()
    {
        var ledger = Make.Ledger();
        ledger.AddGrant(Make.NewGrant(100, monthly: true));
        for (var seen = 0; seen < 5; seen++)
        {
            ledger.Advance(Make.At("2026-02-01"));
        }

        ledger.Advance(Make.At("2026-01-20"));
        Assert.Single(ledger.Changes.Entries, entry => entry.Change is PeriodTurned);
        Assert.Equal(Make.At("2026-02-01"), ledger.Now);
        Assert.Equal(100, (long)ledger.Open.Entitled.Value);
    }

    [Fact]
    public void GrantsOfTheTurningInstant_BeginWholeAndAreGone() => LedgerCase.Run("""
        environment 1
        grant 1 10 from 2026-02-01
        grant 2 20 monthly from 2026-02-01
        grant 3 40 until 2026-02-01
        grant 4 80 monthly until 2026-02-01
        pool                         => size 120 left 120
        now 2026-02-01
        pool                         => size 30 left 30
        balance 1                    => granted 10 left 10
        balance 2                    => granted 20 left 20
        balance 3                    => none
        now 2026-03-01
        balance 1                    => in 10 left 10
        balance 2                    => granted 20 left 20
        """);

    [Fact]
    public void GrantBoughtInTheTurningInstant_IsNeitherLostNorDoubled() => LedgerCase.Run("""
        environment 1
        now 2026-02-01
        grant 1 25 monthly
        pool                         => size 25 left 25
        now 2026-02-01 00:00:00.001
        pool                         => size 25 left 25
        now 2026-03-01
        pool                         => size 25 left 25
        """);

    [Fact]
    public void GrantBoughtMidMonth_CountsInFullAtOnceAlsoWhenDatedBack() => LedgerCase.Run("""
        environment 1
        grant 1 100 monthly from 2026-01-14
        grant 2 50 monthly from 2025-06-01
        pool                         => size 150 left 150
        """);

    [Fact]
    public void GrantWithinAMonth_BeginsAndExpiresAtItsOwnInstant() => LedgerCase.Run("""
        environment 1
        grant 1 10 from 2026-01-16 until 2026-01-17
        use 1 1                      => unfunded 1
        now 2026-01-15 23:59:59.9999999
        pool                         => size 0 left 0
        now 2026-01-16
        use 1 1                      => pool 1 by 1
        now 2026-01-16 23:59:59.9999999
        use 1 1                      => pool 1 by 1
        now 2026-01-17
        use 1 1                      => unfunded 1
        balance 1                    => granted 10 burned 2 expired 8
        """);

    [Fact]
    public void Grant_ThatCouldNeverCount_IsRefused() => LedgerCase.Run("""
        grant 1 0                    => invalid_request
        grant 1 10 until 2026-01-15T12:00                       => expires_in_the_past
        grant 1 10 from 2026-02-01 until 2026-02-01             => invalid_request
        grant 1 10 until 2026-01-15T12:00:00.0000001
        grant 1 10                   => already_exists
        """);

    [Fact]
    public void Budget_OfAQuarter_IsOneWindowOverThreeMonths() => LedgerCase.Run("""
        environment 1
        plan 1
        join 1 1
        budget 1 100000 per quarterly from 2026-01 until 2026-06
        use 1 6                      => payg 6 cost 60000
        now 2026-02-10
        use 1 6                      => payg 4 unfunded 2 cost 40000
        now 2026-03-31
        use 1 1                      => unfunded 1
        use 1 1 at 2026-02-28        => unfunded 1
        now 2026-04-01
        use 1 11                     => payg 10 unfunded 1 cost 100000
        now 2026-06-01
        use 1 1                      => unfunded 1
        """);

    [Fact]
    public void Budget_LoweredBelowTheSpend_StopsFurtherSpendAndRewritesNothing() => LedgerCase.Run("""
        environment 1
        plan 1
        join 1 1
        use 1 9                      => payg 9 cost 90000
        budget 1 50000
        use 1 1                      => unfunded 1
        reach 1                      => 0 of 5 Depleted Unfunded, Unfunded
        budget 1 90001
        use 1 1                      => unfunded 1
        budget 1 90010
        use 1 1                      => payg 0.001 unfunded 0.999 cost 10
        budget 1 1 soft
        use 1 1                      => payg 1 cost 10000
        budget 1 0
        use 1 1                      => unfunded 1
        """);

    [Fact]
    public void RehearsalClock_MovesForwardOnly() => LedgerCase.Run(
        """
        clock 2026-01-15 11:59       => clock_moves_forward
        clock 2026-01-15 12:00
        clock 2026-02-01
        """,
        isRehearsal: true);

    [Fact]
    public void RealTenant_HasNoClockOfItsOwn() => LedgerCase.Run("clock 2026-03-01 => not_a_rehearsal");

    [Fact]
    public void OneBigMove_AppliesEveryBoundaryAtItsOwnInstant()
    {
        var ledger = LedgerCase.Run(
            """
            grant 1 10 monthly
            grant 2 10 from 2026-01-20 until 2026-02-10
            clock 2026-04-15
            """,
            isRehearsal: true);

        var byTime = ledger.Changes.Entries.Where(entry => entry.Change.IsByTime).Select(entry => $"{entry.At:MM-dd} {entry.Change.GetType().Name}");
        Assert.Equal(
            "01-20 GrantBegun, 02-01 PeriodTurned, 02-10 GrantExpired, 03-01 PeriodTurned, 04-01 PeriodTurned",
            string.Join(", ", byTime));
        Assert.Equal(Enumerable.Range(1, ledger.Changes.Entries.Count).Select(number => (long)number), ledger.Changes.Entries.Select(entry => entry.Sequence));
    }

    [Fact]
    public void Books_AreKeptWhileTheirMonthCanStillBeBookedTo()
    {
        var ledger = Make.Ledger();
        ledger.Advance(Make.At("2026-03-01"));
        Assert.Equal("2026-01 2026-02 2026-03", string.Join(' ', ledger.Books.Select(book => book.Period)));
        ledger.Advance(Make.At("2026-04-01"));
        Assert.Equal("2026-02 2026-03 2026-04", string.Join(' ', ledger.Books.Select(book => book.Period)));
    }
}

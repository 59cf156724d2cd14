using System.Globalization;
using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Domain.Tests.Alerts;

/// <summary>Alerts about grants that end soon and credits that were lost; each history is decided again and tells the same.</summary>
public sealed class GrantAlertTests
{
    [Fact]
    public void Expiring_IsToldExactlyAtTheHorizon_AndOnce()
    {
        var ledger = Ledger(Make.NewGrant(10, until: "2026-02-20"));
        ledger.Advance(Make.At("2026-02-13").AddTicks(-1));
        Assert.Equal("", Told(ledger));
        ledger.Advance(Make.At("2026-02-13"));
        ledger.Advance(Make.At("2026-02-19"));

        Assert.Equal("GrantExpiring 2026-02-13", Told(ledger));
        var alert = ledger.Changes.Alerts[0];
        Assert.Equal("Prepaid credits expire on 2026-02-20", alert.Title);
        Assert.StartsWith("10 credits of message packs are left until 2026-02-20 00:00 UTC.", alert.Text, StringComparison.Ordinal);
        Assert.Equal(AlertSeverity.Warning, alert.Severity);
        Assert.Empty(ledger.Changes.Resolved);
        AssertReplayed(ledger);
    }

    [Fact]
    public void Expiring_OfAGrantAddedInsideTheHorizon_IsToldAtOnce()
    {
        var ledger = Ledger(Make.NewGrant(10, until: "2026-01-22 12:00"), Make.NewGrant(10, 2, until: "2026-01-22 12:00:00.001"));

        Assert.Equal("GrantExpiring 2026-01-15", Told(ledger));
        Assert.Equal(ledger.Changes.Entries.First(entry => entry.Change is GrantAdded).Sequence, ledger.Changes.Alerts[0].Cause);
        AssertReplayed(ledger);
    }

    [Fact]
    public void Expiring_OfAGrantThatBeginsInsideItsHorizon_IsToldAsItBegins()
    {
        var ledger = Ledger(Make.NewGrant(10, from: "2026-01-18", until: "2026-01-20"));
        Assert.Equal("", Told(ledger));
        ledger.Advance(Make.At("2026-01-18"));

        Assert.Equal("GrantExpiring 2026-01-18", Told(ledger));
        AssertReplayed(ledger);
    }

    [Fact]
    public void Expiring_WithNothingLeftThen_IsNeverTold()
    {
        var ledger = Ledger(Make.NewGrant(10, until: "2026-01-25"));
        var use = ledger.Record(Make.Usage("1", 10_000)).Value!;
        ledger.Advance(Make.At("2026-01-18"));
        ledger.Reverse(use, "sent twice");
        ledger.Advance(Make.At("2026-01-24"));

        Assert.DoesNotContain(ledger.Changes.Alerts, alert => alert.Kind == AlertKind.GrantExpiring);
        AssertReplayed(ledger);
    }

    [Fact]
    public void Expiring_WhenTheHorizonGrows_IsOneAlertAtOnceForAllThatAreInside()
    {
        var ledger = Ledger(
            Make.NewGrant(10, until: "2026-02-01"),
            Make.NewGrant(20, 2, until: "2026-02-03", kind: GrantKind.Promotional),
            Make.NewGrant(30, 3, until: "2026-03-01"));
        ledger.Change("Contoso", 80, 20);

        Assert.Equal("GrantExpiring 2026-01-15", Told(ledger));
        var alert = ledger.Changes.Alerts[0];
        Assert.Equal("Prepaid credits expire within 20 days", alert.Title);
        Assert.Contains("10 credits of message packs", alert.Text, StringComparison.Ordinal);
        Assert.Contains("20 credits of promotional credits", alert.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("30 credits", alert.Text, StringComparison.Ordinal);

        ledger.Change("Contoso", 80, 3);
        ledger.Advance(Make.At("2026-02-27"));
        Assert.Equal(
            "GrantExpiring 2026-01-15, GrantWasted 2026-02-01, GrantWasted 2026-02-03, GrantExpiring 2026-02-26",
            Told(ledger));
        Assert.Equal(Make.At("2026-02-03"), ledger.Changes.Resolved[1]);
        AssertReplayed(ledger);
    }

    [Fact]
    public void Expiring_WhenTheHorizonShrinks_IsToldLater()
    {
        var ledger = Ledger(Make.NewGrant(10, until: "2026-01-31"));
        ledger.Change("Contoso", 80, 3);
        ledger.Advance(Make.At("2026-01-28").AddTicks(-1));
        Assert.Equal("", Told(ledger));
        ledger.Advance(Make.At("2026-01-28"));

        Assert.Equal("GrantExpiring 2026-01-28", Told(ledger));
        AssertReplayed(ledger);
    }

    [Fact]
    public void Expiring_IsOver_WhenNothingIsLeftOrHeld()
    {
        var ledger = Ledger(Make.NewGrant(10, until: "2026-01-20"));
        var hold = ledger.Reserve(new NewHold { Id = new(Guid.NewGuid()), Environment = Make.Environment(), Credits = Credits.Of(10), Life = TimeSpan.FromHours(1) }).Value!;
        Assert.DoesNotContain(1L, ledger.Changes.Resolved.Keys);
        ledger.Settle(hold, Credits.Of(9), 9);
        Assert.DoesNotContain(1L, ledger.Changes.Resolved.Keys);
        ledger.Advance(Make.Start.AddMinutes(1));
        ledger.Record(Make.Usage("1", 1_000));

        Assert.Equal(Make.Start.AddMinutes(1), ledger.Changes.Resolved[1]);
        AssertReplayed(ledger);
    }

    [Fact]
    public void EndingAGrantByHand_EndsItsAlertAndWastesNothing()
    {
        var ledger = Ledger(Make.NewGrant(10, until: "2026-01-20"));
        ledger.EndGrant(Make.Grant(), null);
        ledger.Conclude();
        ledger.Advance(Make.At("2026-02-02"));

        Assert.Equal(Make.Start, ledger.Changes.Resolved[1]);
        Assert.Equal("GrantExpiring 2026-01-15", Told(ledger));
        AssertReplayed(ledger);
    }

    [Fact]
    public void TestClock_JumpingOverSeveralBoundaries_TellsEachAtItsOwnInstant()
    {
        var ledger = Make.Ledger(isRehearsal: true);
        ledger.AddEnvironment();
        ledger.AddGrant(Make.NewGrant(100, monthly: true));
        ledger.Conclude();
        ledger.AddGrant(Make.NewGrant(5, 2, until: "2026-02-10"));
        ledger.Conclude();
        ledger.MoveClock(Make.At("2026-04-02"));

        Assert.Equal(
            "GrantWasted 2026-02-01, GrantExpiring 2026-02-03, GrantWasted 2026-02-10, GrantWasted 2026-03-01, GrantWasted 2026-04-01",
            Told(ledger));
        Assert.Equal(Make.At("2026-02-10"), ledger.Changes.Resolved[2]);
        AssertReplayed(ledger);
    }

    [Fact]
    public void MonthsTurn_ThatWastesSeveralGrants_IsOneAlertThatListsThem()
    {
        var ledger = Ledger(
            Make.NewGrant(10, monthly: true) with { Order = new PackOrder(2, Credits.Of(5), 0, "PO-1") },
            Make.NewGrant(20, 2, monthly: true, keep: 15, kind: GrantKind.Included),
            Make.NewGrant(40, 3),
            Make.NewGrant(30, 4, until: "2026-02-01", kind: GrantKind.Promotional));
        ledger.Record(Make.Usage("1", 32_000));
        ledger.Advance(Make.At("2026-02-01"));

        // The use took what ends with the month: first the promotional credits, then 2 of the packs.
        var alert = Assert.Single(ledger.Changes.Alerts, alert => alert.Kind == AlertKind.GrantWasted);
        Assert.Equal("13 prepaid credits of January 2026 were not used", alert.Title);
        Assert.Contains(": 8 of 2 message packs (order PO-1); 5 of credits included with licences.", alert.Text, StringComparison.Ordinal);
        Assert.Contains("provisional until 2026-03-05", alert.Text, StringComparison.Ordinal);
        Assert.Equal(ledger.Changes.Entries.Single(entry => entry.Change is PeriodTurned).Sequence, alert.Cause);
        AssertReplayed(ledger);
    }

    [Fact]
    public void Expiry_OfSeveralGrantsAtOneInstant_IsOneAlert()
    {
        var ledger = Ledger(Make.NewGrant(10, until: "2026-01-20"), Make.NewGrant(20, 2, until: "2026-01-20"), Make.NewGrant(30, 3));
        ledger.Record(Make.Usage("1", 4_000));
        ledger.Advance(Make.At("2026-01-20"));

        Assert.Equal(
            "GrantExpiring 2026-01-15, GrantExpiring 2026-01-15, GrantWasted 2026-01-20",
            Told(ledger));
        Assert.Equal("26 prepaid credits expired unused", ledger.Changes.Alerts[^1].Title);
        Assert.Equal([1L, 2], ledger.Changes.Resolved.Keys.Order());
        AssertReplayed(ledger);
    }

    [Fact]
    public void ManyGrants_AreListedUpToFive()
    {
        var ledger = Ledger([.. Enumerable.Range(1, 7).Select(number => Make.NewGrant(number, number, monthly: true))]);
        ledger.Advance(Make.At("2026-02-01"));

        Assert.Contains("5 of message packs; and 2 more.", ledger.Changes.Alerts[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void MonthlyGrant_IsNotToldAsExpiringEachMonth_ButWhenItEndsForGood()
    {
        var ledger = Ledger(Make.NewGrant(10, monthly: true, until: "2026-03-20"));
        ledger.Advance(Make.At("2026-03-31"));

        Assert.Equal(
            "GrantWasted 2026-02-01, GrantWasted 2026-03-01, GrantExpiring 2026-03-13, GrantWasted 2026-03-20",
            Told(ledger));
        Assert.StartsWith(
            "message packs end at 2026-03-20 00:00 UTC, with 10 credits of this month left now.",
            ledger.Changes.Alerts[2].Text,
            StringComparison.OrdinalIgnoreCase);
        AssertReplayed(ledger);
    }

    [Fact]
    public void MonthlyGrant_EmptyAtItsHorizon_IsToldWhenAMonthRefillsIt()
    {
        var ledger = Ledger(Make.NewGrant(10, monthly: true, until: "2026-02-03"));
        ledger.Record(Make.Usage("1", 10_000));
        ledger.Advance(Make.At("2026-02-01"));

        Assert.Equal("GrantExpiring 2026-02-01", Told(ledger));
        AssertReplayed(ledger);
    }

    [Fact]
    public void Boundary_OfWhichNothingComes_IsWrittenAllTheSame()
    {
        var ledger = Ledger(Make.NewGrant(10, until: "2026-01-25"));
        ledger.Record(Make.Usage("1", 10_000));
        ledger.Changes.Clear();
        var boundary = ledger.NextBoundary;
        ledger.Advance(boundary);

        Assert.Equal(Make.At("2026-01-18"), boundary);
        Assert.Empty(ledger.Changes.Entries);
        Assert.False(ledger.Changes.IsEmpty);
        Assert.Equal(Make.At("2026-01-25"), ledger.NextBoundary);
    }

    private static TenantLedger Ledger(params NewGrant[] grants)
    {
        var ledger = Make.Ledger();
        ledger.AddEnvironment();
        foreach (var grant in grants)
        {
            ledger.AddGrant(grant);
            ledger.Conclude();
        }

        return ledger;
    }

    private static string Told(TenantLedger ledger) => string.Join(", ", ledger.Changes.Alerts
        .Where(alert => alert.Kind is AlertKind.GrantExpiring or AlertKind.GrantWasted)
        .Select(alert => $"{alert.Kind} {alert.RaisedAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}"));

    private static void AssertReplayed(TenantLedger ledger)
    {
        var replay = new LedgerReplay(ledger.Id, LedgerLimits.Default);
        var postings = ledger.Changes.Postings.ToDictionary(posting => posting.Sequence);
        var entries = ledger.Changes.Entries.ToDictionary(entry => entry.Sequence);
        for (var sequence = 1L; sequence <= ledger.Sequence; sequence++)
        {
            var refusal = entries.TryGetValue(sequence, out var entry)
                ? replay.Apply(entry, number => postings.GetValueOrDefault(number))
                : replay.Apply(postings[sequence]);
            Assert.Null(refusal);
        }

        replay.Advance(ledger.Now);
        Assert.Equal(TextOf(ledger), TextOf(replay.Ledger));
        Assert.Equal(LedgerText.Of(ledger), LedgerText.Of(replay.Ledger));
    }

    private static string TextOf(TenantLedger ledger) => string.Join('\n',
    [
        .. ledger.Changes.Entries.Select(entry => $"{entry.Sequence} {entry.At:O} {entry.Change.GetType().Name}"),
        .. ledger.Changes.Alerts.Select(alert => $"{alert.Number} by {alert.Cause} {alert.Kind} at {alert.RaisedAt:O}: {alert.Title}. {alert.Text}"),
        .. ledger.Changes.Resolved.Select(resolved => $"{resolved}"),
    ]);
}

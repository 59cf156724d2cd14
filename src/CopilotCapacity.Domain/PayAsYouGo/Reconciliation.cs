using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.PayAsYouGo;

/// <summary>Why a day's bill is otherwise than what the meter counted.</summary>
public enum ReconciliationCause
{
    /// <summary>The bill of the day may still grow.</summary>
    NotYetBilled,

    /// <summary>The bill is in another currency, so that the two cannot be compared.</summary>
    OtherCurrency,

    /// <summary>The bill's price of a credit is another one, the same on most days.</summary>
    OtherPrice,

    /// <summary>Uses of the day were recorded after the bill was read.</summary>
    LateFacts,

    /// <summary>The meter stopped at the budget and called uses unfunded, which were billed all the same.</summary>
    Unfunded,

    /// <summary>The bill is of a whole resource group, in which other things may cost as well.</summary>
    OtherResources,

    /// <summary>More was billed than the meter was told of.</summary>
    UseElsewhere,

    /// <summary>Less was billed than the meter counted, and nothing here says why.</summary>
    BilledLess,
}

/// <summary>What is known of a day of a plan on both sides.</summary>
/// <param name="Day">The day, UTC.</param>
/// <param name="Credits">What the plan paid for, by the meter.</param>
/// <param name="Ours">What that costs, by the meter.</param>
/// <param name="OursWhenRead">What it was when the bill was read; null when it was not read.</param>
/// <param name="Unfunded">What nobody paid for in the plan's environments.</param>
/// <param name="Billed">What was billed; null when that is not known.</param>
/// <param name="ReadAt">When the bill was read; null when it was not.</param>
public sealed record DayToReconcile(DateOnly Day, Credits Credits, Money Ours, Money? OursWhenRead, Credits Unfunded, Money? Billed, DateTimeOffset? ReadAt);

/// <summary>How the two sides of a day compare.</summary>
/// <param name="Of">What is known of both sides.</param>
/// <param name="Difference">Billed less ours; null where they cannot be compared.</param>
/// <param name="Percent">The difference in percent of what was billed; null where nothing was, or they cannot be compared.</param>
/// <param name="Causes">What explains it, the likeliest first; none where it is within the tolerance.</param>
public sealed record ReconciledDay(DayToReconcile Of, Money? Difference, decimal? Percent, IReadOnlyList<ReconciliationCause> Causes);

/// <summary>How much is no difference.</summary>
/// <param name="Percent">In percent of the bill.</param>
/// <param name="Micros">In millionths of the currency unit.</param>
/// <param name="BillDelay">How long after a day's end its bill may still grow.</param>
public sealed record ReconciliationTolerance(decimal Percent, long Micros, TimeSpan BillDelay);

/// <summary>
/// Lays the meter's count of each day beside its bill. It explains and changes nothing: budgets and stops go on by the meter.
/// </summary>
public static class Reconciliation
{
    // Fewer days cannot tell a price from a coincidence.
    private const int DaysForAPrice = 3;

    /// <summary>The days, each with its difference and what explains it.</summary>
    /// <param name="days">What is known.</param>
    /// <param name="tolerance">How much is no difference.</param>
    /// <param name="isWholeGroup">Whether the bill is that of a resource group with other things in it.</param>
    public static IReadOnlyList<ReconciledDay> Compare(IReadOnlyList<DayToReconcile> days, ReconciliationTolerance tolerance, bool isWholeGroup)
    {
        var ratio = RatioOf(days, tolerance);
        return [.. days.Select(day => CompareDay(day, tolerance, ratio, isWholeGroup))];
    }

    /// <summary>
    /// The price of a credit that the bill implies, in millionths, when it is plainly another than the meter's; null when it is not.
    /// </summary>
    public static decimal? ImpliedPriceMicros(IReadOnlyList<DayToReconcile> days, ReconciliationTolerance tolerance) =>
        RatioOf(days, tolerance) is { } ratio && Comparable(days, tolerance).Sum(day => day.Credits.Value) is > 0 and var credits
            ? ratio * Comparable(days, tolerance).Sum(day => (decimal)day.Ours.Micros) / credits
            : null;

    private static ReconciledDay CompareDay(DayToReconcile day, ReconciliationTolerance tolerance, decimal? ratio, bool isWholeGroup)
    {
        if (day.Billed is not { } billed)
        {
            return new ReconciledDay(day, null, null, [ReconciliationCause.NotYetBilled]);
        }

        if (billed.Currency != day.Ours.Currency)
        {
            return new ReconciledDay(day, null, null, [ReconciliationCause.OtherCurrency]);
        }

        var difference = billed - day.Ours;
        decimal? percent = billed.Micros == 0 ? null : difference.Micros * 100m / billed.Micros;
        return new ReconciledDay(day, difference, percent, IsWithin(difference.Micros, billed.Micros, tolerance) ? [] : CausesOf(day, billed, difference, tolerance, ratio, isWholeGroup));
    }

    private static List<ReconciliationCause> CausesOf(
        DayToReconcile day, Money billed, Money difference, ReconciliationTolerance tolerance, decimal? ratio, bool isWholeGroup)
    {
        var causes = new List<ReconciliationCause>();
        if (IsEarly(day, tolerance))
        {
            causes.Add(ReconciliationCause.NotYetBilled);
        }

        if (ratio is { } price && IsWithin(billed.Micros - (long)(day.Ours.Micros * price), billed.Micros, tolerance))
        {
            causes.Add(ReconciliationCause.OtherPrice);
            return causes;
        }

        if (day.OursWhenRead is { } then && then != day.Ours)
        {
            causes.Add(ReconciliationCause.LateFacts);
        }

        if (difference.Micros > 0 && day.Unfunded.IsPositive)
        {
            causes.Add(ReconciliationCause.Unfunded);
        }

        if (difference.Micros > 0 && isWholeGroup)
        {
            causes.Add(ReconciliationCause.OtherResources);
        }

        if (causes.Count == 0)
        {
            causes.Add(difference.Micros > 0 ? ReconciliationCause.UseElsewhere : ReconciliationCause.BilledLess);
        }

        return causes;
    }

    // Bill over meter, when it is about the same on most of the days and is not about 1.
    private static decimal? RatioOf(IReadOnlyList<DayToReconcile> days, ReconciliationTolerance tolerance)
    {
        var comparable = Comparable(days, tolerance);
        if (comparable.Count < DaysForAPrice)
        {
            return null;
        }

        var ratios = comparable.Select(day => (decimal)day.Billed!.Value.Micros / day.Ours.Micros).Order().ToList();
        var median = ratios[ratios.Count / 2];
        var near = ratios.Count(ratio => Math.Abs(ratio - median) * 100 <= Math.Max(tolerance.Percent, 1) * median);
        return near * 3 >= ratios.Count * 2 && Math.Abs(median - 1) * 100 > tolerance.Percent ? median : null;
    }

    private static List<DayToReconcile> Comparable(IReadOnlyList<DayToReconcile> days, ReconciliationTolerance tolerance) =>
        [.. days.Where(day => day is { Ours.Micros: > 0, Billed: { Micros: > 0 } billed } && billed.Currency == day.Ours.Currency && !IsEarly(day, tolerance))];

    private static bool IsEarly(DayToReconcile day, ReconciliationTolerance tolerance) =>
        day.ReadAt is not { } at || at < new DateTimeOffset(day.Day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero) + tolerance.BillDelay;

    private static bool IsWithin(long difference, long billed, ReconciliationTolerance tolerance) =>
        Math.Abs(difference) <= tolerance.Micros || Math.Abs((decimal)difference) * 100 <= tolerance.Percent * billed;
}

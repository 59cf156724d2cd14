using System.Globalization;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;

namespace CopilotCapacity.Portal.Features.BillingPlans.Pages;

/// <summary>The words for what Azure says of a plan.</summary>
public static class PlanAzureText
{
    /// <summary>As of when, and why not since.</summary>
    public static string AgeOf(PlanAzureBrief azure, DateTimeOffset now) => azure switch
    {
        { ReadAt: { } at, Failure: null } => $"as of {Formats.Ago(now, at)}",
        { ReadAt: { } at, Failure: { } why } => $"as of {Formats.Ago(now, at)}; {why}",
        { Failure: { } why } => $"never read in full; {why}",
        _ => "not read yet",
    };

    /// <summary>One line for the list.</summary>
    public static string LineOf(PlanAzureBrief azure) => azure switch
    {
        { IsSubscriptionEnabled: false, Subscription: { } state } => $"subscription {state.ToLowerInvariant()}",
        { Drift: > 0 } => Formats.Count(azure.Drift.Value, "difference", "differences"),
        { Drift: 0, ReadAt: not null } => "the same as here",
        _ => "not known",
    };

    /// <summary>The causes of a difference in a sentence each.</summary>
    public static string CausesOf(ReconciledDay day) => string.Join(" ", day.Causes.Select(cause => CauseOf(cause, day)));

    /// <summary>A cause in a sentence.</summary>
    public static string CauseOf(ReconciliationCause cause, ReconciledDay day) => cause switch
    {
        ReconciliationCause.NotYetBilled => day.Of.Billed is null ? "Not billed yet: that takes 8 to 24 hours." : "The bill of this day may still grow.",
        ReconciliationCause.OtherCurrency => $"Azure bills in {day.Of.Billed!.Value.Currency}.",
        ReconciliationCause.OtherPrice => "Azure’s price of a credit is another one.",
        ReconciliationCause.LateFacts => $"Uses arrived here after the bill was read; it was {Formats.Money(day.Of.OursWhenRead!.Value)} then.",
        ReconciliationCause.Unfunded => $"{Formats.Credits(day.Of.Unfunded)} credits were unfunded here: the budget stopped them, Azure billed them.",
        ReconciliationCause.OtherResources => "The bill is that of the whole resource group.",
        ReconciliationCause.UseElsewhere => "More was billed than this portal was told of.",
        _ => "Less was billed than was metered here.",
    };

    /// <summary>A difference with its sign.</summary>
    public static string DifferenceOf(ReconciledDay day) => day.Difference is { } money ? Signed(money) : "–";

    /// <summary>A difference in percent of the bill, with its sign.</summary>
    public static string PercentOf(ReconciledDay day) => day.Percent is { } percent
        ? $"{(percent > 0 ? "+" : percent < 0 ? "−" : "")}{Math.Abs(percent).ToString("#,##0.#", CultureInfo.CurrentCulture)}\u00a0%"
        : "–";

    /// <summary>What was billed; unknown is no zero.</summary>
    public static string BilledOf(ReconciledDay day) => day.Of.Billed is { } billed ? Formats.Money(billed) : "not yet";

    /// <summary>Both sides over the days whose bill is known and comparable, in a sentence.</summary>
    public static string SumOf(IReadOnlyList<ReconciledDay> days)
    {
        var known = days.Where(day => day.Difference is not null).ToList();
        if (known.Count == 0)
        {
            return "No day has a bill that can be compared yet.";
        }

        var currency = known[0].Of.Ours.Currency;
        var (ours, billed) = (new Money(known.Sum(day => day.Of.Ours.Micros), currency), new Money(known.Sum(day => day.Of.Billed!.Value.Micros), currency));
        return $"{Formats.Money(ours)} metered and {Formats.Money(billed)} billed on {Formats.Count(known.Count, "day", "days")}; {Formats.Count(known.Count(day => day.Causes.Count > 0), "day differs", "days differ")} by more than the tolerance.";
    }

    private static string Signed(Money money) => money.Micros switch
    {
        0 => Formats.Money(money),
        > 0 => $"+{Formats.Money(money)}",
        _ => $"−{Formats.Money(new Money(-money.Micros, money.Currency))}",
    };
}

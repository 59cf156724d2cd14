using System.Globalization;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;

namespace CopilotCapacity.Portal.Features.BillingPlans.Pages;

/// <summary>The words of the pages about pay-as-you-go.</summary>
public static class PlanText
{
    private const string Local = "No Azure connection is set up: plans and budgets here are the portal’s own. They pay and stop by what it meters; nothing is written to Azure.";

    private const string Connected = "Plans and budgets are the portal’s own: they pay and stop by what it meters. What Azure says of them stands beside, with its age; nothing is written there but what somebody has reviewed and pushed.";

    /// <summary>Where plans come from.</summary>
    public static string NoteOf(bool isConnected) => isConnected ? Connected : Local;

    /// <summary>How a budget's window is called.</summary>
    public static string GrainOf(TimeGrain grain) => grain switch
    {
        TimeGrain.Quarterly => "quarter",
        TimeGrain.Annually => "year",
        _ => "month",
    };

    /// <summary>The days of a window.</summary>
    public static string WindowOf(PlanWindow window) => window.End.Index - window.Start.Index == 1
        ? Formats.Month(window.Start)
        : $"{Formats.Day(window.Start.Start)} to {Formats.Day(window.End.Start.AddDays(-1))} {window.End.Start.AddDays(-1).Year.ToString(CultureInfo.CurrentCulture)} (UTC)";

    /// <summary>What the budget leaves, holds taken off; null without a budget.</summary>
    public static Money? LeftOf(PlanWindow window) => window.Budget is { } budget
        ? new Money(Math.Max(0, budget.Micros - window.Spent.Micros - window.Held.Micros), budget.Currency)
        : null;

    /// <summary>How a plan stands: the word for its mark, and why.</summary>
    public static (string Word, string Mark, string Why) StateOf(PlanRowView plan) => plan switch
    {
        { IsEnabled: false } => ("Disabled", "off", "it pays for nothing until it is enabled"),
        { HardStop: true, Window.Budget: null } => ("Stopped", "depleted", "its budget is not in force this month, and a hard stop pays for nothing outside it"),
        { HardStop: true } when LeftOf(plan.Window) is { Micros: <= 0 } => ("Stopped", "depleted", "its budget is spent"),
        { Window.Budget: null } => ("Pays", "available", "no budget limits it"),
        { Window: { Forecast: { } forecast, Budget: { } budget } } when forecast.Micros > budget.Micros => ("Over at this pace", "low", $"{Formats.Money(forecast)} by {Formats.Day(plan.Window.End.Start)}"),
        _ => ("Pays", "available", "within its budget"),
    };

    /// <summary>What the budget does when it is reached.</summary>
    public static string StopOf(Budget budget) => budget.HardStop
        ? "spend stops at the amount"
        : "spend goes on beyond the amount; people are told";

    /// <summary>The thresholds in words.</summary>
    public static string ThresholdsOf(Budget budget) => budget.Thresholds.Count == 0
        ? "none"
        : string.Join(", ", budget.Thresholds.OrderBy(mark => mark.Percent).Select(mark => $"{mark.Percent} %{(mark.Basis == ThresholdBasis.Forecasted ? " forecast" : "")}"));

    /// <summary>A price with all its decimals.</summary>
    public static string PriceOf(CreditPrice price, CurrencyCode currency) =>
        $"{currency} {new Money(price.MicrosPerCredit, currency).Value.ToString("0.00####", CultureInfo.CurrentCulture)}";

    /// <summary>A price to come: 0.012 USD from 1 January 2027.</summary>
    public static string PlannedOf(PlannedPrice price, CurrencyCode currency) =>
        $"{PriceOf(price.Price, currency)} a credit from {(price.From.TimeOfDay == TimeSpan.Zero ? $"{Formats.Day(DateOnly.FromDateTime(price.From.UtcDateTime))} (UTC)" : Formats.Exact(price.From))}";

    /// <summary>Where the plan is charged.</summary>
    public static string PlaceOf(PlanRowView plan) => $"{plan.ResourceGroup} · {plan.SubscriptionId}";
}

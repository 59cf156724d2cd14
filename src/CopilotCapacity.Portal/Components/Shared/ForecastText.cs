using System.Globalization;
using CopilotCapacity.Domain.Forecast;

namespace CopilotCapacity.Portal.Components.Shared;

/// <summary>How a forecast reads, the same on every page: when, how sure, and on what it rests.</summary>
public static class ForecastText
{
    private const char NoBreak = '\u00A0';

    // A smaller risk would stand beside almost everything.
    private const int LeastRisk = 10;

    /// <summary>27 Nov ± 1 day; the day alone without a band.</summary>
    public static string Day(Depletion depletion) => depletion switch
    {
        { At: not { } } => "after month end",
        { At: { } at, DaysEither: { } days } => $"{Formats.Day(at)} ±{NoBreak}{Formats.Count(days, "day", "days")}",
        { At: { } at } => Formats.Day(at),
    };

    /// <summary>How sure it is that it ends before the month does, as the end of a sentence.</summary>
    public static string Sureness(Depletion depletion) => depletion.Percent is { } percent
        ? $" · {Number(percent)} sure"
        : $" {By(depletion.Basis)}";

    /// <summary>What of the risk is left where it likely lasts; null where there is hardly any.</summary>
    public static string? Risk(Depletion depletion) => depletion is { At: null, Percent: >= LeastRisk and var percent }
        ? $"{Number(percent)} risk of an earlier end"
        : null;

    /// <summary>On what it rests.</summary>
    public static string By(ForecastBasis? basis) => basis == ForecastBasis.History ? "by the forecast" : "at this month’s pace";

    private static string Number(int percent) => percent.ToString(CultureInfo.CurrentCulture) + NoBreak + "%";
}

using System.Globalization;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Portal.Hosting.Json;

namespace CopilotCapacity.Portal.Features.BillingPlans;

/// <summary>A mark on a budget.</summary>
public sealed record BudgetThresholdDto(int Percent, ThresholdBasis Basis);

/// <summary>A mark to put on a budget.</summary>
public sealed record BudgetThresholdRequestDto(int? Percent, ThresholdBasis? Basis);

/// <summary>The window of a budget that runs now.</summary>
/// <param name="Start">Its first day.</param>
/// <param name="End">The first day after it.</param>
/// <param name="Spend">What was spent in it.</param>
/// <param name="Remaining">What the budget leaves, open holds taken off; never below zero.</param>
public sealed record BudgetWindowDto(string Start, string End, MoneyDto Spend, MoneyDto Remaining);

/// <summary>A budget. <c>endsOn</c> is the first day after it; the window is null outside the budget's dates.</summary>
public sealed record BudgetDto(
    MoneyDto Amount,
    TimeGrain TimeGrain,
    string StartsOn,
    string? EndsOn,
    IReadOnlyList<BudgetThresholdDto> Thresholds,
    IReadOnlyList<string> Contacts,
    bool HardStop,
    BudgetWindowDto? Window)
{
    internal static BudgetDto? From(BillingPlan plan, Period month, string currency) => plan.Budget is not { } budget
        ? null
        : new BudgetDto(
            MoneyDto.From(budget.AmountMicros, currency),
            budget.Grain,
            Days.First(budget.StartsOn),
            budget.EndsOn is { } end ? Days.First(end) : null,
            [.. budget.Thresholds.Select(threshold => new BudgetThresholdDto(threshold.Percent, threshold.Basis))],
            budget.Contacts,
            budget.HardStop,
            WindowOf(plan, budget, month, currency));

    private static BudgetWindowDto? WindowOf(BillingPlan plan, Budget budget, Period month, string currency)
    {
        if (budget.WindowStart(month) is not { } start)
        {
            return null;
        }

        var end = new Period(start.Index + (int)budget.Grain);
        var spent = plan.Months.Where(paid => paid.Period >= start && paid.Period < end).Sum(paid => paid.SpendMicros);
        var left = Math.Max(0, budget.AmountMicros - plan.UsedMicros(start, budget.Grain));
        return new BudgetWindowDto(
            Days.First(start), Days.First(end), MoneyDto.From(spent, currency), MoneyDto.From(left, currency));
    }
}

/// <summary>A budget to set.</summary>
public sealed record BudgetRequestDto(
    MoneyDto? Amount,
    TimeGrain? TimeGrain,
    string? StartsOn,
    string? EndsOn,
    IReadOnlyList<BudgetThresholdRequestDto?>? Thresholds,
    IReadOnlyList<string?>? Contacts,
    bool? HardStop)
{
    /// <summary>Reads the budget; the result is the problem with it, or null.</summary>
    internal IResult? Read(out Budget budget)
    {
        Money amount = default;
        Period start = default;
        Period end = default;
        var thresholds = Thresholds ?? [];
        var contacts = Contacts ?? [];
        var fields = new Fields()
            .Require(Amount is not null && Amount.TryToMoney(out amount), "amount", "A budget is an amount such as \"500.00\" with its currency.")
            .Require(TimeGrain is not null, "timeGrain", "The time grain is monthly, quarterly or annually.")
            .Require(Days.TryReadFirst(StartsOn, out start), "startsOn", "A budget starts on a first of a month, such as 2026-11-01.")
            .Require(EndsOn is null || Days.TryReadFirst(EndsOn, out end), "endsOn", "A budget ends before a first of a month, such as 2027-11-01.")
            .Require(contacts.All(contact => contact is not null), "contacts", "A contact is an e-mail address.");
        for (var index = 0; index < thresholds.Count; index++)
        {
            fields
                .Require(thresholds[index]?.Percent is not null, $"thresholds[{index}].percent", "A threshold is a percent from 0 to 1000.")
                .Require(thresholds[index]?.Basis is not null, $"thresholds[{index}].basis", "The basis is actual or forecasted.");
        }

        budget = fields.Problem is not null ? null! : new Budget(
            amount.Micros,
            TimeGrain!.Value,
            start,
            EndsOn is null ? null : end,
            HardStop ?? true,
            [.. thresholds.Select(threshold => new BudgetThreshold(threshold!.Percent!.Value, threshold.Basis!.Value))],
            [.. contacts.Select(contact => contact!.Trim())]);
        return fields.Problem;
    }
}

/// <summary>Days in the API are written like 2026-11-01.</summary>
internal static class Days
{
    private const string Format = "yyyy-MM-dd";

    public static string Of(DateOnly day) => day.ToString(Format, CultureInfo.InvariantCulture);

    public static string First(Period month) => month.Start.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>Reads a day; an instant counts when it is a day's first.</summary>
    public static bool TryRead(string? text, out DateOnly day)
    {
        if (DateOnly.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out day))
        {
            return true;
        }

        if (!InstantJsonConverter.TryParse(text, out var instant) || instant.UtcDateTime.TimeOfDay != TimeSpan.Zero)
        {
            return false;
        }

        day = DateOnly.FromDateTime(instant.UtcDateTime);
        return true;
    }

    /// <summary>Reads the first day of a month.</summary>
    public static bool TryReadFirst(string? text, out Period month)
    {
        month = default;
        if (!TryRead(text, out var day) || day.Day != 1 || day.Year is < 2000 or > 2999)
        {
            return false;
        }

        month = new Period((day.Year * 12) + day.Month - 1);
        return true;
    }
}

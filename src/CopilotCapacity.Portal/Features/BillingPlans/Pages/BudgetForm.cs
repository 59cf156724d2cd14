using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;

namespace CopilotCapacity.Portal.Features.BillingPlans.Pages;

/// <summary>A threshold while it is typed.</summary>
public sealed class ThresholdField
{
    /// <summary>The percent; null while the field is empty.</summary>
    public int? Percent { get; set; }

    /// <summary>What is measured.</summary>
    public ThresholdBasis Basis { get; set; }
}

/// <summary>A budget while it is typed.</summary>
public sealed class BudgetForm
{
    private const int RaisedPercent = 125;

    // Half way, nearly there, and reached; and a warning before it is.
    private static readonly (int Percent, ThresholdBasis Basis)[] s_usual = [(50, ThresholdBasis.Actual), (80, ThresholdBasis.Actual), (100, ThresholdBasis.Actual), (100, ThresholdBasis.Forecasted)];

    /// <summary>Begins with the budget of a plan, or with what most would set.</summary>
    /// <param name="detail">The plan.</param>
    /// <param name="raises">Whether the amount begins a quarter higher.</param>
    public BudgetForm(PlanDetail detail, bool raises = false)
    {
        Currency = detail.Currency;
        Grain = detail.Budget?.Grain ?? TimeGrain.Monthly;
        StartsOn = detail.Budget?.StartsOn ?? detail.Period;
        EndsOn = detail.Budget?.EndsOn;
        HardStop = detail.Budget?.HardStop ?? true;
        Amount = detail.Budget is { } budget ? new Money(budget.AmountMicros, detail.Currency).Value : null;
        if (raises && Amount is { } now)
        {
            Amount = Math.Ceiling(now * RaisedPercent / 100);
        }

        Contacts = string.Join('\n', detail.Budget?.Contacts ?? []);
        var marks = detail.Budget is { } set ? set.Thresholds.Select(mark => (mark.Percent, mark.Basis)) : s_usual;
        Thresholds = [.. marks.Select(mark => new ThresholdField { Percent = mark.Percent, Basis = mark.Basis })];
    }

    /// <summary>The tenant's currency.</summary>
    public CurrencyCode Currency { get; }

    /// <summary>In the currency's unit; null while the field is empty.</summary>
    public decimal? Amount { get; set; }

    /// <summary>The length of a window.</summary>
    public TimeGrain Grain { get; set; }

    /// <summary>The first month of the first window.</summary>
    public Period StartsOn { get; set; }

    /// <summary>The first month after the last; null without end.</summary>
    public Period? EndsOn { get; set; }

    /// <summary>Whether spend stops at the amount.</summary>
    public bool HardStop { get; set; }

    /// <summary>At most five.</summary>
    public List<ThresholdField> Thresholds { get; }

    /// <summary>E-mail addresses, one on each line.</summary>
    public string? Contacts { get; set; }

    /// <summary>What is wrong with it; null when it can be set.</summary>
    public string? Problem => Amount switch
    {
        null => "Type an amount of money.",
        { } amount when !Money.TryFrom(amount, Currency, out _) => "Use at most six decimals and a smaller number.",
        _ when Thresholds.Exists(mark => mark.Percent is null) => "Type the percent of each threshold, or take it away.",
        _ => BudgetRules.Check(Made(Amount.Value))?.Detail,
    };

    /// <summary>The budget; null while there is a problem.</summary>
    public Budget? Budget => Problem is null ? Made(Amount!.Value) : null;

    /// <summary>What it does at once, beside what is spent already.</summary>
    /// <param name="detail">The plan as it stands.</param>
    public string? EffectOn(PlanDetail detail)
    {
        if (Budget is not { } budget)
        {
            return null;
        }

        if (budget.WindowStart(detail.Period) is not { } start)
        {
            return budget.HardStop ? "It is not in force this month, and a hard stop pays for nothing outside its dates." : "It is not in force this month.";
        }

        var window = detail.Plan.Window;
        if (start != window.Start || start.Index + (int)budget.Grain != window.End.Index)
        {
            return $"Its window begins on {Formats.Day(start.Start)}; what was spent in it counts, also from before.";
        }

        var left = budget.AmountMicros - window.Spent.Micros - window.Held.Micros;
        return (left > 0, budget.HardStop) switch
        {
            (true, _) => $"{Formats.Money(window.Spent)} are spent. That leaves {Formats.Money(new Money(left, Currency))}, which buys {Formats.Credits(detail.Price.RoomIn(left))} credits.",
            (false, true) => $"{Formats.Money(window.Spent)} are spent already: this stops further spend at once, and rewrites nothing.",
            (false, false) => $"{Formats.Money(window.Spent)} are spent already. Without a hard stop the plan goes on paying.",
        };
    }

    private Budget Made(decimal amount)
    {
        Money.TryFrom(amount, Currency, out var money);
        return new Budget(
            money.Micros,
            Grain,
            StartsOn,
            EndsOn,
            HardStop,
            [.. Thresholds.Where(mark => mark.Percent is not null).Select(mark => new BudgetThreshold(mark.Percent!.Value, mark.Basis))],
            [.. (Contacts ?? "").Split(['\n', ',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]);
    }
}

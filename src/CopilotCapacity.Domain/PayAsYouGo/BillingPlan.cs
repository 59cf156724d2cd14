using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Faults;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.PayAsYouGo;

/// <summary>How long a budget's window is.</summary>
public enum TimeGrain
{
    /// <summary>One month.</summary>
    Monthly = 1,

    /// <summary>Three months.</summary>
    Quarterly = 3,

    /// <summary>Twelve months.</summary>
    Annually = 12,
}

/// <summary>What a budget's threshold is measured against.</summary>
public enum ThresholdBasis
{
    /// <summary>The spend so far.</summary>
    Actual,

    /// <summary>The spend expected by the window's end.</summary>
    Forecasted,
}

/// <summary>A mark on a budget that raises an alert.</summary>
/// <param name="Percent">Of the amount, 0 to 1000.</param>
/// <param name="Basis">What is measured.</param>
public readonly record struct BudgetThreshold(int Percent, ThresholdBasis Basis);

/// <summary>An amount per time grain on a billing plan.</summary>
/// <param name="AmountMicros">In millionths of the tenant's currency; 0 means no pay-as-you-go.</param>
/// <param name="Grain">The length of a window.</param>
/// <param name="StartsOn">The first month of the first window.</param>
/// <param name="EndsOn">The first month after the last window; null without end.</param>
/// <param name="HardStop">Whether spend never passes the amount.</param>
/// <param name="Thresholds">At most five.</param>
/// <param name="Contacts">E-mail addresses to tell.</param>
public sealed record Budget(
    long AmountMicros,
    TimeGrain Grain,
    Period StartsOn,
    Period? EndsOn,
    bool HardStop,
    IReadOnlyList<BudgetThreshold> Thresholds,
    IReadOnlyList<string> Contacts)
{
    /// <summary>The first month of the window a month lies in, or null outside the budget's dates.</summary>
    public Period? WindowStart(Period month)
    {
        if (month < StartsOn || month >= EndsOn)
        {
            return null;
        }

        var monthsIn = (month.Index - StartsOn.Index) % (int)Grain;
        return new Period(month.Index - monthsIn);
    }
}

/// <summary>A price that is to be in force from an instant on.</summary>
/// <param name="From">The instant.</param>
/// <param name="Price">The price of a credit.</param>
public readonly record struct PlannedPrice(DateTimeOffset From, CreditPrice Price);

/// <summary>What a plan has paid in one month.</summary>
public sealed class PlanMonth
{
    /// <summary>The plan.</summary>
    public required BillingPlan Plan { get; init; }

    /// <summary>The month.</summary>
    public required Period Period { get; init; }

    /// <summary>Credits paid.</summary>
    public Credits Credits { get; set; }

    /// <summary>What they cost, in millionths of the tenant's currency.</summary>
    public long SpendMicros { get; set; }

    /// <summary>The cost of open holds.</summary>
    public long HeldMicros { get; set; }

    /// <summary>Set when this state differs from the one last written.</summary>
    public bool IsChanged { get; set; }
}

/// <summary>A pay-as-you-go plan: environments of one region, paid by one Azure subscription.</summary>
public sealed class BillingPlan
{
    private readonly Dictionary<Period, PlanMonth> _months = [];

    /// <summary>The plan's number within its tenant, given by the ledger.</summary>
    public required int Key { get; init; }

    /// <summary>The plan's id.</summary>
    public required BillingPlanId Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; set; }

    /// <summary>The Azure subscription that pays.</summary>
    public required string SubscriptionId { get; set; }

    /// <summary>The resource group of the plan's Azure resource.</summary>
    public required string ResourceGroup { get; set; }

    /// <summary>The region all its environments lie in.</summary>
    public required string Region { get; set; }

    /// <summary>The price of a credit that is in force.</summary>
    public required CreditPrice Price { get; set; }

    /// <summary>Prices to come, the next first.</summary>
    public IReadOnlyList<PlannedPrice> PlannedPrices { get; set; } = [];

    /// <summary>Whether it pays.</summary>
    public bool IsEnabled { get; set; } = true;

    /// <summary>Its budget; null when none limits it.</summary>
    public Budget? Budget { get; set; }

    /// <summary>When it was deleted; null while it was not. What it paid stays on record.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>Changes with the plan, its budget and its environments; its ETag.</summary>
    public int Version { get; set; } = 1;

    /// <summary>What was noted and told about its budget.</summary>
    public BudgetWatch Watch { get; } = new();

    /// <summary>The months in which it has paid.</summary>
    public IEnumerable<PlanMonth> Months => _months.Values;

    /// <summary>The plan's month, made when it is first asked for.</summary>
    public PlanMonth Month(Period period)
    {
        if (!_months.TryGetValue(period, out var month))
        {
            _months[period] = month = new PlanMonth { Plan = this, Period = period };
        }

        return month;
    }

    /// <summary>Puts back a month that was read from storage.</summary>
    public void Restore(PlanMonth month) => _months[month.Period] = month;

    /// <summary>
    /// What the hard budget in force still leaves for a month, in millionths of the currency; null when no hard stop limits
    /// it. Outside its dates a hard-stop budget leaves nothing.
    /// </summary>
    public long? RoomMicros(Period month) => Budget is { HardStop: true } budget
        ? Math.Max(0, budget.WindowStart(month) is { } start ? budget.AmountMicros - (SeededBugs.Has(SeededBug.BudgetFromNowOn) ? 0 : UsedMicros(start, budget.Grain)) : 0)
        : null;

    /// <summary>The spend of the budget's window a month lies in, or of the month itself when no budget is in force.</summary>
    public long SpendMicros(Period month) => Budget?.WindowStart(month) is { } start
        ? UsedMicros(start, Budget.Grain)
        : _months.GetValueOrDefault(month)?.SpendMicros ?? 0;

    /// <summary>
    /// What the hard budget in force pays in all in the window of a month, in millionths of the currency; null when no hard
    /// stop limits it. Outside its dates a hard-stop budget pays nothing.
    /// </summary>
    public long? TotalMicros(Period month) => Budget is { HardStop: true } budget
        ? budget.WindowStart(month) is null ? 0 : budget.AmountMicros
        : null;

    /// <summary>What the window of a month has used: spend and open holds.</summary>
    public long UsedMicros(Period windowStart, TimeGrain grain)
    {
        var used = 0L;
        for (var month = windowStart; month.Index < windowStart.Index + (int)grain; month = month.Next)
        {
            if (_months.TryGetValue(month, out var found))
            {
                used += found.SpendMicros + found.HeldMicros;
            }
        }

        return used;
    }
}

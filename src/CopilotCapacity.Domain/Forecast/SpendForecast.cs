using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Forecast;

/// <summary>
/// What a plan's spend will be: what was spent, and what it will pay at its price of today. Without a history of its own, at the pace
/// since its window began.
/// </summary>
/// <param name="Spent">What was spent since the window began, in millionths of the currency.</param>
/// <param name="Price">The price of a credit.</param>
/// <param name="FromHistory">What the plan will pay for, from its history; null while that is too short.</param>
/// <param name="WindowStart">When the window began.</param>
/// <param name="Now">An instant of the window.</param>
public readonly record struct SpendForecast(long Spent, CreditPrice Price, UseForecast? FromHistory, DateTimeOffset WindowStart, DateTimeOffset Now)
{
    private static readonly TimeSpan s_leastWindow = TimeSpan.FromDays(1);

    /// <summary>What it rests on.</summary>
    public ForecastBasis Basis => FromHistory?.Basis ?? ForecastBasis.MonthSoFar;

    /// <summary>The spend at an instant not before now, in millionths of the currency; null in the window's first day without a history.</summary>
    /// <param name="at">The instant.</param>
    /// <param name="level">The place among the levels of a forecast.</param>
    public long? At(DateTimeOffset at, int level = UseForecast.Likely)
    {
        if (FromHistory is { } forecast)
        {
            return checked(Spent + Price.CostOf(forecast.Between(Now, at, level)));
        }

        var elapsed = Now - WindowStart;
        return elapsed < s_leastWindow
            ? null
            : decimal.ToInt64(decimal.Round(Spent + (Spent / (decimal)elapsed.TotalDays * (decimal)(at - Now).TotalDays)));
    }
}

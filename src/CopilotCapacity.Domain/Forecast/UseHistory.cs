using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Forecast;

/// <summary>What was used on each of the days before a forecast begins, UTC.</summary>
/// <param name="First">The first day.</param>
/// <param name="Days">Credits of each day from the first on: zero when nothing was used, null when it is not known.</param>
public sealed record UseHistory(DateOnly First, IReadOnlyList<Credits?> Days)
{
    /// <summary>The first day that is not in the history; a forecast begins with it.</summary>
    public DateOnly End => First.AddDays(Days.Count);
}

using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Forecast;

/// <summary>What will be left of something at an instant.</summary>
/// <param name="At">The instant.</param>
/// <param name="Least">What is left in nine of ten cases at least.</param>
/// <param name="Likely">What is likely left.</param>
/// <param name="Most">What is left in nine of ten cases at most.</param>
public readonly record struct LeftPoint(DateTimeOffset At, Credits Least, Credits Likely, Credits Most);

/// <summary>
/// What will be left of a tenant's prepaid credits: allocations by what their environments will use of them, the pool by what all will
/// draw on it. What an environment cannot reach stays, however much it would use.
/// </summary>
/// <param name="Points">What is left now, at each midnight (UTC) and at the month's end.</param>
/// <param name="Basis">What it rests on.</param>
public sealed record PrepaidOutlook(IReadOnlyList<LeftPoint> Points, ForecastBasis Basis)
{
    /// <summary>When nothing is left.</summary>
    public Depletion Ends => new()
    {
        At = FirstWithout(point => point.Likely),
        Earliest = Basis == ForecastBasis.History ? FirstWithout(point => point.Least) : null,
        Latest = Basis == ForecastBasis.History ? FirstWithout(point => point.Most) : null,
        Basis = Basis,
    };

    private DateTimeOffset? FirstWithout(Func<LeftPoint, Credits> left)
    {
        foreach (var point in Points)
        {
            if (!left(point).IsPositive)
            {
                return point.At;
            }
        }

        return null;
    }
}

using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Quota;

/// <summary>An environment as a rebalance looks at it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="AllocationLeft">What is left of its allocation.</param>
/// <param name="Forecast">What it will use; null when that cannot be told, and then nothing is moved for its sake.</param>
/// <param name="DrawsOnPool">Whether it may draw on the tenant pool.</param>
/// <param name="HasPayAsYouGo">Whether an enabled billing plan pays for it.</param>
public readonly record struct RebalancedEnvironment(EnvironmentId Id, Credits AllocationLeft, UseForecast? Forecast, bool DrawsOnPool, bool HasPayAsYouGo);

/// <summary>What an allocation is to grow or shrink by.</summary>
/// <param name="Environment">The environment.</param>
/// <param name="Grows">Credits it grows by; below zero it gives them.</param>
/// <param name="Need">What it will likely use until the month ends.</param>
public readonly record struct RebalanceStep(EnvironmentId Environment, Credits Grows, decimal Need);

/// <summary>A proposal to move credits.</summary>
/// <param name="Steps">The allocations that change, those that grow first.</param>
/// <param name="FromPool">What comes from the tenant pool.</param>
/// <param name="Missing">What would still be missing afterwards, over all environments.</param>
public sealed record RebalanceProposal(IReadOnlyList<RebalanceStep> Steps, Credits FromPool, Credits Missing);

/// <summary>
/// Moves spare credits to where, by the forecast, they will be missing before the month ends: first from the tenant pool,
/// then from the allocations that have the most to spare. It proposes; people decide.
/// </summary>
public static class Rebalance
{
    /// <summary>Everybody keeps, and is given, this much more than the forecast needs, in percent.</summary>
    public const int MarginPercent = 10;

    /// <summary>Proposes the moves.</summary>
    /// <param name="environments">The environments in service.</param>
    /// <param name="poolLeft">What the tenant pool has left; at least zero.</param>
    /// <param name="period">The running month.</param>
    /// <param name="now">An instant of that month.</param>
    /// <returns>The proposal, in whole credits; null while nothing can be told of any of them.</returns>
    public static RebalanceProposal? Propose(
        IReadOnlyList<RebalancedEnvironment> environments, Credits poolLeft, Period period, DateTimeOffset now)
    {
        if (environments.Count > 0 && environments.All(environment => environment.Forecast is null))
        {
            return null;
        }

        List<Place> places = [.. environments.Select(environment => PlaceOf(environment, period, now))];

        // What the others will draw on the pool is not spare.
        var promised = places.Where(place => place.Environment.DrawsOnPool).Sum(place => place.Short);
        var pool = Math.Max(0, Math.Floor(poolLeft.Value - promised));
        var fromPool = 0m;
        var givers = places.Where(place => place.Spare > 0).OrderByDescending(place => place.Spare).ThenBy(place => place.Environment.Id.Value).ToList();
        foreach (var taker in places.Where(place => place.Stops && place.Short > 0).OrderBy(place => place.Ends).ThenBy(place => place.Environment.Id.Value))
        {
            var part = Math.Min(pool - fromPool, taker.Short);
            fromPool += part;
            taker.Gets = part;
            foreach (var giver in givers)
            {
                var moved = Math.Min(giver.Spare - giver.Gives, taker.Short - taker.Gets);
                giver.Gives += moved;
                taker.Gets += moved;
            }
        }

        var steps = places.Where(place => place.Gets > 0 || place.Gives > 0)
            .OrderByDescending(place => place.Gets - place.Gives)
            .ThenBy(place => place.Environment.Id.Value)
            .Select(place => new RebalanceStep(place.Environment.Id, Whole(place.Gets - place.Gives), place.Need));
        var missing = places.Where(place => place.Stops).Sum(place => place.Short - place.Gets);
        return new RebalanceProposal([.. steps], Whole(fromPool), Whole(missing));
    }

    private static Credits Whole(decimal credits) => Credits.Of((long)credits);

    private static Place PlaceOf(RebalancedEnvironment environment, Period period, DateTimeOffset now)
    {
        var need = environment.Forecast?.Between(now, period.End).Value ?? 0;
        var wanted = need * (100 + MarginPercent) / 100;
        var left = environment.AllocationLeft.Value;
        return new Place
        {
            Environment = environment,
            Need = need,
            Spare = environment.Forecast is null ? 0 : Math.Max(0, Math.Floor(left - wanted)),
            Short = need > left ? Math.Ceiling(wanted - left) : 0,
            Ends = environment.Forecast?.RunsOutAt(environment.AllocationLeft, now, period.End) ?? DateTimeOffset.MaxValue,
        };
    }

    private sealed class Place
    {
        public required RebalancedEnvironment Environment { get; init; }

        public required decimal Need { get; init; }

        public required decimal Spare { get; init; }

        public required decimal Short { get; init; }

        public required DateTimeOffset Ends { get; init; }

        // Whoever has another source goes on without its allocation.
        public bool Stops => !Environment.DrawsOnPool && !Environment.HasPayAsYouGo;

        public decimal Gets { get; set; }

        public decimal Gives { get; set; }
    }
}

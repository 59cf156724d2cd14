using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;

namespace CopilotCapacity.Portal.Features.Overview;

/// <summary>What setting an allocation to another number would do, worked out while it is typed.</summary>
public sealed record AllocationChange
{
    private const int SuggestedPercent = 20;
    private const long SuggestionStep = 1_000;

    public required OverviewEnvironment Environment { get; init; }

    public required Credits PoolLeft { get; init; }

    /// <summary>What was typed; null when the field is empty.</summary>
    public required decimal? Typed { get; init; }

    /// <summary>The highest number that fits: what already stands behind the allocation and what the pool still has.</summary>
    public Credits Most => Environment.Backed + PoolLeft;

    /// <summary>The new number, or null while <see cref="Problem"/> stands in its way.</summary>
    public Credits? NewAllocation => Problem is null && Parsed != Environment.Allocation ? Parsed : null;

    /// <summary>What is wrong with the typed number, and what would fit.</summary>
    public string? Problem => Typed switch
    {
        null => "Type a number of credits.",
        < 0 => "An allocation cannot be below zero.",
        _ when Parsed is not { } credits => "Use at most three decimals and a smaller number.",
        _ when Parsed > Most && Parsed != Environment.Allocation =>
            $"That is {Formats.Credits(Parsed.Value - Most)} more than there is. At most {Formats.Credits(Most)} would fit.",
        _ => null,
    };

    public Credits ResultAllocation => Parsed ?? Environment.Allocation;

    /// <summary>What the tenant pool has afterwards.</summary>
    public Credits ResultPool => PoolLeft - Moved;

    /// <summary>What the allocation has left afterwards.</summary>
    public Credits ResultLeft => Environment.Reach.AllocationLeft + Moved;

    /// <summary>Credits that move from the pool, or back to it when negative; used and held ones cannot move.</summary>
    public Credits Moved => Problem is not null
        ? Credits.Zero
        : Credits.Max(ResultAllocation - Environment.Backed, Credits.Zero - Environment.Reach.AllocationLeft);

    private Credits? Parsed => Typed is { } typed && Credits.TryFrom(typed, out var credits) ? credits : null;

    /// <summary>
    /// What to propose moving from the pool to an environment in trouble: a fifth of its allocation in whole thousands, as
    /// far as the pool goes; zero when credits from the pool are no help.
    /// </summary>
    public static Credits Suggest(OverviewEnvironment environment, Credits poolLeft)
    {
        var isHelped = environment.Status != QuotaStatus.Available && !environment.Reach.DrawsOnPool
            && !(environment.Status == QuotaStatus.Depleted && environment.Reach.Left.IsPositive);
        if (!isHelped || !poolLeft.IsPositive)
        {
            return Credits.Zero;
        }

        var fifth = environment.Allocation.Value * SuggestedPercent / 100;
        var steps = Math.Max(1, (long)Math.Ceiling(fifth / SuggestionStep));
        return Credits.Min(Credits.Of(steps * SuggestionStep), poolLeft);
    }
}

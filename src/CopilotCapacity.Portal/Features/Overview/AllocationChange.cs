using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;

namespace CopilotCapacity.Portal.Features.Overview;

/// <summary>What other settings of an allocation would do, worked out while they are typed.</summary>
public sealed record AllocationChange
{
    private const int SuggestedPercent = 20;
    private const long SuggestionStep = 1_000;

    public required OverviewEnvironment Environment { get; init; }

    /// <summary>The tenant's credits.</summary>
    public required TenantCredits Tenant { get; init; }

    /// <summary>What was typed; null when the field is empty.</summary>
    public required decimal? Typed { get; init; }

    /// <summary>Whether it is to draw on the tenant pool.</summary>
    public required bool DrawsOnPool { get; init; }

    /// <summary>Whether its billing plan is to pay.</summary>
    public required bool PayAsYouGo { get; init; }

    /// <summary>The highest number that fits: what already stands behind the allocation and what the pool still has.</summary>
    public Credits Most => Environment.Backed + Tenant.PoolLeft;

    /// <summary>The new settings; null while nothing is changed, or <see cref="Problem"/> stands in their way.</summary>
    public AllocationSettings? NewSettings =>
        Problem is null && Parsed is { } credits && new AllocationSettings(credits, DrawsOnPool, PayAsYouGo) is { } settings && settings != Environment.Settings
            ? settings
            : null;

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
    public Credits ResultPool => Tenant.PoolLeft - Moved;

    /// <summary>What the allocation has left afterwards.</summary>
    public Credits ResultLeft => Environment.Reach.AllocationLeft + Moved;

    /// <summary>What the environment can draw on afterwards.</summary>
    public Reach ResultReach
    {
        get
        {
            var paying = PayAsYouGo && Environment.Plan is { IsEnabled: true } plan ? plan : null;
            return Environment.Reach with
            {
                AllocationLeft = Environment.Reach.AllocationLeft + Moved,
                AllocationTotal = Environment.Reach.AllocationTotal + Moved,
                PoolLeft = ResultPool,
                PoolTotal = Environment.Reach.PoolTotal - Moved,
                DrawsOnPool = DrawsOnPool,
                HasPayAsYouGo = paying is not null,
                PayAsYouGoLeft = paying?.Left,
                PayAsYouGoTotal = paying?.Total,
            };
        }
    }

    /// <summary>The environment as it would be shown afterwards.</summary>
    public OverviewEnvironment Result => Environment with
    {
        Reach = ResultReach,
        Status = ResultReach.StatusAt(Tenant.LowThresholdPercent),
    };

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

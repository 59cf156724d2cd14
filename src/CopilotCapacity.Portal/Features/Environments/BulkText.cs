using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;

namespace CopilotCapacity.Portal.Features.Environments;

/// <summary>The words of a change of several allocations.</summary>
public static class BulkText
{
    /// <summary>How many rows of a preview are shown.</summary>
    public const int ShownRows = 200;

    /// <summary>A way to change, as the choice names it.</summary>
    public static string NameOf(BulkMode mode) => mode switch
    {
        BulkMode.Add => "Add credits",
        BulkMode.Take => "Take credits away",
        BulkMode.Percent => "Change by percent",
        _ => "Set to a number",
    };

    /// <summary>What a way to change does.</summary>
    public static string Explain(BulkMode mode) => mode switch
    {
        BulkMode.Add => "Each allocation grows by this number.",
        BulkMode.Take => "Each allocation shrinks by this number, to no less than 0.",
        BulkMode.Percent => "Each grows or, below 0, shrinks by this share of itself, to whole credits.",
        _ => "Each allocation is given this number.",
    };

    /// <summary>Why a rebalance would change an allocation.</summary>
    public static string Why(RebalanceRow row) => row.Credits > row.Environment.Allocation
        ? $"needs {Formats.Credits(row.Need)} until the month ends, has {Formats.Credits(row.Left)} left"
        : $"has {Formats.Credits(row.Left)} left and needs {Formats.Credits(row.Need)}";

    /// <summary>What it comes to, and what becomes of the pool and of others.</summary>
    public static string Sum(IReadOnlyList<WantedAllocation> wanted, BulkResult? tried)
    {
        var before = wanted.Aggregate(Credits.Zero, (sum, row) => sum + row.Environment.Allocation);
        var after = wanted.Aggregate(Credits.Zero, (sum, row) => sum + row.Credits);
        var sum = $"Together {Formats.Credits(before)} → {Formats.Credits(after)} credits.";
        if (tried is null)
        {
            return sum;
        }

        var pool = tried is { PoolBefore: { } poolBefore, PoolAfter: { } poolAfter }
            ? $" The tenant pool: {Formats.Credits(poolBefore)} → {Formats.Credits(poolAfter)} credits."
            : "";
        var chosen = wanted.Select(row => row.Environment.Id).ToHashSet();
        var others = tried.Statuses.Count(status => !chosen.Contains(status.Environment) && status.Before != status.After);
        var changed = tried.Statuses.Count(status => chosen.Contains(status.Environment) && status.Before != status.After);
        var statuses = (changed, others) switch
        {
            (0, 0) => " No status changes.",
            (_, 0) => $" {Formats.Count(changed, "status changes", "statuses change")}.",
            _ => $" {Formats.Count(changed + others, "status changes", "statuses change")}, {others} of them of environments that share the pool.",
        };
        return sum + pool + statuses;
    }
}

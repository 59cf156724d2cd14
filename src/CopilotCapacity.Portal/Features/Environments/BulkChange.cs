using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Portal.Features.Environments;

/// <summary>How several allocations are changed at once.</summary>
public enum BulkMode
{
    /// <summary>Each is given this number.</summary>
    Set,

    /// <summary>Each grows by this number.</summary>
    Add,

    /// <summary>Each shrinks by this number, to no less than zero.</summary>
    Take,

    /// <summary>Each grows or shrinks by this share of itself, to whole credits.</summary>
    Percent,
}

/// <summary>One change of several allocations, worked out while it is typed.</summary>
/// <param name="Mode">How.</param>
/// <param name="Amount">Credits, or percent; null when nothing is typed.</param>
public sealed record BulkChange(BulkMode Mode, decimal? Amount)
{
    private const decimal PercentLeast = -100;
    private const decimal PercentMost = 10_000;

    /// <summary>What is wrong with what was typed; null when nothing is.</summary>
    public string? Problem => (Mode, Amount) switch
    {
        (_, null) => Mode == BulkMode.Percent ? "Type a number of percent." : "Type a number of credits.",
        (BulkMode.Percent, < PercentLeast or > PercentMost) => "Between −100 and 10,000 percent.",
        (BulkMode.Percent, _) => null,
        (_, < 0) => "A number of credits is not below zero.",
        (_, { } amount) when !Credits.TryFrom(amount, out _) => "Use at most three decimals and a smaller number.",
        _ => null,
    };

    /// <summary>The numbers the environments are to have; null while there is a problem.</summary>
    public IReadOnlyList<WantedAllocation>? For(IReadOnlyList<ChosenEnvironment> environments)
    {
        if (Problem is not null)
        {
            return null;
        }

        var wanted = new List<WantedAllocation>(environments.Count);
        foreach (var environment in environments)
        {
            if (!Credits.TryFrom(NumberOf(environment.Allocation.Value), out var credits))
            {
                return null;
            }

            wanted.Add(new WantedAllocation(environment, credits));
        }

        return wanted;
    }

    private decimal NumberOf(decimal now) => Mode switch
    {
        BulkMode.Set => Amount!.Value,
        BulkMode.Add => now + Amount!.Value,
        BulkMode.Take => Math.Max(0, now - Amount!.Value),
        _ => Math.Floor(now * (100 + Amount!.Value) / 100),
    };
}

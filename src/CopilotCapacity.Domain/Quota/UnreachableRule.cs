using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Quota;

/// <summary>
/// What a client does while it cannot reach the portal: nothing without a yes, everything, or so many credits of work by itself. What it
/// did is told afterwards, as facts.
/// </summary>
public sealed record UnreachableRule
{
    private UnreachableRule(Credits? limit) => Limit = limit;

    /// <summary>Nothing is done without a yes; the rule of an environment where nobody chose another.</summary>
    public static UnreachableRule Refuse { get; } = new(Credits.Zero);

    /// <summary>Everything is done.</summary>
    public static UnreachableRule Allow { get; } = new((Credits?)null);

    /// <summary>How much may be done: zero for nothing, null for everything.</summary>
    public Credits? Limit { get; }

    /// <summary>So many credits may be used before the portal is asked again.</summary>
    /// <param name="credits">Above zero.</param>
    public static UnreachableRule AllowUpTo(Credits credits) =>
        credits.IsPositive ? new UnreachableRule(credits) : throw new ArgumentOutOfRangeException(nameof(credits), credits, "A limit is above zero.");

    /// <summary>The rule with a limit: zero refuses, null allows.</summary>
    public static UnreachableRule Of(Credits? limit) => limit switch
    {
        null => Allow,
        { IsPositive: true } some => AllowUpTo(some),
        _ => Refuse,
    };

    /// <summary>In words.</summary>
    public override string ToString() => Limit switch
    {
        null => "allow",
        { IsPositive: true } some => $"allow up to {some} credits",
        _ => "refuse",
    };
}

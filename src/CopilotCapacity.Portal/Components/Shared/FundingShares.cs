using System.Globalization;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Portal.Components.Shared;

/// <summary>What an environment has used, by who paid for it, beside what it could still reach.</summary>
public sealed record FundingShares
{
    public required Credits Allocation { get; init; }

    public required Credits Pool { get; init; }

    public required Credits PayAsYouGo { get; init; }

    public required Credits Unfunded { get; init; }

    /// <summary>What is left within reach; null when nothing limits it.</summary>
    public required Credits? Left { get; init; }

    public Credits Used => Allocation + Pool + PayAsYouGo + Unfunded;

    /// <summary>The parts that are there, in the order of the funding chain, with the class that colours them.</summary>
    public IEnumerable<(Credits Credits, string Source)> Parts =>
        new[] { (Allocation, "allocation"), (Pool, "pool"), (PayAsYouGo, "payg"), (Unfunded, "unfunded") }.Where(p => p.Item1.IsPositive);

    private Credits Whole => Used + (Left ?? Credits.Zero);

    /// <summary>The width of a part as a CSS percentage of used and left together.</summary>
    public string WidthOf(Credits part)
    {
        var percent = Whole.IsPositive ? part.Value * 100 / Whole.Value : 0;
        return percent.ToString("0.##", CultureInfo.InvariantCulture) + "%";
    }

    /// <summary>The bar in words, for those who do not see it.</summary>
    public string Describe()
    {
        var parts = new List<string>();
        Add(Allocation, "from its allocation");
        Add(Pool, "from the tenant pool");
        Add(PayAsYouGo, "pay-as-you-go");
        Add(Unfunded, "paid by nobody");
        var payers = parts.Count > 1 || Unfunded.IsPositive || Pool.IsPositive || PayAsYouGo.IsPositive
            ? $": {string.Join(", ", parts)}"
            : string.Empty;
        return Left is null
            ? $"{Formats.Credits(Used)} credits used, no limit{payers}"
            : $"{Formats.Percent(Used, Whole)} used, {Formats.Credits(Used)} of {Formats.Credits(Whole)} credits{payers}";

        void Add(Credits credits, string source)
        {
            if (credits.IsPositive)
            {
                parts.Add($"{Formats.Credits(credits)} {source}");
            }
        }
    }
}

using System.Globalization;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Portal.Features.Rates;

/// <summary>A feature and how much of it.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="Quantity">As it was typed, usable or not; null for no number.</param>
public readonly record struct CalculationLine(Feature Feature, decimal? Quantity);

/// <summary>What a mix of features costs at a tenant's rates. It is written into the address of its page.</summary>
public sealed record Calculation(IReadOnlyList<CalculationLine> Lines)
{
    /// <summary>The most lines there can be.</summary>
    public const int LinesMax = 20;

    /// <summary>The largest quantity that is taken.</summary>
    public const decimal QuantityMax = 1_000_000_000m;

    /// <summary>What a credit of a message pack costs: 200 for 25,000 credits.</summary>
    public static readonly CreditPrice PackPrice = new(8_000);

    /// <summary>A grounded answer: an answer that a model writes from the tenant's own graph.</summary>
    public static Calculation GroundedAnswer { get; } =
        new([new CalculationLine(Feature.GenerativeAnswer, 1), new CalculationLine(Feature.TenantGraphGrounding, 1)]);

    /// <summary>Reads what an address says; what makes no sense in it is passed over.</summary>
    public static Calculation Parse(string? text)
    {
        if (text is null)
        {
            return GroundedAnswer;
        }

        var lines = new List<CalculationLine>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries).Take(LinesMax))
        {
            var pieces = part.Split(':');
            if (RateCard.Find(pieces[0]) is { } rate)
            {
                var quantity = pieces.Length == 2
                    && decimal.TryParse(pieces[1], NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                    ? number
                    : (decimal?)null;
                lines.Add(new CalculationLine(rate.Feature, quantity));
            }
        }

        return new Calculation(lines);
    }

    /// <summary>Whether a feature can be used so many times.</summary>
    public static bool IsUsable(FeatureRate rate, decimal? quantity) =>
        quantity is > 0 and <= QuantityMax
        && (rate.AllowsFractions ? decimal.Round(quantity.Value, 3) == quantity : decimal.Truncate(quantity.Value) == quantity);

    /// <summary>The credits of one line; null while its quantity is not usable.</summary>
    public static Credits? ChargeOf(CalculationLine line, Credits creditsPerUnit) =>
        line.Quantity is { } quantity && IsUsable(RateCard.Find(line.Feature), quantity)
            ? RateCard.ChargeOf(new UsageItem(line.Feature, (long)(quantity * 1_000)), creditsPerUnit)
            : null;

    /// <summary>The credits of all lines.</summary>
    public Credits Sum(TenantRates rates) => Lines.Aggregate(
        Credits.Zero, (sum, line) => sum + (ChargeOf(line, rates.Of(line.Feature).CreditsPerUnit) ?? Credits.Zero));

    /// <summary>The calculation as its address says it.</summary>
    public override string ToString() => string.Join(',', Lines.Select(line => string.Create(
        CultureInfo.InvariantCulture, $"{RateCard.CodeOf(line.Feature)}:{line.Quantity}")));
}

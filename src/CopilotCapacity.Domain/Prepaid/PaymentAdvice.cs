using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Prepaid;

/// <summary>A way to pay for credits.</summary>
public enum PaymentWay
{
    /// <summary>Message packs for all of it; what is not used of the last one lapses.</summary>
    Packs,

    /// <summary>Message packs as long as they pay, and pay-as-you-go for the rest.</summary>
    PacksAndAsYouGo,

    /// <summary>Pay-as-you-go for all of it.</summary>
    AsYouGo,

    /// <summary>Units bought for a year ahead.</summary>
    PrePurchase,
}

/// <summary>A pre-purchase plan: units for a year at a price. One unit is 100 credits.</summary>
/// <param name="Units">How many units.</param>
/// <param name="PriceMicros">What they cost, in millionths of the currency.</param>
public readonly record struct PrePurchaseTier(int Units, long PriceMicros);

/// <summary>A pre-purchase plan, bought so many times.</summary>
public readonly record struct PrePurchase(PrePurchaseTier Tier, int Times);

/// <summary>
/// List prices in US dollars: Microsoft's licensing guide and price pages as of July 2026. A contract may have others.
/// </summary>
public sealed record PaymentPrices
{
    /// <summary>Credits a month in a pack.</summary>
    public Credits CreditsPerPack { get; init; } = PackOrder.PublishedCredits;

    /// <summary>The price of a pack a month.</summary>
    public long PackMicros { get; init; } = PackOrder.PublishedMicros;

    /// <summary>The price of a credit as you go.</summary>
    public CreditPrice AsYouGo { get; init; } = CreditPrice.Published;

    /// <summary>Pre-purchase plans, the largest first.</summary>
    public IReadOnlyList<PrePurchaseTier> Tiers { get; init; } =
        [new(15_000, 14_100 * Money.PerUnit), new(3_000, 2_850 * Money.PerUnit)];

    /// <summary>From which use a month on a pack costs less than paying for the same credits as you go.</summary>
    public Credits PackPaysFrom => AsYouGo.RoomIn(PackMicros);

    /// <summary>The credits of a pre-purchase plan.</summary>
    public static Credits CreditsOf(PrePurchaseTier tier) => new(checked(PaymentAdvice.Unit.Thousandths * tier.Units));

    /// <summary>How many percent less a plan costs than its credits as you go; the rest of a percent is left out.</summary>
    public int SavingOf(PrePurchaseTier tier)
    {
        var asYouGo = AsYouGo.CostOf(CreditsOf(tier));
        return (int)((asYouGo - tier.PriceMicros) * 100 / asYouGo);
    }
}

/// <summary>What one way to pay costs.</summary>
/// <param name="Way">The way.</param>
/// <param name="MicrosPerMonth">What it costs a month, in millionths of a US dollar; a year's price counts a twelfth.</param>
/// <param name="Packs">How many packs it takes.</param>
/// <param name="AsYouGo">How many credits a month are paid as you go.</param>
/// <param name="Bought">What is bought for the year, the largest plan first.</param>
/// <param name="Unused">Credits a month that are paid for and not used.</param>
public sealed record PaymentOption(PaymentWay Way, long MicrosPerMonth, int Packs, Credits AsYouGo, IReadOnlyList<PrePurchase> Bought, Credits Unused)
{
    /// <summary>How many units are bought for the year.</summary>
    public int Units => Bought.Sum(bought => bought.Tier.Units * bought.Times);
}

/// <summary>Compares the ways to pay for a use that stays as it is.</summary>
public static class PaymentAdvice
{
    private const int MonthsPerYear = 12;

    /// <summary>The credits of one unit of a pre-purchase plan.</summary>
    public static Credits Unit { get; } = Credits.Of(100);

    /// <summary>The ways, in the order of <see cref="PaymentWay"/>.</summary>
    /// <param name="perMonth">Credits used a month; at least zero.</param>
    /// <param name="prices">The prices.</param>
    public static IReadOnlyList<PaymentOption> Compare(Credits perMonth, PaymentPrices prices) =>
        [Packs(perMonth, prices), Mixed(perMonth, prices), AsYouGo(perMonth, prices), PrePurchased(perMonth, prices)];

    private static PaymentOption Packs(Credits perMonth, PaymentPrices prices)
    {
        var packs = Ceiling(perMonth, prices.CreditsPerPack);
        return new PaymentOption(PaymentWay.Packs, packs * prices.PackMicros, packs, Credits.Zero, [], Times(prices.CreditsPerPack, packs) - perMonth);
    }

    // One pack more pays as long as it costs no more than the credits it stands for.
    private static PaymentOption Mixed(Credits perMonth, PaymentPrices prices)
    {
        var packs = (int)(perMonth.Thousandths / prices.CreditsPerPack.Thousandths);
        var rest = perMonth - Times(prices.CreditsPerPack, packs);
        if (prices.AsYouGo.CostOf(rest) >= prices.PackMicros)
        {
            packs++;
            rest = Credits.Zero;
        }

        var unused = Credits.Max(Credits.Zero, Times(prices.CreditsPerPack, packs) - perMonth);
        return new PaymentOption(PaymentWay.PacksAndAsYouGo, (packs * prices.PackMicros) + prices.AsYouGo.CostOf(rest), packs, rest, [], unused);
    }

    private static PaymentOption AsYouGo(Credits perMonth, PaymentPrices prices) =>
        new(PaymentWay.AsYouGo, prices.AsYouGo.CostOf(perMonth), 0, perMonth, [], Credits.Zero);

    private static PaymentOption PrePurchased(Credits perMonth, PaymentPrices prices)
    {
        var perYear = Times(perMonth, MonthsPerYear);
        var bought = Cheapest(prices.Tiers, 0, Ceiling(perYear, Unit)).ToList();
        var credits = bought.Aggregate(Credits.Zero, (sum, plan) => sum + Times(PaymentPrices.CreditsOf(plan.Tier), plan.Times));
        var unused = new Credits((credits - perYear).Thousandths / MonthsPerYear);
        return new PaymentOption(PaymentWay.PrePurchase, (CostOf(bought) + MonthsPerYear - 1) / MonthsPerYear, 0, Credits.Zero, bought, unused);
    }

    // As many of the larger plan as fit, or one more: whichever comes out cheaper with the smaller ones for the rest.
    private static PrePurchase[] Cheapest(IReadOnlyList<PrePurchaseTier> tiers, int first, int needed)
    {
        var tier = tiers[first];
        var most = (needed + tier.Units - 1) / tier.Units;
        PrePurchase[] whole = most == 0 ? [] : [new(tier, most)];
        if (first == tiers.Count - 1)
        {
            return whole;
        }

        var least = needed / tier.Units;
        var rest = Cheapest(tiers, first + 1, needed - (least * tier.Units));
        PrePurchase[] mixed = least == 0 ? rest : [new(tier, least), .. rest];
        return CostOf(whole) < CostOf(mixed) ? whole : mixed;
    }

    private static long CostOf(IEnumerable<PrePurchase> bought) => bought.Sum(plan => plan.Tier.PriceMicros * plan.Times);

    private static int Ceiling(Credits credits, Credits part) => checked((int)((credits.Thousandths + part.Thousandths - 1) / part.Thousandths));

    private static Credits Times(Credits credits, int count) => new(checked(credits.Thousandths * count));
}

using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Portal.Components.Shared;

namespace CopilotCapacity.Portal.Features.MessagePacks;

/// <summary>Where a grant stands in its life; the order is the page's.</summary>
public enum GrantState
{
    /// <summary>It counts.</summary>
    InForce,

    /// <summary>It will count.</summary>
    Begins,

    /// <summary>It no longer counts.</summary>
    Over,
}

/// <summary>The words of the page of message packs.</summary>
public static class GrantText
{
    /// <summary>Where packs are bought.</summary>
    public const string BuyAt = "https://admin.microsoft.com/Adminportal/Home#/catalog";

    /// <summary>Where a grant stands.</summary>
    public static GrantState StateOf(GrantView grant, DateTimeOffset asOf) =>
        grant.EndsAt <= asOf ? GrantState.Over : grant.EffectiveAt > asOf ? GrantState.Begins : GrantState.InForce;

    /// <summary>What kind of grant it is, and how much.</summary>
    public static string NameOf(GrantView grant) => grant.Kind switch
    {
        GrantKind.MessagePack => Formats.Count(grant.Packs ?? 0, "message pack", "message packs"),
        _ => KindOf(grant.Kind),
    };

    /// <summary>The kind of a grant.</summary>
    public static string KindOf(GrantKind kind) => kind switch
    {
        GrantKind.MessagePack => "Message packs",
        GrantKind.Included => "Included with licences",
        _ => "Promotional credits",
    };

    /// <summary>How often it is given.</summary>
    public static string AmountOf(GrantView grant) =>
        $"{Formats.Credits(grant.Amount)} {(grant.Recurrence == Recurrence.Monthly ? "each month" : "once")}";

    /// <summary>Since when or from when on, and until when.</summary>
    public static string TimeOf(GrantView grant, DateTimeOffset asOf) => StateOf(grant, asOf) switch
    {
        GrantState.Begins => $"begins {DateOf(grant.EffectiveAt)}",
        GrantState.Over => $"{(grant.WasEnded ? "was ended" : "expired")} {DateOf(grant.EndsAt!.Value)}",
        _ when grant.EndsAt is { } end => $"until {DateOf(end)}, {Formats.Until(asOf, end)}",
        _ => "has no end",
    };

    /// <summary>A way to pay, by its name.</summary>
    public static string NameOf(PaymentWay way) => way switch
    {
        PaymentWay.Packs => "Message packs alone",
        PaymentWay.PacksAndAsYouGo => "Packs, the rest as you go",
        PaymentWay.AsYouGo => "Pay-as-you-go alone",
        _ => "Yearly pre-purchase",
    };

    /// <summary>The arithmetic of a way to pay.</summary>
    public static string ArithmeticOf(PaymentOption option, PaymentPrices prices)
    {
        var packs = $"{Formats.Count(option.Packs, "pack", "packs")} × {Dollars(prices.PackMicros)}";
        var asYouGo = $"{Formats.Credits(option.AsYouGo)} × {Dollars(prices.AsYouGo.MicrosPerCredit)}";
        return option.Way switch
        {
            PaymentWay.Packs => packs,
            PaymentWay.PacksAndAsYouGo when option.Packs == 0 => asYouGo,
            PaymentWay.PacksAndAsYouGo when !option.AsYouGo.IsPositive => packs,
            PaymentWay.PacksAndAsYouGo => $"{packs} + {asYouGo}",
            PaymentWay.AsYouGo => asYouGo,
            _ when option.Bought.Count == 0 => "nothing to buy",
            _ => $"{string.Join(" + ", option.Bought.Select(bought => BoughtOf(bought, prices)))}; a year’s price ÷ 12",
        };
    }

    /// <summary>An amount in US dollars.</summary>
    public static string Dollars(long micros) => Formats.Money(new Domain.Units.Money(micros, Domain.Units.CurrencyCode.Usd));

    private static string BoughtOf(PrePurchase bought, PaymentPrices prices)
    {
        var times = bought.Times == 1 ? "" : $"{bought.Times.ToString("N0", System.Globalization.CultureInfo.CurrentCulture)} × ";
        return $"{times}{Dollars(bought.Tier.PriceMicros)} for {Formats.Credits(PaymentPrices.CreditsOf(bought.Tier))} credits, {prices.SavingOf(bought.Tier)} % below pay-as-you-go";
    }

    private static string DateOf(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM yyyy", System.Globalization.CultureInfo.CurrentCulture);
}

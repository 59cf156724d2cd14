using System.Globalization;

namespace CopilotCapacity.Domain.Units;

/// <summary>An ISO 4217 currency code: three capital letters.</summary>
/// <param name="Value">The code, for example <c>USD</c>.</param>
public readonly record struct CurrencyCode(string Value)
{
    /// <summary>The US dollar, in which the original's prices are published.</summary>
    public static readonly CurrencyCode Usd = new("USD");

    /// <summary>Reads a code in any case; returns false when it is not three letters.</summary>
    public static bool TryParse(string? text, out CurrencyCode code)
    {
        code = default;
        if (text is not { Length: 3 } || !text.All(char.IsAsciiLetter))
        {
            return false;
        }

        code = new CurrencyCode(text.ToUpperInvariant());
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>
/// An amount of money in millionths of the currency unit. Arithmetic is checked, and amounts of two currencies never mix.
/// </summary>
/// <param name="Micros">Millionths of the currency unit.</param>
/// <param name="Currency">The currency.</param>
public readonly record struct Money(long Micros, CurrencyCode Currency)
{
    /// <summary>Millionths in one currency unit.</summary>
    public const long PerUnit = 1_000_000;

    /// <summary>The amount in currency units, with at most six decimals.</summary>
    public decimal Value => Micros / (decimal)PerUnit;

    /// <summary>Reads an amount; returns false when it has more than six decimals or exceeds a million million units.</summary>
    public static bool TryFrom(decimal amount, CurrencyCode currency, out Money result)
    {
        result = default;
        if (Math.Abs(amount) > 1_000_000_000_000m)
        {
            return false;
        }

        var scaled = amount * PerUnit;
        if (scaled != decimal.Truncate(scaled))
        {
            return false;
        }

        result = new Money((long)scaled, currency);
        return true;
    }

    /// <summary>The amount as the API writes it: at least two decimals, at most six, invariant culture.</summary>
    public string ToAmountString() => Value.ToString("0.00####", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override string ToString() => $"{ToAmountString()} {Currency}";

#pragma warning disable CS1591
    public static Money operator +(Money left, Money right) => new(checked(left.Micros + right.MicrosIn(left.Currency)), left.Currency);
    public static Money operator -(Money left, Money right) => new(checked(left.Micros - right.MicrosIn(left.Currency)), left.Currency);
#pragma warning restore CS1591

    private long MicrosIn(CurrencyCode currency) => Currency == currency
        ? Micros
        : throw new InvalidOperationException($"{Currency} and {currency} cannot be added.");
}

/// <summary>The price of one credit in millionths of a currency unit, and the two roundings the ledger allows.</summary>
/// <param name="MicrosPerCredit">Above zero.</param>
public readonly record struct CreditPrice(long MicrosPerCredit)
{
    /// <summary>0.01 of the currency unit a credit: Microsoft's published pay-as-you-go rate (in US dollars).</summary>
    public static readonly CreditPrice Published = new(10_000);

    /// <summary>What credits cost, rounded up to the micro-unit.</summary>
    public long CostOf(Credits credits)
    {
        var product = (Int128)credits.Thousandths * MicrosPerCredit;
        return checked((long)((product + (Credits.PerCredit - 1)) / Credits.PerCredit));
    }

    /// <summary>
    /// How many credits a sum of money still buys, rounded down to the thousandth; at most <see cref="Credits.Largest"/>, more
    /// than which no environment can use in a month.
    /// </summary>
    public Credits RoomIn(long micros)
    {
        var thousandths = (Int128)Math.Max(0, micros) * Credits.PerCredit / MicrosPerCredit;
        return thousandths < Credits.Largest.Thousandths ? new Credits((long)thousandths) : Credits.Largest;
    }
}

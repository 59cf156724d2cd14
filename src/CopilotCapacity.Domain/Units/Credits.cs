using System.Globalization;

namespace CopilotCapacity.Domain.Units;

/// <summary>
/// An amount of Copilot Credits, held as a whole number of thousandths of a credit.
/// Arithmetic is checked: an overflow throws, it never wraps.
/// </summary>
/// <param name="Thousandths">The amount in thousandths of a credit; may be negative in a difference.</param>
public readonly record struct Credits(long Thousandths) : IComparable<Credits>
{
    /// <summary>Thousandths in one credit.</summary>
    public const long PerCredit = 1_000;

    /// <summary>The largest amount the portal accepts from outside: one million million credits.</summary>
    public static readonly Credits Largest = new(1_000_000_000_000 * PerCredit);

    /// <summary>No credits.</summary>
    public static readonly Credits Zero;

    /// <summary>True for amounts above zero.</summary>
    public bool IsPositive => Thousandths > 0;

    /// <summary>The amount as a decimal number of credits, with at most three decimals.</summary>
    public decimal Value => Thousandths / (decimal)PerCredit;

    /// <summary>An amount of whole credits.</summary>
    public static Credits Of(long credits) => new(checked(credits * PerCredit));

    /// <summary>
    /// Reads a decimal number of credits. Returns false when it has more than three decimals or lies outside
    /// ±<see cref="Largest"/>.
    /// </summary>
    public static bool TryFrom(decimal credits, out Credits result)
    {
        result = default;
        if (credits > Largest.Value || credits < -Largest.Value)
        {
            return false;
        }

        var scaled = credits * PerCredit;
        if (scaled != decimal.Truncate(scaled))
        {
            return false;
        }

        result = new Credits((long)scaled);
        return true;
    }

    /// <summary>The smaller of two amounts.</summary>
    public static Credits Min(Credits left, Credits right) => left <= right ? left : right;

    /// <summary>The larger of two amounts.</summary>
    public static Credits Max(Credits left, Credits right) => left >= right ? left : right;

    /// <inheritdoc/>
    public int CompareTo(Credits other) => Thousandths.CompareTo(other.Thousandths);

    /// <summary>The amount with up to three decimals in the invariant culture, for logs and messages of the API.</summary>
    public override string ToString() => Value.ToString("0.###", CultureInfo.InvariantCulture);

#pragma warning disable CS1591 // The operators mean what they say.
    public static Credits operator +(Credits left, Credits right) => new(checked(left.Thousandths + right.Thousandths));
    public static Credits operator -(Credits left, Credits right) => new(checked(left.Thousandths - right.Thousandths));
    public static bool operator <(Credits left, Credits right) => left.Thousandths < right.Thousandths;
    public static bool operator >(Credits left, Credits right) => left.Thousandths > right.Thousandths;
    public static bool operator <=(Credits left, Credits right) => left.Thousandths <= right.Thousandths;
    public static bool operator >=(Credits left, Credits right) => left.Thousandths >= right.Thousandths;
#pragma warning restore CS1591
}

using System.Globalization;

namespace CopilotCapacity.Domain.Time;

/// <summary>
/// A capacity period: one calendar month in UTC, half open <c>[Start, End)</c>. Periods tile, so that every instant lies in
/// exactly one.
/// </summary>
/// <param name="Index">Months since the start of year 0; consecutive periods have consecutive indices.</param>
public readonly record struct Period(int Index) : IComparable<Period>
{
    /// <summary>The first instant that belongs to the period.</summary>
    public DateTimeOffset Start => new(Index / 12, (Index % 12) + 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The first instant after the period.</summary>
    public DateTimeOffset End => Next.Start;

    /// <summary>The period that begins where this one ends.</summary>
    public Period Next => new(Index + 1);

    /// <summary>The period that ends where this one begins.</summary>
    public Period Previous => new(Index - 1);

    /// <summary>The number of days in the month, 28 to 31.</summary>
    public int Days => DateTime.DaysInMonth(Index / 12, (Index % 12) + 1);

    /// <summary>The period an instant lies in.</summary>
    public static Period Of(DateTimeOffset instant)
    {
        var utc = instant.UtcDateTime;
        return new Period((utc.Year * 12) + utc.Month - 1);
    }

    /// <summary>Reads <c>yyyy-MM</c>; returns false for anything else.</summary>
    public static bool TryParse(string? text, out Period period)
    {
        period = default;
        if (!DateTime.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month))
        {
            return false;
        }

        period = new Period((month.Year * 12) + month.Month - 1);
        return true;
    }

    /// <summary>True when the instant lies in the period.</summary>
    public bool Contains(DateTimeOffset instant) => Of(instant) == this;

    /// <inheritdoc/>
    public int CompareTo(Period other) => Index.CompareTo(other.Index);

    /// <summary>The period as <c>yyyy-MM</c>.</summary>
    public override string ToString() => Start.ToString("yyyy-MM", CultureInfo.InvariantCulture);

#pragma warning disable CS1591
    public static bool operator <(Period left, Period right) => left.Index < right.Index;
    public static bool operator >(Period left, Period right) => left.Index > right.Index;
    public static bool operator <=(Period left, Period right) => left.Index <= right.Index;
    public static bool operator >=(Period left, Period right) => left.Index >= right.Index;
#pragma warning restore CS1591
}

namespace CopilotCapacity.Portal.Hosting.Json;

/// <summary>Reads an instant of RFC 3339, <c>2026-11-22T10:00:00.5+02:00</c>. By hand, since every usage event has one.</summary>
internal static class Rfc3339
{
    private const int SecondsEnd = 19;
    private const int FractionMax = 64;
    private const int ZoneLength = 6;

    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset instant)
    {
        instant = default;
        if (text.Length <= SecondsEnd || !TryReadLocal(text[..SecondsEnd], out var ticks))
        {
            return false;
        }

        var rest = text[SecondsEnd..];
        if (rest[0] == '.' && !TryReadFraction(ref rest, ref ticks))
        {
            return false;
        }

        if (!TryReadZone(rest, out var offset))
        {
            return false;
        }

        ticks -= offset;
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        instant = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    private static bool TryReadLocal(ReadOnlySpan<char> text, out long ticks)
    {
        ticks = 0;
        var isFormed = text[4] == '-' && text[7] == '-' && text[10] is 'T' or 't' && text[13] == ':' && text[16] == ':';
        if (!isFormed
            || !TryRead(text[..4], out var year) || !TryRead(text[5..7], out var month) || !TryRead(text[8..10], out var day)
            || !TryRead(text[11..13], out var hour) || !TryRead(text[14..16], out var minute) || !TryRead(text[17..], out var second))
        {
            return false;
        }

        var exists = year >= 1 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            && hour < 24 && minute < 60 && second < 60;
        ticks = exists ? new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks : 0;
        return exists;
    }

    private static bool TryReadFraction(ref ReadOnlySpan<char> rest, ref long ticks)
    {
        rest = rest[1..];
        var length = rest.IndexOfAnyExceptInRange('0', '9');
        if (length is < 1 or > FractionMax)
        {
            return false;
        }

        // Digits beyond 100 nanoseconds are cut off: rounding could move an instant into the next month.
        var unit = TimeSpan.TicksPerSecond;
        for (var index = 0; index < length; index++)
        {
            unit /= 10;
            ticks += (rest[index] - '0') * unit;
        }

        rest = rest[length..];
        return true;
    }

    private static bool TryReadZone(ReadOnlySpan<char> zone, out long offset)
    {
        offset = 0;
        if (zone is "Z" or "z")
        {
            return true;
        }

        if (zone.Length != ZoneLength || zone[0] is not ('+' or '-') || zone[3] != ':'
            || !TryRead(zone[1..3], out var hours) || !TryRead(zone[4..], out var minutes))
        {
            return false;
        }

        offset = new TimeSpan(hours, minutes, 0).Ticks * (zone[0] == '-' ? -1 : 1);
        return hours < 24 && minutes < 60;
    }

    private static bool TryRead(ReadOnlySpan<char> digits, out int number)
    {
        number = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit(digit))
            {
                return false;
            }

            number = (number * 10) + (digit - '0');
        }

        return true;
    }
}

using System.Globalization;

namespace CopilotCapacity.Portal.Features.Replay;

/// <summary>What the operator asked for.</summary>
public sealed record ReplayOptions
{
    public const int BatchDefault = 500;

    /// <summary>What the server takes in one request.</summary>
    public const int BatchMax = 5_000;

    public required string File { get; init; }

    public required Uri Url { get; init; }

    public required string Key { get; init; }

    public required Guid Environment { get; init; }

    /// <summary>When the first event is said to have happened; null for now.</summary>
    public DateTimeOffset? From { get; init; }

    public ReplaySpeed Speed { get; init; } = ReplaySpeed.Max;

    /// <summary>The sender the events name; null for one derived from the file, the environment and <see cref="From"/>.</summary>
    public string? Source { get; init; }

    /// <summary>Events in one request, 1 to <see cref="BatchMax"/>.</summary>
    public int Batch { get; init; } = BatchDefault;

    /// <summary>Sends everything anew under new identities.</summary>
    public bool Again { get; init; }
}

/// <summary>When the first event is said to have happened; null for now.</summary>
public readonly record struct ReplayFrom(DateTimeOffset? Time)
{
    /// <summary>How times are shown, such that they can be typed again.</summary>
    public const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";

    // Exact, because a loosely read time such as "10:30" would mean another day tomorrow.
    private static readonly string[] s_formats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public override string ToString() => Time?.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture) ?? "now";

    /// <summary>Reads "now" or a time, in UTC unless it names an offset.</summary>
    public static bool TryParse(string text, out ReplayFrom from)
    {
        from = default;
        if (text.Equals("now", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (!DateTimeOffset.TryParseExact(text, s_formats, CultureInfo.InvariantCulture, Utc, out var time))
        {
            return false;
        }

        from = new ReplayFrom(time);
        return true;
    }
}

/// <summary>How many times faster than it was recorded a trace is sent; null for as fast as the server takes it.</summary>
public readonly record struct ReplaySpeed(double? Factor)
{
    public const double FactorMin = 0.001;
    public const double FactorMax = 1_000_000;

    public static readonly ReplaySpeed Max = new(null);

    public override string ToString() => Factor?.ToString(CultureInfo.InvariantCulture) ?? "max";

    /// <summary>Reads "max" or a number, with or without a trailing x.</summary>
    public static bool TryParse(string text, out ReplaySpeed speed)
    {
        speed = Max;
        if (text.Equals("max", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        var number = text.AsSpan().TrimEnd("xX");
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var factor)
            || factor is not (>= FactorMin and <= FactorMax))
        {
            return false;
        }

        speed = new ReplaySpeed(factor);
        return true;
    }
}

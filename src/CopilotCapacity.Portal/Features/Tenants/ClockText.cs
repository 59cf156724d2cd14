using System.Globalization;

namespace CopilotCapacity.Portal.Features.Tenants;

/// <summary>Reads and writes what a browser's field for a date and a time holds, as UTC.</summary>
public static class ClockText
{
    /// <summary>Reads; null for what is no date and time.</summary>
    public static DateTimeOffset? Parse(string? text) =>
        DateTime.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
            ? new DateTimeOffset(at, TimeSpan.Zero)
            : null;

    /// <summary>Writes, to the minute.</summary>
    public static string Of(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);
}

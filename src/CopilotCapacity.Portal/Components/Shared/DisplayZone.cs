using System.Globalization;

namespace CopilotCapacity.Portal.Components.Shared;

/// <summary>The time zone in which people are shown times of day. Days and months of metering stay those of UTC.</summary>
/// <param name="Zone">The zone.</param>
public sealed record DisplayZone(TimeZoneInfo Zone)
{
    private const char NoBreak = '\u00a0';

    /// <summary>UTC, for pages that belong to no tenant.</summary>
    public static DisplayZone Utc { get; } = new(TimeZoneInfo.Utc);

    /// <summary>Finds a zone by its IANA name; null when this machine knows none.</summary>
    public static DisplayZone? Find(string? name) =>
        name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && (zone.HasIanaId || ReferenceEquals(zone, TimeZoneInfo.Utc)) ? new DisplayZone(zone) : null;

    /// <summary>The names that contain a text, those of UTC first.</summary>
    public static IEnumerable<string> Search(string? text) => TimeZoneInfo.GetSystemTimeZones()
        .Where(zone => zone.HasIanaId)
        .Select(zone => zone.Id)
        .Where(name => name.Replace('_', ' ').Contains((text ?? "").Trim().Replace('_', ' '), StringComparison.OrdinalIgnoreCase))
        .OrderBy(name => name is not "UTC")
        .ThenBy(name => name, StringComparer.Ordinal);

    /// <summary>The time of day with its zone: 15:07:31 UTC+1.</summary>
    public string Time(DateTimeOffset at) => Local(at).ToString("HH:mm:ss", CultureInfo.CurrentCulture) + NoBreak + OffsetOf(at);

    /// <summary>The day and the time with its zone: 24 Nov 2026, 15:07:31 UTC+1.</summary>
    public string Full(DateTimeOffset at) => Local(at).ToString("d MMM yyyy", CultureInfo.CurrentCulture).Replace(' ', NoBreak) + ", " + Time(at);

    private DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone);

    private string OffsetOf(DateTimeOffset at)
    {
        var offset = Zone.GetUtcOffset(at);
        var minutes = offset.Minutes == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $":{Math.Abs(offset.Minutes):00}");
        return offset == TimeSpan.Zero ? "UTC" : string.Create(CultureInfo.InvariantCulture, $"UTC{(offset < TimeSpan.Zero ? '\u2212' : '+')}{Math.Abs(offset.Hours)}{minutes}");
    }
}

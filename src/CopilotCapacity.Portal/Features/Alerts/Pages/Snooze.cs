using CopilotCapacity.Portal.Components.Shared;

namespace CopilotCapacity.Portal.Features.Alerts.Pages;

/// <summary>Until when an alert can be set aside.</summary>
internal static class Snooze
{
    private const int MorningHour = 9;

    /// <summary>The choices at an instant; the morning is that of the tenant's zone.</summary>
    public static IReadOnlyList<(string Words, DateTimeOffset Until)> ChoicesAt(DateTimeOffset now, DisplayZone zone)
    {
        var local = TimeZoneInfo.ConvertTime(now, zone.Zone);
        var morning = new DateTime(local.Year, local.Month, local.Day, MorningHour, 0, 0, DateTimeKind.Unspecified).AddDays(1);
        return
        [
            ("For an hour", now.AddHours(1)),
            ("For 4 hours", now.AddHours(4)),
            ("Until tomorrow, 9:00", new DateTimeOffset(morning, zone.Zone.GetUtcOffset(morning)).ToUniversalTime()),
            ("For a week", now.AddDays(7)),
        ];
    }
}

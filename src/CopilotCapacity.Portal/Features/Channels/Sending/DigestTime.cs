namespace CopilotCapacity.Portal.Features.Channels.Sending;

/// <summary>When the next daily mail is due.</summary>
internal static class DigestTime
{
    /// <summary>
    /// The next time, after an instant, that clocks in a zone show an hour. Where clocks skip that hour it is the first one after
    /// it; where they show it twice, the first of both.
    /// </summary>
    public static DateTimeOffset Next(DateTimeOffset after, TimeZoneInfo zone, int hour)
    {
        var day = TimeZoneInfo.ConvertTime(after, zone).Date;
        for (var days = 0; ; days++)
        {
            var at = InstantOf(day.AddDays(days).AddHours(hour), zone);
            if (at > after)
            {
                return at;
            }
        }
    }

    private static DateTimeOffset InstantOf(DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(15);
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}

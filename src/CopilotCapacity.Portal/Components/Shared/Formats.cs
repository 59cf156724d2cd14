using System.Globalization;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Portal.Components.Shared;

/// <summary>
/// How numbers and times read on a page, in the reader's culture. Times are UTC, as metering days are, and say so.
/// </summary>
public static class Formats
{
    // A number and its unit stay on one line.
    private const char NoBreak = '\u00A0';

    private static CultureInfo Culture => CultureInfo.CurrentCulture;

    /// <summary>The exact amount: 41,173, with up to three decimals only where it is not whole.</summary>
    public static string Credits(Credits credits) => credits.Value.ToString("#,##0.###", Culture);

    /// <summary>The amount at a glance: 41.2k, 3.4M; exact below a thousand.</summary>
    public static string Brief(Credits credits)
    {
        var value = Math.Abs(credits.Value);
        var (divisor, suffix) = value switch
        {
            >= 999_950_000m => (1_000_000_000m, "bn"),
            >= 999_950m => (1_000_000m, "M"),
            >= 1_000m => (1_000m, "k"),
            _ => (1m, string.Empty),
        };
        return (credits.Value / divisor).ToString("#,##0.#", Culture) + suffix;
    }

    /// <summary>Money with its symbol where that names one currency only, else with its code: € 214.60, USD 12.30.</summary>
    public static string Money(Money money)
    {
        var unit = money.Currency.Value switch
        {
            "EUR" => "€",
            "GBP" => "£",
            var code => code,
        };
        return $"{unit}{NoBreak}{money.Value.ToString("N2", Culture)}";
    }

    /// <summary>A share of a whole as 73 %; nothing of nothing is 0 %, and something never is.</summary>
    public static string Percent(Credits part, Credits whole)
    {
        var percent = whole.IsPositive ? part.Value * 100 / whole.Value : 0;
        if (percent is > 0 and < 0.5m)
        {
            return $"< 1{NoBreak}%".Replace(' ', NoBreak);
        }

        return $"{Math.Round(percent, MidpointRounding.AwayFromZero).ToString("N0", Culture)}{NoBreak}%";
    }

    /// <summary>27 Nov.</summary>
    public static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM", Culture).Replace(' ', NoBreak);

    /// <summary>Fri 27 Nov 2026: a day on its own, where a list may go on for years.</summary>
    public static string Day(DateOnly day) => day.ToString("ddd d MMM yyyy", Culture).Replace(' ', NoBreak);

    /// <summary>14:07:31 UTC.</summary>
    public static string Time(DateTimeOffset at) => $"{at.UtcDateTime.ToString("HH:mm:ss", Culture)}{NoBreak}UTC";

    /// <summary>The date and the time with its zone, for a tooltip.</summary>
    public static string Exact(DateTimeOffset at) => at.UtcDateTime.ToString("d MMMM yyyy, HH:mm:ss", Culture) + " UTC";

    /// <summary>For the <c>datetime</c> attribute.</summary>
    public static string Machine(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>November 2026 (UTC).</summary>
    public static string Month(Period period) => period.Start.UtcDateTime.ToString("MMMM yyyy", Culture) + " (UTC)";

    /// <summary>How long ago: just now, 5 min ago, 3 h ago, yesterday 17:21 UTC, 12 Nov.</summary>
    public static string Ago(DateTimeOffset now, DateTimeOffset at)
    {
        var age = now - at;
        if (age < TimeSpan.FromMinutes(1))
        {
            return "just now";
        }

        if (age < TimeSpan.FromHours(1))
        {
            return string.Create(Culture, $"{(int)age.TotalMinutes} min ago");
        }

        if (at.UtcDateTime.Date == now.UtcDateTime.Date)
        {
            return string.Create(Culture, $"{(int)age.TotalHours} h ago");
        }

        return at.UtcDateTime.Date.AddDays(1) == now.UtcDateTime.Date
            ? $"yesterday {at.UtcDateTime.ToString("HH:mm", Culture)} UTC"
            : Day(at);
    }

    /// <summary>How long until: less than an hour, about 7 hours, 5 days.</summary>
    public static string Until(DateTimeOffset now, DateTimeOffset at)
    {
        var rest = at - now;
        if (rest < TimeSpan.FromHours(1))
        {
            return "less than an hour";
        }

        return rest < TimeSpan.FromHours(36)
            ? string.Create(Culture, $"about {Math.Max(2, Math.Round(rest.TotalHours)):N0} hours")
            : string.Create(Culture, $"{Math.Round(rest.TotalDays):N0} days");
    }

    /// <summary>The word in the number's form: 1 message pack, 6 message packs.</summary>
    public static string Count(long count, string one, string many) => $"{count.ToString("N0", Culture)}{NoBreak}{(count == 1 ? one : many)}";
}

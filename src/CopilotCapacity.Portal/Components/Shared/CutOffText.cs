using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Time;

namespace CopilotCapacity.Portal.Components.Shared;

/// <summary>The words about Microsoft's own line.</summary>
public static class CutOffText
{
    /// <summary>How far it is to the line, in one sentence.</summary>
    public static string Sentence(MicrosoftCutOff cutOff, UseForecast? fromHistory, Period period, DateTimeOffset asOf) => cutOff.IsReached
        ? $"Microsoft’s own line is passed: the month’s use is over {MicrosoftCutOff.Percent} % of what is prepaid, at which it turns a tenant’s custom agents off."
        : $"Microsoft’s own line, {MicrosoftCutOff.Percent} % of what is prepaid, is {Formats.Credits(cutOff.Left)} credits away; {When(cutOff, fromHistory, period, asOf)}. There it turns all of a tenant’s custom agents off.";

    /// <summary>When the line is reached.</summary>
    public static string When(MicrosoftCutOff cutOff, UseForecast? fromHistory, Period period, DateTimeOffset asOf)
    {
        var forecast = UseForecast.Of(fromHistory, cutOff.Used, period, asOf);
        return cutOff.ReachedAt(forecast, period, asOf) switch
        {
            { } when cutOff.IsReached => "it is reached",
            { } at => $"{ForecastText.By(forecast!.Basis)} it is reached on {Formats.Day(at)}",
            null when forecast is null => "the month is too young to tell when it is reached",
            null => $"{ForecastText.By(forecast.Basis)} it is not reached",
        };
    }
}

using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Portal.Components.Shared;

/// <summary>What the burn-down chart shows.</summary>
public sealed record BurnDown
{
    public required Period Period { get; init; }

    public required DateTimeOffset AsOf { get; init; }

    /// <summary>Credits left at the start of the month and at the end of each day since (UTC), in order.</summary>
    public required IReadOnlyList<BurnDownSample> Samples { get; init; }

    public required Credits Left { get; init; }

    /// <summary>Credits used this month.</summary>
    public required Credits Used { get; init; }

    /// <summary>What the credits are.</summary>
    public string What { get; init; } = "prepaid credits";

    /// <summary>The first environment to run out this month; null when none does.</summary>
    public RunOut? FirstRunOut { get; init; }

    /// <summary>What will be used of them, from the history; null while that is too short.</summary>
    public UseForecast? FromHistory { get; init; }

    /// <summary>When they are used up, where others take of them too; else that follows from the forecast.</summary>
    public Depletion? Ends { get; init; }

    /// <summary>What will be used of them; null while that cannot be told.</summary>
    public UseForecast? Forecast => UseForecast.Of(FromHistory, Used, Period, AsOf);

    /// <summary>What will be left of them, where several use them; else that follows from the forecast.</summary>
    public PrepaidOutlook? Outlook { get; init; }

    /// <summary>On what the look ahead rests; null when there is none.</summary>
    public ForecastBasis? Basis => Outlook?.Basis ?? Forecast?.Basis;

    /// <summary>When they are used up, and how sure that is.</summary>
    public Depletion RunsOut => Ends ?? Outlook?.Ends ?? Depletion.Of(Left, Forecast, Period, AsOf);

    /// <summary>What is likely left at the month's end; below zero never.</summary>
    public Credits LeftAtEnd => Outlook?.Points[^1].Likely ?? Credits.Max(Credits.Zero, Left - (Forecast?.Between(AsOf, Period.End) ?? Credits.Zero));

    public Credits AtStart => Samples.Count > 0 ? Samples[0].Left : Left;

    /// <summary>The samples and, as the last one, now.</summary>
    public IReadOnlyList<BurnDownSample> UntilNow =>
        [.. Samples.Where(s => s.At < AsOf), new BurnDownSample(AsOf, Left)];

    /// <summary>What an even use over the whole month would leave at an instant.</summary>
    public decimal EvenPaceAt(DateTimeOffset at) => AtStart.Value * (1 - Fraction(at));

    /// <summary>How far into the month an instant is, from 0 to 1.</summary>
    public decimal Fraction(DateTimeOffset at) =>
        Math.Clamp((decimal)((at - Period.Start) / (Period.End - Period.Start)), 0, 1);

    /// <summary>The chart in a sentence or two, for those who do not see it.</summary>
    public string Describe()
    {
        var now = $"{Formats.Credits(Left)} {What} are left on {Formats.Day(AsOf)}; an even pace would leave {Rounded(EvenPaceAt(AsOf))}.";
        var ahead = this switch
        {
            { Basis: null } => "It is too early in the month for a forecast.",
            { RunsOut: { At: not null } ends } => $"They are used up on {ForecastText.Day(ends)} {ForecastText.By(ends.Basis)}.",
            { Basis: { } basis } => $"{Rounded(LeftAtEnd.Value)} are left at the month's end {ForecastText.By(basis)}.",
        };
        return FirstRunOut is { } first ? $"{now} {ahead} {first.Name} runs out first, on {Formats.Day(first.At)}." : $"{now} {ahead}";
    }

    private static string Rounded(decimal credits) => Formats.Credits(Credits.Of((long)Math.Max(0, Math.Round(credits))));
}

/// <summary>Credits left at an instant.</summary>
public readonly record struct BurnDownSample(DateTimeOffset At, Credits Left);

/// <summary>An environment and when it runs out.</summary>
public readonly record struct RunOut(string Name, DateTimeOffset At);

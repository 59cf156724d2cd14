using System.Globalization;
using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Features.Alerts.Pages;

/// <summary>
/// Which alerts a page shows. All of it comes from the query string; what cannot be read falls back to all. Ranges stay relative.
/// </summary>
/// <param name="State">Where they stand; null for anywhere.</param>
/// <param name="Severity">How urgent; null for any.</param>
/// <param name="Kind">What about; null for anything.</param>
/// <param name="Range">How far back; null for ever.</param>
/// <param name="Environment">Of which environment; null for any.</param>
/// <param name="Plan">Of which billing plan; null for any.</param>
/// <param name="Before">Before which number; null for the newest.</param>
public sealed record AlertView(
    StoryState? State, AlertSeverity? Severity, AlertKind? Kind, string? Range, Guid? Environment, Guid? Plan, long? Before)
{
    /// <summary>How many stories a page has.</summary>
    public const int PageSize = 25;

    /// <summary>Whether something is filtered.</summary>
    public bool IsFiltered => State is not null || Severity is not null || Kind is not null || Range is not null || Environment is not null || Plan is not null;

    /// <summary>Reads it from an address.</summary>
    public static AlertView Parse(string? state, string? severity, string? kind, string? range, string? environment, string? plan, string? before) => new(
        StoryText.States.Where(known => Is(known.Name, state)).Select(known => (StoryState?)known.State).FirstOrDefault(),
        StoryText.Severities.Where(known => Is(known.Name, severity)).Select(known => (AlertSeverity?)known.Severity).FirstOrDefault(),
        Enum.GetValues<AlertKind>().Where(known => Is(AlertWords.KindOf(known), kind)).Select(known => (AlertKind?)known).FirstOrDefault(),
        StoryText.Ranges.Where(known => Is(known.Name, range)).Select(known => known.Name).FirstOrDefault(),
        Guid.TryParse(environment, out var id) ? id : null,
        Guid.TryParse(plan, out var planId) ? planId : null,
        long.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null);

    /// <summary>What it asks for.</summary>
    public AlertFilter Filter => new(
        State ?? StoryState.All,
        Severity,
        Kind,
        Environment,
        Plan,
        Range is { } range ? StoryText.Ranges.First(known => Is(known.Name, range)).Back : null,
        Before);

    private static bool Is(string name, string? text) => string.Equals(name, text, StringComparison.OrdinalIgnoreCase);
}

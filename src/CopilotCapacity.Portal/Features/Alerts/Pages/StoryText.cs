using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Features.Alerts.Pages;

/// <summary>The words about alerts on pages.</summary>
public static class StoryText
{
    /// <summary>The states to choose from, by their name in an address.</summary>
    public static IReadOnlyList<(string Name, StoryState State, string Words)> States { get; } =
    [
        ("waiting", StoryState.Waiting, "Needs somebody"), ("open", StoryState.Open, "Still true"), ("snoozed", StoryState.Snoozed, "Set aside"),
        ("over", StoryState.Over, "Over"),
    ];

    /// <summary>The severities to choose from.</summary>
    public static IReadOnlyList<(string Name, AlertSeverity Severity, string Words)> Severities { get; } =
    [
        ("error", AlertSeverity.Error, "Somebody cannot work"), ("warning", AlertSeverity.Warning, "Something should be done"),
        ("info", AlertSeverity.Info, "Good to know"),
    ];

    /// <summary>The times to choose from: their name in an address, and how far they go back.</summary>
    public static IReadOnlyList<(string Name, TimeSpan Back, string Words)> Ranges { get; } =
    [
        ("24h", TimeSpan.FromHours(24), "Last 24 hours"), ("7d", TimeSpan.FromDays(7), "Last 7 days"), ("30d", TimeSpan.FromDays(30), "Last 30 days"),
        ("90d", TimeSpan.FromDays(90), "Last 90 days"),
    ];

    /// <summary>What alerts are about, as people choose it.</summary>
    public static string KindOf(AlertKind kind) => kind switch
    {
        AlertKind.QuotaLow => "Low",
        AlertKind.QuotaDepleted => "Depleted",
        AlertKind.QuotaRestored => "Restored",
        AlertKind.QuotaForecast => "Will run out",
        AlertKind.BudgetThreshold => "Budget mark reached",
        AlertKind.BudgetForecast => "Budget mark ahead",
        AlertKind.BudgetExhausted => "Budget used up",
        AlertKind.CapNearing => "Cap nearly full",
        AlertKind.CapReached => "Cap full",
        AlertKind.GrantExpiring => "Credits expire soon",
        AlertKind.GrantWasted => "Credits lost",
        AlertKind.AllocationReduced => "Allocation reduced",
        AlertKind.UsageUnfunded => "Use nobody paid for",
        AlertKind.UsageUnlinked => "Application not linked",
        AlertKind.UsageAnomaly => "Unusual use",
        _ => "Azure sync",
    };

    /// <summary>The title of an alert about several environments, for whoever may not know all their names.</summary>
    public static string OfSeveral(AlertKind kind) => $"{KindOf(kind)}: several environments";

    /// <summary>The mark of an alert: its shape says how urgent it is, beside its colour and its words.</summary>
    public static QuotaStatus MarkOf(StoredAlert alert) => alert.Severity switch
    {
        AlertSeverity.Error when alert.ResolvedAt is null => QuotaStatus.Depleted,
        AlertSeverity.Info => QuotaStatus.Available,
        _ when alert.ResolvedAt is not null => QuotaStatus.Available,
        _ => QuotaStatus.Low,
    };

    /// <summary>How urgent it is, for whoever does not see the mark.</summary>
    public static string UrgencyOf(StoredAlert alert) => alert.ResolvedAt is not null ? "over" : alert.Severity switch
    {
        AlertSeverity.Error => "urgent",
        AlertSeverity.Warning => "warning",
        _ => "good to know",
    };

    /// <summary>Who is on a story, or what became of it.</summary>
    public static string Standing(AlertStory story)
    {
        var head = story.Head;
        return head switch
        {
            { IsOpen: false } => head.Severity == AlertSeverity.Info ? "for your information" : "over",
            { SnoozedUntil: not null } => $"set aside by {head.SnoozedBy}",
            { AcknowledgedAt: not null } => $"{head.AcknowledgedBy} is on it",
            _ => "nobody yet",
        };
    }

    /// <summary>Since when, and who: <c>5 min ago · nobody yet</c>.</summary>
    public static string Below(AlertStory story, DateTimeOffset asOf) => $"{Formats.Ago(asOf, story.Head.RaisedAt)} · {Standing(story)}";

    /// <summary>How one alert of a timeline ended; null while it has not.</summary>
    public static string? EndOf(StoredAlert alert) => alert switch
    {
        { ResolvedAt: { } over } => $"over after {LengthOf(over - alert.RaisedAt)}",
        { AcknowledgedBy: { } by } => $"{by} is on it",
        _ => null,
    };

    private static string LengthOf(TimeSpan length) => length switch
    {
        { TotalMinutes: < 1 } => "less than a minute",
        { TotalHours: < 1 } => Formats.Count((long)length.TotalMinutes, "minute", "minutes"),
        { TotalDays: < 2 } => Formats.Count((long)length.TotalHours, "hour", "hours"),
        _ => Formats.Count((long)length.TotalDays, "day", "days"),
    };
}

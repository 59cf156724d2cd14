using System.Globalization;
using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Portal.Features.Channels.Webhooks;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Portal.Features.Channels.Pages;

/// <summary>Where a channel stands.</summary>
internal enum ChannelState
{
    /// <summary>It tells.</summary>
    On,

    /// <summary>It should tell, but what was tried last did not come through.</summary>
    Failing,

    /// <summary>It is turned off.</summary>
    Off,
}

/// <summary>Says channels and deliveries in an administrator's words.</summary>
internal static class ChannelText
{
    /// <summary>How long the old secret may sign too.</summary>
    public static IReadOnlyList<(TimeSpan Length, string Words)> Overlaps { get; } =
    [
        (TimeSpan.Zero, "not at all"), (TimeSpan.FromHours(1), "an hour"), (TimeSpan.FromDays(1), "a day"), (TimeSpan.FromDays(7), "a week"), (TimeSpan.FromDays(30), "30 days"),
    ];

    public static string SeverityOf(AlertSeverity severity) => severity switch
    {
        AlertSeverity.Error => "urgent alerts only",
        AlertSeverity.Warning => "warnings and urgent alerts",
        _ => "everything",
    };

    public static string KindOf(AlertKind kind) => kind switch
    {
        AlertKind.QuotaLow => "An environment is low",
        AlertKind.QuotaDepleted => "An environment is depleted",
        AlertKind.QuotaRestored => "An environment has credits again",
        AlertKind.QuotaForecast => "An environment will run out",
        AlertKind.BudgetThreshold => "A budget passes a mark",
        AlertKind.BudgetForecast => "A budget will pass a mark",
        AlertKind.BudgetExhausted => "A budget is used up",
        AlertKind.CapNearing => "A cap is nearly full",
        AlertKind.CapReached => "A cap is full",
        AlertKind.GrantExpiring => "Prepaid credits expire soon",
        AlertKind.GrantWasted => "Prepaid credits were lost unused",
        AlertKind.AllocationReduced => "An allocation lost credits",
        AlertKind.UsageUnfunded => "Work was not funded",
        AlertKind.UsageUnlinked => "An application is not linked",
        AlertKind.UsageAnomaly => "Use is far from what was usual",
        AlertKind.SyncFailing => "Azure cannot be read or written",
        _ => kind.ToString(),
    };

    /// <summary>Where it leads, without what may be secret in an address.</summary>
    public static string TargetOf(ChannelSettings settings) => settings.Kind == ChannelKind.Webhook
        ? new Uri(WebhookAddress.Shown(settings.Url)!).Host
        : settings.Recipients is [var only] ? only : $"{settings.Recipients[0]} and {settings.Recipients.Count - 1} more";

    /// <summary>What it hears.</summary>
    public static string HearsOf(ChannelSettings settings) => char.ToUpperInvariant(SeverityOf(settings.Severity)[0]) + SeverityOf(settings.Severity)[1..];

    /// <summary>How what it hears is narrowed down, and when it tells; null when there is nothing to say.</summary>
    public static string? MoreOf(ChannelSettings settings)
    {
        var parts = new List<string>();
        if (settings.Kinds.Count > 0)
        {
            parts.Add(Formats.Count(settings.Kinds.Count, "kind", "kinds"));
        }

        if (settings.Environments.Count > 0)
        {
            parts.Add(Formats.Count(settings.Environments.Count, "environment", "environments"));
        }

        if (settings.Kind == ChannelKind.Email)
        {
            parts.Add(settings.Rhythm == ChannelRhythm.Daily ? $"daily at {HourOf(settings.DigestHour)}" : "at once");
        }

        if (settings.InRehearsal)
        {
            parts.Add("rehearsals too");
        }

        return parts.Count == 0 ? null : string.Join(" · ", parts);
    }

    public static string HourOf(int hour) => string.Create(CultureInfo.InvariantCulture, $"{hour:00}:00");

    public static ChannelState StateOf(ChannelView view) => view switch
    {
        { Settings.IsEnabled: false } => ChannelState.Off,
        { LastFailedAt: { } failed } when view.LastDeliveredAt is null || view.LastDeliveredAt < failed => ChannelState.Failing,
        _ => ChannelState.On,
    };

    /// <summary>What there is to say about where it stands.</summary>
    public static string? DetailOf(ChannelView view, DateTimeOffset now) => StateOf(view) switch
    {
        ChannelState.Off => view.OffReason,
        ChannelState.Failing => $"{view.LastFailure} · {Formats.Ago(now, view.LastFailedAt!.Value)}",
        _ => view.LastDeliveredAt is { } at ? $"came through {Formats.Ago(now, at)}" : "nothing sent yet",
    };

    public static string StateOf(DeliveryState state) => state switch
    {
        DeliveryState.Delivered => "Came through",
        DeliveryState.Failed => "Given up",
        DeliveryState.Cancelled => "Not sent",
        _ => "Waiting",
    };

    public static string ContentOf(DeliveryDto delivery) => delivery.Content switch
    {
        DeliveryContent.Digest => $"daily mail, {Formats.Count(delivery.Alerts, "alert", "alerts")}",
        DeliveryContent.Summary => $"summary, {Formats.Count(delivery.Alerts, "alert", "alerts")}",
        DeliveryContent.Test => "test",
        _ when delivery.Alerts > 1 => Formats.Count(delivery.Alerts, "alert", "alerts"),
        _ => $"alert no. {delivery.AlertSequence}",
    };
}

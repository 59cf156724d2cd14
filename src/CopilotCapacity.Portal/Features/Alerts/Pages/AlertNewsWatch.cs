using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Features.Alerts.Pages;

/// <summary>What of the news is to be read out, each alert once. What was there when the page was opened is not news.</summary>
public sealed class AlertNewsWatch
{
    /// <summary>The least time between two reads of alerts: ten a second are live to the eye.</summary>
    public static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(100);

    private long? _told;

    /// <summary>What interrupts: environments where work has stopped.</summary>
    public string Urgent { get; private set; } = "";

    /// <summary>What is said when the reader pauses.</summary>
    public string Calm { get; private set; } = "";

    /// <summary>Takes news; what was told before is not told again.</summary>
    public void Take(AlertNews news)
    {
        var told = _told;
        _told = Math.Max(told ?? 0, news.Counts.Last);
        if (told is not { } last)
        {
            return;
        }

        var fresh = news.Newest.Where(item => item.Alert.Number > last).Reverse().ToList();
        Urgent = Join(fresh.Where(IsUrgent), Urgent);
        Calm = Join(fresh.Where(item => !IsUrgent(item)), Calm);
    }

    /// <summary>Begins anew, as for another tenant.</summary>
    public void Forget() => (_told, Urgent, Calm) = (null, "", "");

    private static bool IsUrgent(NewsItem item) => item.Alert.Severity == AlertSeverity.Error && item.Alert.ResolvedAt is null;

    // Without anything new the words stay: a region that does not change is not read out.
    private static string Join(IEnumerable<NewsItem> items, string before) =>
        string.Join(". ", items.Select(item => item.Title)) is { Length: > 0 } words ? words + "." : before;
}

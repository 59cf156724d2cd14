using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Alerts;
using CopilotCapacity.Portal.Features.Alerts.Pages;
using CopilotCapacity.Portal.Tests.Features.Overview;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Tests.Features.Alerts.Pages;

/// <summary>Alerts in memory that remember what they were asked.</summary>
public sealed class FakeAlerts : IAlertDesk
{
    public List<StoredAlert> All { get; } = [];

    public bool MayHandle { get; set; } = true;

    public bool Fails { get; set; }

    public string? Refusal { get; set; }

    public long Seen { get; set; }

    public long? Next { get; set; }

    public int Reads { get; private set; }

    public int Failed { get; private set; }

    public AlertFilter? Filter { get; private set; }

    public List<string> Asked { get; } = [];

    public Task<AlertPage?> ReadAsync(TenantId tenant, AlertFilter filter, int limit, CancellationToken cancellationToken)
    {
        Reads++;
        Filter = filter;
        if (Fails)
        {
            throw new IOException("gone");
        }

        var stories = All.GroupBy(alert => alert.Story).Select(group => new AlertStory([.. group.OrderByDescending(alert => alert.Number)], group.Max(alert => alert.Number)))
            .OrderByDescending(story => story.Match)
            .Where(story => filter.State != StoryState.Open || story.IsOpen)
            .Take(limit)
            .Select(story => new StoryView(story, story.Head.Title, story.IsOpen ? AlertActions.For(tenant, story.Head, MayHandle) : [], MayHandle));
        return Task.FromResult<AlertPage?>(new AlertPage("Contoso", [.. stories], Next, Overviews.AsOf, false, Counts(), filter.Environment is null ? null : "Sales"));
    }

    public Task<AlertNews?> NewsAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        if (Fails)
        {
            Failed++;
            throw new IOException("gone");
        }

        return Task.FromResult<AlertNews?>(new AlertNews(
            Counts(), [.. All.OrderByDescending(alert => alert.Number).Take(8).Select(alert => new NewsItem(alert, alert.Title))], Overviews.AsOf));
    }

    public Task MarkSeenAsync(TenantId tenant, long number, CancellationToken cancellationToken)
    {
        Seen = number;
        return Task.CompletedTask;
    }

    public Task<string?> AcknowledgeAsync(TenantId tenant, long story, CancellationToken cancellationToken) =>
        Answer($"took {story}", alert => alert with { AcknowledgedAt = Overviews.AsOf, AcknowledgedBy = "Amira" }, story);

    public Task<string?> SnoozeAsync(TenantId tenant, long story, DateTimeOffset until, CancellationToken cancellationToken) =>
        Answer($"set {story} aside for {(until - Overviews.AsOf).TotalHours} h", alert => alert with { SnoozedUntil = until, SnoozedBy = "Amira" }, story);

    public Task<string?> ReleaseAsync(TenantId tenant, long story, CancellationToken cancellationToken) =>
        Answer($"took {story} back", alert => alert with { AcknowledgedAt = null, AcknowledgedBy = null, SnoozedUntil = null, SnoozedBy = null }, story);

    /// <summary>An alert that was raised some minutes before the page was read.</summary>
    public StoredAlert Add(AlertKind kind, string title, long? story = null, int minutesAgo = 5, bool isOver = false, AlertSeverity? severity = null)
    {
        var number = All.Count + 1L;
        var at = Overviews.AsOf.AddMinutes(-minutesAgo);
        var alert = new StoredAlert(
            number, number, kind, severity ?? (kind == AlertKind.QuotaDepleted ? AlertSeverity.Error : kind == AlertKind.QuotaRestored ? AlertSeverity.Info : AlertSeverity.Warning),
            [Overviews.Environment(1, "Sales").Id.Value], null, null, null, title, "What it means.", at, isOver ? at.AddMinutes(2) : null, null, null)
        {
            Story = story ?? number,
        };
        All.Add(alert);
        return alert;
    }

    private AlertCounts Counts() => new(All.Count, All.Count(alert => alert.IsWaiting), All.Count(alert => alert.Number > Seen), Seen, 0);

    private Task<string?> Answer(string asked, Func<StoredAlert, StoredAlert> change, long story)
    {
        Asked.Add(asked);
        if (Refusal is null)
        {
            for (var index = 0; index < All.Count; index++)
            {
                All[index] = All[index].Story == story && All[index].IsOpen ? change(All[index]) : All[index];
            }
        }

        return Task.FromResult(Refusal);
    }
}

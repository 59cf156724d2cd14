using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Quota;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Features.Alerts.Pages;

/// <summary>A story as a page shows it.</summary>
/// <param name="Story">Its alerts.</param>
/// <param name="Title">What it says; without names of environments that whoever looks may not see.</param>
/// <param name="Actions">What whoever looks can do about it.</param>
/// <param name="MayHandle">Whether whoever looks may take it up or set it aside.</param>
public sealed record StoryView(AlertStory Story, string Title, IReadOnlyList<QuotaActionDto> Actions, bool MayHandle);

/// <summary>A page of alerts, newest first.</summary>
/// <param name="TenantName">The tenant's name.</param>
/// <param name="Stories">The stories of the page.</param>
/// <param name="Next">Before which number the next page goes on; null on the last.</param>
/// <param name="AsOf">The tenant's time at which it was read.</param>
/// <param name="IsRehearsal">Whether that is a test clock.</param>
/// <param name="Counts">How many wait, and what is new.</param>
/// <param name="About">The name of the environment or plan that is filtered by; null where none is.</param>
public sealed record AlertPage(
    string TenantName, IReadOnlyList<StoryView> Stories, long? Next, DateTimeOffset AsOf, bool IsRehearsal, AlertCounts Counts, string? About);

/// <summary>What the bell shows.</summary>
/// <param name="Counts">How many wait, and what is new.</param>
/// <param name="Newest">The newest alerts, newest first.</param>
/// <param name="AsOf">The tenant's time at which it was read.</param>
public sealed record AlertNews(AlertCounts Counts, IReadOnlyList<NewsItem> Newest, DateTimeOffset AsOf);

/// <summary>An alert as the bell shows it.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="Title">What it says to whoever looks.</param>
public sealed record NewsItem(StoredAlert Alert, string Title);

/// <summary>Alerts for the pages that show them. Each change gives null, or the sentence that says why not.</summary>
public interface IAlertDesk
{
    /// <summary>Stories that match, newest first; null when there is no such tenant for whoever asks.</summary>
    Task<AlertPage?> ReadAsync(TenantId tenant, AlertFilter filter, int limit, CancellationToken cancellationToken);

    /// <summary>What is new; null when there is no such tenant for whoever asks.</summary>
    Task<AlertNews?> NewsAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>Notes that whoever asks has looked up to an alert.</summary>
    Task MarkSeenAsync(TenantId tenant, long number, CancellationToken cancellationToken);

    /// <summary>Says that whoever asks is on a story: on all of it that is still true.</summary>
    Task<string?> AcknowledgeAsync(TenantId tenant, long story, CancellationToken cancellationToken);

    /// <summary>Sets a story aside until an instant. What gets worse meanwhile is told as ever.</summary>
    Task<string?> SnoozeAsync(TenantId tenant, long story, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Takes both back: nobody is on the story, and it is not set aside.</summary>
    Task<string?> ReleaseAsync(TenantId tenant, long story, CancellationToken cancellationToken);
}

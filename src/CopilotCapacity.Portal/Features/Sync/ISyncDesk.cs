using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Portal.Features.Sync;

/// <summary>A service as the page shows it.</summary>
/// <param name="Service">Its name in the database.</param>
/// <param name="Name">How people know it.</param>
/// <param name="IsConnected">Whether it is set up for this tenant.</param>
/// <param name="ReadAt">The age of the oldest of what was read of it; null while nothing was.</param>
/// <param name="FailingSince">Since when a part of it fails; null when all came through.</param>
/// <param name="Failure">Why.</param>
public sealed record SyncServiceView(string Service, string Name, bool IsConnected, DateTimeOffset? ReadAt, DateTimeOffset? FailingSince, string? Failure);

/// <summary>A step of a run.</summary>
/// <param name="Service">The name of the service it asks.</param>
/// <param name="Name">What it does.</param>
/// <param name="State">How far it is.</param>
/// <param name="Said">What was read, or why nothing was; null before.</param>
/// <param name="FinishedAt">When; null before.</param>
public sealed record SyncStepView(string Service, string Name, SyncState State, string? Said, DateTimeOffset? FinishedAt);

/// <summary>A run.</summary>
/// <param name="Number">1, 2, 3, … within the tenant.</param>
/// <param name="State">How far it is.</param>
/// <param name="StartedBy">Who asked for it; null for the schedule.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="FinishedAt">When it ended; null while it runs.</param>
/// <param name="IsCancelling">Whether it is to end.</param>
/// <param name="Steps">Its steps, in their order.</param>
public sealed record SyncRunView(long Number, SyncState State, string? StartedBy, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, bool IsCancelling, IReadOnlyList<SyncStepView> Steps)
{
    /// <summary>How many steps are done, came through or not.</summary>
    public int Done => Steps.Count(step => step.State != SyncState.Waiting);
}

/// <summary>A field that differs.</summary>
/// <param name="Name">As an administrator calls it.</param>
/// <param name="Here">What stands here; null for nothing.</param>
/// <param name="There">What stands there; null for nothing.</param>
public sealed record SyncFieldView(string Name, string? Here, string? There);

/// <summary>A difference between here and there.</summary>
public sealed record SyncDifferenceView
{
    public required string Service { get; init; }

    /// <summary>How people know the service.</summary>
    public required string ServiceName { get; init; }

    public required string Key { get; init; }

    public required string ObjectKind { get; init; }

    public required string ObjectId { get; init; }

    public required string Title { get; init; }

    public required IReadOnlyList<SyncFieldView> Fields { get; init; }

    public string? Note { get; init; }

    public required bool CanAdopt { get; init; }

    public required bool CanPush { get; init; }

    public required DifferenceState State { get; init; }

    public required DateTimeOffset FoundAt { get; init; }

    public DateTimeOffset? SettledAt { get; init; }

    /// <summary>What was reviewed, sent back with the decision: when either side is otherwise by then, nothing is done.</summary>
    public required string Reviewed { get; init; }
}

/// <summary>The sync of a tenant, read at one moment.</summary>
public sealed record SyncView
{
    public required string TenantName { get; init; }

    public required IReadOnlyList<SyncServiceView> Services { get; init; }

    /// <summary>Runs, the last one first.</summary>
    public required IReadOnlyList<SyncRunView> Runs { get; init; }

    /// <summary>What nobody has decided about.</summary>
    public required IReadOnlyList<SyncDifferenceView> Differences { get; init; }

    /// <summary>What was settled, the last first.</summary>
    public required IReadOnlyList<SyncDifferenceView> Settled { get; init; }

    public required bool WriteBack { get; init; }

    /// <summary>When the next run begins by itself; null without a schedule.</summary>
    public DateTimeOffset? NextAt { get; init; }

    public required DateTimeOffset AsOf { get; init; }

    /// <summary>Whether whoever looks may synchronise and decide.</summary>
    public required bool MayChange { get; init; }

    /// <summary>Whether whoever looks may allow writing.</summary>
    public required bool MayChangeSettings { get; init; }

    /// <summary>The run that is not finished; null when none is.</summary>
    public SyncRunView? Running => Runs.Count > 0 && Runs[0].FinishedAt is null ? Runs[0] : null;

    /// <summary>Whether any service is set up for this tenant.</summary>
    public bool IsConnected => Services.Any(service => service.IsConnected);
}

/// <summary>The sync for the pages that show it. Each change gives null, or the sentence that says why not.</summary>
public interface ISyncDesk
{
    /// <summary>Where the sync stands; null when there is no such tenant for whoever asks.</summary>
    Task<SyncView?> ReadAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>Calls whenever the sync of a tenant has moved on, until what is given is disposed. It tells nothing of what it is.</summary>
    IDisposable Follow(TenantId tenant, Action moved);

    /// <summary>Begins a run; where one runs, that is as good.</summary>
    Task<string?> StartAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>Ends the run.</summary>
    Task<string?> CancelAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>Takes theirs over here.</summary>
    Task<string?> AdoptAsync(TenantId tenant, SyncDifferenceView difference, CancellationToken cancellationToken);

    /// <summary>Writes ours there.</summary>
    Task<string?> PushAsync(TenantId tenant, SyncDifferenceView difference, CancellationToken cancellationToken);

    /// <summary>Allows writing to the services, or no longer.</summary>
    Task<string?> SetWriteBackAsync(TenantId tenant, bool isAllowed, CancellationToken cancellationToken);
}

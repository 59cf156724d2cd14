using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Portal.Features.Sync;

/// <summary>The words of the sync.</summary>
public static class SyncText
{
    /// <summary>How a service stands: as of when, and why not since.</summary>
    public static string AgeOf(SyncServiceView service, DateTimeOffset now) => service switch
    {
        { IsConnected: false } => "not set up for this tenant",
        { ReadAt: null, Failure: null } => "not read yet",
        { ReadAt: null } => "never read in full",
        _ => $"as of {Formats.Ago(now, service.ReadAt.Value)}",
    };

    /// <summary>What a run came to.</summary>
    public static string StateOf(SyncRunView run) => run switch
    {
        { FinishedAt: null, IsCancelling: true } => "Ending",
        { FinishedAt: null } => "Running",
        { State: SyncState.Failed } => "Came through in part",
        { State: SyncState.Cancelled } => "Cancelled",
        _ => "Came through",
    };

    /// <summary>How far a run is.</summary>
    public static string ProgressOf(SyncRunView run) => $"{run.Done} of {Formats.Count(run.Steps.Count, "step", "steps")}";

    /// <summary>Who began it.</summary>
    public static string ByOf(SyncRunView run) => run.StartedBy is { } name ? $"by {name}" : "by the schedule";

    /// <summary>A step's state in a word.</summary>
    public static string WordOf(SyncState state) => state switch
    {
        SyncState.Done => "read",
        SyncState.Failed => "failed",
        SyncState.Cancelled => "cancelled",
        _ => "waits",
    };

    /// <summary>What became of a difference.</summary>
    public static string SettledOf(SyncDifferenceView difference) => difference.State switch
    {
        DifferenceState.Adopted => $"taken over from {difference.ServiceName}",
        DifferenceState.Pushed => $"written to {difference.ServiceName}",
        DifferenceState.Gone => "no longer differs",
        _ => "",
    };

    /// <summary>Where what a difference is about is shown; null when it is not here.</summary>
    public static string? LinkOf(TenantId tenant, SyncDifferenceView difference) => Guid.TryParse(difference.ObjectId, out var id)
        ? difference.ObjectKind switch
        {
            "plan" => PortalUrls.Plan(tenant, new BillingPlanId(id)),
            "environment" => PortalUrls.Environment(tenant, new EnvironmentId(id)),
            "cap" => PortalUrls.Caps(tenant),
            _ => null,
        }
        : null;
}

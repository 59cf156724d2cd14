using CopilotCapacity.Faults.Portal;

namespace CopilotCapacity.Faults.Cases;

/// <summary>The proof that the cases see what they are for: each known mistake is found by the case that must find it.</summary>
public static class SeededBugCase
{
    /// <summary>The mistakes that a case here must find.</summary>
    public static IReadOnlyList<SeededBug> Here { get; } =
    [
        SeededBug.AcknowledgeBeforeCommit, SeededBug.SynchronousNormal, SeededBug.KeyWithoutTenant, SeededBug.NoSyncRestart,
        SeededBug.FeedBeforeCommit, SeededBug.AnswerOnFailedCommit, SeededBug.CheckThenAct,
    ];

    /// <summary>Runs the case that must find the mistake.</summary>
    public static Task<Report> RunAsync(SeededBug bug, int seed) => bug switch
    {
        SeededBug.SynchronousNormal => PowerCutCase.RunAsync(3, seed, Programs.WithFailpoints, bug),
        SeededBug.KeyWithoutTenant => KillCase.RunAsync(1, seed, Programs.WithFailpoints, bug),
        SeededBug.AcknowledgeBeforeCommit or SeededBug.FeedBeforeCommit =>
            FailpointCase.CrashAsync([Failpoint.BeforeCommit], 1, seed, bug),
        SeededBug.NoSyncRestart => FailpointCase.CrashAsync([Failpoint.AfterCommit], 1, seed, bug),
        SeededBug.AnswerOnFailedCommit => FailpointCase.ThrowAsync([Failpoint.BeforeCommit], 1, seed, bug),
        SeededBug.CheckThenAct => OverspendCase.RunAsync(3, seed, Programs.WithFailpoints, bug),
        _ => throw new ArgumentOutOfRangeException(nameof(bug), bug, "No case here is meant to find this."),
    };
}

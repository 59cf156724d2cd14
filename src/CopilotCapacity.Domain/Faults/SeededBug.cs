namespace CopilotCapacity.Domain.Faults;

/// <summary>Known mistakes that a test build can be told to make, to show that a test finds them.</summary>
public enum SeededBug
{
    /// <summary>None.</summary>
    None,

    /// <summary>Success is told before it is on disk.</summary>
    AcknowledgeBeforeCommit,

    /// <summary>The write-ahead log is not synced at every commit.</summary>
    SynchronousNormal,

    /// <summary>An identity is looked up without its tenant.</summary>
    KeyWithoutTenant,

    /// <summary>Identities from before the start of the process are not known.</summary>
    NoSyncRestart,

    /// <summary>Readers are told what is not on disk yet.</summary>
    FeedBeforeCommit,

    /// <summary>A failed commit is answered with success.</summary>
    AnswerOnFailedCommit,

    /// <summary>Pay-as-you-go pays first.</summary>
    PaygBeforePrepaid,

    /// <summary>The tenant pool pays for environments that do not draw on it.</summary>
    PoolForEverybody,

    /// <summary>A month's turn forgets a grant that begins in its instant.</summary>
    TurnDiscardsNewGrant,

    /// <summary>A month's turn carries everything over.</summary>
    RolloverWithoutLimit,

    /// <summary>A late fact is charged to the running month.</summary>
    LateFactInRunningMonth,

    /// <summary>A hard budget forgets what was spent before it was set.</summary>
    BudgetFromNowOn,

    /// <summary>An expired grant goes on paying.</summary>
    ExpiredGrantPays,

    /// <summary>An allocation may exceed what the pool has.</summary>
    AllocationWithoutCredits,

    /// <summary>A permission is decided by what was published last, and booked without looking again.</summary>
    CheckThenAct,
}

/// <summary>The switch of the seeded bugs. Outside of test builds it is off and costs nothing.</summary>
public static class SeededBugs
{
#if FAILPOINTS
    private static readonly SeededBug s_seeded = Parse(Environment.GetEnvironmentVariable("SEEDED_BUG"));

    /// <summary>Whether a mistake is to be made. Names are written as <c>synchronous-normal</c>.</summary>
    public static bool Has(SeededBug bug) => s_seeded == bug;

    private static SeededBug Parse(string? name) => string.IsNullOrEmpty(name)
        ? SeededBug.None
        : Enum.Parse<SeededBug>(name.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
#else
    /// <summary>Whether a mistake is to be made: never, in this build.</summary>
    public static bool Has(SeededBug bug) => false;
#endif
}

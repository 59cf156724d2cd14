namespace CopilotCapacity.Storage.Model;

#pragma warning disable CS1591 // Members are columns; what is not plain from its name is said.

/// <summary>How far a run of the sync, or a step of one, is. The number is stored; never change one.</summary>
public enum SyncState
{
    /// <summary>Not done yet; after a restart it is taken up again.</summary>
    Waiting = 0,

    /// <summary>It came through.</summary>
    Done = 1,

    /// <summary>It did not come through; of a run, that a step did not.</summary>
    Failed = 2,

    /// <summary>Somebody cancelled it.</summary>
    Cancelled = 3,
}

/// <summary>What became of a difference. The number is stored; never change one.</summary>
public enum DifferenceState
{
    /// <summary>It is there, and nothing was decided.</summary>
    Open = 0,

    /// <summary>Theirs was taken over here.</summary>
    Adopted = 1,

    /// <summary>Ours is being written there; whether it was, the next run tells.</summary>
    Pushing = 2,

    /// <summary>Ours was written there.</summary>
    Pushed = 3,

    /// <summary>The next run did not find it any more.</summary>
    Gone = 4,
}

/// <summary>A run of the sync of a tenant. A tenant has at most one that is not finished.</summary>
public sealed class SyncRunRow
{
    public int TenantKey { get; set; }

    /// <summary>1, 2, 3, … within the tenant.</summary>
    public long Number { get; set; }

    public SyncState State { get; set; }

    /// <summary>The person who asked for it; null for the schedule.</summary>
    public Guid? StartedBy { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    public DateTimeOffset? CancelAskedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }
}

/// <summary>A step of a run. What it read and its state are saved together, so that a run goes on after its last finished step.</summary>
public sealed class SyncStepRow
{
    public int TenantKey { get; set; }

    public long Run { get; set; }

    public int Number { get; set; }

    /// <summary>Which service it asks.</summary>
    public required string Service { get; set; }

    /// <summary>What the part of that service knows it by.</summary>
    public required string Key { get; set; }

    /// <summary>What people read.</summary>
    public required string Name { get; set; }

    public SyncState State { get; set; }

    /// <summary>What was read, or why nothing was, in a sentence.</summary>
    public string? Said { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }
}

/// <summary>What a step read last. It stays, with its age, while the step fails.</summary>
public sealed class SyncReadingRow
{
    public int TenantKey { get; set; }

    public required string Service { get; set; }

    public required string Step { get; set; }

    /// <summary>JSON of the part that read it; null while it never was.</summary>
    public string? Value { get; set; }

    public DateTimeOffset? ReadAt { get; set; }

    /// <summary>Since when it fails; null when the last reading came through.</summary>
    public DateTimeOffset? FailingSince { get; set; }

    /// <summary>Why it fails.</summary>
    public string? Failure { get; set; }
}

/// <summary>Something that is otherwise here than there, as a run found it.</summary>
public sealed class SyncDifferenceRow
{
    public int TenantKey { get; set; }

    public required string Service { get; set; }

    /// <summary>What it is about; the same difference has the same key in every run.</summary>
    public required string Key { get; set; }

    /// <summary>The step that looks at it.</summary>
    public required string Step { get; set; }

    /// <summary>The kind of what it is about, as on the audit trail: plan, environment, cap.</summary>
    public required string ObjectKind { get; set; }

    /// <summary>Its id here, or there where it is not here.</summary>
    public required string ObjectId { get; set; }

    public required string Title { get; set; }

    /// <summary>JSON: the fields that differ, each with what stands here and there.</summary>
    public required string Fields { get; set; }

    /// <summary>What else is to know, such as why it cannot be adopted.</summary>
    public string? Note { get; set; }

    public bool CanAdopt { get; set; }

    public bool CanPush { get; set; }

    /// <summary>Tells whether ours is as it was when the difference was found.</summary>
    public required string Here { get; set; }

    /// <summary>Tells whether theirs is as it was when the difference was found.</summary>
    public required string There { get; set; }

    public DifferenceState State { get; set; }

    public long FoundIn { get; set; }

    public DateTimeOffset FoundAt { get; set; }

    public DateTimeOffset? SettledAt { get; set; }
}

/// <summary>What a tenant has chosen for its sync.</summary>
public sealed class SyncSettingsRow
{
    public int TenantKey { get; set; }

    /// <summary>Whether reviewed differences may be written to the services.</summary>
    public bool WriteBack { get; set; }
}

/// <summary>What Azure billed for, or expects of, a plan on a day.</summary>
public sealed class AzureCostRow
{
    public int TenantKey { get; set; }

    public int PlanKey { get; set; }

    /// <summary>The day, UTC, as its number.</summary>
    public int Day { get; set; }

    /// <summary>In millionths; null where Azure has said nothing.</summary>
    public long? BilledMicros { get; set; }

    /// <summary>In millionths; null where Azure expects nothing.</summary>
    public long? ForecastMicros { get; set; }

    public required string Currency { get; set; }

    /// <summary>What the portal's meter had for the day when Azure was asked.</summary>
    public long OursMicros { get; set; }

    public DateTimeOffset ReadAt { get; set; }
}

using CopilotCapacity.Azure;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Storage;

namespace CopilotCapacity.Portal.Features.Sync;

/// <summary>The tenant that a sync is for.</summary>
/// <param name="Tenant">Its id.</param>
/// <param name="Key">Its key in the database.</param>
/// <param name="Currency">Its currency.</param>
/// <param name="Now">Its time.</param>
internal sealed record SyncTarget(TenantId Tenant, int Key, CurrencyCode Currency, DateTimeOffset Now);

/// <summary>A step of a sync: what is read, compared and saved at once.</summary>
/// <param name="Key">The same in every run, such as <c>budget:…</c>.</param>
/// <param name="Name">What people read while it runs.</param>
internal sealed record SyncStep(string Key, string Name);

/// <summary>A field that is otherwise here than there.</summary>
/// <param name="Name">As an administrator calls it.</param>
/// <param name="Here">What stands here; null for nothing.</param>
/// <param name="There">What stands there; null for nothing.</param>
internal sealed record FieldDifference(string Name, string? Here, string? There);

/// <summary>Something that is otherwise here than there.</summary>
internal sealed record FoundDifference
{
    /// <summary>What it is about; the same difference has the same key in every run.</summary>
    public required string Key { get; init; }

    /// <summary>The kind of what it is about, as on the audit trail: plan, environment, cap.</summary>
    public required string ObjectKind { get; init; }

    /// <summary>Its id here, or there where it is not here.</summary>
    public required string ObjectId { get; init; }

    /// <summary>One sentence.</summary>
    public required string Title { get; init; }

    public IReadOnlyList<FieldDifference> Fields { get; init; } = [];

    /// <summary>What else is to know: what follows, or why there is nothing to adopt or to push.</summary>
    public string? Note { get; init; }

    /// <summary>Whether theirs can be taken over here.</summary>
    public bool CanAdopt { get; init; }

    /// <summary>Whether ours can be written there.</summary>
    public bool CanPush { get; init; }

    /// <summary>Tells whether ours has changed: a <see cref="SyncMark"/> of all that is compared.</summary>
    public required string Here { get; init; }

    /// <summary>Likewise for theirs.</summary>
    public required string There { get; init; }

    /// <summary>What the part that found it needs to act on it; it is not saved.</summary>
    public object? Seen { get; init; }
}

/// <summary>What a step read.</summary>
/// <param name="Said">In a sentence.</param>
/// <param name="Value">JSON, kept until the step reads again; null where there is nothing to keep.</param>
/// <param name="Differences">All that it looks at and that differs.</param>
internal sealed record StepReading(string Said, string? Value, IReadOnlyList<FoundDifference> Differences)
{
    /// <summary>What is saved in the same transaction.</summary>
    public Func<PortalDbContext, CancellationToken, Task>? Alongside { get; init; }
}

/// <summary>What came of a step: a reading, or why there is none.</summary>
internal sealed record StepOutcome(StepReading? Reading, AzureFailure? Failure)
{
    public static implicit operator StepOutcome(StepReading reading) => new(reading, null);

    public static implicit operator StepOutcome(AzureFailure failure) => new(null, failure);
}

/// <summary>
/// One service that a tenant is kept in step with. The engine asks for its steps, reads them one after the other, keeps what they say
/// and lets a person decide about each difference. Before anything is adopted or pushed it reads the difference's step again, and
/// refuses where either side has changed since it was reviewed; so a part needs no such check of its own.
/// </summary>
internal interface ISyncPart
{
    /// <summary>Its name in the database, such as <c>azure</c>; never change it.</summary>
    string Service { get; }

    /// <summary>How people know it.</summary>
    string Name { get; }

    /// <summary>The tenant that the service is set up for; null when it is not set up.</summary>
    TenantId? Tenant { get; }

    /// <summary>The steps of a run, in their order. It asks nothing of the service.</summary>
    Task<IReadOnlyList<SyncStep>> PlanAsync(SyncTarget target, CancellationToken cancellationToken);

    /// <summary>Reads and compares; changes nothing, here or there. A step whose object is gone reads nothing.</summary>
    Task<StepOutcome> ReadAsync(SyncTarget target, string step, CancellationToken cancellationToken);

    /// <summary>Takes theirs over here, through the meter; null when it is done, or why it is not.</summary>
    Task<string?> AdoptAsync(SyncTarget target, FoundDifference difference, Actor actor, CancellationToken cancellationToken);

    /// <summary>Writes ours there; null when it is done, or why it is not. A change that somebody made there meanwhile is told, never written over.</summary>
    Task<string?> PushAsync(SyncTarget target, FoundDifference difference, CancellationToken cancellationToken);
}

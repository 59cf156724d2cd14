using CopilotCapacity.Metering;

namespace CopilotCapacity.Portal.Features.Sync.PowerPlatform;

/// <summary>What can be done about a difference; null for what cannot. Each gives null when it is done, or why it is not.</summary>
/// <param name="Adopt">Takes theirs over here.</param>
/// <param name="Push">Writes ours there.</param>
internal sealed record Remedy(Func<Actor, Task<string?>>? Adopt = null, Func<CancellationToken, Task<string?>>? Push = null)
{
    /// <summary>There is nothing to be done from here.</summary>
    public static Remedy None { get; } = new();
}

/// <summary>Two sides of one thing, compared.</summary>
/// <param name="Key">The same in every run.</param>
/// <param name="Kind">As on the audit trail.</param>
/// <param name="Id">Its id here, or there where it is not here.</param>
/// <param name="Title">One sentence.</param>
/// <param name="Fields">What differs.</param>
internal sealed record Compared(string Key, string Kind, string Id, string Title, params IReadOnlyList<FieldDifference> Fields)
{
    /// <summary>What else is to know.</summary>
    public string? Note { get; init; }

    /// <summary>The difference, with marks of what was looked at on both sides; null stands for nothing being there.</summary>
    public FoundDifference With(object? here, object? there, Remedy remedy) => new()
    {
        Key = Key,
        ObjectKind = Kind,
        ObjectId = Id,
        Title = Title,
        Fields = Fields,
        Note = Note,
        CanAdopt = remedy.Adopt is not null,
        CanPush = remedy.Push is not null,
        Here = here is null ? SyncMark.None : SyncMark.Of(here),
        There = there is null ? SyncMark.None : SyncMark.Of(there),
        Seen = remedy,
    };
}

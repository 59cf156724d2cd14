using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Features.MessagePacks;

/// <summary>A grant on the page.</summary>
public sealed record GrantView
{
    public required GrantId Id { get; init; }

    public required GrantKind Kind { get; init; }

    public required Recurrence Recurrence { get; init; }

    public required Credits Amount { get; init; }

    public required int? Packs { get; init; }

    public required string? OrderReference { get; init; }

    public required DateTimeOffset EffectiveAt { get; init; }

    /// <summary>From when on it no longer counts, by itself or by hand; null when it does not end.</summary>
    public required DateTimeOffset? EndsAt { get; init; }

    /// <summary>Whether it was ended by hand.</summary>
    public required bool WasEnded { get; init; }

    public required Credits Used { get; init; }

    public required Credits Left { get; init; }

    /// <summary>Brought along from the month before.</summary>
    public required Credits CarriedIn { get; init; }

    /// <summary>What lapsed unused in the month before.</summary>
    public required Credits WastedLastMonth { get; init; }

    /// <summary>Changes with the grant; sent back to tell a stale change.</summary>
    public required int Version { get; init; }
}

/// <summary>A tenant's prepaid credits as the page shows them.</summary>
public sealed record MessagePacksView
{
    public required string TenantName { get; init; }

    public required Period Period { get; init; }

    public required DateTimeOffset AsOf { get; init; }

    public required Credits Entitled { get; init; }

    public required Credits Consumed { get; init; }

    public required Credits PoolLeft { get; init; }

    /// <summary>Microsoft's own line; null when nothing is prepaid.</summary>
    public required MicrosoftCutOff? CutOff { get; init; }

    /// <summary>What will be used of prepaid credits, from the history; null while that is too short.</summary>
    public UseForecast? FromHistory { get; init; }

    /// <summary>The grants, those in force first.</summary>
    public required IReadOnlyList<GrantView> Grants { get; init; }

    /// <summary>What was used in whole months, newest first; empty while there is none.</summary>
    public required IReadOnlyList<MonthUse> Months { get; init; }

    /// <summary>Whether whoever looks may record and end grants.</summary>
    public required bool MayChange { get; init; }
}

/// <summary>Prepaid credits for the page that manages them.</summary>
public interface IMessagePackDesk
{
    /// <summary>The grants; null when there is no such tenant for whoever asks.</summary>
    Task<MessagePacksView?> ReadAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>Records a grant; gives null, or the sentence that says why not.</summary>
    Task<string?> RecordAsync(TenantId tenant, NewGrant grant, string? reason, CancellationToken cancellationToken);

    /// <summary>Ends a grant; gives null, or the sentence that says why not.</summary>
    Task<string?> EndAsync(TenantId tenant, GrantId grant, int version, CancellationToken cancellationToken);
}

using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Portal.Features.Tenants;

/// <summary>A tenant in the list of them.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Currency">Its currency.</param>
/// <param name="TestClock">The clock of a rehearsal tenant; null for an ordinary one.</param>
/// <param name="Environments">How many environments it has in service.</param>
/// <param name="Members">How many members.</param>
/// <param name="LastUsed">The last day anything was used; null when nothing ever was.</param>
public sealed record TenantRowView(TenantId Id, string Name, CurrencyCode Currency, DateTimeOffset? TestClock, int Environments, int Members, DateOnly? LastUsed);

/// <summary>A page of tenants.</summary>
public sealed record TenantList(IReadOnlyList<TenantRowView> Rows, int Total);

/// <summary>A tenant's own settings.</summary>
public sealed record TenantSettings
{
    public required string Name { get; init; }

    public required CurrencyCode Currency { get; init; }

    /// <summary>The used share from which on an environment is low, in percent.</summary>
    public required int LowThresholdPercent { get; init; }

    /// <summary>How many days ahead it is warned of what ends.</summary>
    public required int WarningHorizonDays { get; init; }

    /// <summary>The time zone in which times of day are shown, by its IANA name.</summary>
    public required string DisplayZone { get; init; }

    /// <summary>The origins whose pages may show the tenant's notices.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The clock of a rehearsal tenant; null for an ordinary one.</summary>
    public required DateTimeOffset? TestClock { get; init; }

    /// <summary>Changes with the settings; sent back to tell a stale change.</summary>
    public required int Version { get; init; }

    public required bool MayChange { get; init; }

    public required bool MayMoveClock { get; init; }

    public bool MayManageMembers { get; init; }
}

/// <summary>Tenants for the pages that list and set them up.</summary>
public interface ITenantDesk
{
    /// <summary>How many rows a page of tenants has.</summary>
    const int PageSize = 25;

    /// <summary>Tenants whose name has a text in it, by name; null when whoever asks does not administer the portal.</summary>
    Task<TenantList?> ListAsync(string? search, int page, CancellationToken cancellationToken);

    /// <summary>Creates a tenant, with a clock a rehearsal one; gives null, or the sentence that says why not.</summary>
    Task<string?> CreateAsync(TenantId id, string name, CurrencyCode currency, DateTimeOffset? testClock, CancellationToken cancellationToken);

    /// <summary>A tenant's settings; null when there is no such tenant for whoever asks.</summary>
    Task<TenantSettings?> ReadAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>Changes settings; gives null, or the sentence that says why not.</summary>
    Task<string?> ChangeAsync(TenantId tenant, TenantSettings wanted, string? reason, CancellationToken cancellationToken);

    /// <summary>Moves the clock of a rehearsal tenant forward; gives null, or the sentence that says why not.</summary>
    Task<string?> MoveClockAsync(TenantId tenant, DateTimeOffset to, CancellationToken cancellationToken);
}

using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;

namespace CopilotCapacity.Portal.Features.Caps;

/// <summary>A cap on the page.</summary>
/// <param name="Cap">The cap with its present window.</param>
/// <param name="EnvironmentName">The environment it limits; null when it names none.</param>
/// <param name="Version">Changes with the cap; sent back to tell a stale change.</param>
/// <param name="MayChange">Whether whoever looks may change it.</param>
public sealed record CapView(CapDto Cap, string? EnvironmentName, int Version, bool MayChange);

/// <summary>An environment that a cap may limit.</summary>
public sealed record CapEnvironment(EnvironmentId Id, string Name);

/// <summary>A tenant's caps.</summary>
/// <param name="TenantName">The tenant's name.</param>
/// <param name="Period">The running month.</param>
/// <param name="AsOf">The tenant's time at which they were read.</param>
/// <param name="Caps">The fullest first.</param>
/// <param name="Environments">The environments that whoever looks may limit, by name.</param>
/// <param name="MayLimitAll">Whether they may also limit agents, users and cost centres of the whole tenant.</param>
public sealed record CapList(
    string TenantName, Period Period, DateTimeOffset AsOf, IReadOnlyList<CapView> Caps, IReadOnlyList<CapEnvironment> Environments, bool MayLimitAll)
{
    /// <summary>Whether whoever looks may add any.</summary>
    public bool MayAdd => MayLimitAll || Environments.Count > 0;
}

/// <summary>Caps for the page that manages them. Each change gives null, or the sentence that says why not.</summary>
public interface ICapDesk
{
    /// <summary>The caps; null when there is no such tenant for whoever asks.</summary>
    Task<CapList?> ReadAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>Sets up a cap.</summary>
    Task<string?> AddAsync(TenantId tenant, CapId id, CapSettings settings, CancellationToken cancellationToken);

    /// <summary>Changes a cap.</summary>
    Task<string?> ChangeAsync(TenantId tenant, CapId id, CapSettings settings, int version, CancellationToken cancellationToken);

    /// <summary>Deletes a cap.</summary>
    Task<string?> DeleteAsync(TenantId tenant, CapId id, int version, CancellationToken cancellationToken);
}

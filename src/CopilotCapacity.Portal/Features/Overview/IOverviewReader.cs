using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Portal.Features.Overview;

/// <summary>Reads what the overview page shows.</summary>
public interface IOverviewReader
{
    /// <summary>The tenants the signed-in person may see, by name.</summary>
    Task<TenantMenu> MenuAsync(CancellationToken cancellationToken);

    /// <summary>The overview of a tenant, or null when there is no such tenant.</summary>
    Task<TenantOverview?> ReadAsync(TenantId tenant, CancellationToken cancellationToken);
}

/// <summary>A tenant to choose in the app bar.</summary>
public sealed record TenantChoice(TenantId Id, string Name, bool IsRehearsal, bool MayManage = false, bool MayReadAudit = false, string DisplayZone = "UTC");

/// <summary>Changes from a page what an environment may draw on.</summary>
public interface IAllocationEditor
{
    /// <summary>
    /// Sets the allocation and what may pay beyond it. Returns null when done, or one sentence that says why not and what would fit.
    /// </summary>
    Task<string?> SetAsync(
        TenantId tenant,
        EnvironmentId environment,
        AllocationSettings settings,
        int expectedVersion,
        CancellationToken cancellationToken);
}

/// <summary>Where whoever looks can go.</summary>
/// <param name="Tenants">The tenants they see, by name.</param>
/// <param name="MayAdministerPortal">Whether they may manage the portal itself.</param>
public sealed record TenantMenu(IReadOnlyList<TenantChoice> Tenants, bool MayAdministerPortal)
{
    /// <summary>Nowhere.</summary>
    public static TenantMenu Empty { get; } = new([], false);
}

using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Features.Audit;

/// <summary>A page of a tenant's audit trail.</summary>
/// <param name="TenantName">The tenant's name.</param>
/// <param name="Entries">The entries, newest first.</param>
/// <param name="HasOlder">Whether there are older ones.</param>
public sealed record AuditTrailView(string TenantName, IReadOnlyList<AuditView> Entries, bool HasOlder);

/// <summary>Reads the audit trail for a page.</summary>
public interface IAuditReader
{
    /// <summary>Entries before a number; null when there is no such tenant for whoever asks.</summary>
    Task<AuditTrailView?> ReadAsync(TenantId tenant, AuditFilter filter, long before, int limit, CancellationToken cancellationToken);

    /// <summary>Walks the whole trail; null when there is no such tenant for whoever asks.</summary>
    Task<AuditVerification?> VerifyAsync(TenantId tenant, CancellationToken cancellationToken);
}

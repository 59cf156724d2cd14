using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Features.Audit;

/// <summary>A page of an audit trail.</summary>
/// <param name="Name">Whose it is: the tenant's name, or the portal.</param>
/// <param name="Entries">The entries, newest first.</param>
/// <param name="HasOlder">Whether there are older ones.</param>
public sealed record AuditTrailView(string Name, IReadOnlyList<AuditView> Entries, bool HasOlder)
{
    /// <summary>The entries, by their numbers, whose moves of allocations whoever looks may take back.</summary>
    public IReadOnlySet<long> Undoable { get; init; } = new HashSet<long>();
}

/// <summary>Reads the audit trail for a page.</summary>
public interface IAuditReader
{
    /// <summary>Entries before a number, of a tenant or, without one, of the portal itself; null when there is no such trail for whoever asks.</summary>
    Task<AuditTrailView?> ReadAsync(TenantId? tenant, AuditFilter filter, long before, int limit, CancellationToken cancellationToken);

    /// <summary>Walks the whole trail; null when there is none for whoever asks.</summary>
    Task<AuditVerification?> VerifyAsync(TenantId? tenant, CancellationToken cancellationToken);
}

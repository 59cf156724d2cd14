using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Audit;

/// <summary>Reads the audit trail in one snapshot of the database, for those who may see all of the tenant.</summary>
internal sealed class AuditReader(IDbContextFactory<PortalDbContext> contexts, CurrentPerson current, AuditHeads heads) : IAuditReader
{
    public async Task<AuditTrailView?> ReadAsync(TenantId tenant, AuditFilter filter, long before, int limit, CancellationToken cancellationToken) =>
        await current.MayAsync(Operation.ReadAudit, tenant, cancellationToken: cancellationToken)
            ? await Task.Run(() => Read(tenant, filter, before, limit), cancellationToken)
            : null;

    public async Task<AuditVerification?> VerifyAsync(TenantId tenant, CancellationToken cancellationToken) =>
        await current.MayAsync(Operation.ReadAudit, tenant, cancellationToken: cancellationToken)
            ? await Task.Run(() => Verify(tenant), cancellationToken)
            : null;

    private AuditTrailView? Read(TenantId tenant, AuditFilter filter, long before, int limit)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        if (snapshot.Tenant(tenant) is not { } row)
        {
            return null;
        }

        var entries = AuditQuery.Read(snapshot, row.Key, filter, before, limit + 1);
        return new AuditTrailView(row.Name, [.. entries.Take(limit)], entries.Count > limit);
    }

    private AuditVerification? Verify(TenantId tenant)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        return snapshot.Tenant(tenant) is { } row ? AuditVerifier.Verify(snapshot.Context, row.Key, heads.Find(row.Key)) : null;
    }
}

using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Audit;

/// <summary>Reads audit trails in one snapshot of the database, for those who may see all of the tenant, or manage the portal.</summary>
internal sealed class AuditReader(IDbContextFactory<PortalDbContext> contexts, CurrentPerson current, AuditHeads heads) : IAuditReader
{
    public async Task<AuditTrailView?> ReadAsync(TenantId? tenant, AuditFilter filter, long before, int limit, CancellationToken cancellationToken) =>
        await MayAsync(tenant, cancellationToken)
            ? await Task.Run(() => Read(tenant, filter, before, limit), cancellationToken)
            : null;

    public async Task<AuditVerification?> VerifyAsync(TenantId? tenant, CancellationToken cancellationToken) =>
        await MayAsync(tenant, cancellationToken)
            ? await Task.Run(() => Verify(tenant), cancellationToken)
            : null;

    private static (int Key, string Name)? Find(ReadSnapshot snapshot, TenantId? tenant)
    {
        if (tenant is not { } id)
        {
            return (AuditRow.Portal, "The portal");
        }

        return snapshot.Tenant(id) is { } row ? (row.Key, row.Name) : null;
    }

    private Task<bool> MayAsync(TenantId? tenant, CancellationToken cancellationToken) => tenant is { } id
        ? current.MayAsync(Operation.ReadAudit, id, cancellationToken: cancellationToken)
        : current.MayAsync(Operation.AdministerPortal, cancellationToken);

    private AuditTrailView? Read(TenantId? tenant, AuditFilter filter, long before, int limit)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        if (Find(snapshot, tenant) is not { } trail)
        {
            return null;
        }

        var entries = AuditQuery.Read(snapshot, trail.Key, filter, before, limit + 1);
        return new AuditTrailView(trail.Name, [.. entries.Take(limit)], entries.Count > limit);
    }

    private AuditVerification? Verify(TenantId? tenant)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        return Find(snapshot, tenant) is { } trail ? AuditVerifier.Verify(snapshot.Context, trail.Key, heads.Find(trail.Key)) : null;
    }
}

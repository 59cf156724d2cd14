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
    public async Task<AuditTrailView?> ReadAsync(TenantId? tenant, AuditFilter filter, long before, int limit, CancellationToken cancellationToken)
    {
        var mayUndo = tenant is { } id && await current.MayAsync(Operation.ChangeCapacity, id, cancellationToken: cancellationToken);
        return await MayAsync(tenant, cancellationToken)
            ? await Task.Run(() => Read(tenant, filter, before, limit, mayUndo), cancellationToken)
            : null;
    }

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

    private AuditTrailView? Read(TenantId? tenant, AuditFilter filter, long before, int limit, bool mayUndo)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        if (Find(snapshot, tenant) is not { } trail)
        {
            return null;
        }

        var entries = AuditQuery.Read(snapshot, trail.Key, filter, before, limit + 1);
        return new AuditTrailView(trail.Name, [.. entries.Take(limit)], entries.Count > limit)
        {
            Undoable = mayUndo ? UndoableOf(snapshot, trail.Key, entries) : new HashSet<long>(),
        };
    }

    private static HashSet<long> UndoableOf(ReadSnapshot snapshot, int tenantKey, IReadOnlyList<AuditView> entries)
    {
        var moves = entries.Where(AuditText.IsMove).ToDictionary(entry => entry.Row.Number, entry => Guid.Parse(entry.Row.ObjectId));
        var undone = AuditQuery.ReadUndone(snapshot, tenantKey, [.. moves.Values]);
        return [.. moves.Where(move => !undone.Contains(move.Value)).Select(move => move.Key)];
    }

    private AuditVerification? Verify(TenantId? tenant)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        return Find(snapshot, tenant) is { } trail ? AuditVerifier.Verify(snapshot.Context, trail.Key, heads.Find(trail.Key)) : null;
    }
}

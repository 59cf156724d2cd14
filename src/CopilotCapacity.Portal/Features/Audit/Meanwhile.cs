using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Audit;

/// <summary>Answers a change that came too late: with who has changed what meanwhile.</summary>
internal sealed class Meanwhile(IDbContextFactory<PortalDbContext> contexts)
{
    /// <summary>The sentences that say why a change was refused; null when it was not.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="objectId">What was to be changed.</param>
    /// <param name="refusal">Why not; null when it was changed.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public async Task<string?> SayAsync(TenantId tenant, Guid objectId, Refusal? refusal, CancellationToken cancellationToken) => refusal switch
    {
        null => null,
        { Kind: RefusalKind.Stale } => await Task.Run(() => LastOf(tenant, objectId), cancellationToken) is { } change
            ? $"Somebody was faster. {change} Look at it before you change it again."
            : refusal.Detail,
        _ => refusal.Detail,
    };

    private string? LastOf(TenantId tenant, Guid objectId)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        return snapshot.Tenant(tenant) is { } row
            && AuditQuery.Read(snapshot, row.Key, new AuditFilter { ConcernedId = objectId.ToString() }, long.MaxValue, 1) is [var last]
            ? AuditText.Whole(last)
            : null;
    }
}

using CopilotCapacity.Storage.Sqlite;

namespace CopilotCapacity.Storage.Audit;

/// <summary>Saves changes that do not go through the ledger, each with its entry on the trail.</summary>
public sealed class AuditLog(SqliteDatabase database)
{
    /// <summary>Saves what a context holds together with an entry, in one transaction.</summary>
    /// <param name="context">The context with the change.</param>
    /// <param name="tenantKey">The tenant's key, or the portal's.</param>
    /// <param name="entry">What is said of the change.</param>
    /// <param name="cancellationToken">Cancels the saving.</param>
    public Task SaveAsync(PortalDbContext context, int tenantKey, AuditEntry entry, CancellationToken cancellationToken) =>
        SaveAsync(context, [(tenantKey, entry)], cancellationToken);

    /// <summary>Saves what a context holds together with entries on several trails, in one transaction.</summary>
    public async Task SaveAsync(PortalDbContext context, IReadOnlyList<(int TenantKey, AuditEntry Entry)> entries, CancellationToken cancellationToken)
    {
        await using (var transaction = await context.Database.BeginTransactionAsync(cancellationToken))
        {
            var trail = new AuditTrail(context);
            foreach (var (tenantKey, entry) in entries)
            {
                trail.Append(tenantKey, entry);
            }

            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        database.Audited.Set();
    }
}

using System.Collections.Concurrent;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Storage;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Hosting.Http;

/// <summary>
/// Knows which tenants there are and whose clock is a test clock. Tenants are never deleted and stay what they are, so one that
/// was found stays found.
/// </summary>
internal sealed class TenantDirectory(IDbContextFactory<PortalDbContext> contexts, TimeProvider time)
{
    private readonly ConcurrentDictionary<TenantId, bool> _isRehearsal = new();

    public async ValueTask<bool> ExistsAsync(TenantId tenant, CancellationToken cancellationToken) =>
        await FindAsync(tenant, cancellationToken) is not null;

    /// <summary>The tenant's present time.</summary>
    public async ValueTask<DateTimeOffset> NowAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        if (await FindAsync(tenant, cancellationToken) is not true)
        {
            return time.GetUtcNow();
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Tenants.Where(row => row.Id == tenant.Value).Select(row => row.Now).SingleAsync(cancellationToken);
    }

    // Null when there is no such tenant.
    private async ValueTask<bool?> FindAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        if (_isRehearsal.TryGetValue(tenant, out var known))
        {
            return known;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await context.Tenants.Where(row => row.Id == tenant.Value)
            .Select(row => (bool?)row.IsRehearsal).SingleOrDefaultAsync(cancellationToken);
        return found is { } isRehearsal ? _isRehearsal[tenant] = isRehearsal : null;
    }
}

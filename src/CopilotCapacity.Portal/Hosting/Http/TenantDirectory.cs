using System.Collections.Concurrent;
using CopilotCapacity.Domain.Rating;
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

    /// <summary>Whether all that an address names within a tenant is there.</summary>
    public async ValueTask<bool> IsThereAsync(TenantId tenant, RouteValueDictionary address, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var key = await context.Tenants.Where(row => row.Id == tenant.Value).Select(row => row.Key).SingleOrDefaultAsync(cancellationToken);
        return await NamesAsync("environmentId", id => context.Environments.AnyAsync(
                row => row.TenantKey == key && row.Id == id && row.RetiredAt == null, cancellationToken))
            && await NamesAsync("planId", id => context.Plans.AnyAsync(
                row => row.TenantKey == key && row.Id == id && row.DeletedAt == null, cancellationToken))
            && await IsOnPlanAsync(context, key, address, cancellationToken)
            && await NamesAsync("grantId", id => context.Grants.AnyAsync(row => row.TenantKey == key && row.Id == id, cancellationToken))
            && (!address.TryGetValue("feature", out var feature) || RateCard.Find(feature as string ?? "") is not null)
            && await NamesAsync("reallocationId", id => context.Reallocations.AnyAsync(
                row => row.TenantKey == key && row.Id == id, cancellationToken))
            && await NamesAsync("keyId", id => context.ApiKeys.AnyAsync(row => row.Tenant == tenant.Value && row.Id == id, cancellationToken));

        async ValueTask<bool> NamesAsync(string name, Func<Guid, Task<bool>> isThereAsync) =>
            !address.TryGetValue(name, out var value) || (Guid.TryParse(value as string, out var id) && await isThereAsync(id));
    }

    // Where an address names a plan and an environment, the environment is one of the plan's.
    private static async ValueTask<bool> IsOnPlanAsync(
        PortalDbContext context, int tenantKey, RouteValueDictionary address, CancellationToken cancellationToken) =>
        !Guid.TryParse(address["planId"] as string, out var plan)
        || !Guid.TryParse(address["environmentId"] as string, out var environment)
        || await context.Environments.AnyAsync(
            row => row.TenantKey == tenantKey && row.Id == environment
                && context.Plans.Any(candidate => candidate.TenantKey == tenantKey && candidate.Id == plan && candidate.Key == row.PlanKey),
            cancellationToken);

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

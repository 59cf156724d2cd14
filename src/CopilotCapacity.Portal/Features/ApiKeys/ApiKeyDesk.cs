using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Storage;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.ApiKeys;

/// <summary>Manages keys on behalf of the person in the circuit, whose right is looked at anew each time.</summary>
internal sealed class ApiKeyDesk(
    IDbContextFactory<PortalDbContext> contexts, CurrentPerson current, ApiKeyChanges changes, TimeProvider time) : IApiKeyDesk
{
    private const string Gone = "The key is no longer there, or has ended already.";

    public async Task<TenantKeys?> ReadAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        if (!await current.MayAsync(Operation.ManageKeys, tenant, cancellationToken: cancellationToken))
        {
            return null;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var name = await context.Tenants.Where(row => row.Id == tenant.Value).Select(row => row.Name).SingleOrDefaultAsync(cancellationToken);
        if (name is null)
        {
            return null;
        }

        var rows = await context.ApiKeys.AsNoTracking().Where(row => row.Tenant == tenant.Value)
            .OrderByDescending(row => row.CreatedAt).ThenBy(row => row.Id).ToListAsync(cancellationToken);
        return new TenantKeys(
            name,
            [
                .. rows.Select(row => new ApiKeyView(
                    row.Id, row.Name, row.Prefix, (ApiScopes)row.Scopes, row.CreatedAt, row.ExpiresAt, row.LastUsedAt, row.RevokedAt)),
            ],
            time.GetUtcNow());
    }

    public async Task<KeyOutcome> CreateAsync(
        TenantId tenant, string name, ApiScopes scopes, DateTimeOffset? expiresAt, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ManageKeys, tenant, cancellationToken: cancellationToken);
        if (actor is null)
        {
            return new KeyOutcome(null, refusal);
        }

        if (string.IsNullOrWhiteSpace(name) || scopes == ApiScopes.None || expiresAt <= time.GetUtcNow())
        {
            return new KeyOutcome(null, "A key needs a name, at least one scope, and an end that is not over yet.");
        }

        return new KeyOutcome((await changes.CreateAsync(tenant, name.Trim(), scopes, expiresAt, actor, null, cancellationToken)).Secret, null);
    }

    public async Task<KeyOutcome> RotateAsync(TenantId tenant, Guid id, TimeSpan overlap, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ManageKeys, tenant, cancellationToken: cancellationToken);
        if (actor is null)
        {
            return new KeyOutcome(null, refusal);
        }

        return await changes.RotateAsync(tenant, id, overlap, actor, cancellationToken) is { } made
            ? new KeyOutcome(made.Secret, null)
            : new KeyOutcome(null, Gone);
    }

    public async Task<string?> RevokeAsync(TenantId tenant, Guid id, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ManageKeys, tenant, cancellationToken: cancellationToken);
        if (actor is null)
        {
            return refusal;
        }

        return await changes.RevokeAsync(tenant, id, actor, cancellationToken) ? null : Gone;
    }
}

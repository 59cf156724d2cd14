using System.Text.Json.Nodes;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.ApiKeys;

/// <summary>A key that was just made. The secret is nowhere else.</summary>
internal sealed record NewApiKey(ApiKeyRow Row, string Secret);

/// <summary>Makes, rotates and revokes keys; each with its entry on the tenant's audit trail, in the same transaction.</summary>
internal sealed class ApiKeyChanges(IDbContextFactory<PortalDbContext> contexts, AuditLog audit, ApiKeyDirectory directory, TimeProvider time)
{
    /// <summary>The longest two keys may work side by side.</summary>
    public static readonly TimeSpan OverlapMax = TimeSpan.FromDays(30);

    /// <summary>How long the old key works on when nothing is said.</summary>
    public static readonly TimeSpan OverlapDefault = TimeSpan.FromDays(1);

    /// <summary>Makes a key.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="name">Not blank.</param>
    /// <param name="scopes">At least one.</param>
    /// <param name="expiresAt">When it ends; null for never.</param>
    /// <param name="actor">Who makes it.</param>
    /// <param name="alongside">What is to be saved with it.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<NewApiKey> CreateAsync(
        TenantId tenant,
        string name,
        ApiScopes scopes,
        DateTimeOffset? expiresAt,
        Actor actor,
        Action<PortalDbContext, NewApiKey>? alongside,
        CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var made = Make(tenant, name, scopes, expiresAt);
        context.ApiKeys.Add(made.Row);
        alongside?.Invoke(context, made);
        await audit.SaveAsync(
            context, await KeyOfAsync(context, tenant, cancellationToken), Entry(actor, "key.created", made.Row, @new: ValuesOf(made.Row)), cancellationToken);
        return made;
    }

    /// <summary>Makes a key with the same name and scopes as another one, which works on for a while; null when there is no such key.</summary>
    public async Task<NewApiKey?> RotateAsync(TenantId tenant, Guid id, TimeSpan overlap, Actor actor, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        if (await FindAsync(context, tenant, id, cancellationToken) is not { RevokedAt: null } old || old.ExpiresAt <= now)
        {
            return null;
        }

        var made = Make(tenant, old.Name, (ApiScopes)old.Scopes, old.ExpiresAt);
        context.ApiKeys.Add(made.Row);
        var end = now + overlap;
        var before = ValuesOf(old);
        old.ExpiresAt = old.ExpiresAt < end ? old.ExpiresAt : end;
        var after = ValuesOf(old);
        after["replacedBy"] = made.Row.Prefix;
        await audit.SaveAsync(
            context, await KeyOfAsync(context, tenant, cancellationToken), Entry(actor, "key.rotated", old, before, after), cancellationToken);
        directory.Forget(old.Prefix);
        return made;
    }

    /// <summary>Revokes a key. False when there is none; one that was revoked already stays so.</summary>
    public async Task<bool> RevokeAsync(TenantId tenant, Guid id, Actor actor, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await FindAsync(context, tenant, id, cancellationToken) is not { } row)
        {
            return false;
        }

        if (row.RevokedAt is null)
        {
            row.RevokedAt = time.GetUtcNow();
            await audit.SaveAsync(context, await KeyOfAsync(context, tenant, cancellationToken), Entry(actor, "key.revoked", row, ValuesOf(row)), cancellationToken);
            directory.Forget(row.Prefix);
        }

        return true;
    }

    private static Task<ApiKeyRow?> FindAsync(PortalDbContext context, TenantId tenant, Guid id, CancellationToken cancellationToken) =>
        context.ApiKeys.SingleOrDefaultAsync(row => row.Tenant == tenant.Value && row.Id == id, cancellationToken);

    private static Task<int> KeyOfAsync(PortalDbContext context, TenantId tenant, CancellationToken cancellationToken) =>
        context.Tenants.Where(row => row.Id == tenant.Value).Select(row => row.Key).SingleAsync(cancellationToken);

    private static JsonObject ValuesOf(ApiKeyRow row) => new()
    {
        ["prefix"] = row.Prefix,
        ["scopes"] = string.Join(' ', ApiScopeNames.Of((ApiScopes)row.Scopes)),
        ["expiresAt"] = row.ExpiresAt is { } at ? JsonValue.Create(at.UtcDateTime) : null,
    };

    private NewApiKey Make(TenantId tenant, string name, ApiScopes scopes, DateTimeOffset? expiresAt)
    {
        var (secret, prefix) = ApiKeyFormat.Create();
        return new NewApiKey(
            new ApiKeyRow
            {
                Id = Guid.NewGuid(),
                Tenant = tenant.Value,
                Name = name,
                Prefix = prefix,
                Hash = ApiKeyFormat.Hash(secret),
                Scopes = (int)scopes,
                CreatedAt = time.GetUtcNow(),
                ExpiresAt = expiresAt,
            },
            secret);
    }

    private AuditEntry Entry(Actor actor, string action, ApiKeyRow row, JsonObject? old = null, JsonObject? @new = null) =>
        new(time.GetUtcNow(), actor, action, new AuditObject("key", row.Id.ToString(), row.Name), old, @new);
}

using System.Text.Json;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Portal.Hosting.Json;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.ApiKeys;

/// <summary>A key to create.</summary>
public sealed record NewApiKeyDto(string? Name, IReadOnlyList<string>? Scopes, DateTimeOffset? ExpiresAt);

/// <summary>A key. The secret is shown once, in the answer that creates it.</summary>
public sealed record ApiKeyDto(
    Guid Id,
    string Name,
    string Prefix,
    IReadOnlyList<string> Scopes,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset? RevokedAt,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    string? Secret)
{
    internal static ApiKeyDto From(ApiKeyRow row, string? secret = null) => new(
        row.Id,
        row.Name,
        row.Prefix,
        ApiScopeNames.Of((ApiScopes)row.Scopes),
        row.CreatedAt,
        row.ExpiresAt,
        row.LastUsedAt,
        row.RevokedAt,
        secret);
}

/// <summary>API keys of a tenant.</summary>
internal static class ApiKeyEndpoints
{
    private const string Path = "/tenants/{tenantId}/api-keys";

    public static void MapApiKeys(this IEndpointRouteBuilder api)
    {
        api.MapPost(Path, CreateAsync).InTenant(ApiScopes.PortalAdmin).Produces<ApiKeyDto>(StatusCodes.Status201Created);
        api.MapGet(Path, ListAsync).InTenant(ApiScopes.PortalAdmin).Produces<PageDto<ApiKeyDto>>();
        api.MapDelete(Path + "/{keyId}", RevokeAsync).InTenant(ApiScopes.PortalAdmin).Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> CreateAsync(
        Guid tenantId,
        HttpContext http,
        IDbContextFactory<PortalDbContext> contexts,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var body = await http.Request.ReadBodyAsync<NewApiKeyDto>(cancellationToken);
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        var scopes = (wanted.Scopes ?? []).Select(name => name is null ? null : ApiScopeNames.Find(name)).ToList();
        var fields = new Fields()
            .Text(wanted.Name, "name")
            .Require(scopes.Count > 0, "scopes", "Name at least one scope.")
            .Require(
                scopes.TrueForAll(scope => scope is not null),
                "scopes",
                "The scopes are usage:write, quota:read, capacity:read, capacity:write and portal:admin.")
            .Require(wanted.ExpiresAt is null || wanted.ExpiresAt > time.GetUtcNow(), "expiresAt", "The key would have expired already.");
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        if (!http.Request.TryReadIdempotencyKey(new TenantId(tenantId), body.Bytes, out var repeatable))
        {
            return ApiChanges.InvalidKey();
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var memory = new SealedAnswers(context, http.Request);
        http.Response.Headers.CacheControl = "no-store";
        if (await memory.FindAsync(repeatable, cancellationToken) is { } earlier)
        {
            return earlier;
        }

        var (secret, prefix) = ApiKeyFormat.Create();
        var row = new ApiKeyRow
        {
            Id = Guid.NewGuid(),
            Tenant = tenantId,
            Name = wanted.Name!.Trim(),
            Prefix = prefix,
            Hash = ApiKeyFormat.Hash(secret),
            Scopes = scopes.Aggregate(0, (all, scope) => all | (int)scope!.Value),
            CreatedAt = time.GetUtcNow(),
            ExpiresAt = wanted.ExpiresAt,
        };
        context.ApiKeys.Add(row);
        var answer = JsonSerializer.Serialize(ApiKeyDto.From(row, secret), ApiJson.Options);
        memory.Add(repeatable, answer, row.CreatedAt);
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException) when (repeatable.Key is not null)
        {
            // The same request was quicker elsewhere: nothing of this one is kept, and the other's answer is given.
            context.ChangeTracker.Clear();
            if (await memory.FindAsync(repeatable, cancellationToken) is not { } quicker)
            {
                throw;
            }

            return quicker;
        }

        return new ApiAnswer(StatusCodes.Status201Created, answer);
    }

    private static async Task<IResult> ListAsync(
        Guid tenantId,
        HttpContext http,
        IDbContextFactory<PortalDbContext> contexts,
        CancellationToken cancellationToken)
    {
        var list = $"api-keys:{tenantId}";
        if (PageRange.Read(http.Request, list, out var range) is { } problem)
        {
            return problem;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.ApiKeys.AsNoTracking()
            .Where(row => row.Tenant == tenantId)
            .OrderBy(row => row.CreatedAt).ThenBy(row => row.Id)
            .ToListAsync(cancellationToken);
        return ApiAnswer.Ok(range.Cut([.. rows.Select(row => ApiKeyDto.From(row))], list));
    }

    private static async Task<IResult> RevokeAsync(
        Guid tenantId,
        string keyId,
        IDbContextFactory<PortalDbContext> contexts,
        ApiKeyDirectory directory,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var row = Guid.TryParse(keyId, out var id)
            ? await context.ApiKeys.SingleOrDefaultAsync(row => row.Tenant == tenantId && row.Id == id, cancellationToken)
            : null;
        if (row is null)
        {
            return Problems.NotFound();
        }

        row.RevokedAt ??= time.GetUtcNow();
        await context.SaveChangesAsync(cancellationToken);
        directory.Forget(row.Prefix);
        return Results.NoContent();
    }
}

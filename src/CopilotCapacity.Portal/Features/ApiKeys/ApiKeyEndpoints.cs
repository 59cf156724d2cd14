using System.Text.Json;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Portal.Hosting.Json;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.ApiKeys;

/// <summary>A key to create.</summary>
public sealed record NewApiKeyDto(string? Name, IReadOnlyList<string>? Scopes, DateTimeOffset? ExpiresAt);

/// <summary>A rotation: the key that replaces another one is made at once.</summary>
/// <param name="OverlapSeconds">How long the old key works on; 0 to 2,592,000.</param>
public sealed record RotationDto(int? OverlapSeconds);

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
        api.MapPost(Path, CreateAsync).InTenant(Operation.ManageKeys).Produces<ApiKeyDto>(StatusCodes.Status201Created);
        api.MapGet(Path, ListAsync).InTenant(Operation.ManageKeys).Produces<PageDto<ApiKeyDto>>();
        api.MapPost(Path + "/{keyId}/rotate", RotateAsync).InTenant(Operation.ManageKeys)
            .WithDescription("Makes a key with the same name and scopes. The old one works on for overlapSeconds, a day when left out.")
            .Produces<ApiKeyDto>(StatusCodes.Status201Created);
        api.MapDelete(Path + "/{keyId}", RevokeAsync).InTenant(Operation.ManageKeys).Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> CreateAsync(
        Guid tenantId,
        HttpContext http,
        IDbContextFactory<PortalDbContext> contexts,
        ApiKeyChanges changes,
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
        http.Response.Headers.CacheControl = "no-store";
        if (await new SealedAnswers(context, http.Request).FindAsync(repeatable, cancellationToken) is { } earlier)
        {
            return earlier;
        }

        var answer = "";
        try
        {
            var allScopes = scopes.Aggregate(ApiScopes.None, (all, scope) => all | scope!.Value);
            await changes.CreateAsync(
                new TenantId(tenantId), wanted.Name!.Trim(), allScopes, wanted.ExpiresAt, http.Actor(), Remember, cancellationToken);
        }
        catch (DbUpdateException) when (repeatable.Key is not null)
        {
            // The same request was quicker elsewhere: nothing of this one is kept, and the other's answer is given.
            if (await new SealedAnswers(context, http.Request).FindAsync(repeatable, cancellationToken) is not { } quicker)
            {
                throw;
            }

            return quicker;
        }

        return new ApiAnswer(StatusCodes.Status201Created, answer);

        void Remember(PortalDbContext with, NewApiKey made)
        {
            answer = JsonSerializer.Serialize(ApiKeyDto.From(made.Row, made.Secret), ApiJson.Options);
            new SealedAnswers(with, http.Request).Add(repeatable, answer, made.Row.CreatedAt);
        }
    }

    private static async Task<IResult> RotateAsync(
        Guid tenantId, string keyId, HttpContext http, ApiKeyChanges changes, CancellationToken cancellationToken)
    {
        var body = await http.Request.ReadBodyAsync<RotationDto>(cancellationToken);
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        var overlap = wanted.OverlapSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : ApiKeyChanges.OverlapDefault;
        if (overlap < TimeSpan.Zero || overlap > ApiKeyChanges.OverlapMax)
        {
            return Problems.Invalid("overlapSeconds", "The old key works on for 0 seconds to 30 days.");
        }

        http.Response.Headers.CacheControl = "no-store";
        return Guid.TryParse(keyId, out var id)
            && await changes.RotateAsync(new TenantId(tenantId), id, overlap, http.Actor(), cancellationToken) is { } made
            ? new ApiAnswer(StatusCodes.Status201Created, JsonSerializer.Serialize(ApiKeyDto.From(made.Row, made.Secret), ApiJson.Options))
            : Problems.NotFound();
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
        Guid tenantId, string keyId, HttpContext http, ApiKeyChanges changes, CancellationToken cancellationToken) =>
        Guid.TryParse(keyId, out var id) && await changes.RevokeAsync(new TenantId(tenantId), id, http.Actor(), cancellationToken)
            ? Results.NoContent()
            : Problems.NotFound();
}

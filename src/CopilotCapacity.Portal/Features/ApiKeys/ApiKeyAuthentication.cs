using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Notices;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Portal.Hosting.Security;
using CopilotCapacity.Portal.Hosting.Startup;
using CopilotCapacity.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Features.ApiKeys;

/// <summary>
/// Finds the key behind a bearer token. A key that was found is remembered for a few seconds, so that a revoked one stops
/// working within that time.
/// </summary>
internal sealed class ApiKeyDirectory(
    IDbContextFactory<PortalDbContext> contexts,
    IOptionsMonitor<BootstrapOptions> bootstrap,
    RateLimits limits,
    BannerTokens banners,
    TimeProvider time)
{
    private static readonly TimeSpan s_rememberFor = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<string, Remembered> _remembered = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Guid, Checked> _checked = new();
    private HashedKey _bootstrap = new("", []);

    public async ValueTask<ApiCaller?> FindAsync(string secret, CancellationToken cancellationToken)
    {
        var hash = ApiKeyFormat.Hash(secret);
        if (IsBootstrapKey(hash))
        {
            return new ApiCaller(Guid.Empty, "Bootstrap", null, ApiScopes.PortalAdmin, limits.ShareOf(Guid.Empty, null));
        }

        if (ApiKeyFormat.PrefixOf(secret) is not { } prefix)
        {
            return null;
        }

        var now = time.GetUtcNow();
        if (!_remembered.TryGetValue(prefix, out var known) || now >= known.ReadAt + s_rememberFor)
        {
            if (await ReadAsync(prefix, now, cancellationToken) is not { } read)
            {
                _remembered.TryRemove(prefix, out _);
                return null;
            }

            _remembered[prefix] = known = read;
        }

        var isRight = CryptographicOperations.FixedTimeEquals(known.Hash, hash);
        return isRight && (known.ExpiresAt is null || now < known.ExpiresAt) ? known.Caller : null;
    }

    /// <summary>Whoever holds a banner token; null when it is forged or over, or its key is.</summary>
    public async ValueTask<ApiCaller?> FindBannerAsync(string secret) =>
        banners.Read(secret) is { } token && await IsValidAsync(token.Key)
            ? new ApiCaller(token.Key, "Banner", token.TenantId, ApiScopes.QuotaRead, limits.ShareOf(token.Key, token.TenantId)) { Banner = token }
            : null;

    /// <summary>Whether somebody who was let in some time ago would be let in now.</summary>
    public async ValueTask<bool> IsStillValidAsync(ApiCaller caller) =>
        (caller.Banner is not { } token || time.GetUtcNow() < token.ExpiresAt) && await IsValidAsync(caller.Id);

    // The empty id stands for the portal itself.
    private async ValueTask<bool> IsValidAsync(Guid key)
    {
        var now = time.GetUtcNow();
        if (key == Guid.Empty)
        {
            return true;
        }

        if (!_checked.TryGetValue(key, out var known) || now >= known.At + s_rememberFor)
        {
            await using var context = await contexts.CreateDbContextAsync();
            var isThere = await context.ApiKeys.AnyAsync(row => row.Id == key && row.RevokedAt == null && (row.ExpiresAt == null || row.ExpiresAt > now));
            _checked[key] = known = new Checked(isThere, now);
        }

        return known.IsValid;
    }

    /// <summary>Forgets a key, so that its revocation acts here at once.</summary>
    public void Forget(string prefix) => _remembered.TryRemove(prefix, out _);

    private async Task<Remembered?> ReadAsync(string prefix, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await context.ApiKeys.AsNoTracking()
            .SingleOrDefaultAsync(row => row.Prefix == prefix && row.RevokedAt == null, cancellationToken);
        if (row is null)
        {
            return null;
        }

        // At most once in the time it is remembered, so a busy key costs no write per request.
        await context.ApiKeys.Where(key => key.Id == row.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(key => key.LastUsedAt, now), cancellationToken);
        var tenant = row.Tenant is { } id ? new TenantId(id) : (TenantId?)null;
        return new Remembered(new ApiCaller(row.Id, row.Name, tenant, (ApiScopes)row.Scopes, limits.ShareOf(row.Id, tenant)), row.Hash, row.ExpiresAt, now);
    }

    private bool IsBootstrapKey(byte[] hash) => bootstrap.CurrentValue.AdminApiKey is { Length: > 0 } key
        && CryptographicOperations.FixedTimeEquals(HashOfBootstrap(key), hash);

    // Asked with every request, and another one only after the settings have changed.
    private byte[] HashOfBootstrap(string key)
    {
        var known = _bootstrap;
        if (!ReferenceEquals(known.Key, key))
        {
            _bootstrap = known = new HashedKey(key, ApiKeyFormat.Hash(key));
        }

        return known.Hash;
    }

    private readonly record struct Checked(bool IsValid, DateTimeOffset At);

    private sealed record HashedKey(string Key, byte[] Hash);

    private sealed record Remembered(ApiCaller Caller, byte[] Hash, DateTimeOffset? ExpiresAt, DateTimeOffset ReadAt);
}

/// <summary>Authenticates <c>Authorization: Bearer</c> with an API key.</summary>
internal sealed class ApiKeyAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    ApiKeyDirectory directory) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";
    private const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.NoResult();
        }

        var secret = header[Bearer.Length..].Trim();
        if (await (BannerTokens.IsOne(secret) ? FindBannerAsync(secret) : directory.FindAsync(secret, Context.RequestAborted)) is not { } caller)
        {
            return AuthenticateResult.Fail("The key is not known, or no longer valid.");
        }

        Context.Features.Set(caller);
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, caller.Id.ToString())], SchemeName)
        {
            // A connection of the hub outlives the request that opened it.
            BootstrapContext = Context.IsHub() ? caller : null,
        };
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    // Only routes that say so know of banner tokens.
    private ValueTask<ApiCaller?> FindBannerAsync(string secret) => Context.GetEndpoint()?.Metadata.GetMetadata<BannerAccess>() is null
        ? ValueTask.FromResult<ApiCaller?>(null)
        : directory.FindBannerAsync(secret);

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return Problems
            .Of(StatusCodes.Status401Unauthorized, "unauthorized", "Send a valid API key as Authorization: Bearer.")
            .ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problems.Of(StatusCodes.Status403Forbidden, "forbidden", "The key may not do this.").ExecuteAsync(Context);
}

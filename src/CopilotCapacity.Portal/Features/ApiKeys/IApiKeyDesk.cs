using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Portal.Features.ApiKeys;

/// <summary>A key as the page shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Prefix">The public beginning of the secret.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it ends; null for never.</param>
/// <param name="LastUsedAt">When it was used last; null for never.</param>
/// <param name="RevokedAt">When it was revoked; null when it was not.</param>
public sealed record ApiKeyView(
    Guid Id,
    string Name,
    string Prefix,
    ApiScopes Scopes,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset? RevokedAt)
{
    /// <summary>Whether it works.</summary>
    public bool IsLive(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is null || now < ExpiresAt);
}

/// <summary>The keys of a tenant.</summary>
/// <param name="TenantName">The tenant's name.</param>
/// <param name="Keys">All of them, newest first.</param>
/// <param name="AsOf">When they were read.</param>
public sealed record TenantKeys(string TenantName, IReadOnlyList<ApiKeyView> Keys, DateTimeOffset AsOf);

/// <summary>What came of a wish for a key: its secret, shown this once, or why there is none.</summary>
public sealed record KeyOutcome(string? Secret, string? Refusal);

/// <summary>Keys for the page that manages them.</summary>
public interface IApiKeyDesk
{
    /// <summary>The keys; null when there is no such tenant for whoever asks.</summary>
    Task<TenantKeys?> ReadAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>Makes a key.</summary>
    Task<KeyOutcome> CreateAsync(TenantId tenant, string name, ApiScopes scopes, DateTimeOffset? expiresAt, CancellationToken cancellationToken);

    /// <summary>Makes a key that replaces another one, which works on for a while.</summary>
    Task<KeyOutcome> RotateAsync(TenantId tenant, Guid id, TimeSpan overlap, CancellationToken cancellationToken);

    /// <summary>Revokes a key; gives null, or the sentence that says why not.</summary>
    Task<string?> RevokeAsync(TenantId tenant, Guid id, CancellationToken cancellationToken);
}

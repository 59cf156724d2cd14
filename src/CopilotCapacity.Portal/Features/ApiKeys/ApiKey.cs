using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Notices;
using CopilotCapacity.Portal.Hosting.Security;

namespace CopilotCapacity.Portal.Features.ApiKeys;

/// <summary>What a key may do.</summary>
[Flags]
public enum ApiScopes
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><c>usage:write</c>: record usage.</summary>
    UsageWrite = 1,

    /// <summary><c>quota:read</c>: read quotas.</summary>
    QuotaRead = 2,

    /// <summary><c>capacity:read</c>: read everything of the tenant.</summary>
    CapacityRead = 4,

    /// <summary><c>capacity:write</c>: change capacity, environments and plans.</summary>
    CapacityWrite = 8,

    /// <summary><c>portal:admin</c>: manage tenants and keys, and everything in every tenant.</summary>
    PortalAdmin = 16,
}

/// <summary>The scopes' names in the API.</summary>
internal static class ApiScopeNames
{
    private static readonly (ApiScopes Scope, string Name)[] s_names =
    [
        (ApiScopes.UsageWrite, "usage:write"),
        (ApiScopes.QuotaRead, "quota:read"),
        (ApiScopes.CapacityRead, "capacity:read"),
        (ApiScopes.CapacityWrite, "capacity:write"),
        (ApiScopes.PortalAdmin, "portal:admin"),
    ];

    public static ApiScopes? Find(string name)
    {
        foreach (var (scope, known) in s_names)
        {
            if (string.Equals(known, name, StringComparison.OrdinalIgnoreCase))
            {
                return scope;
            }
        }

        return null;
    }

    public static IReadOnlyList<string> Of(ApiScopes scopes) =>
        [.. s_names.Where(name => scopes.HasFlag(name.Scope)).Select(name => name.Name)];
}

/// <summary>Whoever calls the API: a key, with what it may do and where.</summary>
/// <param name="Id">The key's id.</param>
/// <param name="Name">The key's name.</param>
/// <param name="Tenant">The tenant it belongs to; null for a key of the portal.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="Share">How much it may ask for.</param>
internal sealed record ApiCaller(Guid Id, string Name, TenantId? Tenant, ApiScopes Scopes, KeyShare Share)
{
    /// <summary>The banner token it came with in place of a key; it is good for one environment.</summary>
    public BannerToken? Banner { get; init; }

    public bool IsPortal => Tenant is null;

    public bool Has(ApiScopes scope) => Scopes.HasFlag(scope) || (IsPortal && Scopes.HasFlag(ApiScopes.PortalAdmin));
}

/// <summary>
/// The form of a key: <c>cck_</c>, a public prefix by which it is found, and a secret of 256 random bits. Only a hash of the
/// whole is kept; with that much chance in it, a plain hash cannot be searched.
/// </summary>
internal static class ApiKeyFormat
{
    private const string Mark = "cck_";
    private const int PrefixLength = 16;

    public static (string Secret, string Prefix) Create()
    {
        var prefix = Mark + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(PrefixLength / 2));
        return ($"{prefix}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}", prefix);
    }

    public static string? PrefixOf(string secret) =>
        secret.Length > Mark.Length + PrefixLength && secret.StartsWith(Mark, StringComparison.Ordinal)
            ? secret[..(Mark.Length + PrefixLength)]
            : null;

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}

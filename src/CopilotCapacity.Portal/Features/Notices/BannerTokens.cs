using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using CopilotCapacity.Domain.Tenancy;
using Microsoft.AspNetCore.DataProtection;

namespace CopilotCapacity.Portal.Features.Notices;

/// <summary>For whom a banner speaks.</summary>
public enum BannerAudience
{
    /// <summary>People who use AI features: what it means for them.</summary>
    Users,

    /// <summary>People who look after the environment: what they can do about it, too.</summary>
    Admins,
}

/// <summary>What a banner token says: it lets a page read the quota of one environment, and nothing else, for a short while.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Environment">The one environment.</param>
/// <param name="Key">The key it was made with; it ends with that. The empty id for one that a page of the portal made.</param>
/// <param name="Audience">For whom the banner speaks.</param>
/// <param name="ExpiresAt">When it ends.</param>
internal sealed record BannerToken(Guid Tenant, Guid Environment, Guid Key, BannerAudience Audience, DateTimeOffset ExpiresAt)
{
    public TenantId TenantId => new(Tenant);
}

/// <summary>
/// Makes and reads banner tokens. They are sealed with the portal's own keys, which lie beside the database and not in it; nothing of a
/// token is kept anywhere.
/// </summary>
internal sealed class BannerTokens(IDataProtectionProvider protection, TimeProvider time)
{
    /// <summary>How long a token is good at most.</summary>
    public static readonly TimeSpan LifeMost = TimeSpan.FromHours(1);

    /// <summary>How long a token is good when nobody says otherwise.</summary>
    public static readonly TimeSpan LifeUsual = TimeSpan.FromMinutes(15);

    private const string Mark = "ccb_";

    private readonly IDataProtector _protector = protection.CreateProtector("CopilotCapacity.BannerToken.v1");

    /// <summary>Whether a secret has the form of a banner token.</summary>
    public static bool IsOne(string secret) => secret.StartsWith(Mark, StringComparison.Ordinal);

    public string Write(BannerToken token) => Mark + Base64Url.EncodeToString(_protector.Protect(JsonSerializer.SerializeToUtf8Bytes(token)));

    /// <summary>Reads a token; null when it is forged or over.</summary>
    public BannerToken? Read(string secret)
    {
        const int lengthMost = 2_000;
        if (!IsOne(secret) || secret.Length > lengthMost || !Base64Url.IsValid(secret.AsSpan(Mark.Length)))
        {
            return null;
        }

        try
        {
            var token = JsonSerializer.Deserialize<BannerToken>(_protector.Unprotect(Base64Url.DecodeFromChars(secret.AsSpan(Mark.Length))))!;
            return time.GetUtcNow() < token.ExpiresAt ? token : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

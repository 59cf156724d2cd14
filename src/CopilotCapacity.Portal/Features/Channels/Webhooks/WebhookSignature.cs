using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CopilotCapacity.Portal.Features.Channels.Webhooks;

/// <summary>Secrets and signatures as <a href="https://www.standardwebhooks.com">Standard Webhooks 1.0.0</a> has them.</summary>
internal static class WebhookSignature
{
    public const string SecretPrefix = "whsec_";

    /// <summary>How many bytes a secret has; 24 to 64 are allowed.</summary>
    public const int SecretBytes = 32;

    /// <summary>A new secret, such as <c>whsec_MfKQ9r8G…</c>.</summary>
    public static string CreateSecret() => SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>The value of the header <c>webhook-signature</c>: one signature for each secret that counts.</summary>
    public static string Sign(IEnumerable<string> secrets, string id, DateTimeOffset at, string body)
    {
        var signed = Encoding.UTF8.GetBytes($"{id}.{Timestamp(at)}.{body}");
        return string.Join(' ', secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(KeyOf(secret), signed))));
    }

    /// <summary>The value of the header <c>webhook-timestamp</c>.</summary>
    public static string Timestamp(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static byte[] KeyOf(string secret) => Convert.FromBase64String(secret[SecretPrefix.Length..]);
}

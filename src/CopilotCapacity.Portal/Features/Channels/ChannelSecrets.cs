using System.Text;
using CopilotCapacity.Portal.Features.Channels.Webhooks;
using CopilotCapacity.Storage.Model;
using Microsoft.AspNetCore.DataProtection;

namespace CopilotCapacity.Portal.Features.Channels;

/// <summary>
/// Seals what webhooks are signed with, so that the database alone, or a copy of it, signs nothing. A sealed secret opens only for
/// the channel it was made for.
/// </summary>
internal sealed class ChannelSecrets(IDataProtectionProvider protection)
{
    public byte[] Seal(ChannelRow channel, string secret) => ProtectorOf(channel).Protect(Encoding.UTF8.GetBytes(secret));

    /// <summary>What a webhook is signed with at an instant, the newest first.</summary>
    public IReadOnlyList<string> Open(ChannelRow channel, DateTimeOffset now)
    {
        var secrets = new List<string>();
        if (channel.Secret is { } current)
        {
            secrets.Add(Open(channel, current));
        }

        if (channel.OldSecret is { } old && channel.OldSecretUntil > now)
        {
            secrets.Add(Open(channel, old));
        }

        return secrets;
    }

    // Revoking the keys that cookies are sealed with ends sign-ins; webhooks go on being signed.
    private string Open(ChannelRow channel, byte[] sealedSecret) => Encoding.UTF8.GetString(
        ((IPersistedDataProtector)ProtectorOf(channel)).DangerousUnprotect(sealedSecret, ignoreRevocationErrors: true, out _, out _));

    private IDataProtector ProtectorOf(ChannelRow channel) =>
        protection.CreateProtector("Channels.Secret", channel.TenantKey.ToString(System.Globalization.CultureInfo.InvariantCulture), channel.Id.ToString());
}

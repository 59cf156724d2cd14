using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace CopilotCapacity.Portal.Features.SignIn;

/// <summary>
/// Secrets that open a door once, within an hour, while this process lives. They are printed on the console and kept nowhere
/// else.
/// </summary>
internal sealed class OneTimeLinks(TimeProvider time)
{
    private static readonly TimeSpan s_validFor = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, Link> _links = new(StringComparer.Ordinal);

    /// <summary>Makes a token for a person, or for whoever sets up the portal when <paramref name="user"/> is null.</summary>
    public string Create(Guid? user)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        _links[Hash(token)] = new Link(user, time.GetUtcNow() + s_validFor);
        return token;
    }

    /// <summary>Looks whether a token would open a door, without using it up.</summary>
    public bool IsValid(string token) => _links.TryGetValue(Hash(token), out var link) && time.GetUtcNow() < link.EndsAt;

    /// <summary>Uses a token up. False when it was used before, has ended, or never was.</summary>
    public bool TryUse(string token, out Guid? user)
    {
        user = null;
        if (!_links.TryRemove(Hash(token), out var link) || time.GetUtcNow() >= link.EndsAt)
        {
            return false;
        }

        user = link.User;
        return true;
    }

    /// <summary>Gives a token back that nothing came of; it works for an hour again.</summary>
    public void GiveBack(string token, Guid? user) => _links.TryAdd(Hash(token), new Link(user, time.GetUtcNow() + s_validFor));

    // Looked up by hash, so that the time a lookup takes says nothing about the tokens there are.
    private static string Hash(string token) => Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token)));

    private readonly record struct Link(Guid? User, DateTimeOffset EndsAt);
}

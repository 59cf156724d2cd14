using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace CopilotCapacity.Portal.Features.Channels.Webhooks;

/// <summary>Which addresses a webhook may have. Where a name leads is looked at when it is connected to, and only then.</summary>
internal static class WebhookAddress
{
    public const int LengthMax = 2_000;

    /// <summary>What is wrong with an address; null when nothing is.</summary>
    public static string? Problem(string? text, ChannelOptions options)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > LengthMax || !Uri.TryCreate(text.Trim(), UriKind.Absolute, out var address) || !address.IsWellFormedOriginalString())
        {
            return "Give a whole address, such as https://hooks.contoso.example/credits.";
        }

        if (address.Scheme is not "https" && !(options.AllowHttp && address.Scheme is "http"))
        {
            return "The address begins with https://, so that nobody on the way reads along.";
        }

        if (address.UserInfo.Length > 0 || address.Fragment.Length > 0)
        {
            return "Leave out the name and password before @, and what follows #.";
        }

        return IsInternal(address) && !IsAllowed(options.AllowedHosts, address.IdnHost, address.Port)
            ? "The address is one inside a network. Webhooks go to the public internet alone."
            : null;
    }

    /// <summary>Whether the operator has allowed a host, perhaps at one port alone.</summary>
    public static bool IsAllowed(string[] allowed, string host, int port)
    {
        var plain = host.Trim('[', ']');
        var atPort = plain.Contains(':', StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"[{plain}]:{port}")
            : string.Create(CultureInfo.InvariantCulture, $"{plain}:{port}");
        return allowed.Contains(plain, StringComparer.OrdinalIgnoreCase) || allowed.Contains(atPort, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The address without what may be a secret in it, for trails and logs.</summary>
    [return: NotNullIfNotNull(nameof(url))]
    public static string? Shown(string? url) => url is null ? null : new Uri(url, UriKind.Absolute).GetLeftPart(UriPartial.Authority);

    private static bool IsInternal(Uri address) =>
        IPAddress.TryParse(address.IdnHost, out var literal)
            ? InternalAddresses.Contains(literal)
            : address.IdnHost.TrimEnd('.') is var host
                && (host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase));
}

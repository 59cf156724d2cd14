namespace CopilotCapacity.Domain.Tenancy;

/// <summary>The origin of a page: scheme, host and port, as browsers send it.</summary>
public static class WebOrigin
{
    /// <summary>How many origins a tenant may allow.</summary>
    public const int Most = 100;

    private const int LengthMax = 300;

    /// <summary>
    /// What somebody wrote, as browsers send it: lower case, without the scheme's own port, without a path. Null when it is no origin.
    /// HTTPS alone, but for pages on the machine itself.
    /// </summary>
    public static string? Normalise(string? text)
    {
        var trimmed = text?.Trim().TrimEnd('/');
        if (trimmed is null or { Length: 0 or > LengthMax } || !Uri.TryCreate(trimmed, UriKind.Absolute, out var address))
        {
            return null;
        }

        var isSafe = address.Scheme is "https" || (address.Scheme is "http" && address.IsLoopback);
        var isBare = address is { UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0, AbsolutePath: "/" } && address.IdnHost.Length > 0;
        return isSafe && isBare && !trimmed.Contains('*', StringComparison.Ordinal)
            ? $"{address.Scheme}://{HostOf(address)}{(address.IsDefaultPort ? "" : $":{address.Port}")}"
            : null;
    }

    // Browsers send the name in its ASCII form, and an IPv6 address in brackets.
    private static string HostOf(Uri address) => address.HostNameType == UriHostNameType.IPv6 ? address.Host : address.IdnHost.ToLowerInvariant();
}

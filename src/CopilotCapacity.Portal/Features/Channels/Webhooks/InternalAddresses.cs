using System.Net;
using System.Net.Sockets;
using Microsoft.Security.AntiSSRF;

namespace CopilotCapacity.Portal.Features.Channels.Webhooks;

/// <summary>
/// Addresses that are not of the public internet: of this machine, of private networks, of what a cloud gives its machines. Which
/// those are is kept by Microsoft's AntiSSRF.
/// </summary>
internal static class InternalAddresses
{
    private static readonly IPNetwork[] s_networks = [.. IPAddressRanges.recommendedLatest.Select(range => IPNetwork.Parse(range))];

    // All public addresses of IPv6 are in here, and what is not may carry one of IPv4 in it.
    private static readonly IPNetwork s_publicV6 = IPNetwork.Parse("2000::/3");

    public static bool Contains(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return (plain.AddressFamily == AddressFamily.InterNetworkV6 && !s_publicV6.Contains(plain))
            || Array.Exists(s_networks, network => network.Contains(plain));
    }
}

using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Features.Channels.Webhooks;

/// <summary>Finds the addresses of a host.</summary>
internal delegate Task<IPAddress[]> HostLookup(string host, CancellationToken cancellationToken);

/// <summary>
/// Opens connections for webhooks, to the public internet alone. A name is looked up once, all its addresses are checked, and the
/// connection goes to one of just these: a name that leads elsewhere the next time gains nothing.
/// </summary>
internal sealed class GuardedConnections(HostLookup lookup, IOptions<ChannelOptions> options)
{
    /// <summary>A handler whose every connection is guarded. It follows nobody elsewhere, keeps no cookies and uses no proxy.</summary>
    public SocketsHttpHandler CreateHandler() => new()
    {
        ConnectCallback = async (context, cancellationToken) => await ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken),
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        MaxResponseHeadersLength = 16,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    };

    private async ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var addresses = await lookup(host, cancellationToken);
        if (!WebhookAddress.IsAllowed(options.Value.AllowedHosts, host, port) && Array.Exists(addresses, InternalAddresses.Contains))
        {
            throw new InternalAddressException(host);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A host leads to an address that is not of the public internet. Nothing was sent there.</summary>
internal sealed class InternalAddressException : Exception
{
    public InternalAddressException()
    {
    }

    public InternalAddressException(string host)
        : base($"{host} leads to an internal address.")
    {
    }

    public InternalAddressException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace CopilotCapacity.Benchmarks.Load;

/// <summary>A kept-alive HTTP/1.1 connection that does no more than it has to: on two cores a full client would cost as much as the server.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[64 * 1024];

    public async Task ConnectAsync(int port) => await _socket.ConnectAsync(IPAddress.Loopback, port);

    /// <summary>Sends a request and reads its answer whole.</summary>
    public async ValueTask<Answer> SendAsync(ReadOnlyMemory<byte> request)
    {
        while (request.Length > 0)
        {
            request = request[await _socket.SendAsync(request)..];
        }

        var filled = 0;
        while (!IsWhole(filled))
        {
            var read = await _socket.ReceiveAsync(_buffer.AsMemory(filled));
            if (read == 0)
            {
                throw new IOException("The server closed the connection.");
            }

            filled += read;
        }

        return new Answer(NumberAt(_buffer.AsSpan(9, 3)), _buffer.AsMemory(0, filled));
    }

    public void Dispose() => _socket.Dispose();

    private static int NumberAt(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits, out int number, out _) ? number : throw new IOException("The server does not speak HTTP/1.1.");

    private bool IsWhole(int filled)
    {
        var answer = _buffer.AsSpan(0, filled);
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return false;
        }

        var length = answer[..head].IndexOf("Content-Length: "u8);
        if (length >= 0)
        {
            return filled >= head + 4 + NumberAt(answer[(length + 16)..]);
        }

        var isChunked = answer[..head].IndexOf("chunked"u8) >= 0;
        return !isChunked || answer.EndsWith("0\r\n\r\n"u8);
    }
}

/// <summary>An answer; its bytes are good until the next request of the connection.</summary>
internal readonly record struct Answer(int Status, ReadOnlyMemory<byte> Bytes);

using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace CopilotCapacity.Portal.Tests.Features.Channels;

/// <summary>A mail as it came in.</summary>
internal sealed record ReceivedMail(string From, IReadOnlyList<string> Recipients, string Data);

/// <summary>A mail server on this machine, which speaks SMTP by itself and shares nothing with the sender.</summary>
internal sealed class SmtpStandIn : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Channel<ReceivedMail> _mails = Channel.CreateUnbounded<ReceivedMail>();
    private readonly Task _accepting;

    public SmtpStandIn()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What it says to a command instead of what it would; null for what it would.</summary>
    public Func<string, string?> Instead { get; set; } = _ => null;

    /// <summary>All that was said to it, line by line.</summary>
    public List<string> Heard { get; } = [];

    /// <summary>How many mails came in and were not looked at.</summary>
    public int Unread => _mails.Reader.Count;

    public async Task<ReceivedMail> NextAsync() => await _mails.Reader.ReadAsync().AsTask().WaitAsync(s_patience);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.UTF8);
                await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
                await TalkAsync(reader, writer);
            }
        }
        catch (IOException)
        {
            // The sender broke off.
        }
    }

    private async Task TalkAsync(StreamReader reader, StreamWriter writer)
    {
        var (from, recipients) = ("", new List<string>());
        await writer.WriteLineAsync("220 stand-in");
        while (await reader.ReadLineAsync(_end.Token) is { } line)
        {
            lock (Heard)
            {
                Heard.Add(line);
            }

            if (Instead(line) is { } other)
            {
                if (other.Length == 0)
                {
                    return;
                }

                await writer.WriteLineAsync(other);
                continue;
            }

            switch (line.Split(' ', ':')[0].ToUpperInvariant())
            {
                case "EHLO":
                    await writer.WriteLineAsync("250-stand-in\r\n250 8BITMIME");
                    break;
                case "MAIL":
                    (from, recipients) = (AddressIn(line), []);
                    await writer.WriteLineAsync("250 go on");
                    break;
                case "RCPT":
                    recipients.Add(AddressIn(line));
                    await writer.WriteLineAsync("250 go on");
                    break;
                case "DATA":
                    await writer.WriteLineAsync("354 end with a dot");
                    var data = await ReadDataAsync(reader);
                    await _mails.Writer.WriteAsync(new ReceivedMail(from, recipients, data));
                    await writer.WriteLineAsync("250 taken as 42");
                    break;
                case "QUIT":
                    await writer.WriteLineAsync("221 bye");
                    return;
                default:
                    await writer.WriteLineAsync("250 fine");
                    break;
            }
        }
    }

    private static string AddressIn(string line) => line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];

    private static async Task<string> ReadDataAsync(StreamReader reader)
    {
        var data = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line && line is not ".")
        {
            data.Append(line.StartsWith("..", StringComparison.Ordinal) ? line[1..] : line).Append('\n');
        }

        return data.ToString();
    }
}

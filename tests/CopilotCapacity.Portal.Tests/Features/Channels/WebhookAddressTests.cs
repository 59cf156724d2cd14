using System.Net;
using System.Net.Sockets;
using CopilotCapacity.Portal.Features.Channels;
using CopilotCapacity.Portal.Features.Channels.Webhooks;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Tests.Features.Channels;

/// <summary>No webhook reaches what is inside a network, however its address is written and whatever names lead to.</summary>
public sealed class WebhookAddressTests
{
    // P stands for the port that somebody listens at.
    private static readonly string[] s_forms =
    [
        "127.0.0.1:P", "127.1:P", "127.0.1:P", "127.255.255.254:P", "0x7f.1:P", "0x7f000001:P", "0x7f.0x0.0x0.0x1:P", "0X7F.0.0.1:P", "2130706433:P", "017700000001:P",
        "0177.0.0.1:P", "0177.0.0.01:P", "00000177.0.0.1:P", "127.0.0.1.:P", "0.0.0.0:P", "0:P", "0x0:P", "localhost:P", "LOCALHOST:P", "localhost.:P", "a.localhost:P",
        "[::1]:P", "[0:0:0:0:0:0:0:1]:P", "[0000::1]:P", "[::]:P", "[::ffff:127.0.0.1]:P", "[::ffff:7f00:1]:P", "[0:0:0:0:0:ffff:127.0.0.1]:P", "[::127.0.0.1]:P",
        "[::ffff:10.0.0.1]:P", "[64:ff9b::127.0.0.1]:P", "[64:ff9b::7f00:1]:P", "[2002:7f00:1::]:P", "[2001:0:7f00:1::1]:P", "[fe80::1]:P", "[fe80::1%251]:P", "[fc00::1]:P",
        "[fd00:ec2::254]", "[fec0::1]:P", "[ff02::1]:P", "[2001:db8::1]:P", "169.254.169.254", "169.254.169.254:P", "0xa9fea9fe", "2852039166", "[::ffff:169.254.169.254]",
        "169.254.170.2", "168.63.129.16", "100.100.100.200", "100.64.0.1:P", "100.127.255.254:P", "10.0.0.1:P", "10.255.255.255:P", "172.16.0.1:P", "172.31.255.255:P",
        "192.168.0.1:P", "192.168.1.255:P", "192.0.0.192:P", "198.18.0.1:P", "192.0.2.1:P", "224.0.0.1:P", "255.255.255.255:P", "240.0.0.1:P",
        "①②⑦.⓪.⓪.①:P", "127。0。0。1:P", "127.0.0.1.nip.example:P", "private.example:P", "metadata.example:P", "mapped.example:P", "v6.example:P", "both.example:P",
        "user:secret@127.0.0.1:P", "hooks.contoso.example@127.0.0.1:P", "127.0.0.1:P#@hooks.contoso.example", "hooks.contoso.example:secret@[::1]:P",
    ];

    // A name server of our own: every other name leads to this machine, too.
    private static readonly Dictionary<string, string[]> s_names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["private.example"] = ["10.1.2.3"],
        ["metadata.example"] = ["169.254.169.254"],
        ["mapped.example"] = ["::ffff:127.0.0.1"],
        ["v6.example"] = ["::1"],
        ["both.example"] = ["93.184.215.14", "127.0.0.1"],
    };

    [Fact]
    public async Task InternalTarget_InAnyForm_IsNeverConnectedTo()
    {
        Assert.True(s_forms.Length >= 60, $"{s_forms.Length}");
        using var v4 = new Listening(IPAddress.Any);
        using var v6 = new Listening(IPAddress.IPv6Any, v4.Port);
        using var sender = Sender((host, _) => Task.FromResult(Resolve(host)), new ChannelOptions { AllowHttp = true });
        var faults = new List<string>();
        foreach (var form in s_forms)
        {
            var url = $"http://{form.Replace("P", $"{v4.Port}", StringComparison.Ordinal)}/";
            if (!Uri.TryCreate(url, UriKind.Absolute, out _))
            {
                continue;
            }

            var outcome = await sender.SendAsync(url, [WebhookSignature.CreateSecret()], "msg_1", "{}", default);
            if (outcome.IsDelivered || !outcome.Result.Contains("internal address", StringComparison.Ordinal))
            {
                faults.Add($"{form}: {outcome.Result}");
            }
        }

        Assert.Empty(faults);
        Assert.Equal(0, v4.Pending + v6.Pending);
    }

    [Fact]
    public async Task Listener_WouldBeReached_WereItAllowed()
    {
        await using var receiver = await Receiver.StartAsync();
        using var sender = Sender(null, new ChannelOptions { AllowHttp = true, AllowedHosts = [$"127.0.0.1:{receiver.Address.Port}"] });
        using var elsewhere = Sender(null, new ChannelOptions { AllowHttp = true, AllowedHosts = ["127.0.0.1:1"] });

        Assert.True((await sender.SendAsync(receiver.Address.ToString(), [WebhookSignature.CreateSecret()], "msg_1", "{}", default)).IsDelivered);
        Assert.False((await elsewhere.SendAsync(receiver.Address.ToString(), [WebhookSignature.CreateSecret()], "msg_1", "{}", default)).IsDelivered);
    }

    // The name leads to the internet when it is looked at first, and inside the next time.
    [Fact]
    public async Task NameThatLeadsElsewhereTheNextTime_IsLookedUpOnce_AndConnectedToWhatWasChecked()
    {
        using var inside = new Listening(IPAddress.Loopback);
        var (asked, answers) = (0, new[] { "192.88.99.1", "127.0.0.1", "10.0.0.1" });
        using var sender = Sender((_, _) => Task.FromResult(new[] { IPAddress.Parse(answers[asked++ % answers.Length]) }), new ChannelOptions { AllowHttp = true });

        for (var tries = 1; tries <= answers.Length; tries++)
        {
            var outcome = await sender.SendAsync($"http://rebinding.example:{inside.Port}/", [WebhookSignature.CreateSecret()], "msg_1", "{}", default);
            Assert.False(outcome.IsDelivered);
            Assert.Equal(tries, asked);
        }

        Assert.Equal(0, inside.Pending);
    }

    [Fact]
    public async Task UnknownName_AndClosedPort_AreSaidInWords()
    {
        using var unknown = Sender((_, _) => throw new SocketException((int)SocketError.HostNotFound), new ChannelOptions());
        Assert.Equal("The host is not known.", (await unknown.SendAsync("https://nowhere.example/", [WebhookSignature.CreateSecret()], "m", "{}", default)).Result);

        using var closed = new Listening(IPAddress.Loopback);
        closed.Dispose();
        using var sender = Sender(null, new ChannelOptions { AllowHttp = true, AllowedHosts = ["127.0.0.1"] });
        Assert.Equal("The connection was refused.", (await sender.SendAsync($"http://127.0.0.1:{closed.Port}/", [WebhookSignature.CreateSecret()], "m", "{}", default)).Result);
    }

    [Theory]
    [InlineData("https://hooks.contoso.example/credits?x=1", true)]
    [InlineData("https://hooks.contoso.example:8443/", true)]
    [InlineData("https://93.184.215.14/", true)]
    [InlineData("https://[2606:4700::1111]/", true)]
    [InlineData("https://münchen.example/", true)]
    [InlineData("http://hooks.contoso.example/", false)]
    [InlineData("ftp://hooks.contoso.example/", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("gopher://127.0.0.1/", false)]
    [InlineData("https://", false)]
    [InlineData("hooks.contoso.example", false)]
    [InlineData("//hooks.contoso.example", false)]
    [InlineData("https://user:secret@hooks.contoso.example/", false)]
    [InlineData("https://hooks.contoso.example/#part", false)]
    [InlineData("https://127.1/", false)]
    [InlineData("https://0x7f.1/", false)]
    [InlineData("https://[::ffff:127.0.0.1]/", false)]
    [InlineData("https://169.254.169.254/", false)]
    [InlineData("https://localhost/", false)]
    [InlineData("https://a.localhost/", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Address_IsOneOfThePublicInternetOverHttps(string? url, bool isRight) =>
        Assert.Equal(isRight, WebhookAddress.Problem(url, new ChannelOptions()) is null);

    [Fact]
    public void HostsThatWereAllowed_AreTakenAtTheirPortAlone()
    {
        var options = new ChannelOptions { AllowHttp = true, AllowedHosts = ["127.0.0.1:8080", "[::1]:8080", "10.0.0.7"] };

        Assert.All(["http://127.0.0.1:8080/", "http://127.1:8080/", "http://[::1]:8080/", "http://10.0.0.7/", "https://10.0.0.7:9000/"], url => Assert.Null(WebhookAddress.Problem(url, options)));
        Assert.All(["http://127.0.0.1:8081/", "http://[::1]/", "http://10.0.0.8/"], url => Assert.NotNull(WebhookAddress.Problem(url, options)));
    }

    private static WebhookSender Sender(HostLookup? lookup, ChannelOptions options) => new(
        new GuardedConnections(lookup ?? Dns.GetHostAddressesAsync, Options.Create(options)), Options.Create(options), TimeProvider.System);

    private static IPAddress[] Resolve(string host) => IPAddress.TryParse(host, out var literal)
        ? [literal]
        : [.. s_names.GetValueOrDefault(host.TrimEnd('.'), ["127.0.0.1"]).Select(IPAddress.Parse)];

    /// <summary>Somebody who listens, and would see each connection.</summary>
    private sealed class Listening : IDisposable
    {
        private readonly TcpListener _listener;

        public Listening(IPAddress address, int port = 0)
        {
            _listener = new TcpListener(address, port);
            _listener.Start();
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        }

        public int Port { get; }

        public int Pending => _listener.Pending() ? 1 : 0;

        public void Dispose() => _listener.Dispose();
    }
}

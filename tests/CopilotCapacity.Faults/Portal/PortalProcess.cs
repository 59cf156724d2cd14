using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace CopilotCapacity.Faults.Portal;

/// <summary>One run of the portal as a process, from its start to its end, whichever way that comes.</summary>
public sealed class PortalProcess : IDisposable
{
    /// <summary>The key of the portal's administrator.</summary>
    public const string AdminKey = "faults-admin-key-0123456789";

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly List<string> _said = [];

    private PortalProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>How long it took from the start to the first answer that it is ready.</summary>
    public TimeSpan ReadyAfter { get; private set; }

    /// <summary>Ends when the process does.</summary>
    public Task Ended => _process.WaitForExitAsync();

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Starts it on a database file and waits until it is ready.</summary>
    public static async Task<PortalProcess> StartAsync(string program, string databaseFile, IReadOnlyDictionary<string, string>? settings = null)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo("dotnet", [program])
        {
            WorkingDirectory = Path.GetDirectoryName(databaseFile)!,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ConnectionStrings__Portal"] = $"Data Source={databaseFile}";
        start.Environment["Urls"] = address.ToString();
        start.Environment["Demo__Enabled"] = "false";
        start.Environment["Bootstrap__AdminApiKey"] = AdminKey;
        foreach (var (name, value) in settings ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        var clock = Stopwatch.StartNew();
        var portal = new PortalProcess(Process.Start(start)!, address);
        try
        {
            await portal.WaitUntilReadyAsync(clock);
            return portal;
        }
        catch
        {
            portal.Dispose();
            throw;
        }
    }

    /// <summary>Ends it as <c>kill -9</c> does: at once, in the middle of whatever it does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await Ended;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task WaitUntilReadyAsync(Stopwatch clock)
    {
        using var client = new HttpClient { BaseAddress = Address };
        while (clock.Elapsed < s_patience && !_process.HasExited)
        {
            try
            {
                if ((await client.GetAsync("/readyz")).StatusCode == HttpStatusCode.OK)
                {
                    ReadyAfter = clock.Elapsed;
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(10);
        }

        lock (_said)
        {
            throw new InvalidOperationException($"The portal did not become ready. It said:\n{string.Join('\n', _said)}");
        }
    }

    private void Note(string? line)
    {
        lock (_said)
        {
            if (line is not null && _said.Count < 200)
            {
                _said.Add(line);
            }
        }
    }
}

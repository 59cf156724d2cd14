using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using CopilotCapacity.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Benchmarks;

/// <summary>The real portal on a database file of its own, in a process of its own, so that memory and pauses are the server's.</summary>
internal sealed class PortalProcess : IAsyncDisposable
{
    private const string AdminKey = "benchmark-admin-key-0123456789";

    private readonly Process _process;
    private readonly HttpClient _admin;

    private PortalProcess(Process process, int port)
    {
        _process = process;
        Port = port;
        _admin = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        _admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AdminKey);
    }

    public int Port { get; }

    /// <summary>The most memory the process has held so far.</summary>
    public double PeakMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64 / 1024.0 / 1024.0;
        }
    }

    /// <summary>How long the process has computed so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<PortalProcess> StartAsync(string databaseFile)
    {
        var port = FreePort();
        var start = new ProcessStartInfo("dotnet", [Program()])
        {
            WorkingDirectory = Path.GetDirectoryName(databaseFile)!,
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["Urls"] = $"http://127.0.0.1:{port}";
        start.Environment["ConnectionStrings__Portal"] = $"Data Source={databaseFile}";
        start.Environment["Bootstrap__AdminApiKey"] = AdminKey;
        start.Environment["Demo__Enabled"] = "false";
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var portal = new PortalProcess(process, port);
        await portal.ReadyAsync();
        return portal;
    }

    /// <summary>The memory the process holds now.</summary>
    public double Megabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1024.0 / 1024.0;
        }
    }

    /// <summary>Makes something by the API, as the portal's administrator.</summary>
    public async Task<JsonElement> CreateAsync(string path, object body)
    {
        using var answer = await _admin.PostAsJsonAsync(path, body);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>A key of the tenant for usage and quotas.</summary>
    public async Task<string> CreateKeyAsync(Guid tenant)
    {
        string[] scopes = ["usage:write", "quota:read"];
        using var answer = await _admin.PostAsJsonAsync($"/api/v1/tenants/{tenant}/api-keys", new { name = "benchmark", scopes });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("secret").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        SqliteConnection.ClearAllPools();
    }

    private async Task ReadyAsync()
    {
        var patience = Stopwatch.StartNew();
        while (patience.Elapsed < TimeSpan.FromMinutes(2) && !_process.HasExited)
        {
            try
            {
                if ((await _admin.GetAsync(new Uri("/readyz", UriKind.Relative))).StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(50);
        }

        throw new InvalidOperationException("The portal did not become ready.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Program()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CopilotCapacity.Portal.sln")))
        {
            folder = folder.Parent;
        }

        var root = folder?.FullName ?? throw new InvalidOperationException("The benchmarks do not run inside the repository.");
        var program = Path.Combine(root, "src", "CopilotCapacity.Portal", "bin", "Release", "net10.0", "CopilotCapacity.Portal.dll");
        return File.Exists(program) ? program : throw new InvalidOperationException("Run the benchmarks with -c Release.");
    }
}

/// <summary>A database file in a folder that goes at the end.</summary>
internal sealed class DatabaseFolder : IDisposable
{
    private readonly string _folder;

    public DatabaseFolder(BenchmarkOptions options)
    {
        _folder = Path.Combine(options.Folder, $"copilotcapacity-benchmark-{Path.GetRandomFileName()}");
        Directory.CreateDirectory(_folder);
    }

    public string File => Path.Combine(_folder, "portal.db");

    public SqliteDatabase Database => new($"Data Source={File}");

    public double Megabytes => Directory.EnumerateFiles(_folder).Sum(file => new FileInfo(file).Length) / 1024.0 / 1024.0;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}

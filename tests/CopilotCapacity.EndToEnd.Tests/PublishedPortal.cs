using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace CopilotCapacity.EndToEnd.Tests;

/// <summary>The portal as it is published, in a folder of its own, to be started as a process.</summary>
public sealed class PublishedPortal : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("copilotcapacity-published-").FullName;

    /// <summary>Where the program lies.</summary>
    public string Program => Path.Combine(_folder, "program");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        var configuration = AppContext.BaseDirectory.Contains("Release", StringComparison.Ordinal) ? "Release" : "Debug";
        string[] arguments =
        [
            "publish", Path.Combine(Root(), "src", "CopilotCapacity.Portal"), "--configuration", configuration, "--no-build",
            "--output", Program, "--nologo",
        ];
        using var publish = Start("dotnet", arguments, Root(), []);
        var output = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        Assert.True(publish.ExitCode == 0, output);
    }

    /// <inheritdoc/>
    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>A new empty folder.</summary>
    public string NewFolder() => Directory.CreateDirectory(Path.Combine(_folder, Path.GetRandomFileName())).FullName;

    /// <summary>A copy of the program, whose files a test may spoil.</summary>
    public string Copy()
    {
        var copy = NewFolder();
        foreach (var file in Directory.EnumerateFiles(Program, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(Program, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }

    /// <summary>Starts the portal in a working directory that has nothing to do with the program.</summary>
    public Process StartPortal(string program, string workingDirectory, Dictionary<string, string> settings) =>
        Start("dotnet", [Path.Combine(program, "CopilotCapacity.Portal.dll")], workingDirectory, settings);

    /// <summary>Waits for the end of a start that has to fail; gives exit code and what it said on standard error.</summary>
    public static async Task<(int ExitCode, string Error)> EndOfAsync(Process process)
    {
        using var patience = new CancellationTokenSource(s_patience);
        var drained = process.StandardOutput.ReadToEndAsync(patience.Token);
        var error = await process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        await drained;
        return (process.ExitCode, error);
    }

    /// <summary>Waits until the portal is ready.</summary>
    public static async Task ReadyAsync(HttpClient client)
    {
        var patience = Stopwatch.StartNew();
        while (patience.Elapsed < s_patience)
        {
            try
            {
                if ((await client.GetAsync("/readyz")).StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet; asked again until patience ends.
            }

            await Task.Delay(50);
        }

        Assert.Fail("The portal did not become ready.");
    }

    /// <summary>A port nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Process Start(string file, string[] arguments, string workingDirectory, Dictionary<string, string> settings)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = workingDirectory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start.");
    }

    /// <summary>The root of the repository.</summary>
    public static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CopilotCapacity.Portal.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}

using System.CommandLine;
using CopilotCapacity.Portal.Features.Replay;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;

namespace CopilotCapacity.Portal.Tests.Features.Replay;

/// <summary>Runs the command line against a stand-in, with its own clock, screen and folder.</summary>
internal sealed class ReplayHarness : IAsyncDisposable
{
    public static readonly DateTimeOffset Begin = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("replay-").FullName;

    private ReplayHarness(UsageStandIn portal) => Portal = portal;

    public UsageStandIn Portal { get; }

    public FakeTimeProvider Time { get; } = new(Begin);

    public string Screen { get; private set; } = "";

    public string Errors { get; private set; } = "";

    public string MemoryFolder => Path.Combine(_folder, "memory");

    public string[] Environment { get; } = ["--environment", "3c5f0000-0000-0000-0000-000000000001"];

    public static async Task<ReplayHarness> StartAsync() => new(await UsageStandIn.StartAsync());

    public string WriteTrace(string[] lines)
    {
        var file = Path.Combine(_folder, "trace.csv");
        File.WriteAllLines(file, [TraceReader.Header, .. lines]);
        return file;
    }

    /// <summary>Runs the verb to its exit code; the clock moves on by itself so that waits end.</summary>
    public Task<int> RunAsync(string file, params string[] options) => RunAsync(file, default, options);

    public async Task<int> RunAsync(string file, CancellationToken cancellationToken, params string[] options)
    {
        using var screen = new StringWriter();
        using var errors = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(screen),
        });
        var root = new RootCommand
        {
            ReplayCommand.Create(new ReplayServices
            {
                Console = console,
                Time = Time,
                CreateHandler = () => new SocketsHttpHandler { AllowAutoRedirect = false },
                MemoryFolder = MemoryFolder,
            }),
        };
        string[] defaults = ["--url", Portal.Url.AbsoluteUri, "--key", UsageStandIn.Key, .. Environment];
        string[] given = [.. defaults.Chunk(2).Where(pair => !options.Contains(pair[0], StringComparer.Ordinal)).SelectMany(pair => pair)];

        var run = root
            .Parse(["replay", file, .. given, .. options])
            .InvokeAsync(new InvocationConfiguration { Output = screen, Error = errors }, cancellationToken);
        while (!run.IsCompleted)
        {
            Time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.WhenAny(run, Task.Delay(1));
        }

        Screen = screen.ToString();
        Errors = errors.ToString();
        return await run;
    }

    public async ValueTask DisposeAsync()
    {
        await Portal.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

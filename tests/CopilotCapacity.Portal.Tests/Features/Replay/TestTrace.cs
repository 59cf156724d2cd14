using System.Text;
using CopilotCapacity.Portal.Features.Replay;

namespace CopilotCapacity.Portal.Tests.Features.Replay;

/// <summary>Traces for tests: the real one, and small ones made up.</summary>
internal static class TestTrace
{
    public const int RealRows = 19_366;

    public static string RealFile { get; } = Path.Combine(RepositoryRoot(), "tests", "data", "azure-llm-inference-trace-conv.csv");

    public static MemoryStream Of(params string[] lines) => new(Encoding.UTF8.GetBytes(string.Join("\r\n", [TraceReader.Header, .. lines])));

    /// <summary>A trace of requests one second apart, of 100 tokens more each.</summary>
    public static string[] Lines(int rows, int secondsApart = 1) =>
        [.. Enumerable.Range(0, rows).Select(n => $"{new DateTime(2023, 11, 16, 18, 0, 0).AddSeconds(n * secondsApart):yyyy-MM-dd HH:mm:ss},{n * 100},0")];

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "CopilotCapacity.Portal.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"No solution above {AppContext.BaseDirectory}.");
        }

        return folder.FullName;
    }
}

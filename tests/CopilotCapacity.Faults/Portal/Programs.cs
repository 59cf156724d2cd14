using CopilotCapacity.Domain.Faults;
using System.ComponentModel;
using System.Diagnostics;

namespace CopilotCapacity.Faults.Portal;

/// <summary>The programs the tests run, each built at its first use.</summary>
public static class Programs
{
    private const string Dll = "CopilotCapacity.Portal.dll";

    private static readonly string s_root = FindRoot();
    private static readonly Lazy<string> s_failpoints = new(BuildFailpoints);
    private static readonly Lazy<string> s_laws = new(BuildLaws);
    private static readonly Lazy<string> s_shim = new(BuildShim);

    /// <summary>The portal as users run it.</summary>
    public static string Normal { get; } = Path.Combine(
        BinOfPortal, AppContext.BaseDirectory.Contains("Release", StringComparison.Ordinal) ? "Release" : "Debug", "net10.0", Dll);

    /// <summary>The portal with failpoints and seeded bugs.</summary>
    public static string WithFailpoints => s_failpoints.Value;

    /// <summary>The library that forgets what was not synced.</summary>
    public static string PowerCutShim => s_shim.Value;

    private static string BinOfPortal => Path.Combine(s_root, "src", "CopilotCapacity.Portal", "bin");

    /// <summary>Runs the laws of the domain with a seeded bug; true when they hold.</summary>
    public static bool LawsHold(SeededBug bug)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { "test", s_laws.Value, "-c", "Failpoints", "--no-build", "--nologo", "--filter", "FullyQualifiedName~Ledger_AnyHistory" },
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SEEDED_BUG"] = bug == SeededBug.None ? "" : bug.ToString();
        using var laws = Process.Start(start)!;
        var errors = laws.StandardError.ReadToEndAsync();
        var text = laws.StandardOutput.ReadToEnd();
        laws.WaitForExit();

        // A run that found no test, or could not start, proves nothing either way.
        return laws.ExitCode == 0 && text.Contains("Passed:     1", StringComparison.Ordinal)
            || (text.Contains("Failed:     1", StringComparison.Ordinal)
                ? false
                : throw new InvalidOperationException($"The laws were not run: {text} {errors.Result}"));
    }

    private static string BuildLaws()
    {
        var project = Path.Combine(s_root, "tests", "CopilotCapacity.Domain.Tests");
        Run("dotnet", "build", project, "-c", "Failpoints", "--no-restore", "-nologo", "-v:q");
        return project;
    }

    private static string BuildFailpoints()
    {
        // The restore does not depend on the configuration: it was done for the usual build.
        Run("dotnet", "build", Path.Combine(s_root, "src", "CopilotCapacity.Portal"), "-c", "Failpoints", "--no-restore", "-nologo", "-v:q");
        return Path.Combine(BinOfPortal, "Failpoints", "net10.0", Dll);
    }

    private static string BuildShim()
    {
        var source = Path.Combine(s_root, "tests", "CopilotCapacity.Faults", "shim", "powercut.c");
        var library = Path.Combine(AppContext.BaseDirectory, "powercut.so");
        try
        {
            Run("cc", "-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", "-o", library, source, "-pthread");
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException(
                "The power cut needs a C compiler and there is no cc here; install gcc and libc6-dev (apt-get install gcc libc6-dev).", exception);
        }

        return library;
    }

    private static void Run(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };

        // A build server that outlives the test would hold its output open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} failed:\n{output}{error.Result}");
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CopilotCapacity.Portal.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("This does not run inside the repository.");
    }
}

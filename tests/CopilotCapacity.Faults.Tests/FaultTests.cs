using CopilotCapacity.Domain.Faults;
using CopilotCapacity.Faults.Cases;
using Xunit.Abstractions;

namespace CopilotCapacity.Faults.Tests;

/// <summary><c>kill -9</c> under load, on the portal as users run it.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Kill_AtRandomMoments_LosesNothing() =>
        Shared.AssertClean(await KillCase.RunAsync(25, Shared.Seed), 25, output);
}

/// <summary>Power cuts under load, on the portal as users run it.</summary>
public sealed class PowerCutTests(ITestOutputHelper output)
{
    [Fact]
    public async Task PowerCut_AtRandomMoments_LosesNothingAcknowledged()
    {
        var report = await PowerCutCase.RunAsync(20, Shared.Seed);

        Shared.AssertClean(report, 20, output);
        Assert.True(report.Forgotten > 0, "No cut took anything away, so the shim may keep what a power cut would not.");
    }

    [Fact]
    public async Task PowerCut_WhenCommitsAreNotSynced_FindsLostEvents()
    {
        var report = await SeededBugCase.RunAsync(SeededBug.SynchronousNormal, Shared.Seed);

        output.WriteLine(report.ToString());
        Assert.True(report.Lost > 0, report.ToString());
    }
}

/// <summary>Many clients at once, on the portal as users run it.</summary>
public sealed class OverspendTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Permissions_AskedForAtOnce_AreNeverMoreThanThereIs() =>
        Shared.AssertClean(await OverspendCase.RunAsync(3, Shared.Seed), 3, output);
}

/// <summary>What they have in common.</summary>
internal static class Shared
{
    /// <summary>Another one with every run; it is part of every report.</summary>
    public static int Seed { get; } = Random.Shared.Next();

    public static void AssertClean(Report report, int rounds, ITestOutputHelper output)
    {
        output.WriteLine(report.ToString());
        Console.WriteLine(report);
        Assert.True(report.Findings.Count == 0, report.ToString());
        Assert.Equal(rounds, report.Rounds);
        Assert.True(report.Sent > 0, "Nothing was sent.");
    }
}

using System.Text;
using CopilotCapacity.Domain.Faults;
using CopilotCapacity.Faults.Cases;
using CopilotCapacity.Faults.Portal;
using Xunit.Abstractions;

namespace CopilotCapacity.Faults.Tests;

/// <summary>The ends of a process at every named place.</summary>
public sealed class FailpointTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Crash_AtEveryFailpoint_LosesNothing(int crashes)
    {
        var points = Enum.GetValues<Failpoint>();

        Shared.AssertClean(await FailpointCase.CrashAsync(points, crashes, Shared.Seed), points.Length * crashes, output);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public async Task Error_AtEveryStepOfACommit_LosesNothing(int times) => Shared.AssertClean(
        await FailpointCase.ThrowAsync(FailpointCase.Throwing, times, Shared.Seed), FailpointCase.Throwing.Count * times, output);
}

/// <summary>The proof that the tests see what they are for.</summary>
public sealed class SeededBugTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(SeededBug.AcknowledgeBeforeCommit, nameof(Report.Lost))]
    [InlineData(SeededBug.KeyWithoutTenant, "was answered 207")]
    [InlineData(SeededBug.NoSyncRestart, nameof(Report.Doubled))]
    [InlineData(SeededBug.FeedBeforeCommit, "was shown sequence")]
    [InlineData(SeededBug.AnswerOnFailedCommit, nameof(Report.Lost))]
    [InlineData(SeededBug.CheckThenAct, "were granted of")]
    public async Task SeededBug_IsFound(SeededBug bug, string how)
    {
        var report = await SeededBugCase.RunAsync(bug, Shared.Seed);

        output.WriteLine(report.ToString());
        var isFound = how switch
        {
            nameof(Report.Lost) => report.Lost > 0,
            nameof(Report.Doubled) => report.Doubled > 0,
            _ => report.ToString().Contains(how, StringComparison.Ordinal),
        };
        Assert.True(isFound, report.ToString());
    }

    [Fact]
    public void NormalBuild_HasNoSwitch()
    {
        var normal = ReadDomain(Programs.Normal);
        var withFailpoints = ReadDomain(Programs.WithFailpoints);
        foreach (var name in new[] { "SEEDED_BUG", "FAILPOINT" })
        {
            var text = Encoding.Unicode.GetBytes(name);
            Assert.Equal(-1, normal.AsSpan().IndexOf(text));
            Assert.NotEqual(-1, withFailpoints.AsSpan().IndexOf(text));
        }
    }

    private static byte[] ReadDomain(string program) =>
        File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(program)!, "CopilotCapacity.Domain.dll"));
}

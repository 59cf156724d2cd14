using System.Text.Json;
using CopilotCapacity.Portal.Features.Replay;

namespace CopilotCapacity.Portal.Tests.Features.Replay;

/// <summary>What is sent, when, and under which identities.</summary>
public sealed class ReplayRunTests
{
    [Fact]
    public async Task Replay_OfRealTraceTwice_SendsTheSameBytesAndBooksOnce()
    {
        await using var replay = await ReplayHarness.StartAsync();

        var first = await replay.RunAsync(TestTrace.RealFile);
        var firstScreen = replay.Screen;
        var sent = replay.Portal.TakeReceived();
        replay.Time.Advance(TimeSpan.FromDays(3));
        var second = await replay.RunAsync(TestTrace.RealFile, "--from", "now", "--speed", "max");

        Assert.Equal((ReplayExit.Done, ReplayExit.Done, ""), (first, second, replay.Errors));
        Assert.Equal(TestTrace.RealRows, replay.Portal.Booked.Count);
        Assert.Equal(sent, replay.Portal.TakeReceived());
        Assert.Matches(@"recorded +19,366", firstScreen);
        Assert.Matches(@"billed in all +94,521.5", firstScreen);
        Assert.Matches(@"already recorded +19,366", replay.Screen);
        Assert.Matches(@"billed in all +0", replay.Screen);
        Assert.Matches(@"billed by earlier runs +94,521.5", replay.Screen);
        Assert.Contains("This replay began at 2026-11-23T10:00:0", replay.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_FromNowAtFullSpeed_StaysWithinAMinuteOfNow()
    {
        await using var replay = await ReplayHarness.StartAsync();

        await replay.RunAsync(TestTrace.RealFile);

        var times = TimesOf(replay.Portal.TakeReceived());
        Assert.InRange(times.Min(), ReplayHarness.Begin, replay.Time.GetUtcNow());
        Assert.InRange(times.Max() - times.Min(), TimeSpan.FromSeconds(59.9), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Replay_FromATime_KeepsTheSpacingAtAnySpeedAndNeedsNoMemory()
    {
        await using var replay = await ReplayHarness.StartAsync();
        var file = replay.WriteTrace(TestTrace.Lines(20, secondsApart: 60));

        var fast = await replay.RunAsync(file, "--from", "2026-11-01T00:00:00Z");
        var sent = replay.Portal.TakeReceived();
        var paced = await replay.RunAsync(file, "--from", "2026-11-01", "--speed", "2000");

        Assert.Equal((ReplayExit.Done, ReplayExit.Done), (fast, paced));
        Assert.Equal(new DateTimeOffset(2026, 11, 1, 0, 19, 0, TimeSpan.Zero), TimesOf(sent).Max());
        Assert.Equal(sent, replay.Portal.TakeReceived());
        Assert.Equal(20, replay.Portal.Booked.Count);
        Assert.False(Directory.Exists(replay.MemoryFolder));
    }

    [Fact]
    public async Task Replay_FromNowAtASpeed_SendsNothingBeforeItsTime()
    {
        await using var replay = await ReplayHarness.StartAsync();
        var file = replay.WriteTrace(TestTrace.Lines(30, secondsApart: 2));
        replay.Portal.Refuse = e => TimeOf(e) > replay.Time.GetUtcNow() ? "in_the_future" : null;

        var exit = await replay.RunAsync(file, "--speed", "10");

        Assert.Equal(ReplayExit.Done, exit);
        Assert.True(replay.Portal.Requests > 1);
        var times = TimesOf(replay.Portal.TakeReceived());
        Assert.Equal(TimeSpan.FromSeconds(5.8), times.Max() - times.Min());
    }

    [Fact]
    public async Task Replay_Again_BooksEverythingOnceMoreAndIsThenTheOneRemembered()
    {
        await using var replay = await ReplayHarness.StartAsync();
        var file = replay.WriteTrace(TestTrace.Lines(5));

        await replay.RunAsync(file);
        replay.Time.Advance(TimeSpan.FromHours(1));
        await replay.RunAsync(file, "--again");
        await replay.RunAsync(file);

        Assert.Equal(10, replay.Portal.Booked.Count);
        Assert.Matches(@"already recorded +5", replay.Screen);
    }

    [Fact]
    public async Task Replay_AgainFromATime_NamesTheSourceToGoOnWith()
    {
        await using var replay = await ReplayHarness.StartAsync();
        var file = replay.WriteTrace(TestTrace.Lines(5));
        string[] from = ["--from", "2026-11-01"];

        await replay.RunAsync(file, from);
        await replay.RunAsync(file, [.. from, "--again"]);
        var source = replay.Screen.Split('\n').Single(line => line.StartsWith("  source  ", StringComparison.Ordinal))[10..].TrimEnd();
        await replay.RunAsync(file, [.. from, "--source", source]);

        Assert.Equal(10, replay.Portal.Booked.Count);
        Assert.Matches(@"already recorded +5", replay.Screen);
    }

    [Fact]
    public async Task Replay_WithLostMemory_ConflictsAndBooksNothingTwice()
    {
        await using var replay = await ReplayHarness.StartAsync();
        var file = replay.WriteTrace(TestTrace.Lines(5));

        await replay.RunAsync(file);
        Directory.Delete(replay.MemoryFolder, recursive: true);
        replay.Time.Advance(TimeSpan.FromHours(1));
        var exit = await replay.RunAsync(file);

        Assert.Equal(ReplayExit.SomeRefused, exit);
        Assert.Equal(5, replay.Portal.Booked.Count);
        Assert.Matches(@"conflict: event_conflict +5", replay.Screen);
    }

    private static List<DateTimeOffset> TimesOf(string[] events) =>
        [.. events.Select(text => TimeOf(JsonDocument.Parse(text).RootElement))];

    private static DateTimeOffset TimeOf(JsonElement usage) => usage.GetProperty("time").GetDateTimeOffset();
}

using CopilotCapacity.Portal.Features.Replay;
using Microsoft.AspNetCore.Http;

namespace CopilotCapacity.Portal.Tests.Features.Replay;

/// <summary>What happens when the portal refuses, falters or cannot be reached, or the operator stops the run.</summary>
public sealed class ReplayRunFailureTests
{
    [Fact]
    public async Task Replay_WithSomeRefused_CountsThemByCode()
    {
        await using var replay = await ReplayHarness.StartAsync();
        var file = replay.WriteTrace(TestTrace.Lines(10));
        replay.Portal.Refuse = e => e.GetProperty("id").GetString() switch { "3" => "too_late", "4" or "5" => "in_the_future", _ => null };

        var exit = await replay.RunAsync(file, "--batch", "4");

        Assert.Equal(ReplayExit.SomeRefused, exit);
        Assert.Matches(@"recorded +7", replay.Screen);
        Assert.Matches(@"rejected: in_the_future +2", replay.Screen);
        Assert.Matches(@"rejected: too_late +1", replay.Screen);
    }

    [Fact]
    public async Task Replay_WhenASingleEventIsAnsweredAsSuch_CountsIt()
    {
        await using var replay = await ReplayHarness.StartAsync();
        var file = replay.WriteTrace(TestTrace.Lines(1));
        replay.Portal.Instead = (_, _) => Answer(422, "unknown_subject");

        var exit = await replay.RunAsync(file);

        Assert.Equal(ReplayExit.SomeRefused, exit);
        Assert.Matches(@"rejected: unknown_subject +1", replay.Screen);
    }

    [Fact]
    public async Task Replay_WhenThePortalIsBusyAtFirst_TriesAgain()
    {
        await using var replay = await ReplayHarness.StartAsync();
        var file = replay.WriteTrace(TestTrace.Lines(10));
        replay.Portal.Instead = (request, context) =>
        {
            context.Response.Headers.RetryAfter = request == 2 ? "7" : default;
            return request switch { 1 => Answer(503), 2 => Answer(429), _ => Task.FromResult<IResult?>(null) };
        };

        var exit = await replay.RunAsync(file);

        Assert.Equal(ReplayExit.Done, exit);
        Assert.Equal(3, replay.Portal.Requests);
        Assert.True(replay.Time.GetUtcNow() - ReplayHarness.Begin >= TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task Replay_WhenAnAnswerIsLost_BooksOnce()
    {
        await using var replay = await ReplayHarness.StartAsync();
        var file = replay.WriteTrace(TestTrace.Lines(10));
        replay.Portal.Instead = (request, context) =>
        {
            if (request == 1)
            {
                context.Response.OnStarting(() =>
                {
                    context.Abort();
                    return Task.CompletedTask;
                });
            }

            return Task.FromResult<IResult?>(null);
        };

        var exit = await replay.RunAsync(file);

        Assert.Equal(ReplayExit.Done, exit);
        Assert.Equal(10, replay.Portal.Booked.Count);
        Assert.Matches(@"already recorded +10", replay.Screen);
    }

    [Fact]
    public async Task Replay_WhenThePortalStaysBusy_GivesUpAndGoesOnLater()
    {
        await using var replay = await ReplayHarness.StartAsync();
        var file = replay.WriteTrace(TestTrace.Lines(10));
        replay.Portal.Instead = (_, _) => Answer(503, "starting");

        var exit = await replay.RunAsync(file);
        var requests = replay.Portal.Requests;
        replay.Portal.Instead = (_, _) => Task.FromResult<IResult?>(null);
        var later = await replay.RunAsync(file);

        Assert.Equal((ReplayExit.Failed, UsageClient.TriesMax, ReplayExit.Done), (exit, requests, later));
        Assert.Contains("This replay began at", replay.Screen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, null, "does not accept this key")]
    [InlineData(403, "missing_scope", "scope usage:write")]
    [InlineData(403, "tenant_key_required", "belongs to the portal")]
    [InlineData(404, null, "Check --url")]
    [InlineData(413, null, "smaller --batch")]
    [InlineData(422, "not_cloudevents", "[not_cloudevents]")]
    [InlineData(302, null, "answered 302")]
    public async Task Replay_RefusedAsAWhole_SaysWhyOnce(int status, string? code, string expected)
    {
        await using var replay = await ReplayHarness.StartAsync();
        var file = replay.WriteTrace(TestTrace.Lines(2));
        replay.Portal.Instead = (_, _) => Answer(status, code);

        var exit = await replay.RunAsync(file);

        Assert.Equal(ReplayExit.Failed, exit);
        Assert.Contains(expected, replay.Errors, StringComparison.Ordinal);
        Assert.Equal(1, replay.Portal.Requests);
    }

    [Fact]
    public async Task Replay_WithAMistypedKey_DoesNotFixTheStart()
    {
        await using var replay = await ReplayHarness.StartAsync();
        var file = replay.WriteTrace(TestTrace.Lines(2));

        var exit = await replay.RunAsync(file, "--key", "mistyped");

        Assert.Equal(ReplayExit.Failed, exit);
        Assert.Empty(Directory.GetFiles(replay.MemoryFolder));
    }

    [Fact]
    public async Task Replay_WhenNobodyListens_SaysSo()
    {
        await using var replay = await ReplayHarness.StartAsync();
        var file = replay.WriteTrace(TestTrace.Lines(2));

        var exit = await replay.RunAsync(file, "--url", "http://127.0.0.1:1");

        Assert.Equal(ReplayExit.Failed, exit);
        Assert.Contains("could not be reached", replay.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_Stopped_TellsWhatWasDoneAndGoesOnWithTheSameCommand()
    {
        await using var replay = await ReplayHarness.StartAsync();
        using var stop = new CancellationTokenSource();
        var file = replay.WriteTrace(TestTrace.Lines(1_000, secondsApart: 60));
        replay.Portal.Instead = async (request, _) =>
        {
            if (request == 10)
            {
                await stop.CancelAsync();
            }

            return null;
        };

        var exit = await replay.RunAsync(file, stop.Token, "--batch", "10");
        var screen = replay.Screen;
        var booked = replay.Portal.Booked.Count;
        var second = await replay.RunAsync(file, "--batch", "100");

        Assert.Equal((ReplayExit.Cancelled, ReplayExit.Done), (exit, second));
        Assert.Contains("Stopped;", screen, StringComparison.Ordinal);
        // Requests under way, and those that overtook the stop, may still be booked: how many is up to the scheduler.
        Assert.InRange(booked, 90, 500);
        Assert.Equal(1_000, replay.Portal.Booked.Count);
    }

    private static Task<IResult?> Answer(int status, string? code = null) => Task.FromResult<IResult?>(
        Results.Problem(statusCode: status, extensions: code is null ? null : new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = code }));
}

using CopilotCapacity.Portal.Features.Replay;

namespace CopilotCapacity.Portal.Tests.Features.Replay;

/// <summary>Input that must be refused before anything is sent.</summary>
public sealed class ReplayCommandTests
{
    [Fact]
    public async Task Replay_OfAMalformedFile_SendsNothing()
    {
        await using var replay = await ReplayHarness.StartAsync();
        var file = replay.WriteTrace([.. TestTrace.Lines(2_000), "2023-11-17 00:00:00,many,1"]);

        var exit = await replay.RunAsync(file);

        Assert.Equal((ReplayExit.BadInput, 0), (exit, replay.Portal.Requests));
        Assert.Contains("Line 2002: ContextTokens 'many'", replay.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--speed", "fast")]
    [InlineData("--from", "10:30")]
    [InlineData("--url", "portal")]
    [InlineData("--batch", "0")]
    [InlineData("--batch", "many")]
    [InlineData("--key", "two words")]
    [InlineData("--source", "no uri")]
    [InlineData("--environment", "prod")]
    [InlineData("--speed", null)]
    [InlineData("--key", null)]
    [InlineData("--batch", null)]
    [InlineData("--url", null)]
    public async Task Replay_WithAnOptionThatCannotBe_SendsNothing(string option, string? value)
    {
        await using var replay = await ReplayHarness.StartAsync();
        var file = replay.WriteTrace(TestTrace.Lines(2));

        var exit = await replay.RunAsync(file, value is null ? [option] : [option, value]);

        Assert.NotEqual(ReplayExit.Done, exit);
        Assert.Contains(option, replay.Errors, StringComparison.Ordinal);
        Assert.Equal(0, replay.Portal.Requests);
    }

    [Fact]
    public async Task Replay_PastTheEndOfTime_SendsNothing()
    {
        await using var replay = await ReplayHarness.StartAsync();
        var file = replay.WriteTrace(TestTrace.Lines(5));

        var exit = await replay.RunAsync(file, "--from", "9999-12-31T23:59:59Z");

        Assert.Equal((ReplayExit.BadInput, 0), (exit, replay.Portal.Requests));
    }

    [Fact]
    public async Task Replay_OfAMissingFile_NamesIt()
    {
        await using var replay = await ReplayHarness.StartAsync();

        var exit = await replay.RunAsync("missing.csv");

        Assert.Equal(ReplayExit.BadInput, exit);
        Assert.Contains("missing.csv", replay.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_WithDamagedMemory_NamesTheFile()
    {
        await using var replay = await ReplayHarness.StartAsync();
        var file = replay.WriteTrace(TestTrace.Lines(5));
        await replay.RunAsync(file);
        var memory = Directory.GetFiles(replay.MemoryFolder).Single();
        await File.WriteAllTextAsync(memory, "{");

        var exit = await replay.RunAsync(file);

        Assert.Equal(ReplayExit.BadInput, exit);
        Assert.Contains(memory, replay.Errors, StringComparison.Ordinal);
    }
}

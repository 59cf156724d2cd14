namespace CopilotCapacity.Portal.Features.Replay;

/// <summary>The verb from its options to its exit code: check the file, plan, send, tell.</summary>
public sealed class ReplayVerb(ReplayServices services)
{
    private readonly ReplayScreen _screen = new(services.Console);

    /// <summary>Runs the verb. Errors go to <paramref name="error"/>, everything else to the console.</summary>
    public async Task<int> RunAsync(ReplayOptions options, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            // Held open and closed to writers, so that what is sent is what was checked.
            await using var trace = new FileStream(options.File, FileMode.Open, FileAccess.Read, FileShare.Read);
            var facts = await TraceReader.InspectAsync(trace, cancellationToken);
            var planned = new ReplayPlanner(new ReplayMemory(services.MemoryFolder), services.Time).Plan(facts, options);
            _screen.Begin(options, facts, planned);

            var result = await SendAsync(options, facts, planned, trace, cancellationToken);
            _screen.End(result, facts.Rows, GoOn(options, planned));
            if (result.Failure is not null)
            {
                await error.WriteLineAsync(result.Failure);
            }

            ForgetWhatNeverBegan(planned, result);
            return ReplayExit.CodeOf(result);
        }
        catch (TraceFormatException exception)
        {
            await error.WriteLineAsync($"{options.File}: {exception.Message} Nothing was sent.");
            return ReplayExit.BadInput;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException)
        {
            await error.WriteLineAsync(exception.Message);
            return ReplayExit.BadInput;
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("Stopped before anything was sent.");
            return ReplayExit.Cancelled;
        }
    }

    private async Task<ReplayResult> SendAsync(
        ReplayOptions options,
        TraceFacts facts,
        PlannedReplay planned,
        FileStream trace,
        CancellationToken cancellationToken)
    {
        using var client = new UsageClient(services.CreateHandler(), options.Url, options.Key, services.Time);
        var pace = ReplayPace.Of(planned.Plan, planned.FromNow, options.Speed, services.Time.GetUtcNow());
        var run = new ReplayRun(client, services.Time, planned.Plan, pace, options.Batch);
        return await _screen.ShowAsync(facts.Rows, onProgress => run.SendAsync(trace, onProgress, cancellationToken));
    }

    /// <summary>How to send what was left out.</summary>
    private static string GoOn(ReplayOptions options, PlannedReplay planned) => (options.Again, planned.FromNow) switch
    {
        (false, _) => "The same command goes on from here.",
        (true, true) => "The same command without --again goes on from here.",
        (true, false) => $"The same command with --source {planned.Plan.Source} in place of --again goes on from here.",
    };

    /// <summary>A start is worth remembering once the server may hold an event of it; a mistyped key should not fix it.</summary>
    private static void ForgetWhatNeverBegan(PlannedReplay planned, ReplayResult result)
    {
        if (planned is { MemoryFile: { } file, Reused: false, MemoryFailure: null } && result.NothingArrived)
        {
            File.Delete(file);
        }
    }
}

/// <summary>The verb's exit codes.</summary>
public static class ReplayExit
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int BadInput = 2;
    public const int SomeRefused = 3;

    /// <summary>What shells report for a program stopped by Ctrl+C.</summary>
    public const int Cancelled = 130;

    public static int CodeOf(ReplayResult result) => result switch
    {
        { Failure: not null } => Failed,
        { Cancelled: true } => Cancelled,
        { Summary.Refused: > 0 } => SomeRefused,
        _ => Done,
    };
}

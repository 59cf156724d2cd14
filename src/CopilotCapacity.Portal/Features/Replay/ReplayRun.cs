using System.Runtime.CompilerServices;

namespace CopilotCapacity.Portal.Features.Replay;

/// <summary>How a run ended.</summary>
/// <param name="Summary">What became of the events sent.</param>
/// <param name="Elapsed">From the first request to the last answer.</param>
/// <param name="Failure">Why it stopped early, as a sentence; null when it did not fail.</param>
/// <param name="Cancelled">True when the operator stopped it.</param>
public sealed record ReplayResult(ReplaySummary Summary, TimeSpan Elapsed, string? Failure, bool Cancelled)
{
    /// <summary>True when the server certainly holds nothing of this run.</summary>
    public bool NothingArrived => Summary is { Answered: 0, Unanswered: 0 };
}

/// <summary>Sends a planned trace in batches, a few at a time, each when it is due.</summary>
public sealed class ReplayRun(UsageClient client, TimeProvider time, ReplayPlan plan, ReplayPace pace, int batchSize)
{
    /// <summary>Requests under way at once: enough to keep the server's group commit busy.</summary>
    public const int InFlightMax = 4;

    /// <summary>How long requests under way may still take once the operator stops the run.</summary>
    public static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_waitMax = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private ReplaySummary _summary = ReplaySummary.Empty;

    /// <summary>Sends the trace from its start and tells <paramref name="onProgress"/> after every answer, one call at a time.</summary>
    public async Task<ReplayResult> SendAsync(Stream trace, Action<ReplaySummary> onProgress, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        using var abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var stopping = cancellationToken.UnsafeRegister(_ => abort.CancelAfter(StopGrace), null);

        string? failure = null;
        try
        {
            await Parallel.ForEachAsync(
                DueBatchesAsync(trace, cancellationToken),
                new ParallelOptions { MaxDegreeOfParallelism = InFlightMax, CancellationToken = cancellationToken },
                async (batch, _) => await SendBatchAsync(batch, onProgress, abort.Token));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What was done is told in the result.
        }
        catch (UsageSendException exception)
        {
            failure = exception.Message;
        }

        var cancelled = failure is null && cancellationToken.IsCancellationRequested;
        return new ReplayResult(_summary, time.GetElapsedTime(begun), failure, cancelled);
    }

    private async Task SendBatchAsync(List<UsageEventDto> batch, Action<ReplaySummary> onProgress, CancellationToken abort)
    {
        try
        {
            var results = await client.SendAsync(batch, abort);
            lock (_gate)
            {
                _summary = _summary.Plus(results);
                onProgress(_summary);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or UsageSendException { MayHaveArrived: true })
        {
            lock (_gate)
            {
                _summary = _summary.PlusUnanswered(batch.Count);
            }

            throw;
        }
    }

    private async IAsyncEnumerable<List<UsageEventDto>> DueBatchesAsync(
        Stream trace,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batch = new List<UsageEventDto>(batchSize);
        await foreach (var row in TraceReader.RowsAsync(trace, cancellationToken))
        {
            var usage = plan.EventFor(row);
            if (batch.Count == batchSize
                || (batch.Count > 0 && ReplayPace.Parts(pace.DueAt(batch[0]), pace.DueAt(usage), time.GetUtcNow())))
            {
                await WaitUntilAsync(pace.DueAt(batch[^1]), cancellationToken);
                yield return batch;
                batch = new List<UsageEventDto>(batchSize);
            }

            batch.Add(usage);
        }

        await WaitUntilAsync(pace.DueAt(batch[^1]), cancellationToken);
        yield return batch;
    }

    private async Task WaitUntilAsync(DateTimeOffset due, CancellationToken cancellationToken)
    {
        // In steps, because a delay has a longest length and the clock may be set meanwhile.
        while (due - time.GetUtcNow() is var wait && wait > TimeSpan.Zero)
        {
            await Task.Delay(wait < s_waitMax ? wait : s_waitMax, time, cancellationToken);
        }
    }
}

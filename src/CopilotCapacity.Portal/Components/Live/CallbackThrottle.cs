namespace CopilotCapacity.Portal.Components.Live;

/// <summary>
/// Turns a burst of signals into few calls: the first signal calls at once, the rest of the burst calls once per interval at
/// most, and calls never overlap. Without a signal there is neither a timer nor a call.
/// </summary>
public sealed class CallbackThrottle : IDisposable
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private readonly Func<Task> _callback;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _disposal = new();
    private bool _isRunning;
    private bool _isSignalled;

    /// <param name="time">The clock of the interval.</param>
    /// <param name="interval">The least time between the starts of two calls.</param>
    /// <param name="callback">What is called; it handles its own failures.</param>
    public CallbackThrottle(TimeProvider time, TimeSpan interval, Func<Task> callback)
    {
        _time = time;
        _interval = interval;
        _callback = callback;
    }

    /// <summary>Asks for a call. Returns at once, on any thread.</summary>
    public void Signal()
    {
        lock (_gate)
        {
            _isSignalled = true;
            if (_isRunning || _disposal.IsCancellationRequested)
            {
                return;
            }

            _isRunning = true;
        }

        // The signal comes on the meter's thread, which must not wait for a page to be drawn.
        _ = Task.Run(RunAsync);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposal.Cancel();
        }

        // The source holds no timer and no wait handle, so that leaving it to the collector is safe, while disposing it
        // could race with a delay that is about to start.
    }

    private async Task RunAsync()
    {
        try
        {
            while (TakeSignal())
            {
                var started = _time.GetTimestamp();
                await _callback();
                var rest = _interval - _time.GetElapsedTime(started);
                if (rest > TimeSpan.Zero)
                {
                    await Task.Delay(rest, _time, _disposal.Token);
                }
            }
        }
        catch (OperationCanceledException) when (_disposal.IsCancellationRequested)
        {
            // The page is gone.
        }
        catch
        {
            // A call that failed must not keep later signals from being heard.
            lock (_gate)
            {
                _isRunning = false;
            }

            throw;
        }
    }

    // Deciding to stop and saying so is one step: a signal in between would otherwise be lost.
    private bool TakeSignal()
    {
        lock (_gate)
        {
            if (!_isSignalled || _disposal.IsCancellationRequested)
            {
                _isRunning = false;
                return false;
            }

            _isSignalled = false;
            return true;
        }
    }
}

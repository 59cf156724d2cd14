using CopilotCapacity.Portal.Components.Live;
using Microsoft.Extensions.Time.Testing;

namespace CopilotCapacity.Portal.Tests.Components.Live;

public sealed class CallbackThrottleTests : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    private readonly FakeTimeProvider _time = new();
    private readonly SemaphoreSlim _called = new(0);
    private readonly CallbackThrottle _throttle;
    private int _calls;

    public CallbackThrottleTests() => _throttle = new CallbackThrottle(_time, s_interval, Call);

    public void Dispose() => _throttle.Dispose();

    [Fact]
    public async Task Signal_WhenIdle_CallsAtOnce()
    {
        _throttle.Signal();

        Assert.True(await _called.WaitAsync(TimeSpan.FromSeconds(5)));
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task Signals_InABurst_CallOnceMoreAfterTheInterval()
    {
        _throttle.Signal();
        await _called.WaitAsync();
        for (var i = 0; i < 500; i++)
        {
            _throttle.Signal();
        }

        Assert.Equal(1, _calls);
        await AdvanceUntilCalledAsync();
        Assert.Equal(2, _calls);
    }

    [Fact]
    public async Task NoSignal_TimePasses_CallsNothing()
    {
        _throttle.Signal();
        await _called.WaitAsync();

        for (var i = 0; i < 10; i++)
        {
            _time.Advance(s_interval);
            await Task.Yield();
        }

        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task Signal_AfterACallThatFailed_CallsAgain()
    {
        var calls = 0;
        using var throttle = new CallbackThrottle(_time, TimeSpan.Zero, () =>
        {
            Interlocked.Increment(ref calls);
            _called.Release();
            throw new InvalidOperationException("A page failed.");
        });

        throttle.Signal();
        Assert.True(await _called.WaitAsync(TimeSpan.FromSeconds(5)));
        Assert.True(SpinWait.SpinUntil(() => { throttle.Signal(); return Volatile.Read(ref calls) > 1; }, TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void Signal_AfterDispose_CallsNothing()
    {
        _throttle.Dispose();

        _throttle.Signal();

        Assert.Equal(0, _calls);
    }

    // The delay starts on another thread; advancing until it is over needs no sleeping on a guess.
    private async Task AdvanceUntilCalledAsync()
    {
        for (var i = 0; i < 1_000; i++)
        {
            _time.Advance(s_interval);
            if (await _called.WaitAsync(TimeSpan.FromMilliseconds(5)))
            {
                return;
            }
        }

        Assert.Fail("The throttle never called again.");
    }

    private Task Call()
    {
        Interlocked.Increment(ref _calls);
        _called.Release();
        return Task.CompletedTask;
    }
}

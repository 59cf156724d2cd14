using System.Threading.Channels;

namespace CopilotCapacity.Portal.Features.Channels.Sending;

/// <summary>Says that there may be something to send. Many signals before somebody looks are one.</summary>
internal sealed class DeliverySignal
{
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => _signals.Writer.TryWrite(true);

    /// <summary>Waits for a signal, but not beyond an instant.</summary>
    public async Task WaitAsync(DateTimeOffset until, TimeProvider time, CancellationToken cancellationToken)
    {
        var rest = until - time.GetUtcNow();
        if (rest <= TimeSpan.Zero)
        {
            return;
        }

        // Rounded up: a timer knows milliseconds alone, and would come too early.
        using var enough = new CancellationTokenSource(TimeSpan.FromMilliseconds(Math.Ceiling(rest.TotalMilliseconds)), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        try
        {
            await _signals.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It is time to look without a signal.
        }
    }
}

using System.Threading.Channels;

namespace CopilotCapacity.Storage.Audit;

/// <summary>Says that a trail has grown. Many signals before somebody looks are one.</summary>
public sealed class AuditSignal
{
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Signals, after the commit.</summary>
    public void Set() => _signals.Writer.TryWrite(true);

    /// <summary>Waits until a trail has grown since the last time.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken) => await _signals.Reader.ReadAsync(cancellationToken);
}

using System.Collections.Concurrent;
using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Portal.Features.Channels.Sending;

/// <summary>Tells open pages that something came of a tenant's deliveries. It carries no data: a page reads again.</summary>
public sealed class DeliveryFeed
{
    private readonly ConcurrentDictionary<Guid, (TenantId Tenant, Action OnChange)> _subscriptions = new();

    /// <summary>Calls after every change of the tenant's deliveries until the result is disposed. The callback must only take note.</summary>
    public IDisposable Subscribe(TenantId tenant, Action onChange)
    {
        var id = Guid.NewGuid();
        _subscriptions[id] = (tenant, onChange);
        return new Subscription(() => _subscriptions.TryRemove(id, out _));
    }

    /// <summary>Tells all of the tenant's subscribers.</summary>
    public void Publish(TenantId tenant)
    {
        foreach (var (_, (of, onChange)) in _subscriptions)
        {
            if (of == tenant)
            {
                onChange();
            }
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}

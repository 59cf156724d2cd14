using System.Collections.Concurrent;
using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Portal.Features.Sync;

/// <summary>Tells open pages that a sync of their tenant has moved on; what it is by now they read.</summary>
internal sealed class SyncSignal
{
    private readonly ConcurrentDictionary<object, (TenantId Tenant, Action Moved)> _followers = [];

    /// <summary>Calls whenever the sync of a tenant has moved on, until what is given is disposed.</summary>
    public IDisposable Follow(TenantId tenant, Action moved)
    {
        var following = new Following(_followers);
        _followers[following] = (tenant, moved);
        return following;
    }

    public void Tell(TenantId tenant)
    {
        foreach (var (_, follower) in _followers)
        {
            if (follower.Tenant == tenant)
            {
                follower.Moved();
            }
        }
    }

    private sealed class Following(ConcurrentDictionary<object, (TenantId Tenant, Action Moved)> followers) : IDisposable
    {
        public void Dispose() => followers.TryRemove(this, out _);
    }
}

using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Metering.Feed;

/// <summary>Says that a tenant's ledger has been committed up to a sequence number.</summary>
/// <param name="Tenant">The tenant whose ledger grew.</param>
/// <param name="Sequence">The last sequence number on disk.</param>
public readonly record struct LedgerCommitted(TenantId Tenant, long Sequence)
{
    /// <summary>Whether an alert was raised or a status changed by it, of which there is more to read than figures.</summary>
    public bool HasNews { get; init; }

    /// <summary>
    /// True when alerts were raised, ended or taken up, or something was asked for. Most commits are use alone; whoever shows
    /// alerts need not look at those.
    /// </summary>
    public bool ConcernsAlerts { get; init; }
}

/// <summary>
/// Tells subscribers of each commit, after it. The message carries no data: a page subscribes first, reads a snapshot, and
/// reads again when a commit with a higher sequence number is told.
/// </summary>
public sealed class LedgerFeed
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TenantId, List<Subscription>> _subscriptions = [];

    /// <summary>
    /// Calls <paramref name="onCommit"/> after every commit of the tenant until the result is disposed. The callback runs on
    /// the meter's thread and must only take note.
    /// </summary>
    public IDisposable Subscribe(TenantId tenant, Action<LedgerCommitted> onCommit)
    {
        var subscription = new Subscription(this, tenant, onCommit);
        lock (_gate)
        {
            if (!_subscriptions.TryGetValue(tenant, out var list))
            {
                _subscriptions[tenant] = list = [];
            }

            list.Add(subscription);
        }

        return subscription;
    }

    /// <summary>Tells all of the tenant's subscribers. Called by the meter after the commit.</summary>
    /// <exception cref="AggregateException">Subscribers threw; every one has been told all the same.</exception>
    public void Publish(LedgerCommitted commit)
    {
        Subscription[] copy;
        lock (_gate)
        {
            if (!_subscriptions.TryGetValue(commit.Tenant, out var list))
            {
                return;
            }

            copy = [.. list];
        }

        List<Exception>? mistakes = null;
        foreach (var subscription in copy)
        {
            try
            {
                subscription.OnCommit(commit);
            }
            catch (Exception exception)
            {
                (mistakes ??= []).Add(exception);
            }
        }

        if (mistakes is not null)
        {
            throw new AggregateException(mistakes);
        }
    }

    private void Remove(Subscription subscription)
    {
        lock (_gate)
        {
            if (_subscriptions.TryGetValue(subscription.Tenant, out var list) && list.Remove(subscription) && list.Count == 0)
            {
                _subscriptions.Remove(subscription.Tenant);
            }
        }
    }

    private sealed class Subscription(LedgerFeed feed, TenantId tenant, Action<LedgerCommitted> onCommit) : IDisposable
    {
        public TenantId Tenant { get; } = tenant;

        public Action<LedgerCommitted> OnCommit { get; } = onCommit;

        public void Dispose() => feed.Remove(this);
    }
}

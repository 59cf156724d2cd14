using System.Collections.Concurrent;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.ApiKeys;
using CopilotCapacity.Portal.Features.Quota;
using Microsoft.AspNetCore.SignalR;

namespace CopilotCapacity.Portal.Features.Notices;

/// <summary>What the connections of the hub follow.</summary>
internal sealed class HubSubscriptions(
    IHubContext<AlertHub> hub, TenantTails tails, QuotaReader quotas, QuotaForecast forecast, ApiKeyDirectory keys, TimeProvider time, ILogger<HubSubscription> logger)
{
    /// <summary>How much one connection may follow.</summary>
    public const int PerConnectionMost = 200;

    private readonly ConcurrentDictionary<string, HubConnectionStreams> _connections = new(StringComparer.Ordinal);

    /// <summary>Follows a tenant or an environment; gives null, or the code that says why not.</summary>
    public async Task<string?> AddAsync(string connection, ApiCaller caller, Guid subject, long after, Action abort)
    {
        var tenant = caller.Tenant!.Value;
        EnvironmentId? environment = subject == tenant.Value ? null : new EnvironmentId(subject);
        if (environment is { } id && await quotas.FindAsync(tenant, id) is null)
        {
            return "not_found";
        }

        var streams = _connections.GetOrAdd(connection, _ => new HubConnectionStreams());
        await streams.RemoveAsync(subject);
        if (streams.Count >= PerConnectionMost)
        {
            return "too_many_subscriptions";
        }

        var followed = await tails.FollowAsync(tenant);
        if (followed is null)
        {
            return "too_many_streams";
        }

        await streams.StartAsync(new HubSubscription(
            hub.Clients.Client(connection), followed, quotas, forecast, environment, after, streams, () => keys.IsStillValidAsync(caller), abort, time, logger));
        return null;
    }

    /// <summary>Follows something no longer.</summary>
    public Task RemoveAsync(string connection, Guid subject) =>
        _connections.TryGetValue(connection, out var streams) ? streams.RemoveAsync(subject) : Task.CompletedTask;

    /// <summary>Ends all that a connection followed.</summary>
    public Task RemoveAsync(string connection) =>
        _connections.TryRemove(connection, out var streams) ? streams.RemoveAllAsync() : Task.CompletedTask;
}

/// <summary>What one connection follows. An alert that concerns several of its subscriptions is sent once.</summary>
internal sealed class HubConnectionStreams
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, HubSubscription> _subscriptions = [];
    private bool _isOver;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _subscriptions.Count;
            }
        }
    }

    /// <summary>Begins a subscription; its first quotas have been sent when this completes.</summary>
    public async Task StartAsync(HubSubscription subscription)
    {
        HubSubscription? before;
        lock (_gate)
        {
            // The connection may have gone while the subscription was being made.
            before = _isOver ? subscription : _subscriptions.GetValueOrDefault(subscription.Subject);
            if (!_isOver)
            {
                _subscriptions[subscription.Subject] = subscription;
            }
        }

        if (before is not null)
        {
            await before.DisposeAsync();
        }

        await subscription.StartAsync();
    }

    /// <summary>
    /// Takes an alert for a subscription; false when another one of the connection has sent it. Whoever has passed its number within
    /// the range it began with has sent it, so nothing but numbers has to be kept.
    /// </summary>
    public bool Take(HubSubscription taker, long number, IReadOnlyList<Guid> environments)
    {
        lock (_gate)
        {
            var isSent = _subscriptions.Values.Any(other => other != taker && other.After < number && number <= other.Position && other.IsFor(environments));
            taker.Position = number;
            return !isSent;
        }
    }

    public async Task RemoveAsync(Guid subject)
    {
        HubSubscription? subscription;
        lock (_gate)
        {
            _subscriptions.Remove(subject, out subscription);
        }

        if (subscription is not null)
        {
            await subscription.DisposeAsync();
        }
    }

    public async Task RemoveAllAsync()
    {
        List<HubSubscription> all;
        lock (_gate)
        {
            _isOver = true;
            all = [.. _subscriptions.Values];
            _subscriptions.Clear();
        }

        foreach (var subscription in all)
        {
            await subscription.DisposeAsync();
        }
    }
}

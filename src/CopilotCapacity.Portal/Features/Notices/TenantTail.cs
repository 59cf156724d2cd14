using System.Threading.Channels;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering.Feed;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Notices;

/// <summary>
/// The newest alerts and changes of status of one tenant, read from disk once for all who follow them. Whoever is further behind than
/// what is kept here reads the disk; nothing is told that is not on it.
/// </summary>
internal sealed class TenantTail : IDisposable
{
    // Of each kind. A thousand banners that all were away for longer read the disk, each for itself.
    private const int KeptMost = 1_000;
    private const int ReadAtOnce = 500;

    private static readonly TimeSpan s_retryDelay = TimeSpan.FromSeconds(1);

    private readonly IDbContextFactory<PortalDbContext> _contexts;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _end = new();
    private readonly IDisposable _subscription;
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _gate = new();
    private readonly List<TailChange> _changes = [];
    private readonly List<StoredAlert> _alerts = [];
    private TaskCompletionSource _news = NewPulse();
    private TaskCompletionSource _growth = NewPulse();
    private long _changesFrom;
    private long _changesUpTo;
    private long _alertsFrom;
    private long _alertsUpTo;

    public TenantTail(TenantId tenant, LedgerFeed feed, IDbContextFactory<PortalDbContext> contexts, TimeProvider time, ILogger logger)
    {
        (Tenant, _contexts, _time, _logger) = (tenant, contexts, time, logger);

        // First the feed, then the disk: what is committed between the two is told by both, and read once.
        _subscription = feed.Subscribe(tenant, OnCommit);
        Ready = Task.Run(() =>
        {
            ReadStart();
            _ = FollowAsync();
        });
    }

    public TenantId Tenant { get; }

    /// <summary>Who follows; changed by the registry alone.</summary>
    public int Followers { get; set; }

    /// <summary>Completes once it is known what is on disk.</summary>
    public Task Ready { get; }

    /// <summary>Completes when something is here that was not when it was asked for.</summary>
    public Task News
    {
        get
        {
            lock (_gate)
            {
                return _news.Task;
            }
        }
    }

    /// <summary>Completes when the ledger has grown, be it by figures alone.</summary>
    public Task Growth
    {
        get
        {
            lock (_gate)
            {
                return _growth.Task;
            }
        }
    }

    /// <summary>The number of the last alert.</summary>
    public long LastAlert
    {
        get
        {
            lock (_gate)
            {
                return _alertsUpTo;
            }
        }
    }

    /// <summary>Changes of an environment's status after a ledger sequence number, with the number up to which they are complete.</summary>
    public (IReadOnlyList<TailChange> Changes, long UpTo) ChangesAfter(EnvironmentId environment, long after)
    {
        lock (_gate)
        {
            if (after >= _changesFrom)
            {
                var first = _changes.Count;
                while (first > 0 && _changes[first - 1].Reading.Sequence > after)
                {
                    first--;
                }

                return ([.. _changes.Skip(first).Where(change => change.Reading.Environment == environment)], Math.Max(after, _changesUpTo));
            }
        }

        using var snapshot = ReadSnapshot.Open(_contexts);
        var tenant = snapshot.Tenant(Tenant)!;
        var read = StatusChangeQuery.Read(snapshot, tenant, environment, after, ReadAtOnce);
        return ([.. read.Select(reading => new TailChange(Tenant, reading))], read.Count < ReadAtOnce ? tenant.Sequence : read[^1].Sequence);
    }

    /// <summary>Alerts after a number, at most some hundred.</summary>
    public IReadOnlyList<StoredAlert> AlertsAfter(long after)
    {
        lock (_gate)
        {
            if (after >= _alertsFrom)
            {
                return after >= _alertsUpTo ? [] : [.. _alerts.Where(alert => alert.Number > after).Take(ReadAtOnce)];
            }
        }

        using var snapshot = ReadSnapshot.Open(_contexts);
        return AlertQuery.Read(snapshot, snapshot.Tenant(Tenant)!, after, AlertState.Any, ReadAtOnce);
    }

    /// <summary>Ends it; nobody follows any more.</summary>
    public void Dispose()
    {
        _subscription.Dispose();
        _end.Cancel();

        // The source holds no timer and no wait handle, so that leaving it to the collector is safe, while disposing it could race.
    }

    // On the meter's thread, which only takes note. Figures that come with news are told after it: an alert waits for nothing.
    private void OnCommit(LedgerCommitted commit)
    {
        if (commit.HasNews)
        {
            _signals.Writer.TryWrite(true);
        }
        else
        {
            Pulse(ref _growth);
        }
    }

    private void ReadStart()
    {
        using var snapshot = ReadSnapshot.Open(_contexts);
        var tenant = snapshot.Tenant(Tenant)!;
        var alerts = AlertQuery.LastNumber(snapshot, tenant);
        lock (_gate)
        {
            (_changesFrom, _changesUpTo) = (tenant.Sequence, tenant.Sequence);
            (_alertsFrom, _alertsUpTo) = (alerts, alerts);
        }
    }

    private async Task FollowAsync()
    {
        try
        {
            while (await _signals.Reader.WaitToReadAsync(_end.Token))
            {
                while (_signals.Reader.TryRead(out _))
                {
                }

                try
                {
                    ReadNews();
                }
                catch (Exception exception)
                {
                    // Asked again soon; what is on disk stays there.
                    NoticeLog.TailUnread(_logger, Tenant.Value, exception);
                    await Task.Delay(s_retryDelay, _time, _end.Token);
                    _signals.Writer.TryWrite(true);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody follows any more.
        }
    }

    private void ReadNews()
    {
        bool isAll;
        do
        {
            using var snapshot = ReadSnapshot.Open(_contexts);
            var tenant = snapshot.Tenant(Tenant)!;
            var changes = StatusChangeQuery.Read(snapshot, tenant, _changesUpTo, ReadAtOnce);
            var alerts = AlertQuery.Read(snapshot, tenant, _alertsUpTo, AlertState.Any, ReadAtOnce);

            // A page of changes may end amid those of one number, which share it when one cause changed many environments.
            var isWhole = changes.Count < ReadAtOnce;
            if (!isWhole)
            {
                changes = StatusChangeQuery.ReadThrough(snapshot, tenant, _changesUpTo, changes[^1].Sequence);
            }

            isAll = isWhole && alerts.Count < ReadAtOnce;
            Take(changes, isWhole ? tenant.Sequence : changes[^1].Sequence, alerts);
        }
        while (!isAll);
        Pulse(ref _news);
        Pulse(ref _growth);
    }

    private void Take(IReadOnlyList<QuotaReading> changes, long upTo, IReadOnlyList<StoredAlert> alerts)
    {
        lock (_gate)
        {
            _changes.AddRange(changes.Select(reading => new TailChange(Tenant, reading)));
            _changesUpTo = upTo;
            if (_changes.Count > KeptMost)
            {
                // Whole numbers go, so that what is left is complete from one on.
                _changesFrom = _changes[_changes.Count - KeptMost - 1].Reading.Sequence;
                _changes.RemoveAll(change => change.Reading.Sequence <= _changesFrom);
            }

            _alerts.AddRange(alerts);
            _alertsUpTo = _alerts.Count > 0 ? Math.Max(_alertsUpTo, _alerts[^1].Number) : _alertsUpTo;
            if (_alerts.Count > KeptMost)
            {
                _alerts.RemoveRange(0, _alerts.Count - KeptMost);
                _alertsFrom = _alerts[0].Number - 1;
            }
        }
    }

    private void Pulse(ref TaskCompletionSource pulse)
    {
        TaskCompletionSource before;
        lock (_gate)
        {
            (before, pulse) = (pulse, NewPulse());
        }

        before.SetResult();
    }

    private static TaskCompletionSource NewPulse() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

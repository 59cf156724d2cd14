using CopilotCapacity.Domain.Faults;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering.Feed;
using CopilotCapacity.Metering.Quota;
using CopilotCapacity.Metering.Store;
using CopilotCapacity.Metering.Work;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Metering;

/// <summary>
/// The one writer. It takes what waits, decides it, writes it in one transaction, then answers and tells the feed. When
/// nothing waits it sleeps until a request comes or a tenant's next boundary, such as the month's turn, is due.
/// </summary>
public sealed class MeterLoop(
    Meter meter,
    ILedgerStore store,
    QuotaBoard board,
    LedgerFeed feed,
    TimeProvider time,
    IOptions<MeteringOptions> options,
    ILogger<MeterLoop> logger) : BackgroundService
{
    // A timer cannot wait for months; waking once a day without need costs nothing.
    private static readonly TimeSpan s_sleepMax = TimeSpan.FromDays(1);

    private static readonly TimeSpan s_retryDelay = TimeSpan.FromSeconds(1);

    private readonly Dictionary<TenantId, TenantLedger> _ledgers = [];
    private readonly PostedIdentities _posted = new();
    private readonly MeteringOptions _options = options.Value;

    // Unknown at first, which is as good as due: the disk is asked.
    private DateTimeOffset _nextBoundary = DateTimeOffset.MinValue;

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // What was accepted is still decided and answered; new requests are refused.
        meter.Close();
        if (ExecuteTask is { } running)
        {
            await running.WaitAsync(cancellationToken);
        }

        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>On a thread of its own, which it never leaves: writing blocks, and would keep a thread of the pool from requests.</remarks>
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Run(ended)) { Name = "Meter", IsBackground = true }.Start();
        return ended.Task;
    }

    private void Run(TaskCompletionSource ended)
    {
        try
        {
            Run();
            ended.SetResult();
        }
        catch (Exception exception)
        {
            ended.SetException(exception);
        }
    }

    private void Run()
    {
        var group = new List<MeterWork>();
        while (WaitAsync().GetAwaiter().GetResult())
        {
            GatherAsync(group).GetAwaiter().GetResult();
            AddDue(group);
            foreach (var part in WorkParts.Of(group))
            {
                Process(part);
            }

            group.Clear();
        }
    }

    /// <summary>Waits for a request or a boundary; false when the meter is closed and empty.</summary>
    private async Task<bool> WaitAsync()
    {
        var arrival = meter.Queue.WaitToReadAsync();
        if (arrival.IsCompleted)
        {
            return await arrival;
        }

        var wait = _nextBoundary - time.GetUtcNow();
        if (wait <= TimeSpan.Zero)
        {
            return true;
        }

        using var stopTimer = new CancellationTokenSource();
        var arrived = arrival.AsTask();
        var boundary = Task.Delay(wait < s_sleepMax ? wait : s_sleepMax, time, stopTimer.Token);
        var first = await Task.WhenAny(arrived, boundary);
        await stopTimer.CancelAsync();
        return first != arrived || await arrived;
    }

    private async Task GatherAsync(List<MeterWork> group)
    {
        var weight = Take(group, 0);
        if (_options.LingerMilliseconds > 0 && weight > 0 && weight < _options.CommitEventsMax)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(_options.LingerMilliseconds), time);
            Take(group, weight);
        }
    }

    private int Take(List<MeterWork> group, int weight)
    {
        while (weight < _options.CommitEventsMax && meter.Queue.TryRead(out var work))
        {
            group.Add(work);
            weight += work.Weight;
        }

        return weight;
    }

    private void AddDue(List<MeterWork> group)
    {
        var now = time.GetUtcNow();
        if (now < _nextBoundary)
        {
            return;
        }

        try
        {
            // Asked of the disk, since tenants that are not in use here have a month's turn too.
            var due = store.DueTenants(now);
            group.AddRange(due.Select(tenant => new LoadWork(tenant)));
            if (due.Count == 0)
            {
                // It has been applied, or is gone, as when a grant was ended by hand.
                _nextBoundary = store.EarliestBoundary() ?? DateTimeOffset.MaxValue;
            }
        }
        catch (Exception exception)
        {
            Log.BoundariesUnread(logger, exception);
            PostponeBoundary();
        }
    }

    private void Process(List<MeterWork> group)
    {
        _posted.Clear();
        var session = new MeterSession(store, _ledgers, _posted, _options.Limits, time.GetUtcNow());
        try
        {
            foreach (var work in group)
            {
                work.Apply(session);
            }
        }
        catch (Exception exception)
        {
            Forget(session);
            ProcessApart(group, exception);
            return;
        }

        if (session.MustUndo)
        {
            Undo(group, session);
            return;
        }

        if (SeededBugs.Has(SeededBug.AcknowledgeBeforeCommit))
        {
            group.ForEach(work => work.Answer());
        }

        try
        {
            Commit(session);
        }
        catch (Exception exception)
        {
            // Whether it reached the disk is unknown, so nothing is tried again here: who asked repeats with the same ids.
            Forget(session);
            Log.CommitFailed(logger, group.Count, exception);
            group.ForEach(work => work.Fail(exception));
            PostponeBoundary();
            return;
        }

        Publish(session);
        group.ForEach(work => work.Answer());
    }

    // A change of several parts was refused after the first: the ledgers in memory go, and the others are decided without it.
    private void Undo(List<MeterWork> group, MeterSession session)
    {
        Forget(session);
        if (group.Count > 1)
        {
            group.ForEach(work => Process([work]));
            return;
        }

        group[0].Answer();
    }

    // Nothing was written yet, so each request can be tried by itself; only the one at fault fails.
    private void ProcessApart(List<MeterWork> group, Exception exception)
    {
        if (group.Count > 1)
        {
            Log.GroupFailed(logger, group.Count, exception);
            group.ForEach(work => Process([work]));
            return;
        }

        Log.WorkFailed(logger, group[0].Tenant.Value, exception);
        group[0].Fail(exception);
        PostponeBoundary();
    }

    private void Commit(MeterSession session)
    {
        var commits = session.Commits();
        if (commits.Count > 0 || session.Answers.Count > 0)
        {
            store.Commit(commits, session.Answers);
        }
    }

    // The ledgers in memory may be ahead of the disk. They are a cache and are read again when they are next needed.
    private void Forget(MeterSession session)
    {
        foreach (var tenant in session.Touched)
        {
            _ledgers.Remove(tenant);
            board.Forget(tenant);
        }
    }

    // A boundary that cannot be written now, on a full disk say, is tried again soon, but not in a tight loop.
    private void PostponeBoundary()
    {
        var soon = time.GetUtcNow() + s_retryDelay;
        if (_nextBoundary < soon)
        {
            _nextBoundary = soon;
        }
    }

    private void Publish(MeterSession session)
    {
        foreach (var ledger in session.Ledgers)
        {
            board.Publish(ledger);
            var hasChanged = !ledger.Changes.IsEmpty;
            var concernsAlerts = ledger.Changes.ConcernsAlerts;
            var hasNews = ledger.Changes.Alerts.Count > 0 || ledger.Changes.StatusChanges.Count > 0;
            ledger.Changes.Clear();
            if (hasChanged)
            {
                Failpoints.Reach(Failpoint.BeforeFeed);
                Tell(new LedgerCommitted(ledger.Id, ledger.Sequence) { HasNews = hasNews, ConcernsAlerts = concernsAlerts });
            }
        }

        foreach (var ledger in session.Ledgers.Where(ledger => !ledger.IsRehearsal && ledger.NextBoundary < _nextBoundary))
        {
            _nextBoundary = ledger.NextBoundary;
        }
    }

    // A subscriber's mistake is its own: the commit stands, and the others are told.
    private void Tell(LedgerCommitted commit)
    {
        try
        {
            feed.Publish(commit);
        }
        catch (Exception exception)
        {
            Log.SubscriberFailed(logger, commit.Tenant.Value, exception);
        }
    }
}

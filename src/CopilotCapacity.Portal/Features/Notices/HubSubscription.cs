using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Alerts;
using CopilotCapacity.Portal.Features.Quota;
using Microsoft.AspNetCore.SignalR;

namespace CopilotCapacity.Portal.Features.Notices;

/// <summary>
/// Sends one connection the quotas and alerts of a tenant or an environment. Each message waits for the one before to be taken, so a slow
/// client holds up only itself: of quotas it gets the newest, and alerts it has not had yet stay on disk.
/// </summary>
internal sealed class HubSubscription(
    IClientProxy client,
    TenantTails.FollowedTail followed,
    QuotaReader quotas,
    QuotaForecast forecast,
    EnvironmentId? environment,
    long after,
    HubConnectionStreams connection,
    Func<ValueTask<bool>> mayGoOn,
    Action abort,
    TimeProvider time,
    ILogger logger) : IAsyncDisposable
{
    // Figures change with every use; a status or an alert waits for nothing.
    private static readonly TimeSpan s_quotaInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_tenantInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_keyInterval = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource _end = new();
    private readonly TenantTail _tail = followed.Tail;
    private Task _running = Task.CompletedTask;
    private QuotaReading? _sent;
    private long _checkedAt = time.GetTimestamp();
    private long _touched = -1;

    /// <summary>What is followed.</summary>
    public Guid Subject { get; } = environment?.Value ?? followed.Tail.Tenant.Value;

    /// <summary>The alert it began after. A number that was never reached counts as the last one.</summary>
    public long After { get; } = Math.Min(after, followed.Tail.LastAlert);

    /// <summary>The last alert it has taken; changed by the connection's streams alone.</summary>
    public long Position { get; set; } = Math.Min(after, followed.Tail.LastAlert);

    /// <summary>Whether an alert about these environments is one of its own.</summary>
    public bool IsFor(IReadOnlyList<Guid> environments) => environment is not { } id || environments.Contains(id.Value);

    /// <summary>Sends the quota and goes on by itself.</summary>
    public async Task StartAsync()
    {
        if (await SendQuotasAsync())
        {
            _running = Task.Run(RunAsync);
        }
    }

    /// <summary>Ends it; nothing more is sent once this completes.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        followed.Dispose();
        await _running;
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                // Asked for first: what comes after them completes them.
                var (growth, news, begun) = (_tail.Growth, _tail.News, time.GetTimestamp());
                await SendAlertsAsync();
                if (!await SendQuotasAsync())
                {
                    return;
                }

                await WaitAsync(growth, news, begun);
            }
        }
        catch (OperationCanceledException)
        {
            // The client has gone, or follows it no longer.
        }
        catch (Exception exception)
        {
            // The client is told by the end of its connection, comes back, and loses nothing.
            NoticeLog.SubscriptionFailed(logger, Subject, exception);
            abort();
        }
    }

    private async Task WaitAsync(Task growth, Task news, long begun)
    {
        var isQuiet = true;
        while (isQuiet)
        {
            try
            {
                await Task.WhenAny(growth, news).WaitAsync(s_keyInterval, time, _end.Token);
                isQuiet = false;
            }
            catch (TimeoutException)
            {
                // Only the key is looked at.
            }

            await CheckKeyAsync();
        }

        var rest = (environment is null ? s_tenantInterval : s_quotaInterval) - time.GetElapsedTime(begun);
        if (!news.IsCompleted && rest > TimeSpan.Zero)
        {
            await Task.WhenAny(news, Task.Delay(rest, time, _end.Token));
        }
    }

    // By time and not by silence: a tenant in use is never silent.
    private async Task CheckKeyAsync()
    {
        if (time.GetElapsedTime(_checkedAt) < s_keyInterval)
        {
            return;
        }

        _checkedAt = time.GetTimestamp();
        if (!await mayGoOn())
        {
            abort();
            throw new OperationCanceledException();
        }
    }

    // False when there is nothing to follow any more: the environment was retired.
    private async Task<bool> SendQuotasAsync()
    {
        if (environment is not { } id)
        {
            foreach (var reading in await quotas.TouchedAsync(_tail.Tenant, _touched))
            {
                _touched = Math.Max(_touched, reading.Sequence);
                await SendAsync(reading);
            }

            return true;
        }

        if (await quotas.FindAsync(_tail.Tenant, id) is not { } now)
        {
            return false;
        }

        if (_sent is null || _sent with { Sequence = now.Sequence, LedgerNow = now.LedgerNow } != now)
        {
            _sent = now;
            await SendAsync(now);
        }

        return true;
    }

    private Task SendAsync(QuotaReading reading) =>
        client.SendAsync("quota", QuotaDto.From(_tail.Tenant, reading, forecast, time.GetUtcNow()), _end.Token);

    private async Task SendAlertsAsync()
    {
        while (_tail.AlertsAfter(Position) is { Count: > 0 } alerts)
        {
            foreach (var alert in alerts)
            {
                _end.Token.ThrowIfCancellationRequested();
                if (!IsFor(alert.Environments))
                {
                    Position = alert.Number;
                }
                else if (connection.Take(this, alert.Number, alert.Environments))
                {
                    await client.SendAsync("alert", AlertDto.From(_tail.Tenant, alert), _end.Token);
                }
            }
        }
    }
}

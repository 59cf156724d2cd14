using System.Collections.Concurrent;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering.Feed;
using CopilotCapacity.Portal.Features.Channels.Mail;
using CopilotCapacity.Portal.Features.Channels.Webhooks;
using CopilotCapacity.Storage.Model;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Features.Channels.Sending;

/// <summary>
/// Looks after each commit whether something was raised that somebody hears of, and sends what is due. One that does not answer
/// keeps nobody else waiting: of each channel only a few deliveries are under way at once.
/// </summary>
internal sealed partial class DeliveryWorker(
    Outbox outbox,
    DeliveryQueue queue,
    DeliverySignal signal,
    LedgerFeed feed,
    DeliveryFeed told,
    ChannelSecrets secrets,
    WebhookSender webhooks,
    MailSender mails,
    IOptions<ChannelOptions> options,
    Random chance,
    TimeProvider time,
    ILogger<DeliveryWorker> logger) : BackgroundService
{
    private const int PerChannelMax = 2;
    private const int PerTenantMax = 8;
    private const int UnderWayMax = 48;

    // Another replica may have raised something, or set up a channel.
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_forgetEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_afterFailure = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<DueDelivery, Task> _underWay = new();
    private readonly Dictionary<TenantId, IDisposable> _followed = [];
    private DateTimeOffset _forgetAt = DateTimeOffset.MinValue;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await signal.WaitAsync(await PassAsync(stoppingToken), time, stoppingToken);
                if (options.Value.PauseMilliseconds > 0)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(options.Value.PauseMilliseconds), time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAll(_underWay.Values);
        }
        finally
        {
            foreach (var subscription in _followed.Values)
            {
                subscription.Dispose();
            }
        }
    }

    // When to look again, if no signal comes before.
    private async Task<DateTimeOffset> PassAsync(CancellationToken stoppingToken)
    {
        var now = time.GetUtcNow();
        try
        {
            await FollowAsync(stoppingToken);
            while (!await outbox.TakeUpAsync(stoppingToken))
            {
            }

            await StartDueAsync(stoppingToken);
            if (time.GetUtcNow() >= _forgetAt)
            {
                await queue.ForgetAsync(stoppingToken);
                _forgetAt = time.GetUtcNow() + s_forgetEvery;
            }

            // What was due and is still there has no room, and the end of another makes some; or another replica is at it.
            var next = await queue.NextAsync(stoppingToken);
            var idle = now + s_idle;
            return next is null || next > idle ? idle : next > now ? next.Value : _underWay.IsEmpty ? now + s_soon : idle;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            PassFailed(logger, exception);
            return now + s_afterFailure;
        }
    }

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        var listeners = (await outbox.ListenersAsync(stoppingToken)).ToHashSet();
        foreach (var tenant in listeners.Where(tenant => !_followed.ContainsKey(tenant)))
        {
            _followed[tenant] = feed.Subscribe(tenant, _ => signal.Set());
        }

        foreach (var tenant in _followed.Keys.Where(tenant => !listeners.Contains(tenant)).ToList())
        {
            _followed[tenant].Dispose();
            _followed.Remove(tenant);
        }
    }

    private async Task StartDueAsync(CancellationToken stoppingToken)
    {
        foreach (var due in await queue.DueAsync(PerChannelMax, stoppingToken))
        {
            if (HasRoomFor(due) && await queue.LeaseAsync(due, stoppingToken) is { } leased)
            {
                // Entered before it begins, so that its end takes it out again.
                var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _underWay[due] = SendAsync(due, leased, begin.Task, stoppingToken);
                begin.SetResult();
            }
        }
    }

    private bool HasRoomFor(DueDelivery due) => _underWay.Count < UnderWayMax
        && !_underWay.ContainsKey(due)
        && _underWay.Keys.Count(other => other.TenantKey == due.TenantKey) < PerTenantMax
        && _underWay.Keys.Count(other => other.TenantKey == due.TenantKey && other.Channel == due.Channel) < PerChannelMax;

    private async Task SendAsync(DueDelivery due, LeasedDelivery leased, Task begin, CancellationToken stoppingToken)
    {
        await begin;
        var (at, started) = (time.GetUtcNow(), time.GetTimestamp());
        try
        {
            var outcome = await TrySendAsync(leased, stoppingToken);
            await queue.FinishAsync(leased, outcome, at, time.GetElapsedTime(started), NextChance());
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await queue.ReturnAsync(leased);
        }
        catch (Exception exception)
        {
            // Its lease ends by itself, and it is tried again.
            NotWrittenDown(logger, leased.Row.Id, exception);
        }
        finally
        {
            _underWay.TryRemove(due, out _);
            signal.Set();
            told.Publish(leased.Tenant);
        }
    }

    private async Task<SendOutcome> TrySendAsync(LeasedDelivery leased, CancellationToken stoppingToken)
    {
        var (row, channel, _) = leased;
        try
        {
            return channel.Kind == ChannelKind.Webhook
                ? await webhooks.SendAsync(channel.Url!, secrets.Open(channel, time.GetUtcNow()), row.MessageId, row.Body, stoppingToken)
                : await mails.SendAsync(channel.Recipients, row.MessageId, Letter.FromJson(row.Body), stoppingToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            NotSent(logger, row.Id, exception);
            return new SendOutcome(false, "It could not be sent; the portal’s log says why.");
        }
    }

    private double NextChance()
    {
        lock (chance)
        {
            return chance.NextDouble();
        }
    }

    [LoggerMessage(EventId = 3601, Level = LogLevel.Error, Message = "Deliveries could not be looked for")]
    private static partial void PassFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 3602, Level = LogLevel.Error, Message = "What came of delivery {Delivery} could not be written down")]
    private static partial void NotWrittenDown(ILogger logger, Guid delivery, Exception exception);

    [LoggerMessage(EventId = 3603, Level = LogLevel.Error, Message = "Delivery {Delivery} could not be sent")]
    private static partial void NotSent(ILogger logger, Guid delivery, Exception exception);
}

using System.Globalization;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Portal.Features.Alerts;
using CopilotCapacity.Portal.Features.Channels.Mail;
using CopilotCapacity.Portal.Features.Channels.Webhooks;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Features.Channels.Sending;

/// <summary>A delivery that is about to be made.</summary>
/// <param name="Content">What it is about.</param>
/// <param name="MessageId">The same however often it is sent.</param>
/// <param name="Alert">The number of the first alert; null for a test.</param>
/// <param name="Alerts">How many alerts it tells.</param>
/// <param name="Title">What the log calls it.</param>
/// <param name="Body">What is sent.</param>
internal sealed record DeliveryDraft(DeliveryContent Content, string MessageId, long? Alert, int Alerts, string Title, string Body);

/// <summary>
/// Makes deliveries of alerts. The alerts on disk are the outbox: each channel keeps the number of the last one that was looked at
/// for it, and moves it in the transaction that makes the deliveries. Nothing is missed and nothing is made twice, whatever stops in
/// between and however many replicas look.
/// </summary>
internal sealed class Outbox(IDbContextFactory<PortalDbContext> contexts, MailText texts, IOptions<MailOptions> mail, TimeProvider time)
{
    private const int AlertsMax = 500;
    private const int DigestAlertsMax = 5_000;

    // A receiver that is away for days must not fill the disk: what is beyond waits among the alerts.
    private const int WaitingMax = 1_000;

    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    /// <summary>Makes deliveries of all that was raised and not looked at yet. False when there may be more.</summary>
    public async Task<bool> TakeUpAsync(CancellationToken cancellationToken)
    {
        // One look, one time: what is raised while it lasts belongs to the next.
        var (isDone, now) = (true, time.GetUtcNow());
        foreach (var (channel, owner) in await DueAsync(now, cancellationToken))
        {
            isDone &= await TakeUpAsync(channel, owner, now, cancellationToken);
        }

        return isDone;
    }

    /// <summary>The tenants that have a channel which hears.</summary>
    public async Task<IReadOnlyList<TenantId>> ListenersAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Tenants.AsNoTracking()
            .Where(tenant => context.Channels.Any(row => row.TenantKey == tenant.Key && row.IsEnabled))
            .Select(tenant => new TenantId(tenant.Id))
            .ToListAsync(cancellationToken);
    }

    /// <summary>A delivery that is due at once. It still needs its number.</summary>
    public static DeliveryRow NewDelivery(ChannelRow channel, DeliveryDraft draft, DateTimeOffset now) => new()
    {
        TenantKey = channel.TenantKey,
        Id = Guid.NewGuid(),
        ChannelId = channel.Id,
        MessageId = draft.MessageId,
        Content = draft.Content,
        Alert = draft.Alert,
        Alerts = draft.Alerts,
        Title = draft.Title,
        Body = draft.Body,
        State = DeliveryState.Waiting,
        DueAt = now,
        CreatedAt = now,
    };

    public static async Task<long> LastNumberAsync(PortalDbContext context, int tenantKey, CancellationToken cancellationToken) =>
        await context.Deliveries.Where(row => row.TenantKey == tenantKey).MaxAsync(row => (long?)row.Number, cancellationToken) ?? 0;

    public static TimeZoneInfo ZoneOf(TenantRow tenant) => (DisplayZone.Find(tenant.DisplayZone) ?? DisplayZone.Utc).Zone;

    // Digests that are due count too when nothing was raised: their next day is to be set.
    private async Task<List<(ChannelRow Channel, TenantRow Owner)>> DueAsync(DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = at.UtcTicks;
        var due = await context.Channels
            .FromSql($"""
                SELECT * FROM channels AS c
                WHERE c.IsEnabled = 1 AND (c.WaitUntil IS NULL OR c.WaitUntil <= {now})
                  AND ((c.Rhythm = 2 AND c.WaitUntil IS NOT NULL)
                    OR EXISTS (SELECT 1 FROM alerts AS a WHERE a.TenantKey = c.TenantKey AND a.Number > c.Cursor))
                """)
            .AsNoTracking()
            .Join(context.Tenants, row => row.TenantKey, tenant => tenant.Key, (row, tenant) => new { row, tenant })
            .ToListAsync(cancellationToken);
        return [.. due.Select(pair => (pair.row, pair.tenant))];
    }

    private async Task<bool> TakeUpAsync(ChannelRow channel, TenantRow owner, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Deliveries.CountAsync(
            row => row.State == DeliveryState.Waiting && row.TenantKey == channel.TenantKey && row.ChannelId == channel.Id, cancellationToken) >= WaitingMax)
        {
            return true;
        }

        var limit = channel.Rhythm == ChannelRhythm.Daily ? DigestAlertsMax : AlertsMax;
        var alerts = ReadAlerts(owner, channel.Cursor, limit);
        var rule = ChannelRule.Of(channel);
        var heard = owner.IsRehearsal && !channel.InRehearsal ? [] : alerts.Where(rule.Hears).ToList();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var (drafts, waitUntil) = await DraftAsync(context, channel, owner, heard, now, cancellationToken);
        var cursor = drafts is null || alerts.Count == 0 ? channel.Cursor : alerts[^1].Number;

        // Somebody else looked meanwhile, or the channel was changed: nothing of this one is kept.
        if (await context.Channels
            .Where(row => row.TenantKey == channel.TenantKey && row.Id == channel.Id && row.Cursor == channel.Cursor && row.Version == channel.Version
                && row.WaitUntil == channel.WaitUntil)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Cursor, cursor).SetProperty(row => row.WaitUntil, waitUntil), cancellationToken) == 0)
        {
            return true;
        }

        var number = await LastNumberAsync(context, channel.TenantKey, cancellationToken);
        foreach (var draft in drafts ?? [])
        {
            var delivery = NewDelivery(channel, draft, now);
            delivery.Number = ++number;
            context.Deliveries.Add(delivery);
        }

        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return alerts.Count < limit || waitUntil is not null;
    }

    // Null drafts: nothing is to be made now, and what was raised stays to be looked at.
    private async Task<(List<DeliveryDraft>? Drafts, DateTimeOffset? WaitUntil)> DraftAsync(
        PortalDbContext context, ChannelRow channel, TenantRow owner, List<StoredAlert> heard, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (channel.Kind == ChannelKind.Webhook)
        {
            return ([.. heard.Select(alert => WebhookOf(owner, alert))], null);
        }

        if (channel.Rhythm == ChannelRhythm.Daily)
        {
            var next = DigestTime.Next(now, ZoneOf(owner), channel.DigestHour);
            return (heard.Count == 0 ? [] : [MailOf(DeliveryContent.Digest, channel, owner, heard)], next);
        }

        // What one cause raised is one story, and one mail.
        var stories = heard.GroupBy(alert => alert.Cause).Select(story => story.ToList()).ToList();
        var since = now - s_hour;
        var sent = await context.Deliveries
            .Where(row => row.TenantKey == channel.TenantKey && row.ChannelId == channel.Id && row.Content != DeliveryContent.Test && row.CreatedAt > since)
            .OrderBy(row => row.CreatedAt)
            .Select(row => row.CreatedAt)
            .ToListAsync(cancellationToken);
        var room = mail.Value.PerHour - sent.Count;
        if (stories.Count <= room)
        {
            return ([.. stories.Select(story => MailOf(DeliveryContent.Alert, channel, owner, story))], null);
        }

        return room > 0
            ? ([MailOf(DeliveryContent.Summary, channel, owner, heard)], null)
            : (null, sent[0] + s_hour);
    }

    private static DeliveryDraft WebhookOf(TenantRow owner, StoredAlert alert) => new(
        DeliveryContent.Alert,
        $"msg_{AlertId.Of(new TenantId(owner.Id), alert.Number):N}",
        alert.Number,
        1,
        alert.Title,
        WebhookMessage.Write(AlertDto.From(new TenantId(owner.Id), alert)));

    private DeliveryDraft MailOf(DeliveryContent content, ChannelRow channel, TenantRow owner, List<StoredAlert> alerts)
    {
        var letter = texts.Write(content, owner, channel, alerts);
        var id = string.Create(CultureInfo.InvariantCulture, $"msg_{AlertId.Of(new TenantId(owner.Id), alerts[0].Number):N}_{alerts.Count}");
        return new DeliveryDraft(content, id, alerts[0].Number, alerts.Count, letter.Title, letter.ToJson());
    }

    private List<StoredAlert> ReadAlerts(TenantRow owner, long after, int limit)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        return [.. AlertQuery.Read(snapshot, owner, after, AlertState.Any, limit)];
    }
}

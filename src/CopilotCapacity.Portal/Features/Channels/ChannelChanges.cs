using System.Text.Json.Nodes;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Alerts;
using CopilotCapacity.Portal.Features.Channels.Mail;
using CopilotCapacity.Portal.Features.Channels.Sending;
using CopilotCapacity.Portal.Features.Channels.Webhooks;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Features.Channels;

/// <summary>A channel after a change, with the secret that was just made for it; that is shown nowhere else.</summary>
internal sealed record ChangedChannel(ChannelRow Row, string? Secret);

/// <summary>Sets up and changes channels; each change with its entry on the tenant's audit trail, in the same transaction.</summary>
internal sealed class ChannelChanges(
    IDbContextFactory<PortalDbContext> contexts,
    AuditLog audit,
    ChannelSecrets secrets,
    MailText texts,
    DeliverySignal signal,
    IOptions<ChannelOptions> options,
    IOptions<MailOptions> mail,
    TimeProvider time)
{
    /// <summary>How many channels a tenant may have.</summary>
    public const int PerTenantMax = 50;

    /// <summary>The longest two secrets may sign side by side.</summary>
    public static readonly TimeSpan OverlapMax = TimeSpan.FromDays(30);

    /// <summary>How long the old secret signs too when nothing is said.</summary>
    public static readonly TimeSpan OverlapDefault = TimeSpan.FromDays(1);

    /// <summary>Sets a channel up. It hears what is raised from now on.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="id">Its id.</param>
    /// <param name="settings">What it is.</param>
    /// <param name="actor">Who sets it up.</param>
    /// <param name="alongside">What is to be saved with it.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<Outcome<ChangedChannel>> CreateAsync(
        TenantId tenant,
        Guid id,
        ChannelSettings settings,
        Actor actor,
        Action<PortalDbContext, ChangedChannel>? alongside,
        CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var owner = await context.Tenants.AsNoTracking().SingleAsync(row => row.Id == tenant.Value, cancellationToken);
        if (await RefuseAsync(context, owner.Key, settings, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        if (await context.Channels.AnyAsync(row => row.TenantKey == owner.Key && row.Id == id, cancellationToken))
        {
            return Refusal.Conflict("already_exists", "There is a channel with this id already.");
        }

        if (await context.Channels.CountAsync(row => row.TenantKey == owner.Key && row.DeletedAt == null, cancellationToken) >= PerTenantMax)
        {
            return Refusal.Conflict("too_many_channels", $"A tenant has at most {PerTenantMax} channels.");
        }

        var row = new ChannelRow { TenantKey = owner.Key, Id = id, Name = "", Kind = settings.Kind, CreatedAt = time.GetUtcNow(), Version = 1 };
        settings.WriteTo(row);
        await StartAsync(context, owner, row, settings.IsEnabled, cancellationToken);
        var secret = row.Kind == ChannelKind.Webhook ? WebhookSignature.CreateSecret() : null;
        row.Secret = secret is null ? null : secrets.Seal(row, secret);
        var made = new ChangedChannel(row, secret);
        context.Channels.Add(row);
        alongside?.Invoke(context, made);
        await audit.SaveAsync(context, owner.Key, Entry(actor, "channel.created", row, @new: ValuesOf(row)), cancellationToken);
        signal.Set();
        return made;
    }

    /// <summary>Changes a channel.</summary>
    public async Task<Outcome<ChangedChannel>> ChangeAsync(
        TenantId tenant, Guid id, ChannelSettings settings, int? expected, Actor actor, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var owner = await context.Tenants.AsNoTracking().SingleAsync(row => row.Id == tenant.Value, cancellationToken);
        if (await FindAsync(context, owner.Key, id, cancellationToken) is not { } row)
        {
            return Refusal.NotFound("channel");
        }

        if (expected is { } version && version != row.Version)
        {
            return Refusal.Stale("channel");
        }

        if (settings.Kind != row.Kind)
        {
            return Refusal.Invalid("kind", "kind_is_fixed", "A webhook stays a webhook, and e-mail stays e-mail.");
        }

        if (await RefuseAsync(context, owner.Key, settings, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var (before, wasDaily) = (ValuesOf(row), (row.Rhythm, row.DigestHour));
        settings.WriteTo(row);
        if (settings.IsEnabled != row.IsEnabled || wasDaily != (row.Rhythm, row.DigestHour))
        {
            var goesOn = row.IsEnabled && settings.IsEnabled;
            var cursor = row.Cursor;
            await StartAsync(context, owner, row, settings.IsEnabled, cancellationToken);
            row.Cursor = goesOn ? cursor : row.Cursor;
        }

        if (!row.IsEnabled)
        {
            await CancelWaitingAsync(context, row, cancellationToken);
        }

        return await SaveAsync(context, row, Entry(actor, "channel.changed", row, before, ValuesOf(row)), null, cancellationToken);
    }

    /// <summary>Makes a new secret for a webhook. The old one signs too for a while, so that receivers can change over.</summary>
    public async Task<Outcome<ChangedChannel>> RotateAsync(TenantId tenant, Guid id, TimeSpan overlap, Actor actor, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var key = await KeyOfAsync(context, tenant, cancellationToken);
        if (await FindAsync(context, key, id, cancellationToken) is not { } row)
        {
            return Refusal.NotFound("channel");
        }

        if (row.Kind != ChannelKind.Webhook)
        {
            return Refusal.Conflict("not_a_webhook", "Only webhooks are signed.");
        }

        var secret = WebhookSignature.CreateSecret();
        var signsOn = overlap > TimeSpan.Zero;
        row.OldSecret = signsOn ? row.Secret : null;
        row.OldSecretUntil = signsOn ? time.GetUtcNow() + overlap : null;
        row.Secret = secrets.Seal(row, secret);
        var values = new JsonObject { ["oldSecretUntil"] = row.OldSecretUntil is { } until ? JsonValue.Create(until.UtcDateTime) : null };
        return await SaveAsync(context, row, Entry(actor, "channel.rotated", row, @new: values), secret, cancellationToken);
    }

    /// <summary>Deletes a channel. What went through it stays listed for as long as deliveries are kept.</summary>
    public async Task<Refusal?> DeleteAsync(TenantId tenant, Guid id, int? expected, Actor actor, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var key = await KeyOfAsync(context, tenant, cancellationToken);
        if (await FindAsync(context, key, id, cancellationToken) is not { } row)
        {
            return Refusal.NotFound("channel");
        }

        if (expected is { } version && version != row.Version)
        {
            return Refusal.Stale("channel");
        }

        (row.IsEnabled, row.DeletedAt, row.Secret, row.OldSecret, row.OldSecretUntil) = (false, time.GetUtcNow(), null, null, null);
        await CancelWaitingAsync(context, row, cancellationToken);
        return (await SaveAsync(context, row, Entry(actor, "channel.deleted", row, ValuesOf(row)), null, cancellationToken)).Refusal;
    }

    /// <summary>Sends a test through a channel, also through one that is turned off.</summary>
    public async Task<Outcome<DeliveryRow>> TestAsync(TenantId tenant, Guid id, Actor actor, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var owner = await context.Tenants.AsNoTracking().SingleAsync(row => row.Id == tenant.Value, cancellationToken);
        if (await FindAsync(context, owner.Key, id, cancellationToken) is not { } row)
        {
            return Refusal.NotFound("channel");
        }

        if (row.Kind == ChannelKind.Email && !mail.Value.IsOn)
        {
            return Refusal.Conflict("no_mail_server", "This portal has no mail server.");
        }

        var now = time.GetUtcNow();
        var body = row.Kind == ChannelKind.Webhook
            ? WebhookMessage.WriteTest(tenant.Value, row.Id, row.Name, now)
            : texts.Test(owner, row).ToJson();
        var delivery = Outbox.NewDelivery(row, new DeliveryDraft(DeliveryContent.Test, $"msg_test_{Guid.NewGuid():N}", null, 0, $"A test of {row.Name}", body), now);
        delivery.Number = await Outbox.LastNumberAsync(context, owner.Key, cancellationToken) + 1;
        context.Deliveries.Add(delivery);
        await audit.SaveAsync(context, owner.Key, Entry(actor, "channel.tested", row), cancellationToken);
        signal.Set();
        return delivery;
    }

    /// <summary>Sends a delivery again that has ended, with the same id.</summary>
    public async Task<Outcome<DeliveryRow>> ResendAsync(TenantId tenant, Guid id, Actor actor, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var key = await KeyOfAsync(context, tenant, cancellationToken);
        if (await context.Deliveries.SingleOrDefaultAsync(row => row.TenantKey == key && row.Id == id, cancellationToken) is not { } delivery)
        {
            return Refusal.NotFound("delivery");
        }

        var channel = await context.Channels.AsNoTracking().SingleAsync(row => row.TenantKey == key && row.Id == delivery.ChannelId, cancellationToken);
        if (channel.DeletedAt is not null || (!channel.IsEnabled && delivery.Content != DeliveryContent.Test))
        {
            return Refusal.Conflict("channel_is_off", "The channel is turned off. Turn it on first.");
        }

        if (delivery.State == DeliveryState.Waiting)
        {
            return Refusal.Conflict("still_waiting", "It is still to be sent.");
        }

        (delivery.State, delivery.Tries, delivery.DueAt, delivery.EndedAt) = (DeliveryState.Waiting, 0, time.GetUtcNow(), null);
        await audit.SaveAsync(
            context, key, new AuditEntry(time.GetUtcNow(), actor, "delivery.resent", new AuditObject("delivery", delivery.Id.ToString(), delivery.Title)), cancellationToken);
        signal.Set();
        return delivery;
    }

    /// <summary>The channel's values for the trail. People stand there by their number alone, and an address without what may be secret in it.</summary>
    public static JsonObject ValuesOf(ChannelRow row) => new()
    {
        ["kind"] = row.Kind.ToString().ToLowerInvariant(),
        ["enabled"] = row.IsEnabled,
        ["address"] = WebhookAddress.Shown(row.Url),
        ["recipients"] = row.Kind == ChannelKind.Email ? row.Recipients.Count : null,
        ["severity"] = row.Severity.ToString().ToLowerInvariant(),
        ["kinds"] = row.Kinds.Count == 0 ? null : string.Join(' ', row.Kinds.Select(AlertWords.KindOf)),
        ["environments"] = row.Environments.Count == 0 ? null : row.Environments.Count,
        ["rhythm"] = row.Kind == ChannelKind.Email ? row.Rhythm.ToString().ToLowerInvariant() : null,
        ["digestHour"] = row.Rhythm == ChannelRhythm.Daily ? row.DigestHour : null,
        ["inRehearsal"] = row.InRehearsal,
        ["offReason"] = row.OffReason,
    };

    /// <summary>Ends what a channel that is turned off has still to send. It can be sent again by hand.</summary>
    public async Task CancelWaitingAsync(PortalDbContext context, ChannelRow channel, CancellationToken cancellationToken)
    {
        var waiting = await context.Deliveries
            .Where(row => row.TenantKey == channel.TenantKey && row.ChannelId == channel.Id && row.State == DeliveryState.Waiting && row.LeaseOwner == null)
            .ToListAsync(cancellationToken);
        foreach (var delivery in waiting)
        {
            (delivery.State, delivery.EndedAt) = (DeliveryState.Cancelled, time.GetUtcNow());
        }
    }

    // A channel that is turned on hears what is raised from then on.
    private async Task StartAsync(PortalDbContext context, TenantRow owner, ChannelRow row, bool isEnabled, CancellationToken cancellationToken)
    {
        row.Cursor = await context.Database.SqlQueryRaw<long>("SELECT COALESCE(MAX(Number), 0) AS Value FROM alerts WHERE TenantKey = {0}", owner.Key)
            .SingleAsync(cancellationToken);
        row.WaitUntil = row.Rhythm == ChannelRhythm.Daily ? DigestTime.Next(time.GetUtcNow(), Outbox.ZoneOf(owner), row.DigestHour) : null;
        (row.IsEnabled, row.OffReason) = (isEnabled, null);
    }

    private async Task<Refusal?> RefuseAsync(PortalDbContext context, int key, ChannelSettings settings, CancellationToken cancellationToken)
    {
        if (settings.Problems(options.Value, mail.Value).FirstOrDefault() is { Field: not null } problem)
        {
            return Refusal.Invalid(problem.Field, "invalid_request", problem.Sentence);
        }

        var known = await context.Environments.CountAsync(row => row.TenantKey == key && settings.Environments.Contains(row.Id), cancellationToken);
        return known == settings.Environments.Distinct().Count()
            ? null
            : Refusal.Invalid("environmentIds", "unknown_environment", "Not all of these are environments of the tenant.");
    }

    private async Task<Outcome<ChangedChannel>> SaveAsync(
        PortalDbContext context, ChannelRow row, AuditEntry entry, string? secret, CancellationToken cancellationToken)
    {
        row.Version++;
        try
        {
            await audit.SaveAsync(context, row.TenantKey, entry, cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Refusal.Stale("channel");
        }

        signal.Set();
        return new ChangedChannel(row, secret);
    }

    private static Task<ChannelRow?> FindAsync(PortalDbContext context, int key, Guid id, CancellationToken cancellationToken) =>
        context.Channels.SingleOrDefaultAsync(row => row.TenantKey == key && row.Id == id && row.DeletedAt == null, cancellationToken);

    private static Task<int> KeyOfAsync(PortalDbContext context, TenantId tenant, CancellationToken cancellationToken) =>
        context.Tenants.Where(row => row.Id == tenant.Value).Select(row => row.Key).SingleAsync(cancellationToken);

    private AuditEntry Entry(Actor actor, string action, ChannelRow row, JsonObject? old = null, JsonObject? @new = null) =>
        new(time.GetUtcNow(), actor, action, new AuditObject("channel", row.Id.ToString(), row.Name), old, @new);
}

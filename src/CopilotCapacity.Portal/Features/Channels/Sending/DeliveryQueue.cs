using System.Text.Json.Nodes;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Features.Channels.Sending;

/// <summary>A delivery that is due.</summary>
internal sealed record DueDelivery(int TenantKey, Guid Channel, long Number);

/// <summary>A delivery that this run of the portal may send, until its lease ends.</summary>
internal sealed record LeasedDelivery(DeliveryRow Row, ChannelRow Channel, TenantId Tenant);

/// <summary>
/// What is still to be sent. Whoever sends something takes a lease on it first, in the database, so that two replicas do not send it
/// at the same time; the lease of one that stopped in between ends by itself, and then it is sent again.
/// </summary>
internal sealed class DeliveryQueue(
    IDbContextFactory<PortalDbContext> contexts, AuditLog audit, ChannelChanges changes, IOptions<ChannelOptions> options, TimeProvider time)
{
    // One try takes half a minute at most.
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private readonly Guid _owner = Guid.NewGuid();

    /// <summary>What is due, the oldest first, but only a few of each channel: one with much to send hides no other.</summary>
    public async Task<IReadOnlyList<DueDelivery>> DueAsync(int perChannel, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow().UtcTicks;
        return await context.Database.SqlQuery<DueDelivery>($"""
            SELECT TenantKey, ChannelId AS Channel, Number FROM (
                SELECT TenantKey, ChannelId, Number, DueAt,
                       ROW_NUMBER() OVER (PARTITION BY TenantKey, ChannelId ORDER BY DueAt, Number) AS Place
                FROM deliveries
                WHERE State = 1 AND DueAt <= {now} AND (LeaseUntil IS NULL OR LeaseUntil <= {now}))
            WHERE Place <= {perChannel}
            ORDER BY DueAt, Number
            """).ToListAsync(cancellationToken);
    }

    /// <summary>Takes a lease; null when somebody else was faster, or nothing is to be sent any more.</summary>
    public async Task<LeasedDelivery?> LeaseAsync(DueDelivery due, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var taken = await context.Deliveries
            .Where(row => row.TenantKey == due.TenantKey && row.Number == due.Number && row.State == DeliveryState.Waiting
                && row.DueAt <= now && (row.LeaseUntil == null || row.LeaseUntil <= now))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LeaseOwner, _owner).SetProperty(row => row.LeaseUntil, now + Lease), cancellationToken);
        if (taken == 0)
        {
            return null;
        }

        var row = await context.Deliveries.SingleAsync(row => row.TenantKey == due.TenantKey && row.Number == due.Number, cancellationToken);
        var channel = await context.Channels.SingleAsync(candidate => candidate.TenantKey == row.TenantKey && candidate.Id == row.ChannelId, cancellationToken);
        if (channel.DeletedAt is null && (channel.IsEnabled || row.Content == DeliveryContent.Test))
        {
            var tenant = await context.Tenants.Where(owner => owner.Key == row.TenantKey).Select(owner => owner.Id).SingleAsync(cancellationToken);
            return new LeasedDelivery(row, channel, new TenantId(tenant));
        }

        End(row, DeliveryState.Cancelled, now);
        await context.SaveChangesAsync(cancellationToken);
        return null;
    }

    /// <summary>Gives a lease back without having tried, because the portal stops.</summary>
    public async Task ReturnAsync(LeasedDelivery leased)
    {
        await using var context = await contexts.CreateDbContextAsync(CancellationToken.None);
        await context.Deliveries
            .Where(row => row.TenantKey == leased.Row.TenantKey && row.Number == leased.Row.Number && row.LeaseOwner == _owner)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LeaseOwner, (Guid?)null).SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null));
    }

    /// <summary>Writes down what came of a try, and when the next one is.</summary>
    /// <param name="leased">What was sent.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="at">When it was tried.</param>
    /// <param name="took">How long it took.</param>
    /// <param name="chance">From 0 to 1, less than 1.</param>
    public async Task FinishAsync(LeasedDelivery leased, SendOutcome outcome, DateTimeOffset at, TimeSpan took, double chance)
    {
        await using var context = await contexts.CreateDbContextAsync(CancellationToken.None);
        var row = await context.Deliveries.SingleAsync(row => row.TenantKey == leased.Row.TenantKey && row.Number == leased.Row.Number);
        if (row.LeaseOwner != _owner)
        {
            // It took longer than its lease: whoever has it now says what comes of it.
            return;
        }

        var channel = await context.Channels.SingleAsync(candidate => candidate.TenantKey == row.TenantKey && candidate.Id == row.ChannelId);
        var now = time.GetUtcNow();
        (row.Tries, row.Attempts) = (row.Tries + 1, row.Attempts + 1);
        context.DeliveryAttempts.Add(AttemptOf(row, outcome, at, took));
        if (outcome.IsDelivered)
        {
            channel.LastDeliveredAt = now;
            End(row, DeliveryState.Delivered, now);
        }
        else
        {
            (channel.LastFailedAt, channel.LastFailure) = (now, outcome.Result);
            Postpone(row, channel.Kind, outcome, now, chance);
        }

        if (outcome.IsGone && channel.IsEnabled)
        {
            await TurnOffAsync(context, channel, row, now);
            return;
        }

        await context.SaveChangesAsync();
    }

    /// <summary>When something is due next; null when nothing waits.</summary>
    public async Task<DateTimeOffset?> NextAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var waiting = context.Deliveries.Where(row => row.State == DeliveryState.Waiting);
        var free = await waiting.Where(row => row.LeaseUntil == null).MinAsync(row => (DateTimeOffset?)row.DueAt, cancellationToken);
        var leased = await waiting.Where(row => row.LeaseUntil != null).MinAsync(row => row.LeaseUntil, cancellationToken);
        var told = await context.Channels.Where(row => row.IsEnabled && row.WaitUntil != null).MinAsync(row => row.WaitUntil, cancellationToken);
        return new[] { free, leased, told }.Min();
    }

    /// <summary>Forgets what ended long ago, and what is beyond the number that is kept of a channel.</summary>
    public async Task<int> ForgetAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var before = time.GetUtcNow() - TimeSpan.FromDays(options.Value.KeepDays);
        var forgotten = await context.Deliveries.Where(row => row.EndedAt != null && row.EndedAt < before).ExecuteDeleteAsync(cancellationToken);
        forgotten += await context.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM deliveries WHERE EndedAt IS NOT NULL AND (TenantKey, Number) IN (
                SELECT TenantKey, Number FROM (
                    SELECT TenantKey, Number, ROW_NUMBER() OVER (PARTITION BY TenantKey, ChannelId ORDER BY Number DESC) AS Place FROM deliveries)
                WHERE Place > {options.Value.KeepPerChannel})
            """,
            cancellationToken);
        await context.Channels
            .Where(channel => channel.DeletedAt != null && !context.Deliveries.Any(row => row.TenantKey == channel.TenantKey && row.ChannelId == channel.Id))
            .ExecuteDeleteAsync(cancellationToken);
        return forgotten;
    }

    private static DeliveryAttemptRow AttemptOf(DeliveryRow row, SendOutcome outcome, DateTimeOffset at, TimeSpan took) => new()
    {
        TenantKey = row.TenantKey,
        Delivery = row.Number,
        Attempt = row.Attempts,
        At = at,
        Milliseconds = (long)took.TotalMilliseconds,
        IsDelivered = outcome.IsDelivered,
        Status = outcome.Status,
        Result = outcome.Result,
        Answer = outcome.Answer,
    };

    private static void Postpone(DeliveryRow row, ChannelKind kind, SendOutcome outcome, DateTimeOffset now, double chance)
    {
        if (!outcome.IsFinal && !outcome.IsGone && RetrySchedule.WaitAfter(kind, row.Tries, outcome.RetryAfter, chance) is { } wait)
        {
            (row.DueAt, row.LeaseOwner, row.LeaseUntil) = (now + wait, null, null);
        }
        else
        {
            End(row, DeliveryState.Failed, now);
        }
    }

    private static void End(DeliveryRow row, DeliveryState state, DateTimeOffset now) =>
        (row.State, row.EndedAt, row.LeaseOwner, row.LeaseUntil) = (state, now, null, null);

    private async Task TurnOffAsync(PortalDbContext context, ChannelRow channel, DeliveryRow row, DateTimeOffset now)
    {
        (channel.IsEnabled, channel.OffReason) = (false, "Its address answered 410: it wants to hear nothing any more.");
        channel.Version++;
        await changes.CancelWaitingAsync(context, channel, CancellationToken.None);
        var values = new JsonObject { ["offReason"] = channel.OffReason };
        await audit.SaveAsync(
            context,
            row.TenantKey,
            new AuditEntry(now, Actor.System, "channel.turnedOff", new AuditObject("channel", channel.Id.ToString(), channel.Name), New: values),
            CancellationToken.None);
    }
}

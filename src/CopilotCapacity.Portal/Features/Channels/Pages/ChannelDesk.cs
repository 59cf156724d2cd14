using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Audit;
using CopilotCapacity.Portal.Features.Channels.Mail;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Features.Channels.Pages;

/// <summary>Manages channels on behalf of the person in the circuit, whose right is looked at anew each time.</summary>
internal sealed class ChannelDesk(
    IDbContextFactory<PortalDbContext> contexts,
    CurrentPerson current,
    ChannelChanges changes,
    Meanwhile meanwhile,
    IOptions<ChannelOptions> options,
    IOptions<MailOptions> mail,
    TimeProvider time) : IChannelDesk
{
    public async Task<ChannelList?> ReadAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        if (!await current.MayAsync(Operation.ChangeCapacity, tenant, cancellationToken: cancellationToken))
        {
            return null;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Tenants.AsNoTracking().SingleOrDefaultAsync(row => row.Id == tenant.Value, cancellationToken) is not { } owner)
        {
            return null;
        }

        var rows = await context.Channels.AsNoTracking().Where(row => row.TenantKey == owner.Key && row.DeletedAt == null).ToListAsync(cancellationToken);
        var waiting = await context.Deliveries.Where(row => row.TenantKey == owner.Key && row.State == DeliveryState.Waiting)
            .GroupBy(row => row.ChannelId).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Key, group => group.Count, cancellationToken);
        var environments = await context.Environments.Where(row => row.TenantKey == owner.Key && row.RetiredAt == null)
            .Select(row => new ChannelEnvironment(row.Id, row.Name)).ToListAsync(cancellationToken);
        return new ChannelList(
            owner.Name,
            owner.DisplayZone,
            owner.IsRehearsal,
            mail.Value.IsOn,
            mail.Value.PerHour,
            [.. rows.OrderBy(row => row.Name, StringComparer.CurrentCultureIgnoreCase).ThenBy(row => row.Id).Select(row => ViewOf(row, waiting.GetValueOrDefault(row.Id)))],
            [.. environments.OrderBy(environment => environment.Name, StringComparer.CurrentCultureIgnoreCase)],
            time.GetUtcNow());
    }

    public Task<ChannelOutcome> CreateAsync(TenantId tenant, Guid id, ChannelSettings settings, CancellationToken cancellationToken) =>
        TryAsync(tenant, id, actor => changes.CreateAsync(tenant, id, settings, actor, null, cancellationToken), cancellationToken);

    public Task<ChannelOutcome> ChangeAsync(TenantId tenant, Guid id, ChannelSettings settings, int version, CancellationToken cancellationToken) =>
        TryAsync(tenant, id, actor => changes.ChangeAsync(tenant, id, settings, version, actor, cancellationToken), cancellationToken);

    public Task<ChannelOutcome> RotateAsync(TenantId tenant, Guid id, TimeSpan overlap, CancellationToken cancellationToken) =>
        TryAsync(tenant, id, actor => changes.RotateAsync(tenant, id, overlap, actor, cancellationToken), cancellationToken);

    public async Task<string?> DeleteAsync(TenantId tenant, Guid id, int version, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ChangeCapacity, tenant, cancellationToken: cancellationToken);
        return actor is null
            ? refusal
            : await meanwhile.SayAsync(tenant, id, await changes.DeleteAsync(tenant, id, version, actor, cancellationToken), cancellationToken);
    }

    public async Task<string?> TestAsync(TenantId tenant, Guid id, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ChangeCapacity, tenant, cancellationToken: cancellationToken);
        return actor is null ? refusal : (await changes.TestAsync(tenant, id, actor, cancellationToken)).Refusal?.Detail;
    }

    public async Task<DeliveryList?> ReadDeliveriesAsync(TenantId tenant, DeliveryFilter filter, CancellationToken cancellationToken)
    {
        if (!await current.MayAsync(Operation.ChangeCapacity, tenant, cancellationToken: cancellationToken))
        {
            return null;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Tenants.AsNoTracking().SingleOrDefaultAsync(row => row.Id == tenant.Value, cancellationToken) is not { } owner)
        {
            return null;
        }

        var channels = await context.Channels.AsNoTracking().Where(row => row.TenantKey == owner.Key).ToDictionaryAsync(row => row.Id, cancellationToken);
        var rows = await DeliveryQuery.Of(context, tenant.Value, filter.Channel, filter.State, filter.Before).Take(IChannelDesk.PageSize + 1).ToListAsync(cancellationToken);
        var numbers = rows.Select(row => row.Number).ToList();
        var attempts = (await context.DeliveryAttempts.AsNoTracking()
            .Where(row => row.TenantKey == owner.Key && numbers.Contains(row.Delivery)).OrderBy(row => row.Attempt).ToListAsync(cancellationToken)).ToLookup(row => row.Delivery);
        return new DeliveryList(
            owner.Name,
            [.. rows.Take(IChannelDesk.PageSize).Select(row => ViewOf(row, channels[row.ChannelId], [.. attempts[row.Number]]))],
            rows.Count > IChannelDesk.PageSize,
            [.. channels.Values.OrderBy(row => row.Name, StringComparer.CurrentCultureIgnoreCase).Select(row => new ChannelEnvironment(row.Id, row.Name))],
            options.Value.KeepDays,
            time.GetUtcNow());
    }

    public async Task<string?> ResendAsync(TenantId tenant, Guid delivery, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ChangeCapacity, tenant, cancellationToken: cancellationToken);
        return actor is null ? refusal : (await changes.ResendAsync(tenant, delivery, actor, cancellationToken)).Refusal?.Detail;
    }

    private static ChannelView ViewOf(ChannelRow row, int waiting) => new(
        row.Id, ChannelSettings.Of(row), row.OffReason, row.LastDeliveredAt, row.LastFailedAt, row.LastFailure, row.OldSecretUntil, waiting, row.Version);

    private static DeliveryView ViewOf(DeliveryRow row, ChannelRow channel, IReadOnlyList<DeliveryAttemptRow> attempts) => new(
        DeliveryDto.From(row, attempts),
        channel.Name,
        row.State != DeliveryState.Waiting && channel.DeletedAt is null && (channel.IsEnabled || row.Content == DeliveryContent.Test));

    private async Task<ChannelOutcome> TryAsync(
        TenantId tenant, Guid id, Func<Actor, Task<Outcome<ChangedChannel>>> change, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ChangeCapacity, tenant, cancellationToken: cancellationToken);
        if (actor is null)
        {
            return new ChannelOutcome(null, refusal);
        }

        var outcome = await change(actor);
        return new ChannelOutcome(outcome.Value?.Secret, await meanwhile.SayAsync(tenant, id, outcome.Refusal, cancellationToken), outcome.Refusal?.Field);
    }
}

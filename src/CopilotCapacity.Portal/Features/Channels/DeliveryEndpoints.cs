using System.Globalization;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Portal.Hosting.Json;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Channels;

/// <summary>What went through a tenant's channels, the newest first.</summary>
internal static class DeliveryEndpoints
{
    private const string Path = "/tenants/{tenantId}/deliveries";

    public static void MapDeliveries(this IEndpointRouteBuilder api)
    {
        api.MapGet(Path, ListAsync).InTenant(Operation.ReadTenant)
            .WithDescription("channel: only those of a channel, by its id; state: waiting, delivered, failed or cancelled; before: only those with a smaller number.")
            .Produces<PageDto<DeliveryDto>>();
        api.MapGet(Path + "/{deliveryId}", GetAsync).InTenant(Operation.ReadTenant).Produces<DeliveryDto>();
        api.MapPost(Path + "/{deliveryId}/resend", ResendAsync).InTenant(Operation.ChangeCapacity)
            .WithDescription("Sends one that has ended again, with the same webhook-id.")
            .Produces<DeliveryDto>(StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> ListAsync(
        Guid tenantId, HttpContext http, IDbContextFactory<PortalDbContext> contexts, CancellationToken cancellationToken)
    {
        var query = http.Request.Query;
        var list = $"deliveries:{tenantId}";
        if (PageRange.Read(http.Request, list, out var range) is { } problem)
        {
            return problem;
        }

        var (channel, state, before) = (Guid.Empty, default(DeliveryState), long.MaxValue);
        var fields = new Fields()
            .Require(!query.TryGetValue("channel", out var id) || Guid.TryParse(id, out channel), "channel", "The channel is named by its id.")
            .Require(!query.TryGetValue("state", out var name) || EnumNames.TryParse(name, out state), "state", "The state is waiting, delivered, failed or cancelled.")
            .Require(
                !query.TryGetValue("before", out var number) || long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out before),
                "before", "What comes after is a number of a delivery.");
        if (fields.Problem is { } invalid)
        {
            return invalid;
        }

        // The cursor of this list is the number of the last delivery told.
        before = range.Offset > 0 ? Math.Min(before, range.Offset) : before;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await DeliveryQuery.Of(context, tenantId, channel == Guid.Empty ? null : channel, state == default ? null : state, before)
            .Take(range.Limit + 1).ToListAsync(cancellationToken);
        var items = rows.Take(range.Limit).Select(row => DeliveryDto.From(row)).ToList();
        return ApiAnswer.Ok(new PageDto<DeliveryDto>(items, rows.Count > range.Limit ? PageRange.Encode((int)items[^1].Number, list) : null));
    }

    private static async Task<IResult> GetAsync(
        Guid tenantId, string deliveryId, IDbContextFactory<PortalDbContext> contexts, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return Guid.TryParse(deliveryId, out var id) && await DeliveryQuery.FindAsync(context, tenantId, id, cancellationToken) is { } found
            ? ApiAnswer.Ok(DeliveryDto.From(found.Row, found.Attempts))
            : Problems.NotFound();
    }

    private static async Task<IResult> ResendAsync(
        Guid tenantId, string deliveryId, HttpContext http, ChannelChanges changes, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(deliveryId, out var id))
        {
            return Problems.NotFound();
        }

        var again = await changes.ResendAsync(new TenantId(tenantId), id, http.Actor(), cancellationToken);
        return again.Refusal is { } refusal
            ? Problems.From(refusal)
            : new ApiAnswer(StatusCodes.Status202Accepted, System.Text.Json.JsonSerializer.Serialize(DeliveryDto.From(again.Value!), ApiJson.Options));
    }
}

/// <summary>Reads deliveries.</summary>
internal static class DeliveryQuery
{
    /// <summary>Those of a tenant, the newest first.</summary>
    public static IQueryable<DeliveryRow> Of(PortalDbContext context, Guid tenant, Guid? channel, DeliveryState? state, long before)
    {
        var rows = context.Deliveries.AsNoTracking()
            .Where(row => context.Tenants.Any(owner => owner.Id == tenant && owner.Key == row.TenantKey) && row.Number < before);
        rows = channel is { } id ? rows.Where(row => row.ChannelId == id) : rows;
        rows = state is { } wanted ? rows.Where(row => row.State == wanted) : rows;
        return rows.OrderByDescending(row => row.Number);
    }

    /// <summary>One with its tries; null when there is none.</summary>
    public static async Task<(DeliveryRow Row, IReadOnlyList<DeliveryAttemptRow> Attempts)?> FindAsync(
        PortalDbContext context, Guid tenant, Guid id, CancellationToken cancellationToken)
    {
        var row = await Of(context, tenant, null, null, long.MaxValue).SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        return row is null
            ? null
            : (row, await context.DeliveryAttempts.AsNoTracking()
                .Where(attempt => attempt.TenantKey == row.TenantKey && attempt.Delivery == row.Number)
                .OrderBy(attempt => attempt.Attempt)
                .ToListAsync(cancellationToken));
    }
}

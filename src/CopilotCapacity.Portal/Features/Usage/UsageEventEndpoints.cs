using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Portal.Hosting.Json;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Usage;

/// <summary>One item of an event that used several features.</summary>
public sealed record UsageEventItemDto(
    string Feature,
    Credits Quantity,
    Credits Rate,
    Credits Credits,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] NonBilledDto? NonBilled);

/// <summary>A part of an event's charge that one grant paid.</summary>
public sealed record UsageEventGrantDto(Guid Id, Credits Credits);

/// <summary>The agent that worked.</summary>
public sealed record UsageEventAgentDto(string Id, string? Name);

/// <summary>The person it worked for.</summary>
public sealed record UsageEventUserDto(string? Id, bool CopilotLicensed);

/// <summary>
/// An event as it stands in the ledger. An event that used several features has the feature <c>usage</c>, its
/// <c>items</c>, and no quantity and rate of its own.
/// </summary>
public sealed record UsageEventDto
{
#pragma warning disable CS1591 // The members carry the contract's own words.
    public required string Id { get; init; }

    public required string Source { get; init; }

    public required long Sequence { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required Guid EnvironmentId { get; init; }

    public required string Feature { get; init; }

    public required Credits? Quantity { get; init; }

    public required Credits? Rate { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required IReadOnlyList<UsageEventItemDto>? Items { get; init; }

    public required Credits Credits { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required NonBilledDto? NonBilled { get; init; }

    public required BurnDto Burn { get; init; }

    public required MoneyDto Money { get; init; }

    public required IReadOnlyList<UsageEventGrantDto> Grants { get; init; }

    public required Guid? BillingPlanId { get; init; }

    public required UsageEventAgentDto? Agent { get; init; }

    public required UsageEventUserDto? User { get; init; }

    public required string? Trigger { get; init; }

    public required string? Channel { get; init; }

    public required string? Product { get; init; }

    public required string? Model { get; init; }

    public required string? Tool { get; init; }

    public required string? KnowledgeSource { get; init; }

    public required string? CostCenter { get; init; }
#pragma warning restore CS1591

    internal static UsageEventDto From(UsageEventView view, string currency)
    {
        var isCompound = view.Items.Count > 1;
        return new UsageEventDto
        {
            Id = view.Id,
            Source = view.Source,
            Sequence = view.Sequence,
            Time = view.Time,
            RecordedAt = view.RecordedAt,
            EnvironmentId = view.Environment,
            Feature = RateCard.CodeOf(view.Feature),
            Quantity = isCompound ? null : new Credits(view.Items[0].QuantityThousandths),
            Rate = isCompound ? null : view.Items[0].Rate,
            Items = isCompound ? [.. view.Items.Select(From)] : null,
            Credits = view.Burn.Total,
            NonBilled = view.Reason == NonBilledReason.None ? null : new NonBilledDto(view.NonBilled, view.Reason),
            Burn = new BurnDto(view.Burn.Allocation, view.Burn.Pool, view.Burn.PayAsYouGo, view.Burn.Unfunded),
            Money = MoneyDto.From(view.CostMicros, currency),
            Grants = [.. view.Grants.Select(grant => new UsageEventGrantDto(grant.Grant, grant.Credits))],
            BillingPlanId = view.Plan,
            Agent = view.AgentId is null ? null : new UsageEventAgentDto(view.AgentId, view.AgentName),
            User = view.UserId is null && !view.CopilotLicensed ? null : new UsageEventUserDto(view.UserId, view.CopilotLicensed),
            Trigger = view.Trigger,
            Channel = view.Channel,
            Product = view.Product,
            Model = view.Model,
            Tool = view.Tool,
            KnowledgeSource = view.KnowledgeSource,
            CostCenter = view.CostCenter,
        };
    }

    private static UsageEventItemDto From(UsageItemView item)
    {
        var isBilled = item.Reason == NonBilledReason.None;
        return new UsageEventItemDto(
            RateCard.CodeOf(item.Feature),
            new Credits(item.QuantityThousandths),
            item.Rate,
            isBilled ? item.Charge : Credits.Zero,
            isBilled ? null : new NonBilledDto(item.Charge, item.Reason));
    }
}

/// <summary>The events of a tenant one by one, newest first by their own time.</summary>
internal static class UsageEventEndpoints
{
    public static void MapUsageEvents(this IEndpointRouteBuilder api) => api
        .MapGet("/tenants/{tenantId}/usage/events", ListEvents).InTenant(Operation.ReadTenant).Produces<PageDto<UsageEventDto>>();

    private static IResult ListEvents(Guid tenantId, HttpContext http, IDbContextFactory<PortalDbContext> contexts)
    {
        var list = $"usage-events:{tenantId}";
        if (PageRange.ReadLimit(http.Request, out var limit) is { } badLimit)
        {
            return badLimit;
        }

        if (!TryReadCursor(http.Request.Query["cursor"], list, out var after))
        {
            return Problems.Invalid("cursor", "The cursor is not one of this list.", "invalid_cursor");
        }

        using var snapshot = ReadSnapshot.Open(contexts);
        var tenant = snapshot.Tenant(new TenantId(tenantId))!;
        if (UsageEndpoints.ReadQuestion(http.Request, tenant, out var question) is { } problem)
        {
            return problem;
        }

        // One more than asked for tells whether there is another page.
        var events = UsageEventQuery.Read(snapshot, tenant, question, after, limit + 1);
        return ApiAnswer.Ok(new PageDto<UsageEventDto>(
            [.. events.Take(limit).Select(view => UsageEventDto.From(view, tenant.Currency))],
            events.Count > limit ? CursorOf(events[limit - 1].Place, list) : null));
    }

    private static string CursorOf(UsageEventPlace place, string list) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{place.TimeTicks}:{place.Sequence}:{list}")));

    private static bool TryReadCursor(string? text, string list, out UsageEventPlace? place)
    {
        place = null;
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        var buffer = new byte[text.Length];
        if (Base64Url.DecodeFromChars(text, buffer, out _, out var length) != OperationStatus.Done)
        {
            return false;
        }

        var parts = Encoding.UTF8.GetString(buffer, 0, length).Split(':', 3);
        if (parts.Length < 3
            || !string.Equals(parts[2], list, StringComparison.Ordinal)
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            || ticks == long.MaxValue)
        {
            return false;
        }

        place = new UsageEventPlace(ticks, sequence);
        return true;
    }
}

using System.Text.Json.Serialization;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Portal.Hosting.Json;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Capacity;

/// <summary>A month: the first instant, and the first after it.</summary>
public sealed record PeriodDto(DateTimeOffset Start, DateTimeOffset End);

/// <summary>The tenant pool.</summary>
public sealed record PoolDto(Credits Size, Credits Consumed, Credits Held, Credits Remaining);

/// <summary>Pay-as-you-go of a month. The budget is there when every plan in use has one.</summary>
public sealed record PayAsYouGoDto(
    Credits Credits,
    MoneyDto Spend,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MoneyDto? Budget);

/// <summary>A tenant's capacity in a month. Consumed, held and remaining are prepaid and add up to entitled.</summary>
public sealed record CapacityDto(
    PeriodDto Period,
    Credits Entitled,
    Credits Allocated,
    PoolDto Pool,
    Credits Consumed,
    Credits Held,
    Credits Remaining,
    PayAsYouGoDto PayAsYouGo,
    Credits Unfunded,
    long Sequence,
    DateTimeOffset AsOf);

/// <summary>The capacity of a tenant.</summary>
internal static class CapacityEndpoints
{
    // The last month there is has no end.
    private static readonly Period s_afterLast = Period.Of(DateTimeOffset.MaxValue);

    public static void MapCapacity(this IEndpointRouteBuilder api) =>
        api.MapGet("/tenants/{tenantId}/capacity", GetCapacity).InTenant(Operation.ReadTenant).Produces<CapacityDto>();

    private static IResult GetCapacity(Guid tenantId, string? period, IDbContextFactory<PortalDbContext> contexts, TimeProvider time)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        var tenant = snapshot.Tenant(new TenantId(tenantId))!;
        var month = new Period(tenant.OpenPeriod);
        if (period is not null && (!Period.TryParse(period, out month) || month >= s_afterLast))
        {
            return Problems.Invalid("period", "A period is a month such as 2026-10.", "invalid_period");
        }

        var capacity = CapacityQuery.Read(snapshot, tenant, month);
        return ApiAnswer.Ok(new CapacityDto(
            new PeriodDto(month.Start, month.End),
            capacity.Entitled,
            capacity.Allocated,
            new PoolDto(capacity.PoolSize, capacity.PoolConsumed, capacity.PoolHeld, capacity.PoolRemaining),
            capacity.Consumed,
            capacity.Held,
            capacity.Remaining,
            new PayAsYouGoDto(
                capacity.PayAsYouGo, MoneyDto.From(capacity.SpendMicros, tenant.Currency), BudgetOf(snapshot, tenant, month)),
            capacity.Unfunded,
            tenant.Sequence,
            tenant.IsRehearsal ? tenant.Now : time.GetUtcNow()));
    }

    private static MoneyDto? BudgetOf(ReadSnapshot snapshot, TenantRow tenant, Period month)
    {
        var enabled = PlanQuery.Read(snapshot, tenant, month).Values.Where(plan => plan.Row.IsEnabled).ToList();
        return enabled.Count > 0 && enabled.TrueForAll(plan => plan.Row.Budget is not null)
            ? MoneyDto.From(enabled.Sum(plan => plan.Row.Budget!.AmountMicros), tenant.Currency)
            : null;
    }
}

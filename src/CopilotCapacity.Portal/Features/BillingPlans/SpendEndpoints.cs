using CopilotCapacity.Domain.PayAsYouGo;
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

namespace CopilotCapacity.Portal.Features.BillingPlans;

/// <summary>
/// A day of a plan's spend. <c>cumulative</c> and <c>forecast</c> count from the start of the budget's window, or of the month
/// without a budget; the forecast is there from today on, when a pace is known.
/// </summary>
public sealed record SpendDayDto(
    string Date,
    Credits Credits,
    MoneyDto Money,
    MoneyDto? Cumulative,
    MoneyDto? Budget,
    MoneyDto? Forecast);

/// <summary>What a plan paid in a range of days.</summary>
public sealed record SpendTotalsDto(Credits Credits, MoneyDto Money);

/// <summary>
/// A plan's spend per day, UTC, by the use's own time. <c>budget</c>, <c>spend</c> and <c>forecast</c> are those of the window
/// that runs now; the forecast is what its end will likely show: by the weeks before, or at the window's pace while there are too few; null while no
/// pace is known.
/// </summary>
public sealed record SpendDto(
    DateTimeOffset From,
    DateTimeOffset To,
    SpendTotalsDto Totals,
    IReadOnlyList<SpendDayDto> Items,
    MoneyDto? Budget,
    MoneyDto Spend,
    MoneyDto? Forecast,
    long Sequence,
    DateTimeOffset AsOf);

/// <summary>What a billing plan spends.</summary>
internal static class SpendEndpoints
{
    private const int DaysMax = 2 * 366;

    public static void MapSpend(this IEndpointRouteBuilder api) => api
        .MapGet(BillingPlanEndpoints.Path + "/{planId}/spend", GetSpend).InTenant(Operation.ReadTenant).Produces<SpendDto>();

    private static IResult GetSpend(
        Guid tenantId,
        string planId,
        HttpContext http,
        IDbContextFactory<PortalDbContext> contexts,
        UseForecasts forecasts,
        TimeProvider time)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        var tenant = snapshot.Tenant(new TenantId(tenantId))!;
        if (!Guid.TryParse(planId, out var id) || BillingPlanQuery.Find(snapshot, tenant, new BillingPlanId(id)) is not { } found)
        {
            return Problems.NotFound();
        }

        if (ReadRange(http.Request.Query, new Period(tenant.OpenPeriod), out var first, out var afterLast) is { } problem)
        {
            return problem;
        }

        var now = tenant.IsRehearsal ? tenant.Now : time.GetUtcNow();
        var known = SpendSeries.FirstNeeded(found.Plan, first, now);
        var last = DateOnly.FromDateTime(now.UtcDateTime).AddDays(1);
        var days = BillingPlanQuery.ReadDays(
            snapshot, tenant, found.Plan, known < first ? known : first, afterLast > last ? afterLast : last);
        return ApiAnswer.Ok(ToDto(tenant, found.Plan, new SpendSeries(found.Plan, days, forecasts.Read(snapshot, tenant, now).Plans.GetValueOrDefault(found.Plan.Key), now), (first, afterLast), now));
    }

    private static SpendDto ToDto(
        TenantRow tenant,
        BillingPlan plan,
        SpendSeries series,
        (DateOnly First, DateOnly AfterLast) range,
        DateTimeOffset now)
    {
        var days = series.Between(range.First, range.AfterLast).ToList();
        var budget = plan.Budget?.WindowStart(Period.Of(now)) is null ? null : Money(plan.Budget.AmountMicros);
        return new SpendDto(
            Start(range.First),
            Start(range.AfterLast),
            new SpendTotalsDto(
                new Credits(days.Sum(day => day.Paid.Credits.Thousandths)),
                MoneyDto.From(days.Sum(day => day.Paid.CostMicros), tenant.Currency)),
            [
                .. days.Select(day => new SpendDayDto(
                    Days.Of(day.Day),
                    day.Paid.Credits,
                    MoneyDto.From(day.Paid.CostMicros, tenant.Currency),
                    Money(day.Cumulative),
                    Money(day.Budget),
                    Money(day.Forecast))),
            ],
            budget,
            MoneyDto.From(series.Spent, tenant.Currency),
            Money(series.Forecast),
            tenant.Sequence,
            now);

        MoneyDto? Money(long? micros) => micros is { } amount ? MoneyDto.From(amount, tenant.Currency) : null;
    }

    // Days are whole here: a range that begins or ends within one takes all of it.
    private static IResult? ReadRange(IQueryCollection query, Period month, out DateOnly first, out DateOnly afterLast)
    {
        const string Sentence = "A time is written like 2026-11-22T10:00:00Z, a day like 2026-11-22.";
        (var from, var to) = (month.Start, month.End);
        var fields = new Fields()
            .Require(!query.ContainsKey("from") || TryRead(query["from"], out from), "from", Sentence)
            .Require(!query.ContainsKey("to") || TryRead(query["to"], out to), "to", Sentence)
            .Require(from < to, "to", "The range ends after it begins.")
            .Require(from >= to || (to - from).TotalDays <= DaysMax, "to", "A range is at most two years long.");
        first = DateOnly.FromDateTime(from.UtcDateTime);
        afterLast = DateOnly.FromDateTime(to.UtcDateTime);
        if (to.UtcDateTime.TimeOfDay > TimeSpan.Zero)
        {
            afterLast = afterLast.AddDays(1);
        }

        return fields.Problem;
    }

    private static bool TryRead(string? text, out DateTimeOffset instant)
    {
        if (Days.TryRead(text, out var day))
        {
            instant = Start(day);
            return true;
        }

        return InstantJsonConverter.TryParse(text, out instant) && instant.Year is > 1 and < 9999;
    }

    private static DateTimeOffset Start(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);
}

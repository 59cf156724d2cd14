using CopilotCapacity.Azure;
using CopilotCapacity.Azure.Costs;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Features.Sync.Azure;

/// <summary>Reads what was billed for a plan on each day, and what Azure expects of the days to come.</summary>
internal sealed class AzureCosts(CostClient client, IOptions<SyncOptions> options, TimeProvider time)
{
    /// <summary>What was billed; of the plan's account resource, or of the whole resource group where there is none.</summary>
    public async Task<StepOutcome> ReadBilledAsync(SyncTarget target, PlanRow plan, string? account, CancellationToken cancellationToken)
    {
        var last = DateOnly.FromDateTime(target.Now.UtcDateTime);
        var first = last.AddDays(1 - options.Value.CostDays);
        var answer = await client.QueryAsync(AzureSync.ScopeOf(plan), first, last, null, account, cancellationToken);
        if (Sum(answer, out var failure) is not { } days)
        {
            return failure!;
        }

        return new StepReading(
            days.Count == 0 ? "Azure has billed nothing yet." : $"Billed on {Formats.Count(days.Count, "day", "days")}, the last {Formats.Day(days.Keys.Max())}.",
            ReadingJson.Of(new CostReading(first, last, IsWholeGroup: account is null)),
            [])
        {
            Alongside = (context, cancel) => SaveAsync(context, plan, first, last, days, (row, micros) => row.BilledMicros = micros, cancel),
        };
    }

    /// <summary>What Azure expects, from today to the end of the budget's window or of the month.</summary>
    public async Task<StepOutcome> ReadForecastAsync(SyncTarget target, PlanRow plan, string? account, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(target.Now.UtcDateTime);
        var month = Period.Of(target.Now);
        var end = plan.Budget?.WindowStart(month) is { } start ? new Period(start.Index + (int)plan.Budget.Grain) : month.Next;
        var last = DateOnly.FromDateTime(end.Start.UtcDateTime).AddDays(-1);
        var answer = await client.ForecastAsync(AzureSync.ScopeOf(plan), today, last, account, cancellationToken);
        if (answer.Failure is { Kind: AzureFailureKind.Rejected } refused)
        {
            // With too little history there is no forecast.
            return new StepReading($"Azure expects nothing: {refused.Reason}", null, []) { Alongside = (context, cancel) => SaveAsync(context, plan, today, last, [], (row, micros) => row.ForecastMicros = micros, cancel) };
        }

        if (Sum(answer, out var failure, day => day.IsForecast) is not { } days)
        {
            return failure!;
        }

        return new StepReading(days.Count == 0 ? "Azure expects nothing." : $"Expected for {Formats.Count(days.Count, "day", "days")}.", ReadingJson.Of(new CostReading(today, last, IsWholeGroup: account is null)), [])
        {
            Alongside = (context, cancel) => SaveAsync(context, plan, today, last, days, (row, micros) => row.ForecastMicros = micros, cancel),
        };
    }

    // Azure gives fractions of a micro-unit; its own numbers are estimates until the bill is made out.
    private static Dictionary<DateOnly, (long Micros, string Currency)>? Sum(AzureAnswer<IReadOnlyList<CostDay>> answer, out AzureFailure? failure, Func<CostDay, bool>? which = null)
    {
        failure = answer.Failure;
        if (answer.Value is not { } rows)
        {
            return null;
        }

        var days = new Dictionary<DateOnly, (long Micros, string Currency)>();
        foreach (var day in rows.Where(day => which?.Invoke(day) ?? true).GroupBy(day => day.Day))
        {
            if (day.Select(row => row.Currency).Distinct(StringComparer.OrdinalIgnoreCase).Count() > 1 || Math.Abs(day.Sum(row => row.Amount)) > 1_000_000_000_000m)
            {
                failure = new AzureFailure(AzureFailureKind.Malformed, $"Azure answered a cost of {day.Key:yyyy-MM-dd} that cannot be added up.");
                return null;
            }

            days.Add(day.Key, ((long)decimal.Round(day.Sum(row => row.Amount) * Money.PerUnit, MidpointRounding.AwayFromZero), day.First().Currency.ToUpperInvariant()));
        }

        return days;
    }

    // A day that Azure named before and does not name any more has lost its amount: it restates what it said.
    private async Task SaveAsync(
        PortalDbContext context, PlanRow plan, DateOnly first, DateOnly last, Dictionary<DateOnly, (long Micros, string Currency)> days, Action<AzureCostRow, long?> set, CancellationToken cancellationToken)
    {
        var known = await context.AzureCosts.Where(row => row.TenantKey == plan.TenantKey && row.PlanKey == plan.Key && row.Day >= first.DayNumber && row.Day <= last.DayNumber)
            .ToDictionaryAsync(row => row.Day, cancellationToken);
        var ours = await context.PlanDays.Where(row => row.TenantKey == plan.TenantKey && row.PlanKey == plan.Key && row.Day >= first.DayNumber && row.Day <= last.DayNumber)
            .ToDictionaryAsync(row => row.Day, row => row.CostMicros, cancellationToken);
        foreach (var row in known.Values)
        {
            set(row, days.TryGetValue(DateOnly.FromDayNumber(row.Day), out var cost) ? cost.Micros : null);
            (row.OursMicros, row.ReadAt, row.Currency) = (ours.GetValueOrDefault(row.Day), time.GetUtcNow(), cost.Currency ?? row.Currency);
        }

        foreach (var (day, cost) in days.Where(day => !known.ContainsKey(day.Key.DayNumber)))
        {
            var row = new AzureCostRow
            {
                TenantKey = plan.TenantKey,
                PlanKey = plan.Key,
                Day = day.DayNumber,
                Currency = cost.Currency,
                OursMicros = ours.GetValueOrDefault(day.DayNumber),
                ReadAt = time.GetUtcNow(),
            };
            set(row, cost.Micros);
            context.AzureCosts.Add(row);
        }
    }
}

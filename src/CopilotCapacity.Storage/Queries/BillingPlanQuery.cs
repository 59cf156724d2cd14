using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Storage.Ledger;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Storage.Queries;

/// <summary>A billing plan with the environments on it.</summary>
/// <param name="Plan">The plan with the months of its budget's window.</param>
/// <param name="Environments">The ids of its environments, in the order they were made known.</param>
public sealed record BillingPlanView(BillingPlan Plan, IReadOnlyList<Guid> Environments);

/// <summary>What a plan paid on a day.</summary>
/// <param name="Credits">The credits.</param>
/// <param name="CostMicros">What they cost.</param>
public readonly record struct PlanDay(Credits Credits, long CostMicros);

/// <summary>Reads billing plans; deleted ones are not among them.</summary>
public static class BillingPlanQuery
{
    /// <summary>The billing plans of a tenant, in the order they were set up.</summary>
    public static IReadOnlyList<BillingPlanView> Read(ReadSnapshot snapshot, TenantRow tenant)
    {
        var members = snapshot.Context.Environments
            .Where(row => row.TenantKey == tenant.Key && row.PlanKey != null)
            .OrderBy(row => row.Key)
            .Select(row => new { row.PlanKey, row.Id })
            .ToLookup(row => row.PlanKey!.Value, row => row.Id);
        return
        [
            .. LedgerReader.ReadPlans(snapshot.Context, tenant.Key, new Period(tenant.OpenPeriod)).Values
                .Where(plan => plan.DeletedAt is null)
                .OrderBy(plan => plan.Key)
                .Select(plan => new BillingPlanView(plan, [.. members[plan.Key]])),
        ];
    }

    /// <summary>One billing plan; null when there is none.</summary>
    public static BillingPlanView? Find(ReadSnapshot snapshot, TenantRow tenant, BillingPlanId id) =>
        Read(snapshot, tenant).FirstOrDefault(view => view.Plan.Id == id);

    /// <summary>What a plan paid on each day, UTC, by the use's own time; days without payment are left out.</summary>
    public static IReadOnlyDictionary<DateOnly, PlanDay> ReadDays(
        ReadSnapshot snapshot,
        TenantRow tenant,
        BillingPlan plan,
        DateOnly first,
        DateOnly afterLast) => snapshot.Context.PlanDays
        .Where(row => row.TenantKey == tenant.Key
            && row.PlanKey == plan.Key
            && row.Day >= first.DayNumber
            && row.Day < afterLast.DayNumber)
        .ToDictionary(row => DateOnly.FromDayNumber(row.Day), row => new PlanDay(new Credits(row.Credits), row.CostMicros));
}

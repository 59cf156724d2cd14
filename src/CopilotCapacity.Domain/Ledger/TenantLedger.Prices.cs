using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Domain.Ledger;

/// <content>Prices of billing plans that change on a date. Each charge keeps the price that was in force when it was booked.</content>
public sealed partial class TenantLedger
{
    private const int PlannedPricesMax = 24;

    /// <summary>Says which prices are to come; those that were planned before and are not among them are not to come any more.</summary>
    /// <returns>The plan, or in this order: not found, stale, invalid.</returns>
    public Outcome<BillingPlan> PlanPrices(BillingPlanId id, IReadOnlyList<PlannedPrice> prices, int? expectedVersion = null)
    {
        if (FindPlan(id, expectedVersion, out var plan) is { } refusal)
        {
            return refusal;
        }

        if (prices.Count > PlannedPricesMax)
        {
            return Refusal.Invalid("plannedPrices", "invalid_request", $"At most {PlannedPricesMax} prices can be planned.");
        }

        for (var index = 0; index < prices.Count; index++)
        {
            if (prices[index].From <= Now)
            {
                return Refusal.Invalid($"plannedPrices[{index}].effectiveAt", "invalid_request", "A planned price begins in the future; the one in force is the plan's own.");
            }
        }

        List<PlannedPrice> ordered = [.. prices.OrderBy(price => price.From)];
        if (ordered.DistinctBy(price => price.From).Count() < ordered.Count)
        {
            return Refusal.Invalid("plannedPrices", "invalid_request", "Two prices begin at the same instant.");
        }

        if (ordered.SequenceEqual(plan.PlannedPrices))
        {
            return plan;
        }

        var before = new PricesPlanned(id, plan.PlannedPrices);
        plan.PlannedPrices = ordered;
        Touch(plan);
        Append(new PricesPlanned(id, ordered), before);
        FindNextBoundary();
        return plan;
    }

    private void BeginPrices(DateTimeOffset at)
    {
        foreach (var plan in _plans.Values.Where(plan => plan.DeletedAt is null && plan.PlannedPrices.Count > 0 && plan.PlannedPrices[0].From <= at))
        {
            (plan.Price, plan.PlannedPrices) = (plan.PlannedPrices[0].Price, [.. plan.PlannedPrices.Skip(1)]);
            Touch(plan);
            Append(new PriceBegun(plan.Id, plan.Price), at);
        }
    }
}

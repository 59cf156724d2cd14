using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <content>What is reserved, and what comes back.</content>
public sealed partial class MonthBook
{
    /// <summary>Reserves a split that is funded in full. The grants' parts are added to <paramref name="parts"/>.</summary>
    /// <param name="month">The environment's month.</param>
    /// <param name="burn">A split that <see cref="ReachOf"/> gave for this environment.</param>
    /// <param name="plan">The plan whose budget is held; null when there is none.</param>
    /// <param name="heldMicros">What that part would cost.</param>
    /// <param name="parts">Takes one part for each grant that is held.</param>
    public void Reserve(EnvironmentMonth month, Burn burn, BillingPlan? plan, long heldMicros, List<GrantBurn> parts)
    {
        Draw(burn.Prepaid, parts, isHeld: true);
        CountHeld(month, burn.Allocation, burn.Pool);
        CountHeld(plan, heldMicros);
    }

    /// <summary>Gives up a hold: all it reserved is free again, also what has to expire then.</summary>
    public void GiveUp(EnvironmentMonth month, Hold hold)
    {
        foreach (var part in hold.Grants)
        {
            Take(MonthOf(part), Credits.Zero - part.Amount, isHeld: true);
        }

        CountHeld(month, Credits.Zero - hold.Burn.Allocation, Credits.Zero - hold.Burn.Pool);
        CountHeld(hold.Plan, -hold.HeldMicros);
    }

    /// <summary>Books the used part of a hold that was given up, to the very grants it had reserved.</summary>
    /// <param name="month">The environment's month.</param>
    /// <param name="burn">The used part of the hold's split.</param>
    /// <param name="charge">Its pay-as-you-go part; null when there is none.</param>
    /// <param name="grants">The grants' parts of it.</param>
    public void BookReserved(EnvironmentMonth month, Burn burn, PlanCharge? charge, IReadOnlyList<GrantBurn> grants)
    {
        foreach (var part in grants)
        {
            Take(MonthOf(part), part.Amount, isHeld: false);
        }

        Count(month, burn, charge);
    }

    /// <summary>Takes a booked charge back: each part returns to the source that paid it.</summary>
    public void TakeBack(EnvironmentMonth month, Burn burn, IReadOnlyList<PlanCharge> charges, IReadOnlyList<GrantBurn> grants)
    {
        foreach (var part in grants)
        {
            Take(MonthOf(part), Credits.Zero - part.Amount, isHeld: false);
        }

        var first = charges.Count > 0 ? Negative(charges[0]) : (PlanCharge?)null;
        Count(month, Negative(burn), first);
        foreach (var charge in charges.Skip(1))
        {
            Count(month, default, Negative(charge));
        }
    }

    /// <summary>
    /// Lets what came back to a grant expire when the grant has ended within this month. What lapsed at the month's end stays
    /// for late facts.
    /// </summary>
    /// <param name="parts">What came back, by grant.</param>
    /// <param name="now">The tenant's time.</param>
    public void ExpireReturned(IEnumerable<GrantBurn> parts, DateTimeOffset now)
    {
        foreach (var part in parts)
        {
            var month = MonthOf(part);
            if (month.Grant.EndsAt is { } end && end <= now && end < Period.End)
            {
                month.Expired += part.Amount;
                changes.Touch(month);
                Remove(part.Amount);
            }
        }
    }

    private static Burn Negative(Burn burn) => default(Burn) - burn;

    private static PlanCharge Negative(PlanCharge charge) =>
        charge with { Credits = Credits.Zero - charge.Credits, CostMicros = -charge.CostMicros };

    private GrantMonth MonthOf(GrantBurn part) => _grants.Find(month => month.Grant.Key == part.GrantKey)
        ?? throw new InvalidOperationException($"Grant {part.GrantKey} has no balance in {Period}.");

    private void CountHeld(EnvironmentMonth month, Credits allocation, Credits pool)
    {
        month.Held += allocation;
        month.PoolHeld += pool;
        PoolHeld += pool;
        changes.Touch(month);
    }

    private void CountHeld(BillingPlan? plan, long micros)
    {
        if (plan is not null && micros != 0)
        {
            var month = plan.Month(Period);
            month.HeldMicros += micros;
            changes.Touch(month);
        }
    }
}

using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <content>Facts: rated, split along the funding chain, and booked to the month of their own time.</content>
public sealed partial class TenantLedger
{
    private static readonly Refusal s_unknownSubject = Refusal.Invalid(
        "subject", "unknown_subject", "The subject is no environment and no linked application of this tenant.");

    private static readonly Refusal s_retired = Refusal.Invalid(
        "subject", "environment_retired", "The environment was retired before this happened.");

    private static readonly Refusal s_tooLate = Refusal.Invalid(
        "time", "too_late", "The month this belongs to can no longer be booked to.");

    private static readonly Refusal s_inTheFuture = Refusal.Invalid(
        "time", "in_the_future", "The event is dated further ahead than clocks may differ.");

    private static readonly Refusal s_outOfRange = Refusal.Invalid(
        "data.quantity", "out_of_range", "The environment's use of the month would pass what can be counted.");

    /// <summary>
    /// Records a fact whose identity is new. It is never refused for lack of capacity: what no source can pay is unfunded. It
    /// is refused, in this order, as <c>in_the_future</c>, <c>too_late</c>, <c>unknown_subject</c>,
    /// <c>environment_retired</c> and <c>out_of_range</c>.
    /// </summary>
    public Outcome<Posting> Record(UsageEvent usage)
    {
        if (CheckTime(usage.Time) is { } untimely)
        {
            return untimely;
        }

        if (!_subjects.TryGetValue(usage.Subject, out var environment))
        {
            return s_unknownSubject;
        }

        if (environment.RetiredAt <= usage.Time)
        {
            return s_retired;
        }

        var period = Period.Of(usage.Time);
        var rated = RateAll(usage, out var metered);
        var charged = FindBook(period)?.Find(environment)?.Charged ?? Credits.Zero;
        return charged + metered > Credits.Largest ? s_outOfRange : Post(usage, environment, BookOf(period), rated);
    }

    private Refusal? CheckTime(DateTimeOffset time)
    {
        if (time > Now + _limits.FutureTolerance)
        {
            return s_inTheFuture;
        }

        // The common case first: facts of the running month need no arithmetic with months.
        return time < Open.Period.Start && Period.Of(time).End + _limits.LateWindow < Now ? s_tooLate : null;
    }

    private RatedItem[] RateAll(UsageEvent usage, out Credits metered)
    {
        var rated = new RatedItem[usage.Items.Count];
        metered = Credits.Zero;
        for (var index = 0; index < rated.Length; index++)
        {
            rated[index] = Rates.Rate(usage, usage.Items[index]);
            metered += rated[index].Charge;
        }

        return rated;
    }

    private Posting Post(UsageEvent usage, TenantEnvironment environment, MonthBook book, RatedItem[] rated)
    {
        var billed = Credits.Zero;
        var nonBilled = Credits.Zero;
        foreach (var item in rated)
        {
            if (item.NonBilled == NonBilledReason.None)
            {
                billed += item.Charge;
            }
            else
            {
                nonBilled += item.Charge;
            }
        }

        // An event is one charge: it is split once, and its cost is rounded once.
        var burn = book.ReachOf(environment).Split(billed);
        var plan = burn.PayAsYouGo.IsPositive ? environment.PayingPlan : null;
        var cost = plan?.Price.CostOf(burn.PayAsYouGo) ?? 0;
        var grants = new List<GrantBurn>(1);
        book.Book(book.Of(environment), burn, plan, cost, grants);
        Sequence++;
        var posting = new Posting
        {
            Sequence = Sequence,
            RecordedAt = Now,
            Period = book.Period,
            Environment = environment,
            Usage = usage,
            Items = Share(burn, rated, plan),
            Burn = burn,
            NonBilled = nonBilled,
            CostMicros = cost,
            Plan = plan,
            Grants = grants,
        };
        Changes.Add(posting);
        return posting;
    }

    // The items take from the split in their order; each carries what it adds to the rounded cost.
    private static PostedItem[] Share(Burn burn, RatedItem[] rated, BillingPlan? plan)
    {
        var items = new PostedItem[rated.Length];
        var shared = default(Burn);
        var costSoFar = 0L;
        for (var index = 0; index < rated.Length; index++)
        {
            var charge = rated[index].NonBilled == NonBilledReason.None ? rated[index].Charge : Credits.Zero;
            var part = Next(burn, shared, charge);
            shared += part;
            var cost = plan?.Price.CostOf(shared.PayAsYouGo) ?? 0;
            items[index] = new PostedItem(rated[index], part, cost - costSoFar);
            costSoFar = cost;
        }

        return items;
    }

    private static Burn Next(Burn whole, Burn shared, Credits charge)
    {
        var allocation = Credits.Min(charge, whole.Allocation - shared.Allocation);
        var rest = charge - allocation;
        var pool = Credits.Min(rest, whole.Pool - shared.Pool);
        rest -= pool;
        var payAsYouGo = Credits.Min(rest, whole.PayAsYouGo - shared.PayAsYouGo);
        return new Burn(allocation, pool, payAsYouGo, rest - payAsYouGo);
    }
}

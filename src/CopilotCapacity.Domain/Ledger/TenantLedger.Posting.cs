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

        var book = BookOf(Period.Of(usage.Time));
        var rated = RateAll(usage, out var total);
        var month = book.Of(environment);
        if (month.Charged + total > Credits.Largest)
        {
            return s_outOfRange;
        }

        return Post(usage, environment, book, month, rated);
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

    private RatedItem[] RateAll(UsageEvent usage, out Credits total)
    {
        var rated = new RatedItem[usage.Items.Count];
        total = Credits.Zero;
        for (var index = 0; index < rated.Length; index++)
        {
            rated[index] = Rates.Rate(usage, usage.Items[index]);
            total += rated[index].Charge;
        }

        return rated;
    }

    private Posting Post(
        UsageEvent usage,
        TenantEnvironment environment,
        MonthBook book,
        EnvironmentMonth month,
        RatedItem[] rated)
    {
        var plan = environment.PayingPlan;
        var items = new PostedItem[rated.Length];
        var sum = default(Burn);
        var nonBilled = Credits.Zero;
        var cost = 0L;
        var grants = new List<GrantBurn>(1);
        for (var index = 0; index < rated.Length; index++)
        {
            var item = rated[index];
            if (item.NonBilled != NonBilledReason.None)
            {
                nonBilled += item.Charge;
                items[index] = new PostedItem(item, default, 0);
                continue;
            }

            var burn = book.ReachOf(environment).Split(item.Charge);

            // The charge's cost is rounded up once; an item carries what it adds to that.
            var costSoFar = plan is null ? 0 : plan.Price.CostOf(sum.PayAsYouGo + burn.PayAsYouGo);
            book.Book(month, burn, plan, costSoFar - cost, grants);
            items[index] = new PostedItem(item, burn, costSoFar - cost);
            sum += burn;
            cost = costSoFar;
        }

        Sequence++;
        var posting = new Posting
        {
            Sequence = Sequence,
            RecordedAt = Now,
            Period = book.Period,
            Environment = environment,
            Usage = usage,
            Items = items,
            Burn = sum,
            NonBilled = nonBilled,
            CostMicros = cost,
            Plan = sum.PayAsYouGo.IsPositive ? plan : null,
            Grants = grants,
        };
        Changes.Add(posting);
        return posting;
    }
}

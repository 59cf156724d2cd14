using CopilotCapacity.Domain.Caps;
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
        var rated = RateAll(usage);
        return IsBeyondCounting(environment, period, rated)
            ? s_outOfRange
            : Book(usage, environment, BookOf(period), rated, PostingKind.Fact);
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

    private Rated RateAll(UsageEvent usage)
    {
        var items = new RatedItem[usage.Items.Count];
        var billed = Credits.Zero;
        var nonBilled = Credits.Zero;
        for (var index = 0; index < items.Length; index++)
        {
            var item = Rates.Rate(usage, usage.Items[index]);
            items[index] = item;
            if (item.NonBilled == NonBilledReason.None)
            {
                billed += item.Charge;
            }
            else
            {
                nonBilled += item.Charge;
            }
        }

        return new Rated(items, billed, nonBilled);
    }

    private bool IsBeyondCounting(TenantEnvironment environment, Period period, Rated rated)
    {
        var charged = FindBook(period)?.Find(environment)?.Charged ?? Credits.Zero;
        return charged + rated.Billed + rated.NonBilled > Credits.Largest;
    }

    private Posting Book(UsageEvent usage, TenantEnvironment environment, MonthBook book, Rated rated, PostingKind kind, Hold? hold = null)
    {
        // An event is one charge: it is split once, and its cost is rounded once.
        var burn = book.ReachOf(environment).Split(rated.Billed);
        var charge = ChargeTo(environment.PayingPlan, burn);
        var grants = new List<GrantBurn>(1);
        book.Book(book.Of(environment), burn, charge, grants);
        IReadOnlyList<PlanCharge> charges = charge is { } paid ? [paid] : [];
        return Post(new Posting
        {
            Sequence = Sequence + 1,
            RecordedAt = Now,
            Period = book.Period,
            Environment = environment,
            Usage = usage,
            Items = Posting.ItemsOf(burn, rated.Items, charges),
            Burn = burn,
            NonBilled = rated.NonBilled,
            CostMicros = charge?.CostMicros ?? 0,
            PlanCharges = charges,
            Grants = grants,
            Kind = kind,
            Hold = hold?.Id,
        });
    }

    private Posting Post(Posting posting)
    {
        Sequence++;
        Changes.Add(posting);
        CountInCaps(CapUseOf(posting.Usage, posting.Environment), posting.Billed, Credits.Zero);
        ConcludeUse(posting.Environment, posting.Period, posting.PlanCharges, posting.Burn.Unfunded);
        return posting;
    }

    private static PlanCharge? ChargeTo(BillingPlan? plan, Burn burn) => burn.PayAsYouGo.IsPositive
        ? new PlanCharge(plan!, burn.PayAsYouGo, plan!.Price, plan.Price.CostOf(burn.PayAsYouGo))
        : null;

    private static CapUse CapUseOf(UsageEvent usage, TenantEnvironment environment) =>
        new(environment, usage.AgentId, usage.UserId, usage.CostCenter ?? environment.CostCenter, usage.Time);

    private readonly record struct Rated(RatedItem[] Items, Credits Billed, Credits NonBilled);
}

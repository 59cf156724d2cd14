using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <content>Holds: reserved before the work, then settled, released or expired.</content>
public sealed partial class TenantLedger
{
    /// <summary>The source that settlements given as a number of credits carry.</summary>
    public const string HoldSource = "urn:copilotcapacity:hold";

    private static readonly Refusal s_holdClosed = Refusal.Conflict("hold_closed", "The hold is settled, released or expired.");

    private readonly Dictionary<HoldId, Hold> _holds = [];
    private readonly SortedSet<Hold> _expiries = new(Comparer<Hold>.Create((x, y) => x.ExpiresAt == y.ExpiresAt
        ? x.Sequence.CompareTo(y.Sequence)
        : x.ExpiresAt.CompareTo(y.ExpiresAt)));

    /// <summary>The open holds.</summary>
    public IReadOnlyCollection<Hold> Holds => _holds.Values;

    /// <summary>Finds a hold that is open, or was closed since the ledger was last written.</summary>
    public Hold? Find(HoldId id) => _holds.GetValueOrDefault(id) ?? Changes.FindHold(id);

    /// <summary>Reserves credits. Refused as a permission is; besides as <c>already_exists</c>.</summary>
    /// <param name="wanted">What is to be reserved; the caller has made sure that no earlier hold has its id.</param>
    public Outcome<Hold> Reserve(NewHold wanted)
    {
        if (Find(wanted.Id) is not null)
        {
            return Refusal.Conflict("already_exists", "There is a hold with this id.");
        }

        if (wanted.Usage is { } usage && IsNotNow(usage.Time))
        {
            return s_notNow;
        }

        if (FindForPermission(wanted.Environment.Value, out var environment) is { } unknown)
        {
            return unknown.Field is null ? unknown : unknown with { Field = "environmentId" };
        }

        var rated = wanted.Usage is { } work ? RateAll(work) : new Rated([], wanted.Credits, Credits.Zero);
        if (IsBeyondCounting(environment, Open.Period, rated))
        {
            return s_outOfRange;
        }

        var costCenter = wanted.CostCenter ?? wanted.Usage?.CostCenter ?? environment.CostCenter;
        var use = new CapUse(environment, wanted.AgentId ?? wanted.Usage?.AgentId, wanted.UserId ?? wanted.Usage?.UserId, costCenter, Now);
        return Refuse(use, rated.Billed) is { } refusal ? refusal : Reserve(wanted, use, rated.Billed);
    }

    /// <summary>Settles a hold with a number of credits; 0 is one.</summary>
    /// <param name="hold">The hold, from this ledger or as the disk knows it.</param>
    /// <param name="credits">At least zero.</param>
    /// <param name="contentHash">Stands for what was sent.</param>
    public Outcome<Settlement> Settle(Hold hold, Credits credits, UInt128 contentHash) => Settle(hold, new UsageEvent
    {
        Id = hold.Id.ToString(),
        Source = HoldSource,
        Subject = hold.Environment.Id.Value,
        Time = hold.MadeAt,
        Items = [new UsageItem(Feature.Credits, credits.Thousandths)],
        ContentHash = contentHash,
        AgentId = hold.AgentId,
        UserId = hold.UserId,
        CostCenter = hold.CostCenter,
    });

    /// <summary>
    /// Settles a hold with the work that was done. What it did not use returns to the source drawn last; what went beyond it
    /// is booked as a fact; after expiry all of it is, to the running month once the hold's own is closed for good: work that
    /// ran is always booked. Refused as <c>hold_closed</c> and <c>out_of_range</c>.
    /// </summary>
    /// <param name="hold">The hold, from this ledger or as the disk knows it.</param>
    /// <param name="usage">The work; its identity is new.</param>
    public Outcome<Settlement> Settle(Hold hold, UsageEvent usage)
    {
        if (hold.Settlement is { } earlier)
        {
            return earlier.ContentHash == usage.ContentHash ? earlier : s_holdClosed;
        }

        if (hold.State is HoldState.Released or HoldState.Settled)
        {
            return s_holdClosed;
        }

        var isLate = hold.State == HoldState.Expired;
        var rated = RateAll(usage);
        if (IsBeyondCounting(hold.Environment, hold.Period, rated))
        {
            return s_outOfRange;
        }

        // The work belongs to the hold's month, also when its own time lies just beyond an end of it.
        var use = hold.Period.Contains(usage.Time) ? usage : usage with { Time = hold.MadeAt };
        var posting = isLate
            ? Book(use, hold.Environment, CheckTime(hold.MadeAt) is null ? BookOf(hold.Period) : Open, rated, PostingKind.Settlement, hold)
            : BookSettlement(hold, use, rated);
        hold.Settlement = new Settlement(posting.Sequence, usage.ContentHash, posting.Burn, isLate);
        Changes.Touch(hold);
        return hold.Settlement;
    }

    /// <summary>Gives a hold back. Doing it again changes nothing; refused as <c>hold_closed</c> once settled or expired.</summary>
    public Outcome<Hold> Release(Hold hold)
    {
        if (hold.State is HoldState.Settled or HoldState.Expired)
        {
            return s_holdClosed;
        }

        if (hold.State == HoldState.Open)
        {
            Append(new HoldReleased(hold.Id));
            GiveBack(hold, HoldState.Released);
        }

        return hold;
    }

    private Hold Reserve(NewHold wanted, in CapUse use, Credits amount)
    {
        var environment = use.Environment;
        var burn = Open.ReachOf(environment).Split(amount);
        var plan = burn.PayAsYouGo.IsPositive ? environment.PayingPlan : null;
        var price = plan?.Price ?? default;
        var grants = new List<GrantBurn>(1);
        Open.Reserve(Open.Of(environment), burn, plan, plan is null ? 0 : price.CostOf(burn.PayAsYouGo), grants);
        var hold = new Hold
        {
            Id = wanted.Id,
            Sequence = Append(new HoldMade(wanted.Id, environment.Id, amount, use.AgentId, use.UserId, use.CostCenter, Now + wanted.Life)),
            MadeAt = Now,
            ExpiresAt = Now + wanted.Life,
            Environment = environment,
            Burn = burn,
            Grants = grants,
            Plan = plan,
            Price = price,
            AgentId = use.AgentId,
            UserId = use.UserId,
            CostCenter = use.CostCenter,
        };
        _holds.Add(hold.Id, hold);
        _expiries.Add(hold);
        Changes.Touch(hold);
        CountInCaps(use, Credits.Zero, amount);
        ConcludeUse(environment, Open.Period, ChargesOf(hold, burn), Credits.Zero);
        return hold;
    }

    private Posting BookSettlement(Hold hold, UsageEvent usage, Rated rated)
    {
        var book = BookOf(hold.Period);
        var month = book.Of(hold.Environment);
        Close(hold, HoldState.Settled);
        book.GiveUp(month, hold);

        var used = hold.Burn.First(rated.Billed);
        var grants = FirstOf(hold.Grants, used.Prepaid, out var returned);
        var charges = ChargesOf(hold, used);
        book.BookReserved(month, used, charges.Count > 0 ? charges[0] : null, grants);
        book.ExpireReturned(returned, Now);

        var excess = book.ReachOf(hold.Environment).Split(rated.Billed - used.Total);
        if (excess.Total.IsPositive)
        {
            var charge = ChargeTo(hold.Environment.PayingPlan, excess);
            book.Book(month, excess, charge, grants);
            charges = charge is { } more ? [.. charges, more] : charges;
        }

        CountInCaps(CapUseOf(hold), Credits.Zero, Credits.Zero - hold.Amount);
        return Post(new Posting
        {
            Sequence = Sequence + 1,
            RecordedAt = Now,
            Period = hold.Period,
            Environment = hold.Environment,
            Usage = usage,
            Items = Posting.ItemsOf(used + excess, rated.Items, charges),
            Burn = used + excess,
            NonBilled = rated.NonBilled,
            CostMicros = charges.Sum(charge => charge.CostMicros),
            PlanCharges = charges,
            Grants = grants,
            Kind = PostingKind.Settlement,
            Hold = hold.Id,
        });
    }

    private void ExpireHolds(DateTimeOffset at)
    {
        while (_expiries.Min is { } hold && hold.ExpiresAt <= at)
        {
            Append(new HoldExpired(hold.Id), at);
            GiveBack(hold, HoldState.Expired);
        }
    }

    // All is free again before anything of it expires, so that what the environment leaves behind makes up for it first.
    private void ReleaseHoldsOf(TenantEnvironment environment)
    {
        var holds = _holds.Values.Where(hold => hold.Environment == environment).OrderBy(hold => hold.Sequence).ToList();
        foreach (var hold in holds)
        {
            Append(new HoldReleased(hold.Id));
            GiveUp(hold, HoldState.Released);
        }

        ReturnUnused(environment, Open);
        holds.ForEach(hold => BookOf(hold.Period).ExpireReturned(hold.Grants, Now));
    }

    private void GiveBack(Hold hold, HoldState state)
    {
        GiveUp(hold, state);
        BookOf(hold.Period).ExpireReturned(hold.Grants, Now);
        ConcludeUse(hold.Environment, hold.Period, ChargesOf(hold, hold.Burn), Credits.Zero);
    }

    private void GiveUp(Hold hold, HoldState state)
    {
        var book = BookOf(hold.Period);
        Close(hold, state);
        book.GiveUp(book.Of(hold.Environment), hold);
        CountInCaps(CapUseOf(hold), Credits.Zero, Credits.Zero - hold.Amount);
    }

    private void Close(Hold hold, HoldState state)
    {
        hold.State = state;
        _holds.Remove(hold.Id);
        _expiries.Remove(hold);
        Changes.Touch(hold);
    }

    private static CapUse CapUseOf(Hold hold) => new(hold.Environment, hold.AgentId, hold.UserId, hold.CostCenter, hold.MadeAt);

    private static IReadOnlyList<PlanCharge> ChargesOf(Hold hold, Burn burn) => burn.PayAsYouGo.IsPositive
        ? [new PlanCharge(hold.Plan!, burn.PayAsYouGo, hold.Price, hold.Price.CostOf(burn.PayAsYouGo))]
        : [];

    private static List<GrantBurn> FirstOf(IReadOnlyList<GrantBurn> parts, Credits amount, out List<GrantBurn> rest)
    {
        var first = new List<GrantBurn>(parts.Count);
        rest = [];
        foreach (var part in parts)
        {
            var taken = Credits.Min(amount, part.Amount);
            amount -= taken;
            if (taken.IsPositive)
            {
                first.Add(part with { Amount = taken });
            }

            if (taken < part.Amount)
            {
                rest.Add(part with { Amount = part.Amount - taken });
            }
        }

        return first;
    }
}

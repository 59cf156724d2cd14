namespace CopilotCapacity.Domain.Tests.Laws;

/// <summary>A grant as the model sees it: amounts in thousandths, months as year × 12 + month − 1.</summary>
internal sealed record ModelGrant(
    int Number,
    Guid Id,
    long Amount,
    int Priority,
    DateTime From,
    DateTime? Until,
    bool Monthly,
    long? Keep,
    bool Purchased)
{
    public bool IsEnded { get; set; }

    public bool CountsAt(DateTime at) => !IsEnded && From <= at && (Until is null || at < Until);
}

/// <summary>One grant in one month.</summary>
internal sealed class Lot
{
    public long Granted;
    public long In;
    public long Burned;
    public long Expired;
    public long Out;

    public long Left => Granted + In - Burned - Expired - Out;
}

/// <summary>One environment.</summary>
internal sealed class ModelEnvironment
{
    public long Target;
    public long Order;
    public bool Pool = true;
    public bool Payg = true;
    public int? Plan;
    public DateTime? RetiredAt;
}

/// <summary>One environment in one month.</summary>
internal sealed class Use
{
    public long Backing;
    public long FromAllocation;
    public long FromPool;
    public long Payg;
    public long Unfunded;

    public long AllocationLeft => Backing - FromAllocation;
}

/// <summary>A plan with its hard or soft budget; no budget when the amount is null.</summary>
internal sealed class ModelPlan
{
    public long Price;
    public long? Budget;
    public int Grain;
    public int StartsOn;
    public int? EndsOn;
    public bool Hard;
    public Dictionary<int, long> Spend { get; } = [];
}

/// <summary>What a fact gave.</summary>
internal readonly record struct ModelBurn(string? Code, long Allocation, long Pool, long Payg, long Unfunded, long Cost);

/// <summary>
/// The rules of docs/domain, a second time and as plainly as they can be said: dictionaries, loops, and sums that are computed
/// anew each time they are asked for. Nothing is shared with the ledger but the ids.
/// </summary>
internal sealed class LedgerModel(DateTime start)
{
    private static readonly TimeSpan s_late = TimeSpan.FromDays(32);
    private static readonly TimeSpan s_ahead = TimeSpan.FromMinutes(5);

    public DateTime Now { get; private set; } = start;

    public long Sequence { get; set; } = 1;

    public Dictionary<int, ModelGrant> Grants { get; } = [];

    public Dictionary<int, ModelEnvironment> Environments { get; } = [];

    public Dictionary<int, ModelPlan> Plans { get; } = [];

    public Dictionary<(int Month, int Grant), Lot> Lots { get; } = [];

    public Dictionary<(int Month, int Environment), Use> Uses { get; } = [];

    public static int MonthOf(DateTime at) => (at.Year * 12) + at.Month - 1;

    public static DateTime StartOf(int month) => new(month / 12, (month % 12) + 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public Use UseOf(int month, int environment)
    {
        if (!Uses.TryGetValue((month, environment), out var use))
        {
            Uses[(month, environment)] = use = new Use();
        }

        return use;
    }

    public long Prepaid(int month) => Lots.Where(lot => lot.Key.Month == month).Sum(lot => lot.Value.Left);

    public long PoolLeft(int month) =>
        Prepaid(month) - Uses.Where(use => use.Key.Month == month).Sum(use => use.Value.AllocationLeft);

    public long Entitled(int month) =>
        Lots.Where(lot => lot.Key.Month == month).Sum(lot => lot.Value.Granted + lot.Value.In - lot.Value.Expired - lot.Value.Out);

    public void Advance(DateTime to)
    {
        foreach (var at in Boundaries(to))
        {
            Now = at;
            if (at == StartOf(MonthOf(at)))
            {
                Turn(at);
            }
            else
            {
                Expire(at);
                Begin(at, MonthOf(at), Grants.Values.Where(grant => grant.From == at && grant.CountsAt(at)).ToDictionary(grant => grant.Number, _ => 0L));
            }
        }

        Now = to > Now ? to : Now;
    }

    public bool AddGrant(ModelGrant grant)
    {
        if (Grants.ContainsKey(grant.Number) || grant.Until <= Now || grant.Until <= grant.From)
        {
            return false;
        }

        Grants.Add(grant.Number, grant);
        Sequence++;
        if (grant.CountsAt(Now))
        {
            Lots[(MonthOf(Now), grant.Number)] = new Lot { Granted = grant.Amount };
            Restore(MonthOf(Now), grant.Amount);
        }

        return true;
    }

    public bool EndGrant(int number)
    {
        if (!Grants.TryGetValue(number, out var grant) || grant.IsEnded || grant.Until <= Now)
        {
            return false;
        }

        var lot = Lots.GetValueOrDefault((MonthOf(Now), number)) ?? new Lot();
        if (lot.Left > PoolLeft(MonthOf(Now)))
        {
            return false;
        }

        lot.Expired += lot.Left;
        grant.IsEnded = true;
        Sequence++;
        return true;
    }

    public string? Allocate(int number, long credits, bool pool, bool payg)
    {
        if (!Environments.TryGetValue(number, out var environment) || environment.RetiredAt is not null)
        {
            return "not_found";
        }

        var month = MonthOf(Now);
        var use = UseOf(month, number);
        if (credits != environment.Target && credits < use.FromAllocation)
        {
            return "below_consumed";
        }

        if (credits != environment.Target && credits - use.Backing > PoolLeft(month))
        {
            return "exceeds_entitlement";
        }

        Sequence++;
        (environment.Pool, environment.Payg) = (pool, payg);
        if (credits != environment.Target)
        {
            (environment.Target, environment.Order, use.Backing) = (credits, Sequence, credits);
        }

        return null;
    }

    public bool Retire(int number)
    {
        if (!Environments.TryGetValue(number, out var environment) || environment.RetiredAt is not null)
        {
            return false;
        }

        var use = UseOf(MonthOf(Now), number);
        use.Backing = use.FromAllocation;
        (environment.RetiredAt, environment.Target, environment.Plan) = (Now, 0, null);
        Sequence++;
        return true;
    }

    public ModelBurn Record(int number, DateTime time, long charge)
    {
        var own = MonthOf(time);
        var code = time > Now + s_ahead ? "in_the_future"
            : own < MonthOf(Now) && StartOf(own + 1) + s_late < Now ? "too_late"
            : !Environments.TryGetValue(number, out var known) ? "unknown_subject"
            : known.RetiredAt <= time ? "environment_retired"
            : null;
        return code is null ? Burn(number, Math.Min(own, MonthOf(Now)), charge) : new ModelBurn(code, 0, 0, 0, 0, 0);
    }

    /// <summary>What the environment's plan can still pay in a month; null for without limit.</summary>
    public long? PaygRoom(int number, int month)
    {
        var environment = Environments[number];
        if (!environment.Payg || environment.Plan is not { } planNumber)
        {
            return 0;
        }

        var plan = Plans[planNumber];
        return plan.Budget is null || !plan.Hard ? null : MoneyLeft(plan, month) * 1000 / plan.Price;
    }

    public static long MoneyLeft(ModelPlan plan, int month)
    {
        if (month < plan.StartsOn || month >= plan.EndsOn)
        {
            return 0;
        }

        var window = (month - plan.StartsOn) / plan.Grain;
        var spent = plan.Spend.Where(spend => spend.Key >= plan.StartsOn && (spend.Key - plan.StartsOn) / plan.Grain == window).Sum(spend => spend.Value);
        return Math.Max(0, plan.Budget!.Value - spent);
    }

    private ModelBurn Burn(int number, int month, long charge)
    {
        var environment = Environments[number];
        var use = UseOf(month, number);
        var allocation = Math.Min(charge, use.AllocationLeft);
        var pool = environment.Pool ? Math.Min(charge - allocation, PoolLeft(month)) : 0;
        var rest = charge - allocation - pool;
        var payg = Math.Min(rest, PaygRoom(number, month) ?? rest);
        var cost = 0L;
        if (payg > 0)
        {
            var plan = Plans[environment.Plan!.Value];
            cost = ((payg * plan.Price) + 999) / 1000;
            plan.Spend[month] = plan.Spend.GetValueOrDefault(month) + cost;
        }

        Take(month, allocation + pool);
        use.FromAllocation += allocation;
        use.FromPool += pool;
        use.Payg += payg;
        use.Unfunded += rest - payg;
        Sequence++;
        return new ModelBurn(null, allocation, pool, payg, rest - payg, cost);
    }

    private void Take(int month, long credits)
    {
        var end = StartOf(month + 1);
        var inOrder = Lots.Where(lot => lot.Key.Month == month).OrderBy(lot => Grants[lot.Key.Grant].Priority)
            .ThenBy(lot => LostAt(Grants[lot.Key.Grant], end))
            .ThenBy(lot => Grants[lot.Key.Grant].Until ?? DateTime.MaxValue)
            .ThenBy(lot => Grants[lot.Key.Grant].Purchased)
            .ThenBy(lot => Grants[lot.Key.Grant].From)
            .ThenBy(lot => Grants[lot.Key.Grant].Id.ToString(), StringComparer.Ordinal);
        foreach (var (_, lot) in inOrder)
        {
            var part = Math.Min(credits, lot.Left);
            lot.Burned += part;
            credits -= part;
        }

        Assert.Equal(0, credits);
    }

    private static DateTime LostAt(ModelGrant grant, DateTime monthsEnd)
    {
        var expires = grant.Until ?? DateTime.MaxValue;
        return grant.Keep == 0 && monthsEnd < expires ? monthsEnd : expires;
    }

    private List<DateTime> Boundaries(DateTime to)
    {
        var instants = new SortedSet<DateTime>();
        for (var month = MonthOf(Now) + 1; StartOf(month) <= to; month++)
        {
            instants.Add(StartOf(month));
        }

        foreach (var grant in Grants.Values.Where(grant => !grant.IsEnded))
        {
            instants.Add(grant.From);
            instants.Add(grant.Until ?? grant.From);
        }

        return [.. instants.Where(at => at > Now && at <= to)];
    }

    private void Turn(DateTime at)
    {
        var month = MonthOf(at);
        var carried = Grants.Values.Where(grant => grant.CountsAt(at)).ToDictionary(grant => grant.Number, _ => 0L);
        foreach (var grant in Grants.Values.Where(grant => grant.CountsAt(at)))
        {
            if (Lots.TryGetValue((month - 1, grant.Number), out var lot))
            {
                carried[grant.Number] = Math.Min(lot.Left, grant.Keep ?? lot.Left);
                lot.Out += carried[grant.Number];
            }
        }

        Cut(month - 1);
        Begin(at, month, carried);
    }

    private void Begin(DateTime at, int month, Dictionary<int, long> carried)
    {
        var added = 0L;
        foreach (var (number, amount) in carried)
        {
            var grant = Grants[number];
            var granted = grant.From == at || grant.Monthly ? grant.Amount : 0;
            Lots[(month, number)] = new Lot { Granted = granted, In = amount };
            added += granted + amount;
        }

        Restore(month, added);
    }

    private void Expire(DateTime at)
    {
        foreach (var grant in Grants.Values.Where(grant => grant.Until == at && !grant.IsEnded))
        {
            if (Lots.TryGetValue((MonthOf(at), grant.Number), out var lot))
            {
                lot.Expired += lot.Left;
            }
        }

        Cut(MonthOf(at));
    }

    // What the pool lacks after credits have ended comes out of the allocations, the last set first.
    private void Cut(int month)
    {
        foreach (var (number, _) in Environments.OrderByDescending(environment => environment.Value.Order))
        {
            var use = UseOf(month, number);
            use.Backing -= Math.Min(Math.Max(0, -PoolLeft(month)), use.AllocationLeft);
        }
    }

    private void Restore(int month, long added)
    {
        foreach (var (number, environment) in Environments.OrderBy(environment => environment.Value.Order))
        {
            var use = UseOf(month, number);
            var part = environment.RetiredAt is null ? Math.Clamp(environment.Target - use.Backing, 0, added) : 0;
            use.Backing += part;
            added -= part;
        }
    }
}

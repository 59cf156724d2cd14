namespace CopilotCapacity.Domain.Tests.Laws;

/// <summary>
/// The rules of docs/domain, a second time and as plainly as they can be said: dictionaries, loops, and sums that are computed
/// anew each time they are asked for. Nothing is shared with the ledger but the ids.
/// </summary>
internal sealed partial class LedgerModel(DateTime start)
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

            TurnDay(at);
            ExpireHolds(at);
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
        grant.EndedAt = Now;
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
        if (credits != environment.Target && credits < use.FromAllocation + use.Held)
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

        foreach (var hold in Holds.Where(hold => hold.IsOpen && hold.Environment == number))
        {
            Release(hold);
        }

        var use = UseOf(MonthOf(Now), number);
        use.Backing = use.FromAllocation + use.Held;
        (environment.RetiredAt, environment.Target, environment.Plan) = (Now, 0, null);
        Sequence++;
        return true;
    }

    public ModelBurn Record(int number, DateTime time, long charge, ModelWho who)
    {
        var own = MonthOf(time);
        var code = time > Now + s_ahead ? "in_the_future"
            : own < MonthOf(Now) && StartOf(own + 1) + s_late < Now ? "too_late"
            : !Environments.TryGetValue(number, out var known) ? "unknown_subject"
            : known.RetiredAt <= time ? "environment_retired"
            : null;
        return code is null ? Book(number, Math.Min(own, MonthOf(Now)), time, who, charge).Burn : new ModelBurn(code, 0, 0, 0, 0, 0);
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
        var spent = plan.Spend.Concat(plan.Held)
            .Where(spend => spend.Key >= plan.StartsOn && (spend.Key - plan.StartsOn) / plan.Grain == window).Sum(spend => spend.Value);
        return Math.Max(0, plan.Budget!.Value - spent);
    }

    private ModelBurn Burn(int number, int month, long charge)
    {
        var burn = Split(number, month, charge);
        var use = UseOf(month, number);
        var parts = Take(month, burn.Allocation + burn.Pool, (lot, part) => lot.Burned += part);
        use.FromAllocation += burn.Allocation;
        use.FromPool += burn.Pool;
        use.Payg += burn.Payg;
        use.Unfunded += burn.Unfunded;
        if (burn.Payg > 0)
        {
            var plan = Plans[Environments[number].Plan!.Value];
            plan.Spend[month] = plan.Spend.GetValueOrDefault(month) + burn.Cost;
            LastCharges = [(Environments[number].Plan!.Value, burn.Payg, burn.Cost)];
        }
        else
        {
            LastCharges = [];
        }

        LastParts = parts;
        Sequence++;
        return burn;
    }

    private ModelBurn Split(int number, int month, long charge)
    {
        var environment = Environments[number];
        var allocation = Math.Min(charge, UseOf(month, number).AllocationLeft);
        var pool = environment.Pool ? Math.Min(charge - allocation, PoolLeft(month)) : 0;
        var rest = charge - allocation - pool;
        var payg = Math.Min(rest, PaygRoom(number, month) ?? rest);
        var cost = payg > 0 ? CostOf(payg, Plans[environment.Plan!.Value].Price) : 0;
        return new ModelBurn(null, allocation, pool, payg, rest - payg, cost);
    }

    private static long CostOf(long credits, long price) => ((credits * price) + 999) / 1000;

    private List<(int Grant, long Amount)> Take(int month, long credits, Action<Lot, long> count)
    {
        var end = StartOf(month + 1);
        var inOrder = Lots.Where(lot => lot.Key.Month == month).OrderBy(lot => Grants[lot.Key.Grant].Priority)
            .ThenBy(lot => LostAt(Grants[lot.Key.Grant], end))
            .ThenBy(lot => Grants[lot.Key.Grant].Until ?? DateTime.MaxValue)
            .ThenBy(lot => Grants[lot.Key.Grant].Purchased)
            .ThenBy(lot => Grants[lot.Key.Grant].From)
            .ThenBy(lot => Grants[lot.Key.Grant].Id.ToString(), StringComparer.Ordinal);
        var parts = new List<(int Grant, long Amount)>();
        foreach (var (key, lot) in inOrder.ToList())
        {
            var part = Math.Min(credits, lot.Left);
            if (part > 0)
            {
                count(lot, part);
                parts.Add((key.Grant, part));
                credits -= part;
            }
        }

        Assert.Equal(0, credits);
        return parts;
    }
}

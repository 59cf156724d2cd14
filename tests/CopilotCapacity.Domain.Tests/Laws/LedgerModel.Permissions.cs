namespace CopilotCapacity.Domain.Tests.Laws;

/// <summary>A hold, with what it took from where.</summary>
internal sealed class ModelHold
{
    public required int Environment { get; init; }
    public required DateTime MadeAt { get; init; }
    public required DateTime ExpiresAt { get; init; }
    public required ModelBurn Burn { get; init; }
    public required List<(int Grant, long Amount)> Parts { get; init; }
    public required int? Plan { get; init; }
    public required long Price { get; init; }
    public required ModelWho Who { get; init; }
    public bool IsOpen { get; set; } = true;
    public bool IsExpired { get; set; }
    public long? Settled { get; set; }

    public int Month => LedgerModel.MonthOf(MadeAt);

    public long Total => Burn.Allocation + Burn.Pool + Burn.Payg;
}

/// <summary>Who a use is for, as caps see it.</summary>
internal readonly record struct ModelWho(string? Agent, string? User, string? CostCenter);

/// <summary>A use in the books.</summary>
internal sealed record ModelUse(
    int Environment, int Month, DateTime Time, ModelWho Who, ModelBurn Burn, List<(int Grant, long Amount)> Parts, List<(int Plan, long Credits, long Cost)> Charges)
{
    public bool IsReversed { get; set; }

    public long Billed => Burn.Allocation + Burn.Pool + Burn.Payg + Burn.Unfunded;
}

/// <summary>A cap; what it names must all match.</summary>
internal sealed record ModelCap(int? Environment, ModelWho Who, bool PerDay, long Credits, bool Hard)
{
    public bool IsWhole => Environment is not null && Who == default;

    public bool Covers(int environment, ModelWho who) =>
        (Environment ?? environment) == environment
        && new ModelWho(Who.Agent ?? who.Agent, Who.User ?? who.User, Who.CostCenter ?? who.CostCenter) == who;

    public DateTime WindowOf(DateTime at) => PerDay ? at.Date : LedgerModel.StartOf(LedgerModel.MonthOf(at));
}

/// <content>Permissions, holds, caps and reversals, counted anew each time from all that ever happened.</content>
internal sealed partial class LedgerModel
{
    public List<ModelHold> Holds { get; } = [];

    public List<ModelUse> Booked { get; } = [];

    public List<ModelCap> Caps { get; } = [];

    public HashSet<(int Environment, string Agent)> TurnedOff { get; } = [];

    /// <summary>Who paid the last charge that was booked.</summary>
    public List<(int Grant, long Amount)> LastParts { get; private set; } = [];

    public List<(int Plan, long Credits, long Cost)> LastCharges { get; private set; } = [];

    public long CountOf(ModelCap cap, DateTime at) =>
        Booked.Where(use => !use.IsReversed && cap.Covers(use.Environment, use.Who) && cap.WindowOf(use.Time) == cap.WindowOf(at)).Sum(use => use.Billed)
        + Holds.Where(hold => hold.IsOpen && cap.Covers(hold.Environment, hold.Who) && cap.WindowOf(hold.MadeAt) == cap.WindowOf(at)).Sum(hold => hold.Total);

    /// <summary>Why a permission is refused now; null when it is granted.</summary>
    public string? RefusalOf(int number, long charge, ModelWho who)
    {
        if (!Environments.TryGetValue(number, out var environment))
        {
            return "unknown_subject";
        }

        if (environment.RetiredAt is not null)
        {
            return "environment_retired";
        }

        if (who.Agent is { } agent && TurnedOff.Contains((number, agent)))
        {
            return "agent_turned_off";
        }

        if (Caps.Any(cap => cap.Hard && cap.Covers(number, who) && CountOf(cap, Now) + charge > Math.Max(cap.Credits, CountOf(cap, Now))))
        {
            return "cap_reached";
        }

        if (Split(number, MonthOf(Now), charge).Unfunded == 0)
        {
            return null;
        }

        return Split(number, MonthOf(Now), 1).Unfunded == 0 ? "insufficient_credits"
            : environment is { Payg: true, Plan: not null } ? "budget_exhausted" : "quota_depleted";
    }

    public ModelHold Hold(int number, long credits, ModelWho who, TimeSpan life)
    {
        var month = MonthOf(Now);
        var burn = Split(number, month, credits);
        var plan = burn.Payg > 0 ? Environments[number].Plan : null;
        var hold = new ModelHold
        {
            Environment = number,
            MadeAt = Now,
            ExpiresAt = Now + life,
            Burn = burn,
            Parts = Take(month, burn.Allocation + burn.Pool, (lot, part) => lot.Held += part),
            Plan = plan,
            Price = plan is { } key ? Plans[key].Price : 0,
            Who = who,
        };
        SetAside(hold, 1);
        Holds.Add(hold);
        Sequence++;
        return hold;
    }

    /// <summary>Gives back what is not used, in the order opposite to that in which it was drawn, and books the rest as a fact.</summary>
    public ModelUse Settle(ModelHold hold, long credits)
    {
        hold.Settled = credits;
        if (!hold.IsOpen)
        {
            var month = IsKept(hold.Month) ? hold.Month : MonthOf(Now);
            return Book(hold.Environment, month, hold.MadeAt, hold.Who, credits);
        }

        GiveUp(hold);
        var use = UseOf(hold.Month, hold.Environment);
        var allocation = Math.Min(credits, hold.Burn.Allocation);
        var pool = Math.Min(credits - allocation, hold.Burn.Pool);
        var payg = Math.Min(credits - allocation - pool, hold.Burn.Payg);
        var (parts, rest) = BurnHeld(hold, allocation + pool);
        use.FromAllocation += allocation;
        use.FromPool += pool;
        use.Payg += payg;
        List<(int, long, long)> charges = [];
        if (payg > 0)
        {
            charges.Add((hold.Plan!.Value, payg, CostOf(payg, hold.Price)));
            Spend(hold.Plan.Value, hold.Month, charges[0].Item3);
        }

        Lapse(hold.Month, rest);
        var burn = new ModelBurn(null, allocation, pool, payg, 0, charges.Sum(charge => charge.Item3));
        var excess = credits - allocation - pool - payg;
        if (excess > 0)
        {
            var more = Burn(hold.Environment, hold.Month, excess);
            burn = new ModelBurn(
                null, allocation + more.Allocation, pool + more.Pool, payg + more.Payg, more.Unfunded, burn.Cost + more.Cost);
            parts.AddRange(LastParts);
            charges.AddRange(LastCharges);
        }
        else
        {
            Sequence++;
        }

        var booked = new ModelUse(hold.Environment, hold.Month, hold.MadeAt, hold.Who, burn, parts, charges);
        Booked.Add(booked);
        return booked;
    }

    public void Release(ModelHold hold)
    {
        GiveUp(hold);
        Lapse(hold.Month, hold.Parts);
        Sequence++;
    }

    public ModelUse Book(int number, int month, DateTime time, ModelWho who, long charge)
    {
        var burn = Burn(number, month, charge);
        var use = new ModelUse(number, month, time, who, burn, LastParts, LastCharges);
        Booked.Add(use);
        return use;
    }

    public bool Reverse(ModelUse original)
    {
        if (!IsKept(original.Month))
        {
            return false;
        }

        original.IsReversed = true;
        var use = UseOf(original.Month, original.Environment);
        use.FromAllocation -= original.Burn.Allocation;
        use.FromPool -= original.Burn.Pool;
        use.Payg -= original.Burn.Payg;
        use.Unfunded -= original.Burn.Unfunded;
        original.Parts.ForEach(part => Lots[(original.Month, part.Grant)].Burned -= part.Amount);
        original.Charges.ForEach(charge => Spend(charge.Plan, original.Month, -charge.Cost));
        Lapse(original.Month, original.Parts);
        Sequence++;
        return true;
    }

    private bool IsKept(int month) => month >= MonthOf(Now) || StartOf(month + 1) + s_late >= StartOf(MonthOf(Now));

    private bool IsCapped(int number, DateTime at) =>
        Caps.Any(cap => cap.IsWhole && cap.Hard && cap.Environment == number && CountOf(cap, at) >= cap.Credits);

    // A daily cap that stops an environment ends with its day, and a monthly one with its month; what was told ahead may fill the next.
    private void TurnDay(DateTime at) =>
        Sequence += Environments.Keys.Any(number => IsCapped(number, at.AddTicks(-1)) != IsCapped(number, at)) ? 1 : 0;

    private void AddBoundaries(SortedSet<DateTime> instants, DateTime to)
    {
        instants.UnionWith(Holds.Where(hold => hold.IsOpen).Select(hold => hold.ExpiresAt));
        for (var day = Now.Date.AddDays(1); day <= to && Caps.Exists(cap => cap is { Hard: true, PerDay: true, IsWhole: true }); day = day.AddDays(1))
        {
            instants.Add(day);
        }
    }

    private void ExpireHolds(DateTime at)
    {
        foreach (var hold in Holds.Where(hold => hold.IsOpen && hold.ExpiresAt <= at))
        {
            Release(hold);
            hold.IsExpired = true;
        }
    }

    private void SetAside(ModelHold hold, int sign)
    {
        var use = UseOf(hold.Month, hold.Environment);
        use.Held += sign * hold.Burn.Allocation;
        use.PoolHeld += sign * hold.Burn.Pool;
        if (hold.Plan is { } number)
        {
            var plan = Plans[number];
            plan.Held[hold.Month] = plan.Held.GetValueOrDefault(hold.Month) + (sign * CostOf(hold.Burn.Payg, hold.Price));
        }
    }

    private void GiveUp(ModelHold hold)
    {
        hold.IsOpen = false;
        SetAside(hold, -1);
        hold.Parts.ForEach(part => Lots[(hold.Month, part.Grant)].Held -= part.Amount);
    }

    private (List<(int Grant, long Amount)> Used, List<(int Grant, long Amount)> Unused) BurnHeld(ModelHold hold, long credits)
    {
        List<(int Grant, long Amount)> used = [];
        List<(int Grant, long Amount)> rest = [];
        foreach (var (grant, amount) in hold.Parts)
        {
            var part = Math.Min(credits, amount);
            Lots[(hold.Month, grant)].Burned += part;
            used.Add((grant, part));
            rest.Add((grant, amount - part));
            credits -= part;
        }

        return (used, rest);
    }

    // What comes back to a grant that ended within the month expires; then allocations may be backed by less.
    private void Lapse(int month, List<(int Grant, long Amount)> returned)
    {
        foreach (var (number, amount) in returned.Where(part => Grants[part.Grant].EndsAt is { } end && end <= Now && end < StartOf(month + 1)))
        {
            Lots[(month, number)].Expired += amount;
        }

        Cut(month);
    }

    private void Spend(int plan, int month, long cost) => Plans[plan].Spend[month] = Plans[plan].Spend.GetValueOrDefault(month) + cost;
}

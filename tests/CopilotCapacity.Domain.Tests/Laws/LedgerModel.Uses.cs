namespace CopilotCapacity.Domain.Tests.Laws;

/// <content>Facts, permissions and what is taken back.</content>
internal sealed partial class LedgerModel
{
    public List<ModelUse> Uses { get; } = [];

    public HashSet<(int Environment, string Agent)> AgentsOff { get; } = [];

    public ModelBurn Record(Who who, DateTime time, long charge)
    {
        var own = MonthOf(time);
        var code = time > Now + s_minutes ? "in_the_future"
            : own < OpenMonth && StartOf(own + 1) + s_late < Now ? "too_late"
            : !Environments.TryGetValue(who.Environment, out var known) ? "unknown_subject"
            : known.RetiredAt <= time ? "environment_retired"
            : null;
        return code is null ? Book(who, Math.Min(own, OpenMonth), time, charge) : Refused(code);
    }

    public ModelBurn Permit(Who who, DateTime time, long charge)
    {
        var code = time > Now + s_minutes || time < Now - s_minutes ? "not_now" : RefusalOf(who, time, charge);
        return code is null ? Book(who, OpenMonth, time, charge) : Refused(code);
    }

    /// <summary>Whether a use's month can still be booked to, as it was when the running month began.</summary>
    public bool IsKept(int month) => month == OpenMonth || StartOf(month + 1) + s_late >= StartOf(OpenMonth);

    public string? Reverse(ModelUse use)
    {
        if (!IsKept(use.Month))
        {
            return "too_late";
        }

        Sequence++;
        use.ReversedBy = Sequence;
        var balance = BalanceOf(use.Month, use.Who.Environment);
        balance.FromAllocation -= use.Burn.Allocation;
        balance.FromPool -= use.Burn.Pool;
        balance.Payg -= use.Burn.Payg;
        balance.Unfunded -= use.Burn.Unfunded;
        use.Parts.ForEach(part => Lots[(use.Month, part.Grant)].Burned -= part.Amount);
        use.Charges.ForEach(charge => Plans[charge.Plan].Spend[use.Month] -= charge.Cost);
        if (Environments[use.Who.Environment].RetiredAt < StartOf(use.Month + 1))
        {
            // Nobody could use what came back to it: unused allocation of a retired environment is the pool's.
            balance.Backing = balance.FromAllocation;
        }

        ExpireReturned(use.Month, use.Parts);
        return null;
    }

    /// <summary>The code that a permission is refused with; null when it is granted.</summary>
    public string? RefusalOf(Who who, DateTime time, long charge)
    {
        if (!Environments.TryGetValue(who.Environment, out var environment))
        {
            return "unknown_subject";
        }

        if (environment.RetiredAt is not null)
        {
            return "environment_retired";
        }

        var named = NameCostCenter(who);
        return who.Agent is { } agent && AgentsOff.Contains((who.Environment, agent)) ? "agent_turned_off"
            : charge > 0 && Caps.Values.Any(cap => cap.Hard && IsCovered(cap.Scope, named) && charge > RoomOf(cap, time)) ? "cap_reached"
            : charge <= Everything(who.Environment) ? null
            : Everything(who.Environment) > 0 ? "insufficient_credits"
            : PayingPlan(who.Environment) is not null ? "budget_exhausted"
            : "quota_depleted";
    }

    /// <summary>All that an environment can still be paid in the running month.</summary>
    public long Everything(int number) => PaygRoom(number, OpenMonth) is { } payg
        ? AllocationLeft(OpenMonth, number) + (Environments[number].Pool ? PoolLeft(OpenMonth) : 0) + payg
        : long.MaxValue;

    private static ModelBurn Refused(string code) => new(code, 0, 0, 0, 0, 0);

    private Who NameCostCenter(Who who) => who with { CostCenter = who.CostCenter ?? Environments[who.Environment].CostCenter };

    private ModelBurn Book(Who who, int month, DateTime time, long charge)
    {
        var burn = Split(who.Environment, month, charge);
        var charges = burn.Payg > 0 ? new List<Charge> { new(Environments[who.Environment].Plan!.Value, burn.Payg, burn.Cost) } : [];
        return Add(who, month, time, burn, Take(month, burn.Allocation + burn.Pool), charges);
    }

    private ModelBurn Split(int number, int month, long charge)
    {
        var allocation = Math.Min(charge, AllocationLeft(month, number));
        var pool = Environments[number].Pool ? Math.Min(charge - allocation, PoolLeft(month)) : 0;
        var rest = charge - allocation - pool;
        var payg = Math.Min(rest, PaygRoom(number, month) ?? rest);
        return new ModelBurn(null, allocation, pool, payg, rest - payg, payg > 0 ? CostOf(payg, PayingPlan(number)!.Price) : 0);
    }

    private ModelBurn Add(Who who, int month, DateTime time, ModelBurn burn, List<Part> parts, List<Charge> charges)
    {
        var balance = BalanceOf(month, who.Environment);
        balance.FromAllocation += burn.Allocation;
        balance.FromPool += burn.Pool;
        balance.Payg += burn.Payg;
        balance.Unfunded += burn.Unfunded;
        parts.ForEach(part => Lots[(month, part.Grant)].Burned += part.Amount);
        foreach (var charge in charges)
        {
            var spend = Plans[charge.Plan].Spend;
            spend[month] = spend.GetValueOrDefault(month) + charge.Cost;
        }

        Sequence++;
        Uses.Add(new ModelUse(Sequence, NameCostCenter(who), month, time, burn, parts, charges));
        return burn;
    }
}

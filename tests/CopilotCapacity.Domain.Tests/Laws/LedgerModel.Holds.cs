namespace CopilotCapacity.Domain.Tests.Laws;

/// <content>Holds. What is held is summed up from the open ones each time.</content>
internal sealed partial class LedgerModel
{
    public Dictionary<int, ModelHold> Holds { get; } = [];

    public IEnumerable<ModelHold> OpenHolds => Holds.Values.Where(hold => hold.State == ModelHoldState.Open);

    public long HeldOf(int month, int grant) =>
        OpenHolds.Where(hold => hold.Month == month).SelectMany(hold => hold.Parts).Where(part => part.Grant == grant).Sum(part => part.Amount);

    public long HeldIn(int month, int environment) => HoldsIn(month, environment).Sum(hold => hold.Burn.Allocation);

    public long HeldInPool(int month, int environment) => HoldsIn(month, environment).Sum(hold => hold.Burn.Pool);

    public string? Reserve(int number, Who who, long amount, TimeSpan life)
    {
        if (Holds.ContainsKey(number))
        {
            return "already_exists";
        }

        if (RefusalOf(who, Now, amount) is { } code)
        {
            return code;
        }

        var burn = Split(who.Environment, OpenMonth, amount);
        var parts = Take(OpenMonth, burn.Allocation + burn.Pool);
        Sequence++;
        Holds.Add(number, new ModelHold(
            number, Sequence, NameCostCenter(who), Now, Now + life, burn, parts, Environments[who.Environment].Plan, PayingPlan(who.Environment)?.Price ?? 0));
        return null;
    }

    public string? Release(int number)
    {
        var hold = Holds[number];
        if (hold.State is ModelHoldState.Settled or ModelHoldState.Expired)
        {
            return "hold_closed";
        }

        if (hold.State == ModelHoldState.Open)
        {
            GiveBack(hold, ModelHoldState.Released);
        }

        return null;
    }

    /// <summary>Settles a hold; the content stands for what was sent.</summary>
    public ModelBurn Settle(int number, Who who, DateTime time, long charge, long content)
    {
        var hold = Holds[number];
        if (hold.Settled is { } settled)
        {
            return settled.Content == content ? settled.Burn : Refused("hold_closed");
        }

        if (hold.State == ModelHoldState.Released)
        {
            return Refused("hold_closed");
        }

        var isLate = hold.State == ModelHoldState.Expired;
        var isClosedForGood = hold.Month < OpenMonth && StartOf(hold.Month + 1) + s_late < Now;
        var at = MonthOf(time) == hold.Month ? time : hold.MadeAt;
        var burn = isLate ? Book(who, isClosedForGood ? OpenMonth : hold.Month, at, charge) : BookHeld(hold, who, at, charge);
        hold.Settled = (content, burn);
        return burn;
    }

    private IEnumerable<ModelHold> HoldsIn(int month, int environment) =>
        OpenHolds.Where(hold => hold.Month == month && hold.Who.Environment == environment);

    // The sources pay in the order in which they were drawn, so what is not used is what was drawn last.
    private ModelBurn BookHeld(ModelHold hold, Who who, DateTime at, long charge)
    {
        hold.State = ModelHoldState.Settled;
        var held = hold.Burn;
        var allocation = Math.Min(charge, held.Allocation);
        var pool = Math.Min(charge - allocation, held.Pool);
        var payg = Math.Min(charge - allocation - pool, held.Payg);
        var (used, returned) = Divide(hold.Parts, allocation + pool);
        var charges = new List<Charge>();
        if (payg > 0)
        {
            charges.Add(new Charge(hold.Plan!.Value, payg, CostOf(payg, hold.Price)));
        }

        var first = new ModelBurn(null, allocation, pool, payg, 0, charges.Sum(part => part.Cost));
        Add(who, hold.Month, at, first, used, charges);
        ExpireReturned(hold.Month, returned);
        return charge > first.Total ? AddExcess(hold, charge - first.Total) : first;
    }

    // What goes beyond the hold is a fact of the same use.
    private ModelBurn AddExcess(ModelHold hold, long excess)
    {
        var use = Uses[^1];
        var more = Split(use.Who.Environment, hold.Month, excess);
        var parts = Take(hold.Month, more.Allocation + more.Pool);
        List<Charge> charges = more.Payg > 0 ? [new(Environments[use.Who.Environment].Plan!.Value, more.Payg, more.Cost)] : [];
        Add(use.Who, hold.Month, use.Time, more, parts, charges);
        Uses.RemoveAt(Uses.Count - 1);
        Sequence--;
        var burn = new ModelBurn(
            null,
            use.Burn.Allocation + more.Allocation,
            use.Burn.Pool + more.Pool,
            use.Burn.Payg + more.Payg,
            more.Unfunded,
            use.Burn.Cost + more.Cost);
        Uses[^1] = use with { Burn = burn, Parts = [.. use.Parts, .. parts], Charges = [.. use.Charges, .. charges] };
        return burn;
    }

    private static (List<Part> First, List<Part> Others) Divide(List<Part> parts, long amount)
    {
        var (first, rest) = (new List<Part>(), new List<Part>());
        foreach (var part in parts)
        {
            var taken = Math.Min(amount, part.Amount);
            amount -= taken;
            first.Add(part with { Amount = taken });
            rest.Add(part with { Amount = part.Amount - taken });
        }

        return (first, rest);
    }

    private void ExpireHolds(DateTime at)
    {
        foreach (var hold in OpenHolds.Where(hold => hold.ExpiresAt <= at).OrderBy(hold => hold.Sequence).ToList())
        {
            GiveBack(hold, ModelHoldState.Expired);
        }
    }

    private List<ModelHold> CloseHoldsOf(int environment)
    {
        var holds = OpenHolds.Where(hold => hold.Who.Environment == environment).ToList();
        holds.ForEach(hold => hold.State = ModelHoldState.Released);
        Sequence += holds.Count;
        return holds;
    }

    private void GiveBack(ModelHold hold, ModelHoldState state)
    {
        hold.State = state;
        Sequence++;
        ExpireReturned(hold.Month, hold.Parts);
    }
}

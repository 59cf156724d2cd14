namespace CopilotCapacity.Domain.Tests.Laws;

/// <content>Grants, allocations and the pool between them.</content>
internal sealed partial class LedgerModel
{
    public long LeftOf(int month, int grant) => Lots[(month, grant)].Unburned - HeldOf(month, grant);

    public long AllocationLeft(int month, int environment)
    {
        var balance = BalanceOf(month, environment);
        return balance.Backing - balance.FromAllocation - HeldIn(month, environment);
    }

    public long PoolLeft(int month)
    {
        var prepaid = Lots.Where(lot => lot.Key.Month == month).Sum(lot => LeftOf(month, lot.Key.Grant));
        return prepaid - Environments.Keys.Sum(number => AllocationLeft(month, number));
    }

    public long Entitled(int month) =>
        Lots.Where(lot => lot.Key.Month == month).Sum(lot => lot.Value.Granted + lot.Value.In - lot.Value.Expired - lot.Value.Out);

    public long PoolSize(int month) => Entitled(month) - Environments.Keys.Sum(number => BalanceOf(month, number).Backing);

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
            Lots[(OpenMonth, grant.Number)] = new Lot { Granted = grant.Amount };
            Restore(OpenMonth, grant.Amount);
        }

        return true;
    }

    public bool EndGrant(int number)
    {
        if (!Grants.TryGetValue(number, out var grant) || grant.EndedAt is not null || grant.Until <= Now)
        {
            return false;
        }

        var left = Lots.ContainsKey((OpenMonth, number)) ? LeftOf(OpenMonth, number) : 0;
        if (left > PoolLeft(OpenMonth))
        {
            return false;
        }

        if (left > 0)
        {
            Lots[(OpenMonth, number)].Expired += left;
        }

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

        if (credits != environment.Target && CheckAllocation(number, credits) is { } code)
        {
            return code;
        }

        Sequence++;
        (environment.Pool, environment.Payg) = (pool, payg);
        if (credits != environment.Target)
        {
            SetTarget(number, credits);
        }

        return null;
    }

    public string? Move(int from, int to, long credits)
    {
        if (!IsInService(from) || !IsInService(to))
        {
            return "unknown_environment";
        }

        var (less, more) = (Environments[from].Target - credits, Environments[to].Target + credits);
        var (own, other) = (BalanceOf(OpenMonth, from), BalanceOf(OpenMonth, to));
        if (IsBelowUsed(from, less) || IsBelowUsed(to, more))
        {
            return "below_consumed";
        }

        long[] grow = [less - own.Backing, more - other.Backing];
        if (grow.Where(by => by > 0).Sum() > PoolLeft(OpenMonth) - grow.Where(by => by < 0).Sum())
        {
            return "exceeds_entitlement";
        }

        Sequence++;
        SetTarget(from, less);
        SetTarget(to, more);
        return null;
    }

    public bool Retire(int number)
    {
        if (!IsInService(number))
        {
            return false;
        }

        var environment = Environments[number];
        Sequence++;
        (environment.RetiredAt, environment.Target, environment.Plan) = (Now, 0, null);
        var balance = BalanceOf(OpenMonth, number);
        balance.Backing = balance.FromAllocation + HeldIn(OpenMonth, number);
        Grow();
        var returned = CloseHoldsOf(number);
        balance.Backing = balance.FromAllocation;
        returned.ForEach(hold => ExpireReturned(hold.Month, hold.Parts));
        return true;
    }

    private bool IsInService(int number) => Environments.TryGetValue(number, out var environment) && environment.RetiredAt is null;

    private string? CheckAllocation(int number, long credits) => IsBelowUsed(number, credits) ? "below_consumed"
        : credits - BalanceOf(OpenMonth, number).Backing > PoolLeft(OpenMonth) ? "exceeds_entitlement"
        : null;

    private bool IsBelowUsed(int number, long credits) =>
        credits < BalanceOf(OpenMonth, number).FromAllocation + HeldIn(OpenMonth, number);

    private void SetTarget(int number, long credits)
    {
        (Environments[number].Target, Environments[number].Order) = (credits, Sequence);
        BalanceOf(OpenMonth, number).Backing = credits;
    }

    // The order in which grants pay, and what each of them pays of an amount.
    private List<Part> Take(int month, long credits)
    {
        var end = StartOf(month + 1);
        var inOrder = Lots.Keys.Where(lot => lot.Month == month).Select(lot => Grants[lot.Grant]).OrderBy(grant => grant.Priority)
            .ThenBy(grant => LostAt(grant, end))
            .ThenBy(grant => grant.Until ?? DateTime.MaxValue)
            .ThenBy(grant => grant.Purchased)
            .ThenBy(grant => grant.From)
            .ThenBy(grant => grant.Id.ToString(), StringComparer.Ordinal);
        var parts = new List<Part>();
        foreach (var grant in inOrder)
        {
            var part = Math.Min(credits, LeftOf(month, grant.Number));
            credits -= part;
            if (part > 0)
            {
                parts.Add(new Part(grant.Number, part));
            }
        }

        Assert.Equal(0, credits);
        return parts;
    }

    private static DateTime LostAt(ModelGrant grant, DateTime monthsEnd)
    {
        var expires = grant.Until ?? DateTime.MaxValue;
        return grant.Keep == 0 && monthsEnd < expires ? monthsEnd : expires;
    }

    // What came back to a grant that has ended within the month is lost; what lapsed at the month's end is not.
    private void ExpireReturned(int month, List<Part> parts)
    {
        foreach (var (number, amount) in parts)
        {
            DateTime?[] ends = [Grants[number].Until, Grants[number].EndedAt];
            if (ends.Any(end => end <= Now && end < StartOf(month + 1)))
            {
                Lots[(month, number)].Expired += amount;
            }
        }

        Cut(month);
    }

    // What the pool lacks after credits have ended comes out of the allocations, the last set first.
    private void Cut(int month)
    {
        foreach (var (number, _) in Environments.OrderByDescending(environment => environment.Value.Order).ThenByDescending(environment => environment.Key))
        {
            BalanceOf(month, number).Backing -= Math.Min(Math.Max(0, -PoolLeft(month)), AllocationLeft(month, number));
        }
    }

    private void Restore(int month, long added)
    {
        foreach (var (number, environment) in Environments.OrderBy(environment => environment.Value.Order))
        {
            var balance = BalanceOf(month, number);
            var part = environment.RetiredAt is null ? Math.Clamp(environment.Target - balance.Backing, 0, added) : 0;
            balance.Backing += part;
            added -= part;
        }
    }
}

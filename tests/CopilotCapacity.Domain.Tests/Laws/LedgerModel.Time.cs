namespace CopilotCapacity.Domain.Tests.Laws;

/// <content>What happens by itself: credits begin, end and are carried over.</content>
internal sealed partial class LedgerModel
{
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

        AddBoundaries(instants, to);

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

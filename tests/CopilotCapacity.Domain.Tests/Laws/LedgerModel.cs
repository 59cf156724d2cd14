namespace CopilotCapacity.Domain.Tests.Laws;

/// <summary>
/// The rules of docs/domain, a second time and as plainly as they can be said: dictionaries, loops, and sums that are computed
/// anew each time they are asked for. Nothing is shared with the ledger but the ids.
/// </summary>
internal sealed partial class LedgerModel(DateTime start)
{
    private static readonly TimeSpan s_late = TimeSpan.FromDays(32);
    private static readonly TimeSpan s_minutes = TimeSpan.FromMinutes(5);

    public DateTime Now { get; private set; } = start;

    public long Sequence { get; set; } = 1;

    public Dictionary<int, ModelGrant> Grants { get; } = [];

    public Dictionary<int, ModelEnvironment> Environments { get; } = [];

    public Dictionary<int, ModelPlan> Plans { get; } = [];

    public Dictionary<(int Month, int Grant), Lot> Lots { get; } = [];

    public Dictionary<(int Month, int Environment), Balance> Balances { get; } = [];

    public int OpenMonth => MonthOf(Now);

    public static int MonthOf(DateTime at) => (at.Year * 12) + at.Month - 1;

    public static DateTime StartOf(int month) => new(month / 12, (month % 12) + 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public Balance BalanceOf(int month, int environment)
    {
        if (!Balances.TryGetValue((month, environment), out var balance))
        {
            Balances[(month, environment)] = balance = new Balance();
        }

        return balance;
    }

    public void Advance(DateTime to)
    {
        while (NextInstant(to) is { } at)
        {
            var capped = CappedEnvironments();
            Now = at;
            var isTurn = at == StartOf(MonthOf(at));
            var begun = isTurn ? Turn(at) : ExpireAndBegin(at);
            Sequence += capped.SetEquals(CappedEnvironments()) ? 0 : 1;
            if (begun)
            {
                Grow();
            }

            ExpireHolds(at);
            Conclude(adds: false, isTurn);
        }

        Now = to > Now ? to : Now;
    }

    private DateTime? NextInstant(DateTime to)
    {
        var instants = new SortedSet<DateTime> { StartOf(OpenMonth + 1) };
        if (Caps.Values.Any(cap => cap.Daily))
        {
            instants.Add(Now.Date.AddDays(1));
        }

        foreach (var grant in Grants.Values.Where(grant => grant.EndedAt is null))
        {
            instants.Add(grant.From);
            instants.Add(grant.Until ?? grant.From);
        }

        instants.UnionWith(OpenHolds.Select(hold => hold.ExpiresAt));
        var next = instants.FirstOrDefault(at => at > Now);
        return next != default && next <= to ? next : null;
    }

    private bool Turn(DateTime at)
    {
        var month = MonthOf(at);
        var carried = Grants.Values.Where(grant => grant.CountsAt(at)).ToDictionary(grant => grant.Number, _ => 0L);
        foreach (var grant in Grants.Values.Where(grant => grant.CountsAt(at)))
        {
            if (Lots.TryGetValue((month - 1, grant.Number), out var lot))
            {
                var left = LeftOf(month - 1, grant.Number);
                carried[grant.Number] = Math.Min(left, grant.Keep ?? left);
                lot.Out += carried[grant.Number];
            }
        }

        Cut(month - 1);
        Sequence++;
        Begin(at, month, carried);
        return true;
    }

    private bool ExpireAndBegin(DateTime at)
    {
        foreach (var grant in Grants.Values.Where(grant => grant.Until == at && grant.EndedAt is null))
        {
            Sequence++;
            if (Lots.TryGetValue((MonthOf(at), grant.Number), out var lot))
            {
                lot.Expired += LeftOf(MonthOf(at), grant.Number);
            }
        }

        Cut(MonthOf(at));
        var begun = Grants.Values.Where(grant => grant.From == at && grant.CountsAt(at)).ToDictionary(grant => grant.Number, _ => 0L);
        Sequence += begun.Count;
        Begin(at, MonthOf(at), begun);
        return begun.Count > 0;
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
}

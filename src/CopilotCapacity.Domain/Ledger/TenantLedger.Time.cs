using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Faults;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <content>What happens by itself: months turn, grants begin, near their end and expire, each at its own instant.</content>
public sealed partial class TenantLedger
{
    /// <summary>
    /// Applies every boundary up to and including <paramref name="now"/>, in order, each once. An earlier instant than
    /// <see cref="Now"/> changes nothing: a clock that steps back cannot undo a month's turn.
    /// </summary>
    public void Advance(DateTimeOffset now)
    {
        while (NextBoundary is var at && at <= now)
        {
            Now = at;
            Apply(at);
        }

        if (now > Now)
        {
            Now = now;
        }
    }

    /// <summary>Moves the clock of a rehearsal tenant forward, applying every boundary on the way.</summary>
    public Outcome<TenantLedger> MoveClock(DateTimeOffset to)
    {
        if (!IsRehearsal)
        {
            return Refusal.Conflict("not_a_rehearsal", "Only a rehearsal tenant has a clock of its own.");
        }

        if (to < Now)
        {
            return Refusal.Invalid("now", "clock_moves_forward", $"The clock stands at {Now:O} and only moves forward.");
        }

        var before = new ClockMoved(Now);
        Advance(to);
        Append(new ClockMoved(to), before);
        return this;
    }

    private void Apply(DateTimeOffset at)
    {
        var before = Sequence;
        _isAdvancing = true;
        var changesSettings = _settingsBoundary <= at;
        if (changesSettings)
        {
            Changes.PassBoundary();
            if (at == Open.Period.End)
            {
                TurnMonth(at);
            }
            else
            {
                ExpireAndBegin(at);
            }

            BeginPrices(at);
            TurnDay(at);
            FindNextBoundary();

            // Before holds expire: what they give back is no new capacity.
            NoteGrowth();
        }

        // After the turn: what is held in a month's last instant is not carried over.
        ExpireHolds(at);
        _isAdvancing = false;
        if (changesSettings)
        {
            ConcludeGrants(at);
            if (_concluded != Sequence)
            {
                ConcludeGrown();
            }
        }
        else if (Sequence != before)
        {
            ConcludeInstant();
        }
    }

    // The turn is one decision: what expires or begins in its instant is part of it.
    private void TurnMonth(DateTimeOffset turn)
    {
        var backed = Open.Environments.ToDictionary(month => month.Environment, month => month.Backing);
        var closed = Open;
        var carried = closed.Close(turn);
        Failpoints.Reach(Failpoint.MonthTurn);
        Open = AddBook(Period.Of(turn));
        Append(new PeriodTurned(Open.Period), turn);
        RaiseWasted(closed);
        foreach (var environment in _environments.Values)
        {
            if (environment.RetiredAt is null && environment.Allocation.IsPositive)
            {
                Open.Of(environment);
            }
        }

        foreach (var grant in _grants.Values.Where(grant => grant.CountsAt(turn)))
        {
            var isNew = grant.EffectiveAt == turn;
            if (isNew && SeededBugs.Has(SeededBug.TurnDiscardsNewGrant))
            {
                continue;
            }

            var granted = isNew || grant.Recurrence == Recurrence.Monthly ? grant.Amount : Credits.Zero;
            Open.Begin(grant, granted, carried.GetValueOrDefault(grant));
        }

        foreach (var (environment, had) in backed.Where(pair => pair.Key.RetiredAt is null))
        {
            var has = Open.Find(environment)?.Backing ?? Credits.Zero;
            if (has < had)
            {
                Open.Cut(environment, had - has);
            }
        }

        foreach (var environment in _told.ToList())
        {
            Capacity(environment);
        }

        var oldest = _limits.OldestBookable(Open.Period);
        foreach (var period in _books.Keys.Where(period => period < oldest).ToList())
        {
            _books.Remove(period);
        }
    }

    private void ExpireAndBegin(DateTimeOffset at)
    {
        var lost = new List<LostCredits>();
        foreach (var grant in _grants.Values.Where(grant => grant.ExpiresAt == at && grant.EndedAt is null))
        {
            var rest = SeededBugs.Has(SeededBug.ExpiredGrantPays) ? Credits.Zero : Open.Expire(grant);
            lost.Add(new LostCredits(grant, rest));
            Append(new GrantExpired(grant.Id, rest), at);
        }

        RaiseWasted(lost);

        foreach (var grant in _grants.Values.Where(grant => grant.EffectiveAt == at && grant.CountsAt(at)))
        {
            Append(new GrantBegun(grant.Id), at);
            Open.Begin(grant, grant.Amount, Credits.Zero);
        }
    }

    private void FindNextBoundary()
    {
        var next = Open.Period.End;
        foreach (var grant in _grants.Values.Where(grant => grant.EndedAt is null))
        {
            if (grant.EffectiveAt > Now && grant.EffectiveAt < next)
            {
                next = grant.EffectiveAt;
            }

            if (grant.ExpiresAt > Now && grant.ExpiresAt < next)
            {
                next = grant.ExpiresAt.Value;
            }

            if (SoonBoundaryOf(grant) is { } soon && soon < next)
            {
                next = soon;
            }
        }

        foreach (var plan in _plans.Values.Where(plan => plan.DeletedAt is null && plan.PlannedPrices.Count > 0 && plan.PlannedPrices[0].From < next))
        {
            next = plan.PlannedPrices[0].From;
        }

        if (HasDailyStops)
        {
            var tomorrow = new DateTimeOffset(Now.UtcDateTime.Date.AddDays(1), TimeSpan.Zero);
            next = tomorrow < next ? tomorrow : next;
        }

        _settingsBoundary = next;
    }

    private MonthBook? FindBook(Period period) => period >= Open.Period || SeededBugs.Has(SeededBug.LateFactInRunningMonth) ? Open : _books.GetValueOrDefault(period);

    private MonthBook BookOf(Period period)
    {
        if (FindBook(period) is { } book)
        {
            return book;
        }

        // A month before the tenant was known here: nothing was granted, so nothing prepaid can pay.
        book = AddBook(period);
        book.CloseEmpty();
        return book;
    }
}

using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <content>Caps and agents.</content>
public sealed partial class TenantLedger
{
    private readonly Dictionary<CapId, Cap> _caps = [];
    private readonly CapIndex _capIndex = new();
    private readonly Dictionary<(int Environment, string Agent), Agent> _agents = [];

    /// <summary>The caps, deleted ones not included.</summary>
    public IEnumerable<Cap> Caps => _caps.Values.Where(cap => !cap.IsDeleted);

    /// <summary>The agents that have settings.</summary>
    public IReadOnlyCollection<Agent> Agents => _agents.Values;

    /// <summary>Finds a cap.</summary>
    public Cap? Find(CapId id) => _caps.GetValueOrDefault(id) is { IsDeleted: false } cap ? cap : null;

    /// <summary>Finds an agent's settings; null when it has none.</summary>
    public Agent? FindAgent(TenantEnvironment environment, string agentId) => _agents.GetValueOrDefault((environment.Key, agentId));

    /// <summary>Sets up a cap.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="settings">What it limits, and how.</param>
    /// <param name="counted">Billed credits of the scope so far, by window, from the running month on.</param>
    public Outcome<Cap> AddCap(CapId id, CapSettings settings, IReadOnlyDictionary<int, Credits> counted)
    {
        if (_caps.ContainsKey(id))
        {
            return Refusal.Conflict("already_exists", "There is a cap with this id.");
        }

        if (Check(settings) is { } refusal)
        {
            return refusal;
        }

        var cap = new Cap
        {
            Key = _caps.Count + 1,
            Id = id,
            Scope = settings.Scope,
            Per = settings.Per,
            Credits = settings.Credits,
            NotifyPercent = settings.NotifyPercent,
            HardStop = settings.HardStop,
            CreatedAt = Now,
        };
        _caps.Add(id, cap);
        _capIndex.Add(cap);
        Append(new CapAdded(id, settings, counted));
        Recount(cap, counted);
        ConcludeCap(cap);
        return cap;
    }

    /// <summary>Changes a cap.</summary>
    /// <param name="id">The cap.</param>
    /// <param name="settings">What it is to limit, and how.</param>
    /// <param name="counted">As in <see cref="AddCap"/>; looked at only when the scope or the window changes.</param>
    /// <param name="expectedVersion">The version the caller saw; null for any.</param>
    public Outcome<Cap> ChangeCap(CapId id, CapSettings settings, IReadOnlyDictionary<int, Credits> counted, int? expectedVersion)
    {
        if (Find(id) is not { } cap)
        {
            return Refusal.NotFound("cap");
        }

        if (expectedVersion is not null && expectedVersion != cap.Version)
        {
            return Refusal.Stale("cap");
        }

        if (Check(settings) is { } refusal)
        {
            return refusal;
        }

        var countsAnew = cap.Per != settings.Per || cap.Scope != settings.Scope;
        var before = cap.Settings;
        _capIndex.Remove(cap, before.Scope);
        (cap.Scope, cap.Per, cap.Credits) = (settings.Scope, settings.Per, settings.Credits);
        (cap.NotifyPercent, cap.HardStop) = (settings.NotifyPercent, settings.HardStop);
        cap.Version++;
        _capIndex.Add(cap);
        Append(new CapChanged(id, settings, countsAnew ? counted : null), new CapChanged(id, before, null));
        if (countsAnew)
        {
            Recount(cap, counted);
        }

        ConcludeCap(cap);
        ConcludeCapOf(before.Scope);
        return cap;
    }

    /// <summary>Deletes a cap.</summary>
    public Outcome<Cap> DeleteCap(CapId id, int? expectedVersion)
    {
        if (Find(id) is not { } cap)
        {
            return Refusal.NotFound("cap");
        }

        if (expectedVersion is not null && expectedVersion != cap.Version)
        {
            return Refusal.Stale("cap");
        }

        LeaveCap(cap);
        cap.IsDeleted = true;
        cap.Version++;
        _capIndex.Remove(cap, cap.Scope);
        Changes.Touch(cap);
        Append(new CapDeleted(id), new CapChanged(id, cap.Settings, null));
        ConcludeCapOf(cap.Scope);
        FindNextBoundary();
        return cap;
    }

    /// <summary>Names an agent, and turns it off or on.</summary>
    /// <param name="id">The environment it works in.</param>
    /// <param name="agentId">Not blank.</param>
    /// <param name="name">Null keeps the name that events tell.</param>
    /// <param name="turnedOff">Whether its permissions are refused.</param>
    public Outcome<Agent> SetAgent(EnvironmentId id, string agentId, string? name, bool turnedOff)
    {
        if (Find(id) is not { RetiredAt: null } environment)
        {
            return Refusal.NotFound("environment");
        }

        if (!_agents.TryGetValue((environment.Key, agentId), out var agent))
        {
            agent = new Agent { Environment = environment, Id = agentId };
            _agents.Add((environment.Key, agentId), agent);
        }

        var before = new AgentSet(id, agentId, agent.Name, agent.IsTurnedOff);
        (agent.Name, agent.IsTurnedOff) = (name, turnedOff);
        Changes.Touch(agent);
        Append(new AgentSet(id, agentId, name, turnedOff), before);
        return agent;
    }

    private Refusal? Check(CapSettings settings)
    {
        if (settings.Scope.IsEmpty)
        {
            return Refusal.Invalid("scope", "invalid_request", "A cap limits an environment, an agent, a user or a cost centre.");
        }

        if (settings.Scope.Environment is { } id && Find(id) is not { RetiredAt: null })
        {
            return Refusal.Invalid("scope.environmentId", "unknown_environment", "There is no such environment.");
        }

        if (!settings.Credits.IsPositive || settings.Credits > Credits.Largest)
        {
            return Refusal.Invalid("credits", "invalid_request", $"A cap is above 0 and at most {Credits.Largest} credits.");
        }

        return settings.NotifyPercent is < 1 or > 100
            ? Refusal.Invalid("notifyPercent", "invalid_request", "The notify percent is 1 to 100.")
            : null;
    }

    private void Recount(Cap cap, IReadOnlyDictionary<int, Credits> counted)
    {
        LeaveCap(cap);
        cap.ClearCounts();
        foreach (var (window, used) in counted)
        {
            cap.Count(window).Used = used;
        }

        foreach (var hold in _holds.Values.Where(hold => cap.Scope.Covers(CapUseOf(hold))))
        {
            cap.Count(cap.WindowOf(hold.MadeAt)).Held += hold.Amount;
        }

        foreach (var count in cap.Counts)
        {
            Changes.Touch(count);
        }
    }

    private void CountInCaps(in CapUse use, Credits billed, Credits held)
    {
        if (_capIndex.IsEmpty || (billed == Credits.Zero && held == Credits.Zero))
        {
            return;
        }

        foreach (var cap in _capIndex.Covering(use))
        {
            var count = cap.Count(cap.WindowOf(use.Time));
            count.Used += billed;
            count.Held += held;
            Changes.Touch(count);
            ConcludeCount(count);
        }
    }

    private void ConcludeCap(Cap cap)
    {
        Changes.Touch(cap);
        if (cap.Find(cap.WindowOf(Now)) is { } count)
        {
            // A raised cap may be neared anew; a lowered one may be reached by this very change.
            if (count.Mark < count.RaisedMark)
            {
                LeaveCap(count);
                (count.RaisedMark, count.Alert) = (count.Mark, 0);
                Changes.Touch(count);
            }

            ConcludeCount(count);
        }

        ConcludeCapOf(cap.Scope);
        FindNextBoundary();
    }

    private void ConcludeCount(CapCount count)
    {
        var cap = count.Cap;
        if (count.Mark > count.RaisedMark)
        {
            count.RaisedMark = count.Mark;
            Changes.Touch(count);
            RaiseCap(count);
        }
        else if (count.Mark < count.RaisedMark)
        {
            LeaveCap(count);
        }
        else if (count.Alert != 0 && !_openCaps.Contains(count) && count.Window >= cap.WindowOf(Now))
        {
            Changes.Reopen(count.Alert);
            OpenCap(count);
        }

        if (cap is { HardStop: true, Scope.IsWholeEnvironment: true } && count.Window == cap.WindowOf(Now))
        {
            SetCapped(_environments[cap.Scope.Environment!.Value]);
        }
    }

    private void ConcludeCapOf(CapScope scope)
    {
        if (scope.IsWholeEnvironment && Find(scope.Environment!.Value) is { } environment)
        {
            SetCapped(environment);
            Capacity(environment);
            MarkForConclusion(environment);
        }
    }

    private void SetCapped(TenantEnvironment environment)
    {
        var isCapped = IsCapped(environment);
        if (isCapped != environment.IsCapped)
        {
            environment.IsCapped = isCapped;
            Changes.TouchQuota(environment);
        }
    }

    private bool IsCapped(TenantEnvironment environment)
    {
        foreach (var cap in _capIndex.OfWhole(environment.Id))
        {
            if (cap.HardStop && cap.Find(cap.WindowOf(Now)) is { } count && !count.Left.IsPositive)
            {
                return true;
            }
        }

        return false;
    }

    private bool HasDailyStops => _caps.Values.Any(cap => cap is { IsDeleted: false, HardStop: true, Per: CapWindow.Day } && cap.Scope.IsWholeEnvironment);

    // A day that begins matters only where a cap stops an environment: its status changes by itself. Usually one is freed; one
    // is stopped when what was told a few minutes ahead has filled the new day already.
    private void TurnDay(DateTimeOffset at)
    {
        var turned = _environments.Values.Where(environment => environment.IsCapped != IsCapped(environment)).ToList();
        if (turned.Count > 0)
        {
            Append(new DayTurned(at), at);
        }

        foreach (var environment in turned)
        {
            SetCapped(environment);
            MarkForConclusion(environment);
        }
    }
}

using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <content>The status of every environment at every moment, and who has to be looked at when something moves.</content>
public sealed partial class TenantLedger
{
    private readonly Dictionary<(bool DrawsOnPool, BillingPlanId? Plan), ReachGroup> _groups = [];
    private readonly List<TenantEnvironment> _changed = [];
    private bool _concludesAll;
    private bool _isAdvancing;
    private long _concluded;

    /// <summary>
    /// Concludes what was changed since the last conclusion as one decision: environments that crossed a mark by it make one
    /// alert. Uses conclude themselves; whoever changes settings calls this once all of a change is made.
    /// </summary>
    public void Conclude()
    {
        if (_concluded == Sequence)
        {
            return;
        }

        NoteGrowth();
        ConcludeGrown();
    }

    private void ConcludeGrown()
    {
        ConcludeInstant();
        ConcludeBudgets(_plans.Values);
    }

    private void ConcludeInstant()
    {
        if (_concludesAll)
        {
            _changed.Clear();
            _changed.AddRange(_environments.Values.Where(environment => environment.RetiredAt is null));
            _concludesAll = false;
        }

        MoveGroups();
        ConcludeChanged();
    }

    /// <summary>The status as it was last concluded.</summary>
    public QuotaStatus StatusOf(TenantEnvironment environment) => Open.ReachOf(environment).StatusAt(LowThresholdPercent);

    // A retired environment has no status any more, whatever is still settled, taken back or capped of it.
    private void MarkForConclusion(TenantEnvironment environment)
    {
        if (environment.RetiredAt is null)
        {
            _changed.Add(environment);
        }
    }

    /// <summary>Concludes a use, a hold or what became of it: it concerns one environment and what that shares.</summary>
    private void ConcludeUse(TenantEnvironment environment, Period period, IReadOnlyList<PlanCharge> charges, Credits unfunded)
    {
        if (unfunded.IsPositive)
        {
            RaiseUnfunded(environment, period);
        }

        ResolveExpiring();
        MarkForConclusion(environment);
        if (_isAdvancing)
        {
            // All that happens by itself at one instant is one decision.
            return;
        }

        MoveGroups();
        ConcludeChanged();
        if (charges.Count > 0)
        {
            ConcludeBudgets(charges.Select(charge => charge.Plan));
        }
    }

    private void MoveGroups()
    {
        foreach (var group in _groups.Values)
        {
            group.Move(SharedReach(group.DrawsOnPool, group.Plan), LowThresholdPercent, _changed);
        }
    }

    private void ConcludeChanged()
    {
        RaiseReduced(Open.TakeCuts());
        List<TenantEnvironment>? crossed = null;
        foreach (var environment in _changed)
        {
            LeaveReduced(environment);
            var reach = Open.ReachOf(environment);
            Place(environment, reach);
            if (reach.StatusAt(LowThresholdPercent) != environment.Watch.Status)
            {
                crossed ??= [];
                crossed.Add(environment);
            }
        }

        _changed.Clear();
        _concluded = Sequence;
        if (crossed is not null)
        {
            Cross(crossed);
        }
    }

    // What an environment can reach grew by a purchase, an allocation, a budget, a plan or a switch: then alerts may be told anew.
    private void NoteGrowth()
    {
        foreach (var environment in _told.Where(HasGrown).ToList())
        {
            Capacity(environment);
        }
    }

    // Against what was seen at the last conclusion. What had no limit cannot grow.
    private bool HasGrown(TenantEnvironment environment)
    {
        var watch = environment.Watch;
        var reach = Open.ReachOf(environment);
        return watch.Group is not { IsUnlimited: true }
            && (reach.IsUnlimited || reach.Left > watch.OwnLeft + (watch.Group?.Shared ?? Credits.Zero));
    }

    private void Place(TenantEnvironment environment, Reach reach)
    {
        var watch = environment.Watch;
        var plan = environment.PayingPlan;
        var mark = ReachGroup.MarkOf(reach, LowThresholdPercent);
        watch.OwnLeft = reach.AllocationLeft;
        if (watch.Group is { } group && group.DrawsOnPool == reach.DrawsOnPool && group.Plan == plan)
        {
            if (mark != watch.Mark)
            {
                group.Remove(environment);
                group.Add(environment, mark);
            }

            return;
        }

        watch.Group?.Remove(environment);
        GroupOf(reach.DrawsOnPool, plan).Add(environment, mark);
    }

    private ReachGroup GroupOf(bool drawsOnPool, BillingPlan? plan)
    {
        if (!_groups.TryGetValue((drawsOnPool, plan?.Id), out var group))
        {
            group = new ReachGroup(drawsOnPool, plan);
            group.Take(SharedReach(drawsOnPool, plan), LowThresholdPercent);
            _groups.Add((drawsOnPool, plan?.Id), group);
        }

        return group;
    }

    private Reach SharedReach(bool drawsOnPool, BillingPlan? plan)
    {
        var room = plan?.RoomMicros(Open.Period);
        var total = plan?.TotalMicros(Open.Period);
        return new Reach
        {
            DrawsOnPool = drawsOnPool,
            PoolLeft = Open.PoolLeft,
            PoolTotal = Open.PoolSize,
            HasPayAsYouGo = plan is not null,
            PayAsYouGoLeft = room is null ? null : plan!.Price.RoomIn(room.Value),
            PayAsYouGoTotal = total is null ? null : plan!.Price.RoomIn(total.Value),
        };
    }

    private void Unwatch(TenantEnvironment environment)
    {
        environment.Watch.Group?.Remove(environment);
        _told.Remove(environment);
        LeaveUnfunded(environment);
        LeaveReduced(environment, anyway: true);
        EndAnomaliesOf(environment);
        if (environment.Watch.OpenAlert != 0)
        {
            Leave(environment);
        }

        LeaveForecast(environment);
    }

    // After a restart nothing has happened: statuses are taken over as they follow from the balances.
    private void TakeStatuses()
    {
        foreach (var environment in _environments.Values.Where(environment => environment.RetiredAt is null))
        {
            environment.IsCapped = IsCapped(environment);
            var reach = Open.ReachOf(environment);
            Place(environment, reach);
            environment.Watch.Status = reach.StatusAt(LowThresholdPercent);
            NoteTold(environment);
        }

        foreach (var grant in _grants.Values.Where(grant => grant.Watch.OpenAlert != 0))
        {
            NoteExpiring(grant);
        }

        foreach (var plan in _plans.Values.Where(plan => plan.Watch.OpenForecast != 0))
        {
            _openAlerts[plan.Watch.OpenForecast] = 1;
        }

        _concluded = Sequence;
    }
}

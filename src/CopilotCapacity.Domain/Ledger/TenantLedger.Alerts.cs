using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <content>Alerts: each crossing makes one, with the sequence number of its cause.</content>
public sealed partial class TenantLedger
{
    // Environments of which something was told that is not to be told again yet.
    private readonly HashSet<TenantEnvironment> _told = [];

    // How many environments or grants each open alert is still true for.
    private readonly Dictionary<long, int> _openAlerts = [];

    /// <summary>The number of the last alert.</summary>
    public long AlertNumber { get; private set; }

    /// <summary>Notes that somebody has seen an alert. The caller has made sure that there is one and that it was not seen.</summary>
    public Outcome<long> AcknowledgeAlert(long number) => Append(new AlertAcknowledged(number));

    private void Cross(List<TenantEnvironment> crossed)
    {
        var low = new List<TenantEnvironment>();
        var depleted = new List<TenantEnvironment>();
        var restored = new List<TenantEnvironment>();
        foreach (var environment in crossed)
        {
            var watch = environment.Watch;
            var before = watch.Status;
            watch.Status = StatusOf(environment);
            if (watch.Status == before)
            {
                // It was named twice: by its own use and by what it shares.
                continue;
            }

            // Nothing is restored of which nobody was told that it was gone, as with an environment that began without credits.
            var isRestored = before == QuotaStatus.Depleted && watch.OpenAlert != 0;
            Leave(environment);
            LeftAt(watch, before);
            if (watch.Status == QuotaStatus.Depleted)
            {
                Tell(environment, watch.Depleted, depleted);
            }
            else if (isRestored)
            {
                Tell(environment, watch.Restored, restored);
            }
            else if (watch.Status == QuotaStatus.Low)
            {
                Tell(environment, watch.Low, low);
            }

            Changes.TouchWatch(environment);
        }

        RaiseStatus(AlertKind.QuotaRestored, restored);
        RaiseStatus(AlertKind.QuotaLow, low);
        RaiseStatus(AlertKind.QuotaDepleted, depleted);
    }

    private void LeftAt(EnvironmentWatch watch, QuotaStatus before)
    {
        if (before == QuotaStatus.Low)
        {
            watch.Low.LeftAt = Now;
        }
        else if (before == QuotaStatus.Depleted)
        {
            watch.Depleted.LeftAt = Now;
        }

        if (watch.Status == QuotaStatus.Depleted)
        {
            watch.Restored.LeftAt = Now;
        }
    }

    private void Tell(TenantEnvironment environment, AlertMemory memory, List<TenantEnvironment> environments)
    {
        if (memory.MayTell(Now))
        {
            memory.IsTold = true;
            _told.Add(environment);
            environments.Add(environment);
        }
    }

    /// <summary>Capacity was added for an environment, or the month has turned: what was told may be told again.</summary>
    private void Capacity(TenantEnvironment environment)
    {
        var watch = environment.Watch;
        (watch.Low.IsTold, watch.Depleted.IsTold, watch.Restored.IsTold) = (false, false, false);
        if (_told.Remove(environment))
        {
            Changes.TouchWatch(environment);
        }

        if (watch.Forecast.IsTold)
        {
            watch.Forecast.IsTold = false;
            Changes.TouchForecast(environment);
        }
    }

    private void NoteTold(TenantEnvironment environment)
    {
        var watch = environment.Watch;
        if (watch.Low.IsTold || watch.Depleted.IsTold || watch.Restored.IsTold || watch.Forecast.IsTold)
        {
            _told.Add(environment);
        }

        if (watch.OpenAlert != 0)
        {
            _openAlerts[watch.OpenAlert] = _openAlerts.GetValueOrDefault(watch.OpenAlert) + 1;
        }

        if (watch.OpenForecast != 0)
        {
            _openAlerts[watch.OpenForecast] = _openAlerts.GetValueOrDefault(watch.OpenForecast) + 1;
        }
    }

    private void Leave(TenantEnvironment environment)
    {
        var alert = environment.Watch.OpenAlert;
        if (alert == 0)
        {
            return;
        }

        environment.Watch.OpenAlert = 0;
        Changes.TouchWatch(environment);
        LeaveAlert(alert);
    }

    private void LeaveAlert(long alert)
    {
        if (--_openAlerts[alert] == 0)
        {
            _openAlerts.Remove(alert);
            Changes.Resolve(alert, Now);
        }
    }

    private void RaiseStatus(AlertKind kind, List<TenantEnvironment> environments)
    {
        if (environments.Count == 0)
        {
            return;
        }

        environments.Sort((x, y) => x.Key.CompareTo(y.Key));
        var alert = Raise(AlertText.OfStatus(kind, environments, Open.ReachOf(environments[0])), environments);
        if (kind == AlertKind.QuotaRestored)
        {
            return;
        }

        _openAlerts[alert] = environments.Count;
        foreach (var environment in environments)
        {
            environment.Watch.OpenAlert = alert;
        }
    }

    private void RaiseCap(CapCount count)
    {
        var environment = count.Cap.Scope.Environment is { } id ? Find(id) : null;
        Raise(AlertText.OfCap(count, environment), environment is null ? [] : [environment], agentId: count.Cap.Scope.AgentId);
    }

    private void RaiseUnfunded(TenantEnvironment environment, Period period)
    {
        if (environment.Watch.UnfundedToldIn < period.Index)
        {
            environment.Watch.UnfundedToldIn = period.Index;
            Changes.TouchWatch(environment);
            Raise(AlertText.OfUnfunded(environment), [environment]);
        }
    }

    private void RaiseUnlinked(UnlinkedApplication application) => Raise(AlertText.OfUnlinked(application.Application), []);

    private void RaiseReduced(IReadOnlyDictionary<TenantEnvironment, Credits> cuts)
    {
        if (cuts.Count > 0)
        {
            var environments = cuts.Keys.OrderBy(environment => environment.Key).ToList();
            var lost = cuts.Values.Aggregate(Credits.Zero, (sum, cut) => sum + cut);
            Raise(AlertText.OfReduced(environments, lost), environments);
        }
    }

    private void ConcludeBudgets(IEnumerable<BillingPlan> plans)
    {
        foreach (var plan in plans)
        {
            if (plan is { DeletedAt: null, Budget: { AmountMicros: > 0 } budget } && budget.WindowStart(Open.Period) is { } window)
            {
                ConcludeBudget(plan, budget, window);
            }
        }
    }

    private void ConcludeBudget(BillingPlan plan, Budget budget, Period window)
    {
        var watch = plan.Watch;
        if (watch.Window != window.Index)
        {
            (watch.Window, watch.ToldPercent, watch.IsExhaustedTold) = (window.Index, -1, false);
        }

        var spend = plan.SpendMicros(Open.Period);
        var mark = budget.Thresholds
            .Where(threshold => threshold.Basis == ThresholdBasis.Actual && (Int128)spend * 100 >= (Int128)budget.AmountMicros * threshold.Percent)
            .Select(threshold => threshold.Percent)
            .DefaultIfEmpty(-1)
            .Max();
        if (mark > watch.ToldPercent)
        {
            Raise(AlertText.OfBudget(plan, budget, mark, Currency), [], plan, threshold: mark);
        }

        var isExhausted = budget.HardStop && !plan.Price.RoomIn(plan.RoomMicros(Open.Period) ?? 0).IsPositive;
        if (isExhausted && !watch.IsExhaustedTold)
        {
            Raise(AlertText.OfExhausted(plan, budget, Currency), [], plan);
        }

        // A raised budget may be passed again; open holds may make room for a moment, which is no reason to tell again.
        var isExhaustedTold = isExhausted || (watch.IsExhaustedTold && spend >= budget.AmountMicros);
        if (mark != watch.ToldPercent || isExhaustedTold != watch.IsExhaustedTold)
        {
            (watch.ToldPercent, watch.IsExhaustedTold) = (mark, isExhaustedTold);
            Changes.TouchWatch(plan);
        }
    }

    private long Raise(
        AlertWords words,
        IReadOnlyList<TenantEnvironment> environments,
        BillingPlan? plan = null,
        string? agentId = null,
        int? threshold = null)
    {
        AlertNumber++;
        Changes.Add(new LedgerAlert
        {
            Number = AlertNumber,
            Cause = Sequence,
            Kind = words.Kind,
            Severity = words.Severity,
            Environments = environments,
            Plan = plan,
            AgentId = agentId,
            Threshold = threshold ?? words.Threshold,
            Title = words.Title,
            Text = words.Text,
            RaisedAt = Now,
        });
        return AlertNumber;
    }
}

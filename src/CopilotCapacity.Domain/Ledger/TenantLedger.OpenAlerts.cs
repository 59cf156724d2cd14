using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Domain.Ledger;

/// <content>Which alerts are still true, and which of them people have seen or set aside.</content>
public sealed partial class TenantLedger
{
    private static readonly TimeSpan s_snoozeMost = TimeSpan.FromDays(31);

    // How many environments, grants or other things each open alert is still true for.
    private readonly Dictionary<long, int> _openAlerts = [];

    // It ends at its instant also when the alert is over by then: a replay may number alerts differently, but not entries.
    private readonly Dictionary<long, DateTimeOffset> _snoozed = [];

    // Windows of caps with an alert that is not over: they end with the window.
    private readonly HashSet<CapCount> _openCaps = [];

    /// <summary>Notes that somebody has seen an alert. The caller has made sure that there is one and that it was not seen.</summary>
    public Outcome<long> AcknowledgeAlert(long number)
    {
        Awake(number);
        return Append(new AlertAcknowledged(number));
    }

    /// <summary>Notes that nobody is on an alert and that it is not set aside. The caller has made sure that there is one.</summary>
    public Outcome<long> ReleaseAlert(long number)
    {
        Awake(number);
        return Append(new AlertReleased(number));
    }

    /// <summary>Sets an alert aside until an instant, at which it comes back by itself. The caller has made sure that there is one.</summary>
    public Outcome<long> SnoozeAlert(long number, DateTimeOffset until)
    {
        if (until <= Now || until > Now + s_snoozeMost)
        {
            return Refusal.Invalid("until", "invalid_request", $"An alert is set aside until later, and for at most {s_snoozeMost.Days} days.");
        }

        _snoozed[number] = until;
        var sequence = Append(new AlertSnoozed(number, until));
        FindNextBoundary();
        return sequence;
    }

    private void Awake(long number)
    {
        if (_snoozed.Remove(number))
        {
            FindNextBoundary();
        }
    }

    private void EndSnoozes(DateTimeOffset at)
    {
        foreach (var number in _snoozed.Where(snooze => snooze.Value <= at).Select(snooze => snooze.Key).Order().ToList())
        {
            _snoozed.Remove(number);
            Append(new SnoozeEnded(number), at);
        }
    }

    private void Opened(long alert, int count = 1) => _openAlerts[alert] = _openAlerts.GetValueOrDefault(alert) + count;

    // The same state again so soon is not told anew, but what was told of it is true again.
    private void Reopen(long alert)
    {
        if (!_openAlerts.ContainsKey(alert))
        {
            Changes.Reopen(alert);
        }

        Opened(alert);
    }

    private void LeaveAlert(long alert)
    {
        if (--_openAlerts[alert] == 0)
        {
            _openAlerts.Remove(alert);
            Changes.Resolve(alert, Now);
        }
    }

    private void LeaveUnfunded(TenantEnvironment environment)
    {
        if (environment.Watch.UnfundedAlert is not 0 and var alert)
        {
            environment.Watch.UnfundedAlert = 0;
            Changes.TouchWatch(environment);
            LeaveAlert(alert);
        }
    }

    // It is over once credits stand behind the whole allocation again.
    private void LeaveReduced(TenantEnvironment environment, bool anyway = false)
    {
        if (environment.Watch.ReducedAlert is not 0 and var alert
            && (anyway || Open.Find(environment) is not { } month || month.Backing >= environment.Allocation))
        {
            environment.Watch.ReducedAlert = 0;
            Changes.TouchWatch(environment);
            LeaveAlert(alert);
        }
    }

    private void LeaveBudget(BillingPlan plan)
    {
        var watch = plan.Watch;
        LeaveIfOpen(watch.MarkAlert);
        LeaveIfOpen(watch.ExhaustedAlert);
    }

    private void LeaveIfOpen(long alert)
    {
        if (_openAlerts.ContainsKey(alert))
        {
            LeaveAlert(alert);
        }
    }

    private void LeaveCap(CapCount count)
    {
        if (_openCaps.Remove(count))
        {
            LeaveAlert(count.Alert);
        }
    }

    private void LeaveCap(Cap cap)
    {
        foreach (var count in cap.Counts)
        {
            LeaveCap(count);
        }
    }

    // A day or month that has ended cannot be over its cap any more.
    private void LeaveEndedCaps()
    {
        foreach (var count in _openCaps.Where(count => count.Window < count.Cap.WindowOf(Now)).ToList())
        {
            LeaveCap(count);
        }
    }

    private bool HasOpenDailyCaps => _openCaps.Any(count => count.Cap.Per == CapWindow.Day);

    private void RestoreOpenAlerts(LedgerSnapshot snapshot)
    {
        foreach (var anomaly in snapshot.Anomalies)
        {
            _anomalies.Add(anomaly.Series, anomaly);
            Opened(anomaly.OpenAlert);
        }

        foreach (var environment in _environments.Values)
        {
            foreach (var alert in new[] { environment.Watch.UnfundedAlert, environment.Watch.ReducedAlert }.Where(alert => alert != 0))
            {
                Opened(alert);
            }
        }

        foreach (var alert in _unlinked.Values.Select(application => application.OpenAlert)
                     .Concat(_plans.Values.SelectMany(plan => new[] { plan.Watch.MarkAlert, plan.Watch.ExhaustedAlert }))
                     .Where(snapshot.OpenAlerts.Contains))
        {
            Opened(alert);
        }

        foreach (var count in _caps.Values.SelectMany(cap => cap.Counts).Where(count => snapshot.OpenAlerts.Contains(count.Alert)))
        {
            _openCaps.Add(count);
            Opened(count.Alert);
        }

        foreach (var (alert, until) in snapshot.Snoozes)
        {
            _snoozed.Add(alert, until);
        }

        foreach (var request in snapshot.Requests)
        {
            _requests.Add(request.Id, request);
        }
    }
}

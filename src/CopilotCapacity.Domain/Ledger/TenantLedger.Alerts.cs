using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <content>Alerts: each crossing makes one, with the sequence number of its cause.</content>
public sealed partial class TenantLedger
{
    // Environments of which something was told that is not to be told again yet.
    private readonly HashSet<TenantEnvironment> _told = [];

    // The last alert with its story: what else the same cause brings about belongs to it.
    private (long Cause, DateTimeOffset At, long Story) _last;

    /// <summary>The number of the last alert.</summary>
    public long AlertNumber { get; private set; }

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
            if (before == QuotaStatus.Depleted)
            {
                LeaveUnfunded(environment);
            }

            if (watch.Status == QuotaStatus.Depleted)
            {
                Tell(environment, watch.Depleted, depleted, begins: before == QuotaStatus.Available);
            }
            else if (isRestored)
            {
                Tell(environment, watch.Restored, restored);
            }
            else if (watch.Status == QuotaStatus.Low)
            {
                Tell(environment, watch.Low, low, begins: before == QuotaStatus.Available);
            }

            Changes.TouchWatch(environment);
            NoteStatus(environment);
        }

        RaiseStatus(AlertKind.QuotaRestored, restored);
        RaiseStatus(AlertKind.QuotaLow, low);
        RaiseStatus(AlertKind.QuotaDepleted, depleted);
    }

    // With the quota as it is now, so that whoever was away can be told it as it was.
    private void NoteStatus(TenantEnvironment environment)
    {
        environment.Watch.StatusSequence = Sequence;
        Changes.Add(new StatusChange(environment, QuotaReading.Of(this, environment)));
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

    private void Tell(TenantEnvironment environment, AlertMemory memory, List<TenantEnvironment> environments, bool begins = false)
    {
        if (memory.MayTell(Now))
        {
            environment.Watch.Story = begins ? 0 : environment.Watch.Story;
            memory.IsTold = true;
            _told.Add(environment);
            environments.Add(environment);
        }
        else if (memory != environment.Watch.Restored && memory.Alert != 0)
        {
            environment.Watch.OpenAlert = memory.Alert;
            Reopen(memory.Alert);
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
            Opened(watch.OpenAlert);
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

    private void RaiseStatus(AlertKind kind, List<TenantEnvironment> environments)
    {
        if (environments.Count == 0)
        {
            return;
        }

        environments.Sort((x, y) => x.Key.CompareTo(y.Key));
        var story = environments.Select(environment => environment.Watch.Story).Where(known => known != 0).DefaultIfEmpty().Min();
        var alert = Raise(AlertText.OfStatus(kind, environments, Open.ReachOf(environments[0])), environments, story: story);
        environments.ForEach(environment => environment.Watch.Story = _last.Story);
        if (kind == AlertKind.QuotaRestored)
        {
            return;
        }

        Opened(alert, environments.Count);
        foreach (var environment in environments)
        {
            var watch = environment.Watch;
            watch.OpenAlert = alert;
            (kind == AlertKind.QuotaDepleted ? watch.Depleted : watch.Low).Alert = alert;
        }
    }

    private void RaiseCap(CapCount count)
    {
        var environment = count.Cap.Scope.Environment is { } id ? Find(id) : null;
        LeaveCap(count);
        count.Alert = Raise(
            AlertText.OfCap(count, environment),
            environment is null ? [] : [environment],
            agentId: count.Cap.Scope.AgentId,
            subject: count.Cap.Id.Value,
            story: count.Story);
        count.Story = _last.Story;
        OpenCap(count);
    }

    private void RaiseUnfunded(TenantEnvironment environment, Period period)
    {
        if (environment.Watch.UnfundedToldIn < period.Index)
        {
            environment.Watch.UnfundedToldIn = period.Index;
            Changes.TouchWatch(environment);
            LeaveUnfunded(environment);
            var story = environment.Watch.Status == QuotaStatus.Available ? 0 : environment.Watch.Story;
            environment.Watch.UnfundedAlert = Raise(AlertText.OfUnfunded(environment), [environment], story: story);
            Opened(environment.Watch.UnfundedAlert);
        }
    }

    private void RaiseUnlinked(UnlinkedApplication application)
    {
        application.OpenAlert = Raise(AlertText.OfUnlinked(application.Application), [], subject: application.Application.Id.Value);
        Opened(application.OpenAlert);
    }

    private void RaiseReduced(IReadOnlyDictionary<TenantEnvironment, Credits> cuts)
    {
        if (cuts.Count > 0)
        {
            var environments = cuts.Keys.OrderBy(environment => environment.Key).ToList();
            var lost = cuts.Values.Aggregate(Credits.Zero, (sum, cut) => sum + cut);
            var alert = Raise(AlertText.OfReduced(environments, lost), environments);
            foreach (var environment in environments.Where(environment => environment.RetiredAt is null))
            {
                LeaveReduced(environment, anyway: true);
                environment.Watch.ReducedAlert = alert;
                Opened(alert);
                Changes.TouchWatch(environment);
            }
        }
    }

    private void OpenCap(CapCount count)
    {
        Opened(count.Alert);
        _openCaps.Add(count);
        if (!_isAdvancing)
        {
            FindNextBoundary();
        }
    }

    private long Raise(
        AlertWords words,
        IReadOnlyList<TenantEnvironment> environments,
        BillingPlan? plan = null,
        string? agentId = null,
        int? threshold = null,
        Guid? subject = null,
        Feature? feature = null,
        long story = 0)
    {
        AlertNumber++;
        if (story == 0)
        {
            story = _last.Cause == Sequence && _last.At == Now ? _last.Story : AlertNumber;
        }

        _last = (Sequence, Now, story);
        Changes.Add(new LedgerAlert
        {
            Number = AlertNumber,
            Cause = Sequence,
            Kind = words.Kind,
            Severity = words.Severity,
            Environments = environments,
            Plan = plan,
            AgentId = agentId,
            Subject = subject,
            Feature = feature,
            Story = story,
            Threshold = threshold ?? words.Threshold,
            Title = words.Title,
            Text = words.Text,
            RaisedAt = Now,
        });
        return AlertNumber;
    }
}

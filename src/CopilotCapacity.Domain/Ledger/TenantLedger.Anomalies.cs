using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Anomaly;
using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Domain.Ledger;

/// <content>Anomalies: found from the sums by whoever looks at them, told and ended here.</content>
public sealed partial class TenantLedger
{
    private readonly Dictionary<SeriesKey, AnomalyWatch> _anomalies = [];

    /// <summary>The anomalies that are not over.</summary>
    public IReadOnlyCollection<SeriesKey> Anomalies => _anomalies.Keys;

    /// <summary>Tells of an anomaly; one that is told and not over changes nothing.</summary>
    /// <returns>Whether it was told now.</returns>
    public Outcome<bool> BeginAnomaly(AnomalyFinding finding)
    {
        if (Find(finding.Series.Environment) is not { RetiredAt: null } environment)
        {
            return Refusal.NotFound("environment");
        }

        if (_anomalies.ContainsKey(finding.Series))
        {
            return false;
        }

        Append(new AnomalyBegan(finding));
        var alert = Raise(AlertText.OfAnomaly(finding, environment), [environment], agentId: finding.Series.AgentId, feature: finding.Series.Feature);
        Opened(alert);
        var watch = new AnomalyWatch { Series = finding.Series, OpenAlert = alert };
        _anomalies.Add(finding.Series, watch);
        Changes.Touch(watch);
        return true;
    }

    /// <summary>Ends an anomaly; one that is over changes nothing.</summary>
    public Outcome<bool> EndAnomaly(SeriesKey series)
    {
        if (!_anomalies.ContainsKey(series))
        {
            return false;
        }

        Append(new AnomalyEnded(series));
        EndWatch(series);
        return true;
    }

    // What is retired has no pattern any more.
    private void EndAnomaliesOf(TenantEnvironment environment)
    {
        foreach (var series in _anomalies.Keys.Where(series => series.Environment == environment.Id).ToList())
        {
            EndWatch(series);
        }
    }

    private void EndWatch(SeriesKey series)
    {
        _anomalies.Remove(series, out var watch);
        LeaveAlert(watch!.OpenAlert);
        watch.OpenAlert = 0;
        Changes.Touch(watch);
    }
}

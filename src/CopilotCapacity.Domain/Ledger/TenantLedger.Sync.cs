using CopilotCapacity.Domain.Alerts;

namespace CopilotCapacity.Domain.Ledger;

/// <content>Services that the tenant is kept in step with: that one fails is told once, and is over when it works again.</content>
public sealed partial class TenantLedger
{
    // The open alert about each service that fails.
    private readonly Dictionary<string, long> _failingServices = new(StringComparer.Ordinal);

    /// <summary>The services that fail, by their names, with the alert about each.</summary>
    public IReadOnlyDictionary<string, long> FailingServices => _failingServices;

    /// <summary>Notes that a service fails. Told once; while it goes on failing nothing changes, whatever the reason is by then.</summary>
    public Outcome<bool> NoteSyncFailing(string service, string name, string reason)
    {
        if (_failingServices.ContainsKey(service))
        {
            return false;
        }

        Append(new SyncFailed(service, name, reason));
        var alert = Raise(AlertText.OfSync(name, reason), []);
        _failingServices[service] = alert;
        _openAlerts[alert] = 1;
        Changes.TouchSync(service, alert);
        return true;
    }

    /// <summary>Notes that a service works; where it failed before, that is over.</summary>
    public Outcome<bool> NoteSyncWorking(string service)
    {
        if (!_failingServices.Remove(service, out var alert))
        {
            return false;
        }

        Append(new SyncRestored(service));
        LeaveAlert(alert);
        Changes.TouchSync(service, 0);
        return true;
    }

    private void RestoreSync(IReadOnlyDictionary<string, long> failing)
    {
        foreach (var (service, alert) in failing)
        {
            _failingServices.Add(service, alert);
            _openAlerts[alert] = 1;
        }
    }
}

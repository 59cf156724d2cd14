using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Domain.Tests.Alerts;

/// <summary>A service that fails is told once, and is over when it works.</summary>
public sealed class SyncAlertTests
{
    [Fact]
    public void Failing_IsToldOnce_ForEachService_AndIsOverByItself()
    {
        var ledger = Make.Ledger();
        ledger.Changes.Clear();
        Assert.False(ledger.NoteSyncWorking("azure").Value);
        Assert.True(ledger.NoteSyncFailing("azure", "Azure", "Azure fails with 500.").Value);
        Assert.False(ledger.NoteSyncFailing("azure", "Azure", "Azure cannot be reached.").Value);
        Assert.True(ledger.NoteSyncFailing("powerPlatform", "Power Platform", "It asks for fewer requests.").Value);

        Assert.Equal(["Azure fails with 500.", "It asks for fewer requests."], ledger.Changes.Alerts.Select(alert => alert.Text[..(alert.Text.IndexOf('.', StringComparison.Ordinal) + 1)]).ToArray());
        Assert.All(ledger.Changes.Alerts, alert => Assert.Equal((AlertKind.SyncFailing, AlertSeverity.Warning), (alert.Kind, alert.Severity)));
        Assert.Equal(2, ledger.Changes.Entries.Count);

        Assert.True(ledger.NoteSyncWorking("azure").Value);
        Assert.Equal([1L], ledger.Changes.Resolved.Keys.ToArray());
        Assert.Equal(["powerPlatform"], ledger.FailingServices.Keys.ToArray());
        Assert.True(ledger.NoteSyncFailing("azure", "Azure", "Again.").Value);
        Assert.Equal(3, ledger.Changes.Alerts.Count);
    }
}

using CopilotCapacity.Domain.Anomaly;
using CopilotCapacity.Domain.Requests;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <summary>A change of who has seen what and who has asked for what; no balance moves by it.</summary>
public abstract record PeopleChange : NarrowChange;

/// <summary>Somebody said that they have seen an alert and are on it.</summary>
public sealed record AlertAcknowledged(long Alert) : PeopleChange;

/// <summary>Nobody is on an alert any more, and it is not snoozed.</summary>
public sealed record AlertReleased(long Alert) : PeopleChange;

/// <summary>Somebody set an alert aside until later.</summary>
public sealed record AlertSnoozed(long Alert, DateTimeOffset Until) : PeopleChange;

/// <summary>An alert that was set aside has come back.</summary>
public sealed record SnoozeEnded(long Alert) : PeopleChange
{
    /// <inheritdoc/>
    public override bool IsByTime => true;
}

/// <summary>Use was found to be far from what is usual.</summary>
public sealed record AnomalyBegan(AnomalyFinding Finding) : PeopleChange;

/// <summary>Use that was far from what is usual is usual again.</summary>
public sealed record AnomalyEnded(SeriesKey Series) : PeopleChange;

/// <summary>Somebody asked for capacity.</summary>
public sealed record RequestMade(
    RequestId Id, EnvironmentId? Environment, BillingPlanId? Plan, Credits? Credits, long? AmountMicros, string? Reason, long? Alert) : PeopleChange;

/// <summary>A request was decided. What an approval does has an entry of its own, just before this one.</summary>
public sealed record RequestDecided(RequestId Id, RequestState Decision, string? Reason) : PeopleChange;

using CopilotCapacity.Domain.Anomaly;
using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Requests;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <summary>What storage kept of a ledger: its settings and the balances of the months that can still be booked to.</summary>
public sealed record LedgerSnapshot
{
#pragma warning disable CS1591 // Each member mirrors the one of the ledger with the same name.
    public required TenantId Id { get; init; }

    public required string Name { get; init; }

    public required CurrencyCode Currency { get; init; }

    public required int LowThresholdPercent { get; init; }

    public required int WarningHorizonDays { get; init; }

    public required string DisplayZone { get; init; }

    public required IReadOnlyList<string> AllowedOrigins { get; init; }

    public required bool IsRehearsal { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required int Version { get; init; }

    public required DateTimeOffset Now { get; init; }

    public required long Sequence { get; init; }

    public required Period OpenPeriod { get; init; }

    public required IReadOnlyList<Period> Periods { get; init; }

    public required IReadOnlyList<TenantEnvironment> Environments { get; init; }

    public required IReadOnlyList<Grant> Grants { get; init; }

    public required IReadOnlyList<BillingPlan> Plans { get; init; }

    public required IReadOnlyList<GrantMonth> GrantMonths { get; init; }

    public required IReadOnlyList<EnvironmentMonth> EnvironmentMonths { get; init; }

    public required IReadOnlyList<Hold> Holds { get; init; }

    public required IReadOnlyList<Cap> Caps { get; init; }

    public required IReadOnlyList<Agent> Agents { get; init; }

    public required IReadOnlyList<UnlinkedApplication> UnlinkedApplications { get; init; }

    public required long AlertNumber { get; init; }

    public required IReadOnlyDictionary<string, long> FailingServices { get; init; }

    public IReadOnlySet<long> OpenAlerts { get; init; } = new HashSet<long>();

    public IReadOnlyDictionary<long, DateTimeOffset> Snoozes { get; init; } = new Dictionary<long, DateTimeOffset>();

    public IReadOnlyList<AnomalyWatch> Anomalies { get; init; } = [];

    public IReadOnlyList<NewRequest> Requests { get; init; } = [];

    public required IReadOnlyList<RateOverride> Rates { get; init; }

    public required IReadOnlyList<Reallocation> Reallocations { get; init; }
#pragma warning restore CS1591
}

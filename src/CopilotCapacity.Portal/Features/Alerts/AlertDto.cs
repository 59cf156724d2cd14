using System.Buffers.Binary;
using System.Text.Json.Serialization;
using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Quota;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Features.Alerts;

/// <summary>Something an admin or a user should know.</summary>
public sealed record AlertDto
{
#pragma warning disable CS1591 // The members carry the contract's own words.
    /// <summary>Per tenant 1, 2, 3, … without gap.</summary>
    public required long Sequence { get; init; }

    public required Guid Id { get; init; }

    public required string Kind { get; init; }

    public required AlertSeverity Severity { get; init; }

    /// <summary>The environment it is about, when it is about one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? EnvironmentId { get; init; }

    /// <summary>The environments that one cause changed, when it changed several.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Guid>? EnvironmentIds { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? PlanId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AgentId { get; init; }

    /// <summary>The mark that was passed, in percent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Threshold { get; init; }

    public required string Title { get; init; }

    public required string Text { get; init; }

    public required IReadOnlyList<QuotaActionDto> Actions { get; init; }

    public required DateTimeOffset RaisedAt { get; init; }

    /// <summary>The ledger sequence number of its cause.</summary>
    public required long LedgerSequence { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ResolvedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? AcknowledgedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AcknowledgedBy { get; init; }

    /// <summary>The sequence of the first alert of its story: what one cause brings about, such as low, depleted, restored.</summary>
    public required long Story { get; init; }

    /// <summary>Until when somebody has set it aside.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? SnoozedUntil { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SnoozedBy { get; init; }
#pragma warning restore CS1591

    internal static AlertDto From(TenantId tenant, StoredAlert alert) => new()
    {
        Sequence = alert.Number,
        Id = AlertId.Of(tenant, alert.Number),
        Kind = AlertWords.KindOf(alert.Kind),
        Severity = alert.Severity,
        EnvironmentId = alert.Environments.Count == 1 ? alert.Environments[0] : null,
        EnvironmentIds = alert.Environments.Count > 1 ? alert.Environments : null,
        PlanId = alert.Plan,
        AgentId = alert.AgentId,
        Threshold = alert.Threshold,
        Title = alert.Title,
        Text = alert.Text,
        Actions = AlertActions.For(tenant, alert),
        RaisedAt = alert.RaisedAt,
        LedgerSequence = alert.Cause,
        ResolvedAt = alert.ResolvedAt,
        AcknowledgedAt = alert.AcknowledgedAt,
        AcknowledgedBy = alert.AcknowledgedBy,
        Story = alert.Story,
        SnoozedUntil = alert.SnoozedUntil,
        SnoozedBy = alert.SnoozedBy,
    };
}

/// <summary>An alert's id follows from its tenant and its number, so that it is the same wherever it is told.</summary>
internal static class AlertId
{
    private const int NumberOffset = 8;

    public static Guid Of(TenantId tenant, long number)
    {
        Span<byte> bytes = stackalloc byte[16];
        tenant.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        var part = bytes[NumberOffset..];
        BinaryPrimitives.WriteInt64BigEndian(part, BinaryPrimitives.ReadInt64BigEndian(part) ^ number);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>The number behind an id; 0 when it is none of the tenant's.</summary>
    public static long NumberOf(TenantId tenant, Guid id)
    {
        Span<byte> mine = stackalloc byte[16];
        Span<byte> theirs = stackalloc byte[16];
        tenant.Value.TryWriteBytes(mine, bigEndian: true, out _);
        id.TryWriteBytes(theirs, bigEndian: true, out _);
        var number = BinaryPrimitives.ReadInt64BigEndian(mine[NumberOffset..]) ^ BinaryPrimitives.ReadInt64BigEndian(theirs[NumberOffset..]);
        return mine[..NumberOffset].SequenceEqual(theirs[..NumberOffset]) && number > 0 ? number : 0;
    }
}

/// <summary>The names of kinds.</summary>
internal static class AlertWords
{
    /// <summary>The kind with a name; null when there is none.</summary>
    public static AlertKind? Find(string? name) =>
        Enum.GetValues<AlertKind>().Where(kind => string.Equals(KindOf(kind), name, StringComparison.OrdinalIgnoreCase)).Select(kind => (AlertKind?)kind).FirstOrDefault();

    public static string KindOf(AlertKind kind) => kind switch
    {
        AlertKind.QuotaLow => "quota.low",
        AlertKind.QuotaDepleted => "quota.depleted",
        AlertKind.QuotaRestored => "quota.restored",
        AlertKind.QuotaForecast => "quota.forecast",
        AlertKind.BudgetThreshold => "budget.threshold",
        AlertKind.BudgetForecast => "budget.forecast",
        AlertKind.BudgetExhausted => "budget.exhausted",
        AlertKind.CapNearing => "cap.nearing",
        AlertKind.CapReached => "cap.reached",
        AlertKind.GrantExpiring => "grant.expiring",
        AlertKind.GrantWasted => "grant.wasted",
        AlertKind.AllocationReduced => "allocation.reduced",
        AlertKind.UsageUnfunded => "usage.unfunded",
        AlertKind.UsageUnlinked => "usage.unlinked",
        AlertKind.UsageAnomaly => "usage.anomaly",
        AlertKind.SyncFailing => "sync.failing",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "An alert of no known kind."),
    };
}

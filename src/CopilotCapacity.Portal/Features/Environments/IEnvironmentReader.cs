using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Portal.Features.Caps;
using CopilotCapacity.Portal.Features.Overview;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Features.Environments;

/// <summary>What was charged for an agent or a feature in the month.</summary>
/// <param name="Key">The agent's id or the feature's code; null where the use named none.</param>
/// <param name="Uses">How many uses.</param>
/// <param name="Billed">What they were charged.</param>
public sealed record PartUse(string? Key, long Uses, Credits Billed)
{
    /// <summary>What an agent is called; null where nobody named it.</summary>
    public string? Name { get; init; }
}

/// <summary>Everything the page of one environment shows, read at one ledger sequence number.</summary>
public sealed record EnvironmentDetail
{
    public required string TenantName { get; init; }

    public required OverviewEnvironment Environment { get; init; }

    /// <summary>Changes with its description; sent back with an edit to tell a stale one.</summary>
    public required int Version { get; init; }

    /// <summary>What the pane of its allocation says of the tenant.</summary>
    public required TenantCredits TenantCredits { get; init; }

    public required Period Period { get; init; }

    public required DateTimeOffset AsOf { get; init; }

    public required bool IsRehearsal { get; init; }

    /// <summary>The days of the month so far, each of them.</summary>
    public required IReadOnlyList<DayUse> Days { get; init; }

    /// <summary>What was charged by agent, most first.</summary>
    public required IReadOnlyList<PartUse> Agents { get; init; }

    /// <summary>What was charged by feature, most first.</summary>
    public required IReadOnlyList<PartUse> Features { get; init; }

    public required IReadOnlyList<ApplicationDto> Applications { get; init; }

    /// <summary>The caps on all of it or on parts of it.</summary>
    public required IReadOnlyList<CapDto> Caps { get; init; }

    /// <summary>What was raised this month and is not over yet, newest first; good news is not among it.</summary>
    public required IReadOnlyList<StoredAlert> Alerts { get; init; }

    /// <summary>What its clients do while they cannot reach the portal.</summary>
    public UnreachableRule WhenUnreachable { get; init; } = UnreachableRule.Refuse;

    /// <summary>Whether whoever looks may change what belongs to it alone.</summary>
    public required bool MayChange { get; init; }

    /// <summary>Whether they may change what environments share, such as its allocation.</summary>
    public required bool MayChangeCapacity { get; init; }
}

/// <summary>Reads one environment for its page.</summary>
public interface IEnvironmentReader
{
    /// <summary>The environment; null when there is none for whoever asks.</summary>
    Task<EnvironmentDetail?> ReadAsync(TenantId tenant, EnvironmentId environment, CancellationToken cancellationToken);
}

/// <summary>Changes one environment from its page. Each gives null, or the sentence that says why not.</summary>
public interface IEnvironmentEditor
{
    /// <summary>Describes it anew.</summary>
    Task<string?> DescribeAsync(TenantId tenant, EnvironmentId environment, EnvironmentDescription description, int version, CancellationToken cancellationToken);

    /// <summary>Says what its clients do while they cannot reach the portal.</summary>
    Task<string?> SetWhenUnreachableAsync(TenantId tenant, EnvironmentId environment, UnreachableRule rule, int version, CancellationToken cancellationToken);

    /// <summary>Retires it.</summary>
    Task<string?> RetireAsync(TenantId tenant, EnvironmentId environment, int version, CancellationToken cancellationToken);

    /// <summary>Links an application to it.</summary>
    Task<string?> LinkAsync(TenantId tenant, EnvironmentId environment, LinkedApplication application, CancellationToken cancellationToken);

    /// <summary>Unlinks an application from it.</summary>
    Task<string?> UnlinkAsync(TenantId tenant, EnvironmentId environment, LinkedApplicationId application, CancellationToken cancellationToken);
}

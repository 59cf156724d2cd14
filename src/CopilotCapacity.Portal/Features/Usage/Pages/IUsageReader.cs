using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;

namespace CopilotCapacity.Portal.Features.Usage.Pages;

/// <summary>What was used of one group.</summary>
/// <param name="Key">Its id or code; null where the use named none.</param>
/// <param name="Name">How it is shown.</param>
/// <param name="Uses">How many uses.</param>
/// <param name="Billed">What was charged for them, whoever paid.</param>
/// <param name="NonBilled">What would have been charged, had the use not been free.</param>
/// <param name="AsYouGo">What pay-as-you-go cost. Prepaid credits have no price by the use.</param>
public sealed record UsageRow(string? Key, string Name, long Uses, Credits Billed, Credits NonBilled, Money AsYouGo);

/// <summary>Usage of a tenant as the page shows it, read at one moment.</summary>
public sealed record UsageOverview
{
    public required string TenantName { get; init; }

    public required DateTimeOffset AsOf { get; init; }

    public required DateOnly First { get; init; }

    public required DateOnly Last { get; init; }

    /// <summary>The rows of the page.</summary>
    public required IReadOnlyList<UsageRow> Rows { get; init; }

    /// <summary>How many groups there are.</summary>
    public required int Groups { get; init; }

    /// <summary>The sum over all groups.</summary>
    public required UsageRow Total { get; init; }

    /// <summary>The same for as many days before; null where that lies before the tenant's first use.</summary>
    public required Credits? BilledBefore { get; init; }

    /// <summary>Each day of the range.</summary>
    public required IReadOnlyList<DayUse> Days { get; init; }

    /// <summary>The environment that is counted alone; null when all are.</summary>
    public required string? EnvironmentName { get; init; }

    /// <summary>The last day anything was used; null when nothing ever was.</summary>
    public required DateOnly? LastUsed { get; init; }
}

/// <summary>Reads usage for its page.</summary>
public interface IUsageReader
{
    /// <summary>Usage; null when there is no such tenant for whoever asks.</summary>
    Task<UsageOverview?> ReadAsync(TenantId tenant, UsageView view, CancellationToken cancellationToken);
}

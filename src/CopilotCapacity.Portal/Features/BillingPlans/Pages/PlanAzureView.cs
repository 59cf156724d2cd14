using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Sync;

namespace CopilotCapacity.Portal.Features.BillingPlans.Pages;

/// <summary>What Azure says of a plan, in a few words. Unknown is null, never zero.</summary>
/// <param name="ReadAt">The age of the oldest part of it; null while a part was never read.</param>
/// <param name="Resource">The plan's account resource; null when there is none, or that is not known.</param>
/// <param name="Subscription">The subscription's state; null when that is not known.</param>
/// <param name="IsSubscriptionEnabled">Whether it can pay; null when that is not known.</param>
/// <param name="Drift">How many differences wait for a decision; null while nothing was read.</param>
/// <param name="Failure">Why a part cannot be read now; null when all could.</param>
/// <param name="FailingSince">Since when.</param>
public sealed record PlanAzureBrief(
    DateTimeOffset? ReadAt, string? Resource, string? Subscription, bool? IsSubscriptionEnabled, int? Drift, string? Failure, DateTimeOffset? FailingSince)
{
    /// <summary>Nothing was read.</summary>
    public static PlanAzureBrief Unknown { get; } = new(null, null, null, null, null, null, null);
}

/// <summary>What Azure says of a plan.</summary>
public sealed record PlanAzureView
{
    public required PlanAzureBrief Brief { get; init; }

    /// <summary>The subscription's name; null when that is not known.</summary>
    public string? SubscriptionName { get; init; }

    /// <summary>The provider's state; null when that is not known.</summary>
    public string? Provider { get; init; }

    /// <summary>Whether the resource group was looked through for account resources.</summary>
    public bool IsResourceKnown { get; init; }

    /// <summary>Whether it was looked for a budget.</summary>
    public bool IsBudgetKnown { get; init; }

    /// <summary>The budget's name in Azure; null when there is none, or that is not known.</summary>
    public string? BudgetName { get; init; }

    /// <summary>Its amount in its own currency, such as <c>EUR 400</c>.</summary>
    public string? Budget { get; init; }

    /// <summary>What Azure says was spent of it.</summary>
    public string? BudgetSpent { get; init; }

    /// <summary>Whether the tenant lets reviewed differences be written to Azure.</summary>
    public bool WriteBack { get; init; }

    /// <summary>Differences that wait for a decision.</summary>
    public IReadOnlyList<SyncDifferenceView> Differences { get; init; } = [];

    /// <summary>The days for which a bill was asked, from the first with use or cost on; newest first.</summary>
    public IReadOnlyList<ReconciledDay> Days { get; init; } = [];

    /// <summary>When the bill was read; null when it was not.</summary>
    public DateTimeOffset? BilledAt { get; init; }

    /// <summary>Whether the bill is that of the whole resource group.</summary>
    public bool IsWholeGroup { get; init; }

    /// <summary>What Azure billed in the window so far, and expects until its end; null when that is not known, or in another currency.</summary>
    public Money? Forecast { get; init; }

    /// <summary>The price of a credit that the bill implies, when it is plainly another; null when it is not.</summary>
    public Money? ImpliedPrice { get; init; }

    /// <summary>What is no difference, in words.</summary>
    public string Tolerance { get; init; } = "";
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace CopilotCapacity.Azure.Budgets;

/// <summary>
/// A budget of Microsoft Cost Management. It tells people; it never stops spend. Amounts are in the currency of the bill.
/// </summary>
public sealed record AzureBudget
{
    /// <summary>Its name, once in a scope.</summary>
    public string? Name { get; init; }

    /// <summary>Its resource id.</summary>
    public string? Id { get; init; }

    /// <summary>Changes with each write; sent back with a change, so that nobody else's is written over.</summary>
    [JsonPropertyName("eTag")]
    public string? ETag { get; init; }

    /// <summary>What it says.</summary>
    public required AzureBudgetProperties Properties { get; init; }
}

/// <summary>What a budget says.</summary>
public sealed record AzureBudgetProperties
{
    /// <summary>Always Cost.</summary>
    public string Category { get; init; } = "Cost";

    /// <summary>The amount of a window.</summary>
    public required decimal Amount { get; init; }

    /// <summary>Monthly, Quarterly or Annually; by billing periods also BillingMonth, BillingQuarter or BillingAnnual.</summary>
    public required string TimeGrain { get; init; }

    /// <summary>From when to when it is in force.</summary>
    public required AzureTimePeriod TimePeriod { get; init; }

    /// <summary>Which cost it counts; kept as Azure gave it.</summary>
    public JsonElement? Filter { get; init; }

    /// <summary>At most five marks, by their names.</summary>
    public IReadOnlyDictionary<string, AzureNotification>? Notifications { get; init; }

    /// <summary>What was spent so far, as Azure knows it; hours to a day old. Read only.</summary>
    public AzureSpend? CurrentSpend { get; init; }

    /// <summary>What the window is expected to come to; there only where a mark looks at it. Read only.</summary>
    public AzureSpend? ForecastSpend { get; init; }
}

/// <summary>An amount as Azure writes it.</summary>
/// <param name="Amount">The amount.</param>
/// <param name="Unit">The currency's code.</param>
public sealed record AzureSpend(decimal Amount, string? Unit);

/// <summary>From when to when.</summary>
/// <param name="StartDate">The first day of a month.</param>
/// <param name="EndDate">The end; Azure sets ten years when it is left out.</param>
public sealed record AzureTimePeriod(DateTimeOffset StartDate, DateTimeOffset? EndDate);

/// <summary>A mark on a budget.</summary>
public sealed record AzureNotification
{
    /// <summary>Whether it is looked at.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>EqualTo, GreaterThan or GreaterThanOrEqualTo.</summary>
    public string Operator { get; init; } = "GreaterThanOrEqualTo";

    /// <summary>In percent of the amount, 0 to 1000.</summary>
    public required decimal Threshold { get; init; }

    /// <summary>Actual or Forecasted.</summary>
    public string ThresholdType { get; init; } = "Actual";

    /// <summary>Whom it tells.</summary>
    public IReadOnlyList<string> ContactEmails { get; init; } = [];

    /// <summary>Which roles it tells.</summary>
    public IReadOnlyList<string>? ContactRoles { get; init; }

    /// <summary>Which action groups it sets off.</summary>
    public IReadOnlyList<string>? ContactGroups { get; init; }

    /// <summary>The language of the mail.</summary>
    public string? Locale { get; init; }
}

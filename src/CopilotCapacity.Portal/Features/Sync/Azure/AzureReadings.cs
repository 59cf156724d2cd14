using System.Text.Json;
using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Portal.Features.Sync.Azure;

/// <summary>The names of the steps of the Azure half; what each read is kept under its name.</summary>
internal static class AzureSteps
{
    public const string Subscriptions = "subscriptions";

    public static string Provider(string subscription) => $"provider:{subscription.ToLowerInvariant()}";

    public static string Accounts(string subscription, string resourceGroup) => $"accounts:{subscription.ToLowerInvariant()}/{resourceGroup.ToLowerInvariant()}";

    public static string Budget(BillingPlanId plan) => $"budget:{plan.Value:D}";

    public static string Cost(BillingPlanId plan) => $"cost:{plan.Value:D}";

    public static string Forecast(BillingPlanId plan) => $"forecast:{plan.Value:D}";
}

/// <summary>A subscription as it was read.</summary>
internal sealed record SubscriptionReading(string Id, string Name, string State, bool IsEnabled);

/// <summary>The state of the provider that plans need.</summary>
internal sealed record ProviderReading(string State, bool IsRegistered);

/// <summary>The account resources in a resource group; null when there is no such group.</summary>
internal sealed record AccountsReading(IReadOnlyList<AccountReading>? Accounts)
{
    /// <summary>The account of a plan, which has its name.</summary>
    public AccountReading? Of(string plan) => Accounts?.FirstOrDefault(account => string.Equals(account.Name, plan, StringComparison.OrdinalIgnoreCase));
}

/// <summary>The account resource of a plan.</summary>
internal sealed record AccountReading(string Id, string Name, string Location);

/// <summary>A plan's budget in Azure; without a name when there is none.</summary>
internal sealed record BudgetReading(string? Name, decimal? Amount, string? Currency, string? Grain, decimal? Spent, decimal? Forecast);

/// <summary>What was billed for a plan.</summary>
/// <param name="First">The first day that was asked for.</param>
/// <param name="Last">The last one.</param>
/// <param name="IsWholeGroup">Whether it is the bill of the whole resource group, because the plan's account was not found in it.</param>
internal sealed record CostReading(DateOnly First, DateOnly Last, bool IsWholeGroup);

/// <summary>Writes and reads what is kept of a step.</summary>
internal static class ReadingJson
{
    public static string Of<T>(T value) => JsonSerializer.Serialize(value, JsonSerializerOptions.Web);

    public static T? Read<T>(string? json)
        where T : class => json is null ? null : JsonSerializer.Deserialize<T>(json, JsonSerializerOptions.Web);
}

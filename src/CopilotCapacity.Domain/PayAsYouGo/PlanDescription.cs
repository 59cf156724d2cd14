using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.PayAsYouGo;

/// <summary>How a billing plan is described.</summary>
/// <param name="Name">Not blank.</param>
/// <param name="SubscriptionId">The Azure subscription that pays.</param>
/// <param name="ResourceGroup">The resource group of the plan's Azure resource.</param>
/// <param name="Region">The region all its environments lie in.</param>
/// <param name="Price">The price of a credit.</param>
/// <param name="IsEnabled">Whether it pays.</param>
public sealed record PlanDescription(
    string Name,
    string SubscriptionId,
    string ResourceGroup,
    string Region,
    CreditPrice Price,
    bool IsEnabled = true);

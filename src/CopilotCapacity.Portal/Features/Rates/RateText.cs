using CopilotCapacity.Domain.Rating;

namespace CopilotCapacity.Portal.Features.Rates;

/// <summary>What is said about rates, on the page and in the API.</summary>
internal static class RateText
{
    public const string OwnSource = "Set by this tenant";

    private const string FreeWhen =
        "Free for a Microsoft 365 Copilot licensed user who uses it interactively in Teams, Microsoft 365 Copilot, SharePoint, Dynamics 365 or Power Apps.";

    private const string NeverFree = "Always billed.";

    public static string ZeroRatingOf(FeatureRate rate) => rate.AllowsZeroRating ? FreeWhen : NeverFree;
}

using System.Globalization;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Features.Rates;

/// <summary>What is said about rates, on the page and in the API.</summary>
internal static class RateText
{
    public const string OwnSource = "Set by this tenant";

    private const string FreeWhen =
        "Free for a Microsoft 365 Copilot licensed user who uses it interactively in Teams, Microsoft 365 Copilot, SharePoint, Dynamics 365 or Power Apps.";

    private const string NeverFree = "Always billed.";

    public static string ZeroRatingOf(FeatureRate rate) => rate.AllowsZeroRating ? FreeWhen : NeverFree;

    public static string NameOf(Feature feature) => feature switch
    {
        Feature.ClassicAnswer => "Classic answer",
        Feature.GenerativeAnswer => "Generative answer",
        Feature.AgentAction => "Agent action",
        Feature.TenantGraphGrounding => "Tenant graph grounding",
        Feature.AgentFlowActions => "Agent flow actions",
        Feature.AiToolBasic => "AI tool, basic model",
        Feature.AiToolStandard => "AI tool, standard model",
        Feature.AiToolPremium => "AI tool, premium model",
        Feature.ContentProcessing => "Content processing",
        Feature.VoiceClassic => "Voice, classic",
        Feature.VoiceGenerative => "Voice, generative",
        Feature.VoicePremium => "Voice, premium",
        Feature.Credits => "Credits",
        _ => feature.ToString(),
    };

    /// <summary>What the rate is for: per answer, per started 1,000 tokens.</summary>
    public static string PerUnit(FeatureRate rate) => rate.Unit == FeatureUnit.Token
        ? string.Create(CultureInfo.CurrentCulture, $"per started {1_000:N0} tokens")
        : $"per {UnitOf(rate)}";

    /// <summary>What is counted when a quantity is typed.</summary>
    public static string Quantity(FeatureRate rate) => rate.Unit switch
    {
        FeatureUnit.Token => "Tokens",
        FeatureUnit.Page => "Pages",
        FeatureUnit.Minute => "Minutes",
        FeatureUnit.Action => "Actions",
        FeatureUnit.Credit => "Credits",
        _ => "Times",
    };

    public static string GradeOf(char grade) => grade == 'P' ? "Microsoft’s own text" : "second-hand";

    /// <summary>Since when the rate in force is in force.</summary>
    public static string Since(RateView view) => view.InForce is { } own ? $"since {DateOf(own.EffectiveAt)}" : "published rate";

    /// <summary>A day with its year; where it does not begin the day, with the time: 1 Dec 2026, 15 Nov 2026 12:00 UTC.</summary>
    public static string DateOf(DateTimeOffset at) => at.UtcDateTime.TimeOfDay == TimeSpan.Zero
        ? at.UtcDateTime.ToString("d MMM yyyy", CultureInfo.CurrentCulture)
        : at.UtcDateTime.ToString("d MMM yyyy HH:mm", CultureInfo.CurrentCulture) + " UTC";

    /// <summary>Small money as it is, with up to four decimals: USD 0.096.</summary>
    public static string Money(Money money)
    {
        var unit = Formats.Money(money).Split('\u00A0')[0];
        return $"{unit}\u00A0{money.Value.ToString("#,##0.00##", CultureInfo.CurrentCulture)}";
    }

    private static string UnitOf(FeatureRate rate) => rate.Unit switch
    {
        FeatureUnit.Page => "page",
        FeatureUnit.Minute => "minute",
        FeatureUnit.Action => "action",
        FeatureUnit.Credit => "credit",
        _ => rate.Feature switch
        {
            Feature.AgentAction => "action",
            Feature.TenantGraphGrounding => "message",
            _ => "answer",
        },
    };
}

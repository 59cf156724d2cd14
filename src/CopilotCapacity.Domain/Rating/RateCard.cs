using System.Collections.Frozen;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Rating;

/// <summary>What one feature costs by default, and where that is known from.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="Code">Its code in events and in the API.</param>
/// <param name="Unit">What its quantity counts.</param>
/// <param name="CreditsPerUnit">Credits per use, action, started 1,000 tokens, page, minute or credit.</param>
/// <param name="AllowsZeroRating">Whether use by licensed people inside the organisation is free.</param>
/// <param name="Source">Where the rate is published.</param>
/// <param name="Grade">How sure the source is: P for Microsoft's own text, S for second-hand.</param>
public sealed record FeatureRate(
    Feature Feature,
    string Code,
    FeatureUnit Unit,
    Credits CreditsPerUnit,
    bool AllowsZeroRating,
    string Source,
    char Grade)
{
    /// <summary>True when the quantity may have decimals.</summary>
    public bool AllowsFractions => Unit is FeatureUnit.Minute or FeatureUnit.Credit;
}

/// <summary>A tenant's own rate for a feature from an instant on.</summary>
public readonly record struct RateOverride(Feature Feature, Credits CreditsPerUnit, DateTimeOffset EffectiveAt);

/// <summary>
/// The rate card: published rates, and a tenant's own rates from their effective dates on. An event is rated by the card in
/// force at its own time.
/// </summary>
public sealed class RateCard
{
    private const string Rates = "Microsoft Learn, Copilot Studio billing rates (requirements-messages-management)";
    private const string VoiceRates = "Copilot Studio economics, notes of August 2026";
    private const string Own = "The source rates for itself";

    private readonly List<RateOverride> _overrides = [];

    /// <summary>The published rates, in the order of the feature codes.</summary>
    public static IReadOnlyList<FeatureRate> Published { get; } =
    [
        new(Feature.ClassicAnswer, "classicAnswer", FeatureUnit.Use, Credits.Of(1), true, Rates, 'P'),
        new(Feature.GenerativeAnswer, "generativeAnswer", FeatureUnit.Use, Credits.Of(2), true, Rates, 'P'),
        new(Feature.AgentAction, "agentAction", FeatureUnit.Use, Credits.Of(5), true, Rates, 'P'),
        new(Feature.TenantGraphGrounding, "tenantGraphGrounding", FeatureUnit.Use, Credits.Of(10), true, Rates, 'P'),
        new(Feature.AgentFlowActions, "agentFlowActions", FeatureUnit.Action, new Credits(130), true, Rates, 'P'),
        new(Feature.AiToolBasic, "aiToolBasic", FeatureUnit.Token, new Credits(100), true, Rates, 'P'),
        new(Feature.AiToolStandard, "aiToolStandard", FeatureUnit.Token, new Credits(1_500), true, Rates, 'P'),
        new(Feature.AiToolPremium, "aiToolPremium", FeatureUnit.Token, Credits.Of(10), true, Rates, 'P'),
        new(Feature.ContentProcessing, "contentProcessing", FeatureUnit.Page, Credits.Of(8), true, Rates, 'P'),
        new(Feature.VoiceClassic, "voiceClassic", FeatureUnit.Minute, Credits.Of(10), false, VoiceRates, 'S'),
        new(Feature.VoiceGenerative, "voiceGenerative", FeatureUnit.Minute, Credits.Of(35), false, VoiceRates, 'S'),
        new(Feature.VoicePremium, "voicePremium", FeatureUnit.Minute, Credits.Of(75), false, VoiceRates, 'S'),
        new(Feature.Credits, "credits", FeatureUnit.Credit, Credits.Of(1), false, Own, 'P'),
    ];

    // More than a ledger counts is all the same: it is refused, and fifty such items can still be added up.
    private static readonly Credits s_beyondCounting = Credits.Largest + new Credits(1);

    private static readonly FrozenDictionary<string, FeatureRate> s_byCode =
        Published.ToFrozenDictionary(rate => rate.Code, StringComparer.OrdinalIgnoreCase);

    private static readonly FeatureRate[] s_byFeature =
        [.. Enumerable.Range(0, Published.Count + 1).Select(number => Published[Math.Max(0, number - 1)])];

    private static readonly FrozenSet<string> s_internalChannels = new[]
    {
        "teams", "m365Copilot", "sharePoint", "dynamics365", "powerApps",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The tenant's own rates.</summary>
    public IReadOnlyList<RateOverride> Overrides => _overrides;

    /// <summary>Finds a published rate by its feature code, in any case.</summary>
    public static FeatureRate? Find(string code) => s_byCode.GetValueOrDefault(code);

    /// <summary>The published rate of a feature; <see cref="Feature.Compound"/> has none.</summary>
    public static FeatureRate Find(Feature feature) => feature == Feature.Compound
        ? throw new ArgumentOutOfRangeException(nameof(feature), feature, "A compound event is rated by its items.")
        : s_byFeature[(int)feature];

    /// <summary>The code of a feature; <c>usage</c> for a compound event.</summary>
    public static string CodeOf(Feature feature) => feature == Feature.Compound ? "usage" : Find(feature).Code;

    /// <summary>Adds a tenant's own rate.</summary>
    public void Add(RateOverride rate) => _overrides.Add(rate);

    /// <summary>The rate of a feature in force at an instant.</summary>
    public Credits RateAt(Feature feature, DateTimeOffset at)
    {
        RateOverride? found = null;
        foreach (var candidate in _overrides)
        {
            var applies = candidate.Feature == feature && candidate.EffectiveAt <= at;
            if (applies && (found is null || candidate.EffectiveAt >= found.Value.EffectiveAt))
            {
                found = candidate;
            }
        }

        return found?.CreditsPerUnit ?? Find(feature).CreditsPerUnit;
    }

    /// <summary>Rates one item of an event: what it costs, and whether that is billed.</summary>
    public RatedItem Rate(UsageEvent usage, UsageItem item)
    {
        var published = Find(item.Feature);
        var rate = _overrides.Count == 0 ? published.CreditsPerUnit : RateAt(item.Feature, usage.Time);
        var reason = published.AllowsZeroRating && IsZeroRated(usage)
            ? NonBilledReason.CopilotLicensedUser
            : NonBilledReason.None;
        return new RatedItem(item, rate, ChargeFor(item, rate, published.Unit), reason);
    }

    /// <summary>What an item costs at a rate, whoever uses it.</summary>
    public static Credits ChargeOf(UsageItem item, Credits creditsPerUnit) => ChargeFor(item, creditsPerUnit, Find(item.Feature).Unit);

    // What is missing in the event is billed: all three conditions must be stated by its source.
    private static bool IsZeroRated(UsageEvent usage) => usage.CopilotLicensed
        && string.Equals(usage.Trigger, "interactive", StringComparison.OrdinalIgnoreCase)
        && usage.Channel is not null
        && s_internalChannels.Contains(usage.Channel);

    private static Credits ChargeFor(UsageItem item, Credits rate, FeatureUnit unit)
    {
        var thousandthsOfUnit = (Int128)item.QuantityThousandths;
        if (unit == FeatureUnit.Token)
        {
            // Tokens are charged per started thousand, so a started thousand is the unit that counts.
            var tokens = (thousandthsOfUnit + 999) / 1_000;
            thousandthsOfUnit = (tokens + 999) / 1_000 * 1_000;
        }

        // An own rate times a fraction may fall between two thousandths of a credit; the ledger rounds up.
        var charge = ((thousandthsOfUnit * rate.Thousandths) + 999) / 1_000;
        return charge > Credits.Largest.Thousandths ? s_beyondCounting : new Credits((long)charge);
    }
}

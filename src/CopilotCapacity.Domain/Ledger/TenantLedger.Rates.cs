using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <summary>The tenant set its own rate for a feature from an instant on.</summary>
public sealed record RateSet(Feature Feature, Credits CreditsPerUnit, DateTimeOffset EffectiveAt) : LedgerChange;

/// <content>The tenant's own rates.</content>
public sealed partial class TenantLedger
{
    /// <summary>The largest rate a tenant may set, in credits per unit.</summary>
    public static readonly Credits LargestRate = Credits.Of(1_000_000);

    /// <summary>
    /// Sets the tenant's own rate for a feature from an instant on, up to its next own rate. The instant may have passed: what is
    /// booked already stays as it is, and what is told later is rated by the card in force at its own time.
    /// </summary>
    /// <param name="feature">A feature that can be used by itself.</param>
    /// <param name="creditsPerUnit">At least zero.</param>
    /// <param name="effectiveAt">From when on; null for now.</param>
    public Outcome<RateOverride> SetRate(Feature feature, Credits creditsPerUnit, DateTimeOffset? effectiveAt)
    {
        if (feature == Feature.Compound || !Enum.IsDefined(feature))
        {
            return Refusal.NotFound("feature");
        }

        if (creditsPerUnit < Credits.Zero || creditsPerUnit > LargestRate)
        {
            return Refusal.Invalid("creditsPerUnit", "invalid_request", $"A rate is 0 to {LargestRate} credits.");
        }

        var rate = new RateOverride(feature, creditsPerUnit, effectiveAt ?? Now);
        var before = new RateSet(feature, Rates.RateAt(feature, rate.EffectiveAt), rate.EffectiveAt);
        Rates.Add(rate);
        Append(new RateSet(feature, creditsPerUnit, rate.EffectiveAt), before);
        return rate;
    }
}

using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Storage.Queries;

/// <summary>A rate a tenant set for itself.</summary>
/// <param name="CreditsPerUnit">The rate.</param>
/// <param name="EffectiveAt">From when on.</param>
/// <param name="SetAt">When it was set, in the tenant's time.</param>
/// <param name="SetBy">Who set it.</param>
/// <param name="Sequence">The ledger sequence number of its entry.</param>
public sealed record OwnRate(Credits CreditsPerUnit, DateTimeOffset EffectiveAt, DateTimeOffset SetAt, string? SetBy, long Sequence);

/// <summary>A feature with its rate in force at one instant.</summary>
/// <param name="Published">What is published about it.</param>
/// <param name="InForce">The tenant's own rate in force; null while the published one is.</param>
/// <param name="Next">The tenant's own rate that comes next; null when none is planned.</param>
/// <param name="Own">All rates the tenant set, the newest start first.</param>
public sealed record RateView(FeatureRate Published, OwnRate? InForce, OwnRate? Next, IReadOnlyList<OwnRate> Own)
{
    /// <summary>The rate in force.</summary>
    public Credits CreditsPerUnit => InForce?.CreditsPerUnit ?? Published.CreditsPerUnit;
}

/// <summary>Reads a tenant's rate card.</summary>
public static class RateQuery
{
    /// <summary>The rates in force at an instant, in the order of the published card.</summary>
    public static IReadOnlyList<RateView> Read(ReadSnapshot snapshot, TenantRow tenant, DateTimeOffset at)
    {
        var rows = snapshot.Context.RateOverrides.Where(row => row.TenantKey == tenant.Key).ToList();
        var sequences = rows.ConvertAll(row => row.Sequence);
        var setters = snapshot.Context.Journal
            .Where(row => row.TenantKey == tenant.Key && sequences.Contains(row.Sequence))
            .Select(row => new { row.Sequence, row.ActorName })
            .ToDictionary(row => row.Sequence, row => row.ActorName);
        var own = rows
            .OrderByDescending(row => row.EffectiveAt)
            .ThenByDescending(row => row.Sequence)
            .ToLookup(row => row.Feature, row => new OwnRate(
                new Credits(row.CreditsPerUnit), row.EffectiveAt, row.SetAt, setters.GetValueOrDefault(row.Sequence), row.Sequence));
        return [.. RateCard.Published.Select(published => ToView(published, [.. own[published.Feature]], at))];
    }

    // Of two with the same start the later set one is in force, and stands first.
    private static RateView ToView(FeatureRate published, List<OwnRate> own, DateTimeOffset at)
    {
        var inForce = own.Find(rate => rate.EffectiveAt <= at);
        var next = own.Where(rate => rate.EffectiveAt > at).OrderBy(rate => rate.EffectiveAt).ThenByDescending(rate => rate.Sequence).FirstOrDefault();
        return new RateView(published, inForce, next, own);
    }
}

using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Features.Rates;

/// <summary>A tenant's rate card, as its page shows it.</summary>
public sealed record TenantRates
{
#pragma warning disable CS1591 // The members carry the domain's own words.
    public required TenantId Tenant { get; init; }

    public required string TenantName { get; init; }

    public required CurrencyCode Currency { get; init; }

    public required Period Period { get; init; }

    public required DateTimeOffset AsOf { get; init; }

    public required bool IsRehearsal { get; init; }

    public required IReadOnlyList<RateView> Rates { get; init; }

    /// <summary>Whether whoever looks may also set rates.</summary>
    public required bool MayChange { get; init; }
#pragma warning restore CS1591

    /// <summary>The rate of a feature.</summary>
    public RateView Of(Feature feature) => Rates.First(rate => rate.Published.Feature == feature);
}

/// <summary>Reads what the rate card page shows.</summary>
public interface IRateReader
{
    /// <summary>The rate card of a tenant, or null when there is no such tenant.</summary>
    Task<TenantRates?> ReadAsync(TenantId tenant, CancellationToken cancellationToken);
}

/// <summary>Changes a tenant's rates from a page.</summary>
public interface IRateEditor
{
    /// <summary>Sets the tenant's own rate. Returns null when done, or one sentence that says why not.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="feature">The feature.</param>
    /// <param name="creditsPerUnit">The rate.</param>
    /// <param name="effectiveAt">From when on; null for now.</param>
    /// <param name="cancellationToken">Ends the wait, not the change.</param>
    Task<string?> SetAsync(
        TenantId tenant,
        Feature feature,
        Credits creditsPerUnit,
        DateTimeOffset? effectiveAt,
        CancellationToken cancellationToken);
}

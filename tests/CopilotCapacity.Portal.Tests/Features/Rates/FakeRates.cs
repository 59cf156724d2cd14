using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Rates;
using CopilotCapacity.Portal.Tests.Features.Overview;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Tests.Features.Rates;

/// <summary>A rate card by hand, and what was set on it.</summary>
public sealed class FakeRates : IRateReader, IRateEditor
{
    private int _reads;

    public int Reads => Volatile.Read(ref _reads);

    public bool Fails { get; set; }

    public bool IsGone { get; set; }

    public Func<Task>? OnRead { get; set; }

    public string? Refusal { get; set; }

    public List<(Feature Feature, Credits Rate, DateTimeOffset? From)> Sets { get; } = [];

    public Dictionary<Feature, (OwnRate? InForce, OwnRate? Next)> Own { get; } = [];

    public async Task<TenantRates?> ReadAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        if (OnRead is not null)
        {
            await OnRead();
        }

        return Fails ? throw new InvalidOperationException("No database.") : IsGone ? null : Card(tenant);
    }

    public Task<string?> SetAsync(
        TenantId tenant, Feature feature, Credits creditsPerUnit, DateTimeOffset? effectiveAt, CancellationToken cancellationToken)
    {
        if (Refusal is null)
        {
            Sets.Add((feature, creditsPerUnit, effectiveAt));
            Own[feature] = (new OwnRate(creditsPerUnit, effectiveAt ?? Overviews.AsOf, Overviews.AsOf, "Amira Vogel", Sets.Count), null);
        }

        return Task.FromResult(Refusal);
    }

    internal TenantRates Card(TenantId tenant) => new()
    {
        Tenant = tenant,
        TenantName = "Contoso Europe",
        Currency = CurrencyCode.Usd,
        Period = Period.Of(Overviews.AsOf),
        AsOf = Overviews.AsOf,
        IsRehearsal = false,
        MayChange = true,
        Rates =
        [
            .. RateCard.Published.Select(published =>
            {
                var (inForce, next) = Own.GetValueOrDefault(published.Feature);
                return new RateView(published, inForce, next, [.. new[] { next, inForce }.OfType<OwnRate>()]);
            }),
        ],
    };
}

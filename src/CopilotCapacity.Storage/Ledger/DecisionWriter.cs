using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>Keeps rates and reallocations as the entries of the journal tell them, and reads them back.</summary>
internal static class DecisionWriter
{
    public static void Write(PortalDbContext context, int tenantKey, LedgerEntry entry)
    {
        switch (entry.Change)
        {
            case RateSet set:
                context.Add(new RateOverrideRow
                {
                    TenantKey = tenantKey,
                    Sequence = entry.Sequence,
                    Feature = set.Feature,
                    CreditsPerUnit = set.CreditsPerUnit.Thousandths,
                    EffectiveAt = set.EffectiveAt,
                    SetAt = entry.At,
                });
                break;
            case Reallocated made:
                context.Add(new ReallocationRow
                {
                    TenantKey = tenantKey,
                    Id = made.Id.Value,
                    Sequence = entry.Sequence,
                    Undoes = made.Undoes?.Value,
                    Changes = made.Changes,
                });
                break;
        }
    }

    public static IReadOnlyList<RateOverride> ReadRates(PortalDbContext context, int tenantKey) =>
    [
        .. context.RateOverrides.AsNoTracking()
            .Where(row => row.TenantKey == tenantKey)
            .OrderBy(row => row.Sequence)
            .AsEnumerable()
            .Select(row => new RateOverride(row.Feature, new Credits(row.CreditsPerUnit), row.EffectiveAt)),
    ];

    public static IReadOnlyList<Reallocation> ReadReallocations(PortalDbContext context, int tenantKey) =>
    [
        .. context.Reallocations.AsNoTracking()
            .Where(row => row.TenantKey == tenantKey)
            .OrderBy(row => row.Sequence)
            .AsEnumerable()
            .Select(row => new Reallocation(
                new ReallocationId(row.Id),
                row.Sequence,
                row.Undoes is { } undone ? new ReallocationId(undone) : null,
                row.Changes)),
    ];
}

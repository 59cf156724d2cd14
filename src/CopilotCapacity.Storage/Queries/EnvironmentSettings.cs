using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Storage.Model;
using Microsoft.Extensions.Caching.Memory;

namespace CopilotCapacity.Storage.Queries;

/// <summary>An environment without its balances.</summary>
/// <param name="Row">The environment.</param>
/// <param name="Applications">The kinds of Dynamics 365 applications linked to it.</param>
public sealed record EnvironmentSetting(EnvironmentRow Row, IReadOnlyList<ApplicationKind> Applications);

/// <summary>
/// Keeps the settings of a tenant's environments in memory. Pages of a large tenant look at all of its environments, and most of a
/// page's time went into reading again what had not changed. Every change of a setting is an entry of the journal, so settings read
/// at the same last entry are the same; use is no entry.
/// </summary>
public sealed class EnvironmentSettings(IMemoryCache cache)
{
    private static readonly TimeSpan s_keptUnused = TimeSpan.FromMinutes(10);

    /// <summary>A tenant's environments, in the order they were created, retired ones too.</summary>
    public IReadOnlyList<EnvironmentSetting> ReadAll(ReadSnapshot snapshot, TenantRow tenant)
    {
        var key = new Key(tenant.Id);
        var entry = snapshot.Context.Journal.Where(row => row.TenantKey == tenant.Key).Max(row => (long?)row.Sequence) ?? 0;
        if (cache.TryGetValue(key, out Kept? kept) && kept!.Entry == entry)
        {
            return kept.Environments;
        }

        var environments = EnvironmentQuery.ReadSettings(snapshot, tenant);
        cache.Set(key, new Kept(entry, environments), new MemoryCacheEntryOptions { SlidingExpiration = s_keptUnused });
        return environments;
    }

    /// <summary>A tenant's environments in service, in the order they were created.</summary>
    public IEnumerable<EnvironmentSetting> Read(ReadSnapshot snapshot, TenantRow tenant) =>
        ReadAll(snapshot, tenant).Where(environment => environment.Row.RetiredAt is null);

    private sealed record Key(Guid Tenant);

    private sealed record Kept(long Entry, IReadOnlyList<EnvironmentSetting> Environments);
}

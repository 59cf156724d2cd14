using System.Globalization;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Alerts;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Hosting.Http;

/// <summary>
/// Knows what there is under a tenant's address. It is asked only before a refusal for a missing scope, because what is not there
/// is not there for those without the scope either.
/// </summary>
internal sealed class ResourceDirectory(IDbContextFactory<PortalDbContext> contexts)
{
    private delegate Task<bool> Lookup(Place place, string value);

    private static readonly (string Name, Lookup IsThere)[] s_lookups =
    [
        ("environmentId", (place, value) => ById(value, id => place.Context.Environments.AnyAsync(
            row => row.TenantKey == place.Key && row.Id == id && row.RetiredAt == null, place.Cancelled))),
        ("planId", (place, value) => ById(value, id => place.Context.Plans.AnyAsync(
            row => row.TenantKey == place.Key && row.Id == id && row.DeletedAt == null, place.Cancelled))),
        ("grantId", (place, value) => ById(value, id => place.Context.Grants.AnyAsync(
            row => row.TenantKey == place.Key && row.Id == id, place.Cancelled))),
        ("applicationId", (place, value) => ById(value, id => place.Context.Applications.AnyAsync(
            row => row.TenantKey == place.Key && row.Id == id, place.Cancelled))),
        ("reallocationId", (place, value) => ById(value, id => place.Context.Reallocations.AnyAsync(
            row => row.TenantKey == place.Key && row.Id == id, place.Cancelled))),
        ("keyId", (place, value) => ById(value, id => place.Context.ApiKeys.AnyAsync(
            row => row.Tenant == place.Tenant.Value && row.Id == id, place.Cancelled))),
        ("channelId", (place, value) => ById(value, id => place.Context.Channels.AnyAsync(
            row => row.TenantKey == place.Key && row.Id == id && row.DeletedAt == null, place.Cancelled))),
        ("deliveryId", (place, value) => ById(value, id => place.Context.Deliveries.AnyAsync(
            row => row.TenantKey == place.Key && row.Id == id, place.Cancelled))),
        ("capId", (place, value) => ById(value, id => place.HasAsync(
            "SELECT COUNT(*) AS Value FROM caps WHERE TenantKey = {0} AND Id = {1} AND IsDeleted = 0", id.ToByteArray()))),
        ("holdId", (place, value) => ById(value, id => place.HasAsync(
            "SELECT COUNT(*) AS Value FROM holds WHERE TenantKey = {0} AND Id = {1}", id.ToByteArray()))),
        ("alertId", (place, value) => ById(value, id => place.HasAsync(
            "SELECT COUNT(*) AS Value FROM alerts WHERE TenantKey = {0} AND Number = {1}", AlertId.NumberOf(place.Tenant, id)))),
        ("sequence", (place, value) => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? place.HasAsync("SELECT COUNT(*) AS Value FROM usage_events WHERE Id = {1} AND TenantKey = {0}", UsageEventsSchema.IdOf(place.Key, sequence))
            : Task.FromResult(false)),
        ("feature", (_, value) => Task.FromResult(RateCard.Find(value) is not null)),
    ];

    /// <summary>
    /// The names of an address that are looked for. The tenant was found before, and an agent is there as soon as it is named.
    /// </summary>
    public static IEnumerable<string> Names => s_lookups.Select(lookup => lookup.Name).Append("tenantId").Append("agentId");

    /// <summary>Whether all that an address names within a tenant is there.</summary>
    public async ValueTask<bool> IsThereAsync(TenantId tenant, RouteValueDictionary address, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var key = await context.Tenants.Where(row => row.Id == tenant.Value).Select(row => row.Key).SingleOrDefaultAsync(cancellationToken);
        var place = new Place(context, tenant, key, cancellationToken);
        foreach (var (name, isThere) in s_lookups)
        {
            if (address.TryGetValue(name, out var value) && !await isThere(place, value as string ?? ""))
            {
                return false;
            }
        }

        return await IsOnPlanAsync(place, address);
    }

    private static async Task<bool> ById(string value, Func<Guid, Task<bool>> isThere) => Guid.TryParse(value, out var id) && await isThere(id);

    // Where an address names a plan and an environment, the environment is one of the plan's.
    private static async Task<bool> IsOnPlanAsync(Place place, RouteValueDictionary address) =>
        !Guid.TryParse(address["planId"] as string, out var plan)
        || !Guid.TryParse(address["environmentId"] as string, out var environment)
        || await place.Context.Environments.AnyAsync(
            row => row.TenantKey == place.Key && row.Id == environment
                && place.Context.Plans.Any(candidate => candidate.TenantKey == place.Key && candidate.Id == plan && candidate.Key == row.PlanKey),
            place.Cancelled);

    private sealed record Place(PortalDbContext Context, TenantId Tenant, int Key, CancellationToken Cancelled)
    {
        public async Task<bool> HasAsync(string count, object id) =>
            await Context.Database.SqlQueryRaw<long>(count, Key, id).SingleAsync(Cancelled) > 0;
    }
}

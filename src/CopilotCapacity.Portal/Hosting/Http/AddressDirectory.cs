using System.Globalization;
using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Metering.Work;
using CopilotCapacity.Portal.Features.Alerts;
using CopilotCapacity.Storage;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Hosting.Http;

/// <summary>
/// Knows whether what an address names within a tenant is there. The tenant's ledger in memory tells; the disk is asked only
/// for what memory does not hold: a closed hold, a use, a key.
/// </summary>
internal sealed class AddressDirectory(Meter meter, IDbContextFactory<PortalDbContext> contexts)
{
    // An agent is whoever is named: it is there when its environment is.
    private static readonly HashSet<string> s_beyondTheLedger = new(StringComparer.OrdinalIgnoreCase) { "tenantId", "feature", "keyId", "agentId" };

    private static readonly Dictionary<string, Func<Question, bool>> s_inLedger = new(StringComparer.OrdinalIgnoreCase)
    {
        ["environmentId"] = it => it.Environment is not null,
        ["planId"] = it => it.Named("planId") is { } id
            && it.Ledger.Find(new BillingPlanId(id)) is { DeletedAt: null } plan
            && (it.Environment is not { } member || member.Plan == plan),
        ["grantId"] = it => it.Named("grantId") is { } id && it.Ledger.Find(new GrantId(id)) is not null,
        ["reallocationId"] = it => it.Named("reallocationId") is { } id && it.Ledger.Find(new ReallocationId(id)) is not null,
        ["capId"] = it => it.Named("capId") is { } id && it.Ledger.Find(new CapId(id)) is not null,
        ["alertId"] = it => it.Named("alertId") is { } id && AlertId.NumberOf(it.Ledger.Id, id) is > 0 and var number && number <= it.Ledger.AlertNumber,
        ["applicationId"] = it => it.Named("applicationId") is { } id
            && it.Environment is { } environment && environment.Applications.Exists(application => application.Id.Value == id),
        ["holdId"] = it => it.Named("holdId") is { } id && it.Archive.FindHold(it.Ledger, new HoldId(id)) is not null,
        [Sequence] = it => long.TryParse(it.Address[Sequence] as string, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            && it.Archive.FindUse(it.Ledger, sequence) is not null,
    };

    private const string Sequence = "sequence";

    /// <summary>The names in addresses that are understood here.</summary>
    public static IEnumerable<string> Names => s_inLedger.Keys.Concat(s_beyondTheLedger);

    /// <summary>Whether all that an address names within a tenant is there.</summary>
    public async ValueTask<bool> IsThereAsync(TenantId tenant, Actor actor, RouteValueDictionary address, CancellationToken cancellationToken) =>
        (!address.TryGetValue("feature", out var feature) || RateCard.Find(feature as string ?? "") is not null)
        && (!address.TryGetValue("keyId", out var key) || await IsKeyAsync(tenant, key, cancellationToken))
        && await IsInLedgerAsync(tenant, actor, address);

    private async ValueTask<bool> IsInLedgerAsync(TenantId tenant, Actor actor, RouteValueDictionary address)
    {
        var asked = s_inLedger.Where(known => address.ContainsKey(known.Key)).Select(known => known.Value).ToList();
        if (asked.Count == 0)
        {
            return true;
        }

        var answer = await meter.ChangeAsync<bool>(
            tenant,
            actor,
            readsTheDisk: address.ContainsKey(Sequence),
            (ledger, archive) => asked.TrueForAll(isThere => isThere(new Question(ledger, archive, address))));
        return answer.Refusal is null && answer.Value;
    }

    private async Task<bool> IsKeyAsync(TenantId tenant, object? key, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(key as string, out var id))
        {
            return false;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.ApiKeys.AnyAsync(row => row.Tenant == tenant.Value && row.Id == id, cancellationToken);
    }

    /// <summary>An address, asked of a ledger.</summary>
    private readonly record struct Question(TenantLedger Ledger, ILedgerArchive Archive, RouteValueDictionary Address)
    {
        /// <summary>The environment that is named, in service; null when none is.</summary>
        public TenantEnvironment? Environment =>
            Named("environmentId") is { } id && Ledger.Find(new EnvironmentId(id)) is { RetiredAt: null } environment ? environment : null;

        public Guid? Named(string name) => Guid.TryParse(Address[name] as string, out var id) ? id : null;
    }
}

using CopilotCapacity.Azure;
using CopilotCapacity.Azure.PowerPlatform;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Sync.PowerPlatform;

/// <summary>The packs and licences that are recorded here, and what the tenant is entitled to there.</summary>
internal sealed class PlatformPacks(IDbContextFactory<PortalDbContext> contexts, EntitlementClient entitlements, Meter meter)
{
    /// <summary>Compares what there is a month.</summary>
    public async Task<StepOutcome> ReadAsync(SyncTarget target, CancellationToken cancellationToken)
    {
        var answer = await entitlements.FindTenantAsync(cancellationToken);
        if (answer.Failure is { Kind: AzureFailureKind.NotFound })
        {
            return new StepReading("Power Platform knows no entitlement to Copilot Credits.", null, Compare(target, null, null) is { } nothing ? [nothing] : []);
        }

        if (answer.Failure is { } failure)
        {
            return failure;
        }

        var capacity = answer.Value!.Entitlement?.Capacity;
        if ((capacity?.Entitled?.Value ?? await PurchasedAsync(cancellationToken)) is not { } entitled || PlatformNames.CreditsOf(entitled) is not { } credits)
        {
            return new AzureFailure(AzureFailureKind.Malformed, "Power Platform does not say what the tenant is entitled to.");
        }

        return new StepReading(SaidOf(credits, capacity), null, Compare(target, credits, capacity) is { } difference ? [difference] : []);
    }

    // The summary of currencies says it where the entitlement leaves it out.
    private async Task<decimal?> PurchasedAsync(CancellationToken cancellationToken) =>
        (await entitlements.ListCurrencyReportsAsync(cancellationToken)).Value?.FirstOrDefault(report => PlatformNames.Same(report.CurrencyType, PowerPlatformNames.CopilotCredits))?.Purchased;

    private FoundDifference? Compare(SyncTarget target, Credits? theirs, TenantCapacity? capacity)
    {
        var ours = Recorded(target);
        if (ours == (theirs ?? Credits.Zero))
        {
            return null;
        }

        var missing = (theirs ?? Credits.Zero) - ours;
        var compared = new Compared(
            "packs", "grant", target.Tenant.ToString(), "The credits recorded here are not what Power Platform entitles to", new FieldDifference("Credits a month", PlatformNames.WordOf(ours), theirs is { } there ? PlatformNames.WordOf(there) : null))
        {
            Note = NoteOf(missing, capacity),
        };
        return compared.With(
            ours.Thousandths, theirs?.Thousandths, missing.IsPositive ? new Remedy(async actor => (await meter.ChangeAsync(target.Tenant, actor, ledger => ledger.AddGrant(GrantOf(target, missing)))).Refusal?.Detail) : Remedy.None);
    }

    // What recurs and was bought or comes with licences; what was given once to try is the portal's own.
    private Credits Recorded(SyncTarget target)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        return new Credits(snapshot.Context.Grants
            .Where(row => row.TenantKey == target.Key && row.Recurrence == Recurrence.Monthly && row.Kind != GrantKind.Promotional)
            .AsEnumerable()
            .Where(row => row.EffectiveAt <= target.Now && !(row.ExpiresAt <= target.Now) && !(row.EndedAt <= target.Now))
            .Sum(row => row.Amount));
    }

    private static NewGrant GrantOf(SyncTarget target, Credits missing)
    {
        var isPacks = missing.Thousandths % PackOrder.PublishedCredits.Thousandths == 0;
        return new NewGrant
        {
            Id = new GrantId(Guid.CreateVersion7(target.Now)),
            Kind = isPacks ? GrantKind.MessagePack : GrantKind.Included,
            Amount = missing,
            Recurrence = Recurrence.Monthly,
            Order = isPacks ? new PackOrder((int)(missing.Thousandths / PackOrder.PublishedCredits.Thousandths), PackOrder.PublishedCredits, PackOrder.PublishedMicros, "Power Platform") : null,
        };
    }

    private static string NoteOf(Credits missing, TenantCapacity? capacity)
    {
        var licenses = string.Join(", ", (capacity?.Licenses ?? []).Select(license => $"{license.LicenseQuantity} × {license.ProductName ?? license.SkuId}"));
        var there = licenses.Length == 0 ? "" : $"There: {licenses}. ";
        if (!missing.IsPositive)
        {
            return $"{there}More is recorded here. End what has run out under Message packs; nothing is bought or given back through the licensing API.";
        }

        var isPacks = missing.Thousandths % PackOrder.PublishedCredits.Thousandths == 0;
        return isPacks
            ? $"{there}Adopting records {Formats.Count(missing.Thousandths / PackOrder.PublishedCredits.Thousandths, "message pack", "message packs")} from now on."
            : $"{there}Adopting records {PlatformNames.WordOf(missing)} a month as included with licences, from now on.";
    }

    private static string SaidOf(Credits entitled, TenantCapacity? capacity)
    {
        var allocated = PlatformNames.CreditsOf(capacity?.Allocated?.Value) is { } set ? $", {PlatformNames.WordOf(set)} of them allocated" : "";
        var used = capacity?.Consumed is { Value: { } value, LastUpdatedOn: { } at } && PlatformNames.CreditsOf(value) is { } consumed ? $", {PlatformNames.WordOf(consumed)} used as of {Formats.Day(at)} (UTC)" : "";
        return $"{PlatformNames.WordOf(entitled)} a month{allocated}{used}.";
    }
}

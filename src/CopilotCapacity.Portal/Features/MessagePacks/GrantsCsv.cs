using System.Globalization;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Imports;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.MessagePacks;

/// <summary>A tenant's grants with their balances of the running month as a file for a spreadsheet; the page's list, with its numbers as programs write them.</summary>
internal static class GrantsCsv
{
    private static readonly string[] s_head =
    [
        "id", "kind", "packs", "creditsPerPack", "unitPrice", "amount", "recurrence", "effectiveAt", "expiresAt", "orderReference",
        "endedAt", "granted", "carriedIn", "used", "held", "left", "expired",
    ];

    public static void MapGrantsCsv(this IEndpointRouteBuilder pages) =>
        pages.MapGet("/tenants/{TenantId:guid}/packs.csv", WriteAsync).RequireAuthorization(Policies.ReadTenant).ExcludeFromDescription();

    private static async Task WriteAsync(Guid tenantId, HttpContext http, IDbContextFactory<PortalDbContext> contexts, CancellationToken cancellationToken)
    {
        var (grants, period) = await Task.Run(() => Read(contexts, new TenantId(tenantId)), cancellationToken);
        await Csv.BeginAsync(http.Response, string.Create(CultureInfo.InvariantCulture, $"grants-{period}.csv"), s_head, cancellationToken);
        foreach (var grant in grants)
        {
            await http.Response.WriteAsync(Csv.Line(FieldsOf(grant)), cancellationToken);
        }
    }

    // Nobody comes here who may not read the tenant, so it is there.
    private static (IReadOnlyList<GrantMonthView> Grants, Period Period) Read(IDbContextFactory<PortalDbContext> contexts, TenantId tenant)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        var row = snapshot.Tenant(tenant)!;
        var period = new Period(row.OpenPeriod);
        return (GrantQuery.ReadMonth(snapshot, row, period), period);
    }

    private static string?[] FieldsOf(GrantMonthView grant)
    {
        var row = grant.Row;
        return
        [
            row.Id.ToString(),
            CsvText.Word(row.Kind),
            row.Packs?.ToString(CultureInfo.InvariantCulture),
            row.CreditsPerPack is { } perPack ? CsvText.Number(new Credits(perPack)) : null,
            row.UnitPriceMicros is { } price ? new Money(price, CurrencyCode.Usd).ToAmountString() : null,
            CsvText.Number(new Credits(row.Amount)),
            CsvText.Word(row.Recurrence),
            CsvText.Time(row.EffectiveAt),
            CsvText.Time(row.ExpiresAt),
            row.OrderReference,
            CsvText.Time(row.EndedAt),
            CsvText.Number(grant.Granted),
            CsvText.Number(grant.CarriedIn),
            CsvText.Number(grant.Burned),
            CsvText.Number(grant.Held),
            CsvText.Number(grant.Remaining),
            CsvText.Number(grant.Expired),
        ];
    }
}

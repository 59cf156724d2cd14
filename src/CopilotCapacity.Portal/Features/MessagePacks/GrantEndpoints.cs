using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Portal.Hosting.Json;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.MessagePacks;

/// <summary>Message packs that were bought.</summary>
public sealed record NewMessagePacksDto(
    int? Packs,
    Credits? CreditsPerPack,
    MoneyDto? UnitPrice,
    DateTimeOffset? EffectiveAt,
    DateTimeOffset? ExpiresAt,
    string? OrderReference);

/// <summary>A grant to record.</summary>
public sealed record NewGrantDto(
    Guid? Id,
    GrantKind? Kind,
    Credits? Amount,
    int? Priority,
    DateTimeOffset? EffectiveAt,
    DateTimeOffset? ExpiresAt,
    Recurrence? Recurrence,
    Credits? RolloverMax);

/// <summary>Prepaid credits: message packs and other grants.</summary>
internal static class GrantEndpoints
{
    private const string Path = "/tenants/{tenantId}/grants";
    private static readonly Money s_packPrice = new(PackOrder.PublishedMicros, CurrencyCode.Usd);

    public static void MapGrants(this IEndpointRouteBuilder api)
    {
        api.MapPost("/tenants/{tenantId}/message-packs", BuyAsync).InTenant(Operation.ChangeCapacity)
            .Produces<GrantDto>(StatusCodes.Status201Created);
        api.MapPost(Path, CreateAsync).InTenant(Operation.ChangeCapacity).Produces<GrantDto>(StatusCodes.Status201Created);
        api.MapGet(Path, ListGrants).InTenant(Operation.ReadTenant).Produces<PageDto<GrantDto>>();
        api.MapGet(Path + "/{grantId}", GetGrant).InTenant(Operation.ReadTenant).Produces<GrantDto>();
        api.MapDelete(Path + "/{grantId}", EndAsync).InTenant(Operation.ChangeCapacity).Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> BuyAsync(Guid tenantId, HttpContext http, CancellationToken cancellationToken)
    {
        var body = await http.Request.ReadBodyAsync<NewMessagePacksDto>(cancellationToken);
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        var creditsPerPack = wanted.CreditsPerPack ?? PackOrder.PublishedCredits;
        Money price = s_packPrice;
        var fields = new Fields()
            .Require(wanted.Packs is >= 1 and <= PackOrder.PacksMost, "packs", $"The number of packs is 1 to {PackOrder.PacksMost}.")
            .Require(
                creditsPerPack.IsPositive && creditsPerPack <= PackOrder.CreditsMost, "creditsPerPack", "A pack holds more than 0 and at most 1,000,000 credits.")
            .Require(wanted.UnitPrice is null || wanted.UnitPrice.TryToMoney(out price), "unitPrice", "A price is an amount such as \"200.00\" with its currency.")
            .OptionalText(wanted.OrderReference, "orderReference");
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var grant = new NewGrant
        {
            Id = new GrantId(Guid.NewGuid()),
            Kind = GrantKind.MessagePack,
            Amount = new Credits(creditsPerPack.Thousandths * wanted.Packs!.Value),
            EffectiveAt = wanted.EffectiveAt,
            ExpiresAt = wanted.ExpiresAt,
            Recurrence = Recurrence.Monthly,
            Order = new PackOrder(wanted.Packs.Value, creditsPerPack, price.Micros, wanted.OrderReference?.Trim()),
        };
        return await AddAsync(http, tenantId, body.Bytes, grant, wanted.UnitPrice?.Currency);
    }

    private static async Task<IResult> CreateAsync(Guid tenantId, HttpContext http, CancellationToken cancellationToken)
    {
        var body = await http.Request.ReadBodyAsync<NewGrantDto>(cancellationToken);
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        var fields = new Fields()
            .Require(wanted.Amount is not null, "amount", "Say how many credits.")
            .Require(wanted.Id != Guid.Empty, "id", "The id is a GUID other than zero.");
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var grant = new NewGrant
        {
            Id = new GrantId(wanted.Id ?? Guid.NewGuid()),
            Kind = wanted.Kind ?? GrantKind.Promotional,
            Amount = wanted.Amount!.Value,
            Priority = wanted.Priority ?? 100,
            EffectiveAt = wanted.EffectiveAt,
            ExpiresAt = wanted.ExpiresAt,
            Recurrence = wanted.Recurrence ?? Recurrence.None,
            RolloverMax = wanted.RolloverMax,
        };
        return await AddAsync(http, tenantId, body.Bytes, grant, null);
    }

    private static Task<IResult> AddAsync(HttpContext http, Guid tenantId, byte[] body, NewGrant grant, string? currency) =>
        ApiChanges.CreateAsync<GrantDto>(http, new TenantId(tenantId), body, ledger =>
        {
            if (currency is not null && !string.Equals(currency, ledger.Currency.Value, StringComparison.OrdinalIgnoreCase))
            {
                return Refusal.Invalid("unitPrice.currency", "currency_mismatch", $"The tenant's currency is {ledger.Currency}.");
            }

            var added = ledger.AddGrant(grant);
            if (added.Refusal is { } refusal)
            {
                return refusal;
            }

            var month = ledger.Open.Grants.FirstOrDefault(month => month.Grant == added.Value);
            return new Created<GrantDto>(
                GrantDto.From(added.Value!, month, ledger.Currency.Value),
                $"/api/v1/tenants/{tenantId}/grants/{grant.Id}",
                added.Value!.Version);
        });

    private static IResult ListGrants(Guid tenantId, HttpContext http, IDbContextFactory<PortalDbContext> contexts)
    {
        var list = $"grants:{tenantId}";
        if (PageRange.Read(http.Request, list, out var range) is { } problem)
        {
            return problem;
        }

        using var snapshot = ReadSnapshot.Open(contexts);
        var tenant = snapshot.Tenant(new TenantId(tenantId))!;
        var all = GrantQuery.ReadMonth(snapshot, tenant, new Period(tenant.OpenPeriod))
            .Select(view => GrantDto.From(view, tenant.Currency))
            .ToList();
        return ApiAnswer.Ok(range.Cut(all, list));
    }

    private static IResult GetGrant(Guid tenantId, string grantId, IDbContextFactory<PortalDbContext> contexts)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        var tenant = snapshot.Tenant(new TenantId(tenantId))!;
        return Find(snapshot, tenant, grantId) is { } view
            ? ApiAnswer.Ok(GrantDto.From(view, tenant.Currency), GrantDto.VersionOf(view.Row))
            : Problems.NotFound();
    }

    private static async Task<IResult> EndAsync(
        Guid tenantId,
        string grantId,
        HttpContext http,
        IDbContextFactory<PortalDbContext> contexts)
    {
        GrantMonthView? view;
        using (var snapshot = ReadSnapshot.Open(contexts))
        {
            view = Find(snapshot, snapshot.Tenant(new TenantId(tenantId))!, grantId);
        }

        if (view is null)
        {
            return Problems.NotFound();
        }

        return http.Request.CheckIfMatch(GrantDto.VersionOf(view.Row), out var expected) is { } precondition
            ? precondition
            : await ApiChanges.DeleteAsync(
                http, new TenantId(tenantId), ledger => ledger.EndGrant(new GrantId(view.Row.Id), expected));
    }

    private static GrantMonthView? Find(ReadSnapshot snapshot, Storage.Model.TenantRow tenant, string grantId) =>
        Guid.TryParse(grantId, out var id)
            ? GrantQuery.ReadMonth(snapshot, tenant, new Period(tenant.OpenPeriod)).FirstOrDefault(view => view.Row.Id == id)
            : null;
}

using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Rates;

/// <summary>The tenant's own rate to set; without <c>effectiveAt</c> from now on.</summary>
public sealed record RateRequestDto(Credits? CreditsPerUnit, DateTimeOffset? EffectiveAt);

/// <summary>A published rate: where it is known from, and how sure that is (P: Microsoft's own text, S: second-hand).</summary>
public sealed record PublishedRateDto(Credits CreditsPerUnit, string Source, string Grade);

/// <summary>Whether use by licensed people inside the organisation is free, and when that holds.</summary>
public sealed record ZeroRatingDto(bool Allowed, string Rule);

/// <summary>A rate the tenant set.</summary>
public sealed record OwnRateDto(Credits CreditsPerUnit, DateTimeOffset EffectiveAt, DateTimeOffset SetAt, string? SetBy, long Sequence);

/// <summary>
/// A feature's rate in force now. It is in force from <c>effectiveAt</c> (null: from the beginning) until
/// <c>effectiveUntil</c> (null: no other rate is planned). <c>perQuantity</c> is how much of the feature is one unit. An own
/// rate has no grade.
/// </summary>
public sealed record RateDto(
    string Feature,
    FeatureUnit Unit,
    int PerQuantity,
    Credits CreditsPerUnit,
    string Source,
    string? Grade,
    DateTimeOffset? EffectiveAt,
    DateTimeOffset? EffectiveUntil,
    bool Overridden,
    PublishedRateDto Published,
    ZeroRatingDto ZeroRating,
    IReadOnlyList<OwnRateDto> History)
{
    internal static RateDto From(RateView view)
    {
        var published = view.Published;
        return new RateDto(
            published.Code,
            published.Unit,
            published.Unit == FeatureUnit.Token ? 1_000 : 1,
            view.CreditsPerUnit,
            view.InForce is null ? published.Source : RateText.OwnSource,
            view.InForce is null ? published.Grade.ToString() : null,
            view.InForce?.EffectiveAt,
            view.Next?.EffectiveAt,
            view.InForce is not null,
            new PublishedRateDto(published.CreditsPerUnit, published.Source, published.Grade.ToString()),
            new ZeroRatingDto(published.AllowsZeroRating, RateText.ZeroRatingOf(published)),
            [.. view.Own.Select(own => new OwnRateDto(own.CreditsPerUnit, own.EffectiveAt, own.SetAt, own.SetBy, own.Sequence))]);
    }
}

/// <summary>The rate card of a tenant.</summary>
internal static class RateEndpoints
{
    private const string Path = "/tenants/{tenantId}/rates";

    public static void MapRates(this IEndpointRouteBuilder api)
    {
        api.MapGet(Path, ListRates).InTenant(Operation.ReadTenant).Produces<PageDto<RateDto>>();
        api.MapPut(Path + "/{feature}", SetAsync).InTenant(Operation.ChangeCapacity).Produces<RateDto>();
    }

    private static IResult ListRates(Guid tenantId, HttpContext http, IDbContextFactory<PortalDbContext> contexts, TimeProvider time)
    {
        var list = $"rates:{tenantId}";
        return PageRange.Read(http.Request, list, out var range) is { } problem
            ? problem
            : ApiAnswer.Ok(range.Cut([.. Read(contexts, tenantId, time).Select(RateDto.From)], list));
    }

    private static async Task<IResult> SetAsync(
        Guid tenantId,
        string feature,
        HttpContext http,
        Meter meter,
        IDbContextFactory<PortalDbContext> contexts,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (RateCard.Find(feature) is not { } published)
        {
            return Problems.NotFound();
        }

        var body = await http.Request.ReadBodyAsync<RateRequestDto>(cancellationToken);
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        var fields = new Fields()
            .Require(wanted.CreditsPerUnit is not null, "creditsPerUnit", "Say how many credits a unit costs.")
            .Require(wanted.EffectiveAt is null or { Year: >= 2000 and < 3000 }, "effectiveAt", "A rate begins between 2000 and 2999.");
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var set = await meter.ChangeAsync<bool>(new TenantId(tenantId), http.Actor(), ledger =>
            ledger.SetRate(published.Feature, wanted.CreditsPerUnit!.Value, wanted.EffectiveAt).Refusal is { } refusal ? refusal : true);
        return set.Refusal is { } refused
            ? Problems.From(refused)
            : ApiAnswer.Ok(RateDto.From(Read(contexts, tenantId, time).First(view => view.Published == published)));
    }

    private static IReadOnlyList<RateView> Read(IDbContextFactory<PortalDbContext> contexts, Guid tenantId, TimeProvider time)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        var tenant = snapshot.Tenant(new TenantId(tenantId))!;
        return RateQuery.Read(snapshot, tenant, tenant.IsRehearsal ? tenant.Now : time.GetUtcNow());
    }
}

using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Metering.Store;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Forecasts;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Tenants;

/// <summary>A tenant to create.</summary>
public sealed record NewTenantDto(Guid? Id, string? Name, string? Currency, DateTimeOffset? TestClock);

/// <summary>A tenant's settings to set; what is left out keeps its value.</summary>
public sealed record TenantSettingsDto(string? Name, int? LowThresholdPercent, int? WarningHorizonDays, IReadOnlyList<string?>? AllowedOrigins = null);

/// <summary>Where a rehearsal tenant's clock is to go.</summary>
public sealed record ClockDto(DateTimeOffset? Now);

/// <summary>A tenant. <c>testClock</c> is there for rehearsal tenants only and is their present time.</summary>
public sealed record TenantDto(
    Guid Id,
    string Name,
    string Currency,
    int LowThresholdPercent,
    int WarningHorizonDays,
    DateTimeOffset CreatedAt,
    DateTimeOffset? TestClock,
    IReadOnlyList<string> AllowedOrigins)
{
    internal static TenantDto From(TenantLedger ledger) => new(
        ledger.Id.Value,
        ledger.Name,
        ledger.Currency.Value,
        ledger.LowThresholdPercent,
        ledger.WarningHorizonDays,
        ledger.CreatedAt,
        ledger.IsRehearsal ? ledger.Now : null,
        ledger.AllowedOrigins);

    internal static TenantDto From(TenantRow row) => new(
        row.Id,
        row.Name,
        row.Currency,
        row.LowThresholdPercent,
        row.WarningHorizonDays,
        row.CreatedAt,
        row.IsRehearsal ? row.Now : null,
        row.AllowedOrigins.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}

/// <summary>Tenants and their clocks.</summary>
internal static class TenantEndpoints
{
    private const string ClockReach = "A test clock shows a time from 2000 to 2099.";

    public static void MapTenants(this IEndpointRouteBuilder api)
    {
        api.MapPost("/tenants", CreateAsync).ForPortal().Produces<TenantDto>(StatusCodes.Status201Created);
        api.MapGet("/tenants", ListAsync).ForPortal().Produces<PageDto<TenantDto>>();
        api.MapGet("/tenants/{tenantId}", GetTenant).InTenant(Operation.ReadTenant).Produces<TenantDto>();
        api.MapPut("/tenants/{tenantId}", ChangeAsync).InTenant(Operation.ChangeTenant).Produces<TenantDto>();
        api.MapPut("/tenants/{tenantId}/clock", MoveClockAsync).InTenant(Operation.ChangeCapacity).Produces<TenantDto>();
    }

    private static async Task<IResult> CreateAsync(HttpContext http, Meter meter, TimeProvider time, CancellationToken cancellationToken)
    {
        var body = await http.Request.ReadBodyAsync<NewTenantDto>(cancellationToken);
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        var currency = CurrencyCode.Usd;
        var fields = new Fields()
            .Text(wanted.Name, "name")
            .Require(wanted.TestClock is null || IsWithinReach(wanted.TestClock.Value), "testClock", ClockReach)
            .Require(wanted.Id != Guid.Empty, "id", "The id is a GUID other than zero.")
            .Require(
                wanted.Currency is null || CurrencyCode.TryParse(wanted.Currency, out currency),
                "currency",
                "The currency is an ISO 4217 code such as USD.");
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        if (!http.Request.TryReadIdempotencyKey(new TenantId(Guid.Empty), body.Bytes, out var repeatable))
        {
            return ApiChanges.InvalidKey();
        }

        var tenant = new NewTenant(new TenantId(wanted.Id ?? Guid.NewGuid()), wanted.Name!.Trim(), currency, wanted.TestClock);
        if (repeatable.Key is not { } key)
        {
            return ApiChanges.AnswerOf(await meter.CreateTenantAsync(tenant, http.Actor(), Created));
        }

        var now = time.GetUtcNow();
        return ApiChanges.Again(await meter.CreateTenantOnceAsync(
            tenant, http.Actor(), key, repeatable.RequestHash, ledger => ApiChanges.Remember(Created(ledger), key, repeatable.RequestHash, now)));
    }

    private static Outcome<Created<TenantDto>> Created(TenantLedger ledger) =>
        new Created<TenantDto>(TenantDto.From(ledger), $"/api/v1/tenants/{ledger.Id}", ledger.Version);

    private static async Task<IResult> ListAsync(HttpContext http, IDbContextFactory<PortalDbContext> contexts, CancellationToken cancellationToken)
    {
        if (PageRange.Read(http.Request, "tenants", out var range) is { } problem)
        {
            return problem;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Tenants.AsNoTracking().OrderBy(row => row.Key).ToListAsync(cancellationToken);
        return ApiAnswer.Ok(range.Cut([.. rows.Select(TenantDto.From)], "tenants"));
    }

    private static ApiAnswer GetTenant(Guid tenantId, IDbContextFactory<PortalDbContext> contexts)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        var row = snapshot.Tenant(new TenantId(tenantId))!;
        return ApiAnswer.Ok(TenantDto.From(row), row.Version);
    }

    private static async Task<IResult> ChangeAsync(
        Guid tenantId,
        HttpContext http,
        IDbContextFactory<PortalDbContext> contexts,
        CancellationToken cancellationToken)
    {
        var tenant = new TenantId(tenantId);
        if (http.Request.CheckIfMatch(VersionOf(contexts, tenant), out var expected) is { } precondition)
        {
            return precondition;
        }

        var body = await http.Request.ReadBodyAsync<TenantSettingsDto>(cancellationToken);
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        if (wanted.Name is not null && new Fields().Text(wanted.Name, "name").Problem is { } problem)
        {
            return problem;
        }

        var origins = wanted.AllowedOrigins?.Select(WebOrigin.Normalise).Distinct(StringComparer.Ordinal).ToList();
        if (origins is not null && (origins.Contains(null) || origins.Count > WebOrigin.Most))
        {
            return Problems.Invalid("allowedOrigins", $"Write up to {WebOrigin.Most} origins like https://contoso.crm.dynamics.com, with https but for pages on the machine itself.");
        }

        return await ApiChanges.ChangeAsync<TenantDto>(http, tenant, ledger =>
        {
            if (expected is not null && expected != ledger.Version)
            {
                return Refusal.Stale("tenant");
            }

            var changed = ledger.Change(
                wanted.Name?.Trim() ?? ledger.Name,
                wanted.LowThresholdPercent ?? ledger.LowThresholdPercent,
                wanted.WarningHorizonDays ?? ledger.WarningHorizonDays);
            if (changed.Refusal is null && origins is not null)
            {
                changed = ledger.SetAllowedOrigins([.. origins.OfType<string>()]);
            }

            return changed.Refusal is { } refusal ? refusal : (TenantDto.From(ledger), (int?)ledger.Version);
        });
    }

    private static async Task<IResult> MoveClockAsync(Guid tenantId, HttpContext http, ForecastAlerts forecasts, CancellationToken cancellationToken)
    {
        var body = await http.Request.ReadBodyAsync<ClockDto>(cancellationToken);
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        if (wanted.Now is not { } to)
        {
            return Problems.Invalid("now", "Say where the clock is to go.");
        }

        if (!IsWithinReach(to))
        {
            return Problems.Invalid("now", ClockReach);
        }

        var answer = await ApiChanges.ChangeAsync<TenantDto>(http, new TenantId(tenantId), ledger =>
            ledger.MoveClock(to).Refusal is { } refusal ? refusal : (TenantDto.From(ledger), (int?)ledger.Version));

        // What the new time foretells is told before the answer, so that whoever rehearses finds it.
        await forecasts.TellAsync(new TenantId(tenantId), cancellationToken);
        return answer;
    }

    // Every month on the way is turned in one step, so there must be an end of them.
    private static bool IsWithinReach(DateTimeOffset clock) => clock.Year is >= 2000 and < 2100;

    private static int VersionOf(IDbContextFactory<PortalDbContext> contexts, TenantId tenant)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        return snapshot.Tenant(tenant)!.Version;
    }
}

using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Metering.Quota;
using CopilotCapacity.Portal.Features.ApiKeys;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Portal.Hosting.Json;

namespace CopilotCapacity.Portal.Features.Quota;

/// <summary>The quota of an environment, read from memory.</summary>
internal static class QuotaEndpoints
{
    public static void MapQuota(this IEndpointRouteBuilder api) =>
        api.MapGet("/environments/{environmentId}/quota", GetQuotaAsync).ForTenantKey(ApiScopes.QuotaRead).Produces<QuotaDto>();

    private static async Task<IResult> GetQuotaAsync(
        string environmentId,
        HttpContext http,
        QuotaBoard board,
        Meter meter,
        TimeProvider time)
    {
        if (!Guid.TryParse(environmentId, out var id))
        {
            return Problems.NotFound();
        }

        var tenant = http.Caller().Tenant!.Value;
        var environment = new EnvironmentId(id);
        if (!board.TryRead(tenant, environment, out var reading))
        {
            // The first question about a tenant since the start: its ledger is read once, then all answers come from memory.
            await meter.LoadAsync(tenant);
            board.TryRead(tenant, environment, out reading);
        }

        if (reading is null)
        {
            return Problems.NotFound();
        }

        // The tag stands for the status, so that a client can ask cheaply whether that has changed.
        var etag = $"W/\"{reading.Status.ToString().ToLowerInvariant()}\"";
        http.Response.Headers.ETag = etag;
        var seen = http.Request.Headers.IfNoneMatch.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries));
        return seen.Contains(etag, StringComparer.Ordinal)
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Results.Json(QuotaDto.From(tenant, reading, time.GetUtcNow()), ApiJson.Options);
    }
}

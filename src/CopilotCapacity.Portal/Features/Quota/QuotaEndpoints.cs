using System.Collections.Frozen;
using System.Text.Json;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Metering.Quota;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Portal.Hosting.Json;
using Microsoft.Extensions.Primitives;

namespace CopilotCapacity.Portal.Features.Quota;

/// <summary>The quota of an environment, read from memory.</summary>
internal static class QuotaEndpoints
{
    // The tag stands for the status, so that a client can ask cheaply whether that has changed.
    private static readonly FrozenDictionary<QuotaStatus, string> s_etags = Enum.GetValues<QuotaStatus>()
        .ToFrozenDictionary(status => status, status => $"W/\"{status.ToString().ToLowerInvariant()}\"");

    public static void MapQuota(this IEndpointRouteBuilder api) =>
        api.MapGet("/environments/{environmentId}/quota", GetQuotaAsync).ForTenantKey(Operation.ReadQuota).Produces<QuotaDto>();

    private static async Task<IResult> GetQuotaAsync(
        string environmentId,
        HttpContext http,
        QuotaBoard board,
        Meter meter,
        QuotaForecast forecast,
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

        var etag = s_etags[reading.Status];
        http.Response.Headers.ETag = etag;
        if (HasSeen(http.Request.Headers.IfNoneMatch, etag))
        {
            return Results.StatusCode(StatusCodes.Status304NotModified);
        }

        // Asked more often than anything else, and small: written whole, not through a stream.
        var body = JsonSerializer.SerializeToUtf8Bytes(QuotaDto.From(tenant, reading, forecast, time.GetUtcNow()), ApiJson.Options);
        return Results.Bytes(body, "application/json; charset=utf-8");
    }

    private static bool HasSeen(StringValues tags, string etag) => tags.Count > 0
        && tags.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries)).Contains(etag, StringComparer.Ordinal);
}

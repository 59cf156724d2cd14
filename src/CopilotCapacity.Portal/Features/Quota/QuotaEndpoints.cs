using System.Collections.Frozen;
using System.Text.Json;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Notices;
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
        api.MapGet("/environments/{environmentId}/quota", GetQuotaAsync).ForTenantKey(Operation.ReadQuota).AcceptsBannerToken().Produces<QuotaDto>();

    private static async Task<IResult> GetQuotaAsync(
        string environmentId,
        HttpContext http,
        QuotaReader quotas,
        QuotaForecast forecast,
        TimeProvider time)
    {
        var tenant = http.Caller().Tenant!.Value;
        if (!Guid.TryParse(environmentId, out var id) || await quotas.FindAsync(tenant, new EnvironmentId(id)) is not { } reading)
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

using System.Globalization;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Alerts;

/// <summary>The alerts of a tenant, oldest first.</summary>
internal static class AlertEndpoints
{
    private const string Path = "/tenants/{tenantId}/alerts";

    public static void MapAlerts(this IEndpointRouteBuilder api)
    {
        api.MapGet(Path, ListAlerts)
            .InTenant(Operation.ReadTenant)
            .WithDescription("after: only alerts with a greater sequence; state: open, resolved, acknowledged or unacknowledged.")
            .Produces<PageDto<AlertDto>>();
        api.MapPost(Path + "/{alertId}/acknowledge", AcknowledgeAsync).InTenant(Operation.ChangeCapacity).Produces<AlertDto>();
    }

    private static IResult ListAlerts(Guid tenantId, HttpContext http, IDbContextFactory<PortalDbContext> contexts)
    {
        var list = $"alerts:{tenantId}";
        if (PageRange.Read(http.Request, list, out var range) is { } problem)
        {
            return problem;
        }

        // The cursor of this list is the number of the last alert told.
        if (ReadAfter(http.Request, range, out var after) is { } invalid)
        {
            return invalid;
        }

        var state = AlertState.Any;
        if (http.Request.Query.TryGetValue("state", out var text) && !TryReadState(text.ToString(), out state))
        {
            return Problems.Invalid("state", "The state is open, resolved, acknowledged or unacknowledged.");
        }

        using var snapshot = ReadSnapshot.Open(contexts);
        var tenant = new TenantId(tenantId);
        var found = AlertQuery.Read(snapshot, snapshot.Tenant(tenant)!, after, state, range.Limit + 1);
        var items = found.Take(range.Limit).Select(alert => AlertDto.From(tenant, alert)).ToList();
        return ApiAnswer.Ok(new PageDto<AlertDto>(
            items, found.Count > range.Limit ? PageRange.Encode((int)items[^1].Sequence, list) : null));
    }

    private static IResult? ReadAfter(HttpRequest request, PageRange range, out long after)
    {
        after = range.Offset;
        var asked = request.Query.TryGetValue("after", out var text);
        if (asked && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            return Problems.Invalid("after", "What comes before is a sequence number, from 0 upwards.");
        }

        after = Math.Max(after, range.Offset);
        return null;
    }

    private static bool TryReadState(string text, out AlertState state) =>
        Enum.TryParse(text, ignoreCase: true, out state) && Enum.IsDefined(state) && !char.IsAsciiDigit(text[0]) && text[0] is not '-';

    private static async Task<IResult> AcknowledgeAsync(
        Guid tenantId,
        string alertId,
        HttpContext http,
        Meter meter,
        IDbContextFactory<PortalDbContext> contexts)
    {
        var tenant = new TenantId(tenantId);
        var number = Guid.TryParse(alertId, out var id) ? AlertId.NumberOf(tenant, id) : 0;
        if (Find(contexts, tenant, number) is not { } alert)
        {
            return Problems.NotFound();
        }

        if (alert.AcknowledgedAt is null)
        {
            // Looked at again on the meter's thread: of two who do it at once, one has done it.
            var done = await meter.ChangeAsync<long>(tenant, http.Actor(), readsTheDisk: true, (ledger, _) =>
                Find(contexts, tenant, number) is { AcknowledgedAt: null } ? ledger.AcknowledgeAlert(number) : number);
            if (done.Refusal is { } refusal)
            {
                return Problems.From(refusal);
            }
        }

        return ApiAnswer.Ok(AlertDto.From(tenant, Find(contexts, tenant, number)!));
    }

    private static StoredAlert? Find(IDbContextFactory<PortalDbContext> contexts, TenantId tenant, long number)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        return AlertQuery.Find(snapshot, snapshot.Tenant(tenant)!, number);
    }
}

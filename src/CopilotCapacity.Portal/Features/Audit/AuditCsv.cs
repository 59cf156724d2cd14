using System.Globalization;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Audit;

/// <summary>The audit trail as a file for a spreadsheet; a page's question, answered with all of its entries.</summary>
internal static class AuditCsv
{
    // A snapshot is short, so a long trail is read in parts; entries never change, so the parts fit together.
    private const int PartEntries = 1_000;

    private static readonly string[] s_head =
        ["number", "at", "actorKind", "actorId", "actorName", "address", "action", "objectKind", "objectId", "objectName", "old", "new", "reason", "sequence", "hash"];

    public static void MapAuditCsv(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/tenants/{TenantId:guid}/audit.csv", WriteTenantAsync).RequireAuthorization(Policies.ReadAudit).ExcludeFromDescription();
        pages.MapGet(PortalUrls.PortalAuditCsv, WritePortalAsync).RequireAuthorization(Policies.AdministerPortal).ExcludeFromDescription();
    }

    private static Task WriteTenantAsync(
        Guid tenantId, HttpContext http, IDbContextFactory<PortalDbContext> contexts, CancellationToken cancellationToken) =>
        WriteAsync(new TenantId(tenantId), http, contexts, cancellationToken);

    private static Task WritePortalAsync(HttpContext http, IDbContextFactory<PortalDbContext> contexts, CancellationToken cancellationToken) =>
        WriteAsync(null, http, contexts, cancellationToken);

    private static async Task WriteAsync(
        TenantId? tenant, HttpContext http, IDbContextFactory<PortalDbContext> contexts, CancellationToken cancellationToken)
    {
        var query = http.Request.Query;
        var filter = AuditFilters.Of(Text(query["action"]), Text(query["actor"]), Text(query["object"]), query["from"], query["to"]);
        await Csv.BeginAsync(http.Response, "audit.csv", s_head, cancellationToken);
        var before = long.MaxValue;
        IReadOnlyList<AuditView> part;
        do
        {
            part = Read(contexts, tenant, filter, before);
            foreach (var view in part)
            {
                await http.Response.WriteAsync(Csv.Line(FieldsOf(view)), cancellationToken);
                before = view.Row.Number;
            }
        }
        while (part.Count == PartEntries);
    }

    private static IReadOnlyList<AuditView> Read(IDbContextFactory<PortalDbContext> contexts, TenantId? tenant, AuditFilter filter, long before)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        var key = tenant is { } id ? snapshot.Tenant(id)?.Key : AuditRow.Portal;
        return key is { } known ? AuditQuery.Read(snapshot, known, filter, before, PartEntries) : [];
    }

    private static string?[] FieldsOf(AuditView view)
    {
        var row = view.Row;
        return
        [
            row.Number.ToString(CultureInfo.InvariantCulture),
            row.At.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            row.ActorKind.ToString(),
            row.ActorId,
            view.ActorName,
            row.ActorAddress,
            row.Action,
            row.ObjectKind,
            row.ObjectId,
            view.ObjectName,
            row.Old,
            row.New,
            row.Reason,
            row.Sequence?.ToString(CultureInfo.InvariantCulture),
            Convert.ToHexStringLower(row.Hash),
        ];
    }

    private static string? Text(string? value) => string.IsNullOrEmpty(value) ? null : value;
}

using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Storage.Ledger;

namespace CopilotCapacity.Portal.Features.Imports;

/// <summary>The files to begin an import with.</summary>
internal static class ImportCsv
{
    public static void MapImportCsv(this IEndpointRouteBuilder pages) =>
        pages.MapGet("/tenants/{TenantId:guid}/import/{Kind}.csv", WriteAsync).RequireAuthorization(Policies.ChangeCapacity).ExcludeFromDescription();

    private static async Task WriteAsync(Guid tenantId, string kind, HttpContext http, LedgerCopies copies, CancellationToken cancellationToken)
    {
        if (ImportView.KindOf(kind) is not { } wanted || await Task.Run(() => copies.Load(new TenantId(tenantId)), cancellationToken) is not { } ledger)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var import = ImportDesk.Of(wanted);
        await Csv.BeginAsync(http.Response, $"{ImportView.NameOf(wanted)}-to-import.csv", import.Columns.Select(column => column.Name), cancellationToken);
        foreach (var row in import.Template(ledger))
        {
            await http.Response.WriteAsync(Csv.Line(row), cancellationToken);
        }
    }
}

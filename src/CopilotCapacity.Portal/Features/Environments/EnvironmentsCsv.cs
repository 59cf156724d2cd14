using System.Globalization;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Imports;
using CopilotCapacity.Portal.Features.Overview;
using CopilotCapacity.Portal.Hosting.Http;

namespace CopilotCapacity.Portal.Features.Environments;

/// <summary>
/// The environments that a page shows as a file for a spreadsheet: all that match, in the page's order. The columns that can be
/// imported have the names they are imported by.
/// </summary>
internal static class EnvironmentsCsv
{
    private static readonly string[] s_head =
    [
        "id", "name", "type", "region", "costCenter", "drawsOnPool", "allocation", "allocationBacked", "usedFromAllocation", "usedFromPool",
        "usedAsYouGo", "unfunded", "left", "status", "paysNow", "paysNext", "runsOutAt", "billingPlan", "applications",
    ];

    public static void MapEnvironmentsCsv(this IEndpointRouteBuilder pages) =>
        pages.MapGet("/tenants/{TenantId:guid}/environments.csv", WriteAsync).RequireAuthorization(Policies.ReadTenant).ExcludeFromDescription();

    private static async Task WriteAsync(Guid tenantId, HttpContext http, EnvironmentDesk desk, CurrentPerson current, TimeProvider time, CancellationToken cancellationToken)
    {
        current.Request = http.User;
        var query = http.Request.Query;
        var view = OverviewView.Parse(query["q"], query["status"], query["sort"], null).Of(query["type"], query["region"], query["costCenter"]);
        if (await desk.ReadAllAsync(new TenantId(tenantId), view, cancellationToken) is not { } environments)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"environments-{time.GetUtcNow():yyyy-MM-dd}.csv");
        await Csv.BeginAsync(http.Response, name, s_head, cancellationToken);
        foreach (var environment in environments)
        {
            await http.Response.WriteAsync(Csv.Line(FieldsOf(environment)), cancellationToken);
        }
    }

    private static string?[] FieldsOf(OverviewEnvironment environment)
    {
        var reach = environment.Reach;
        return
        [
            environment.Id.ToString(),
            environment.Name,
            CsvText.Word(environment.Type),
            environment.Region,
            environment.CostCenter,
            CsvText.YesNo(reach.DrawsOnPool),
            CsvText.Number(environment.Allocation),
            CsvText.Number(environment.Backed),
            CsvText.Number(environment.ConsumedFromAllocation),
            CsvText.Number(environment.ConsumedFromPool),
            CsvText.Number(environment.PayAsYouGoCredits),
            CsvText.Number(environment.Unfunded),
            reach.IsUnlimited ? null : CsvText.Number(reach.Left),
            CsvText.Word(environment.Status),
            CsvText.Word(reach.PaysNow),
            CsvText.Word(reach.PaysNext),
            CsvText.Time(environment.RunsOutAt),
            environment.BillingPlan,
            string.Join(' ', environment.Applications.Select(CsvText.Word)),
        ];
    }
}

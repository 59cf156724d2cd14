using System.Globalization;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Hosting.Http;

namespace CopilotCapacity.Portal.Features.Usage.Pages;

/// <summary>The page's table as a file for a spreadsheet: all its rows, numbers as programs write them.</summary>
internal static class UsageCsv
{
    public static void MapUsageCsv(this IEndpointRouteBuilder pages) =>
        pages.MapGet("/tenants/{TenantId:guid}/usage.csv", WriteAsync).RequireAuthorization(Policies.ReadTenant).ExcludeFromDescription();

    private static async Task WriteAsync(Guid tenantId, HttpContext http, UsageReader reader, CurrentPerson current, CancellationToken cancellationToken)
    {
        current.Request = http.User;
        var query = http.Request.Query;
        var view = UsageView.Parse(query["range"], query["group"], query["environment"], query["sort"], null, query["from"], query["to"]);
        if (await reader.ReadAllAsync(new TenantId(tenantId), view, cancellationToken) is not { } usage)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"usage-by-{view.Group}-{usage.First:yyyy-MM-dd}-to-{usage.Last:yyyy-MM-dd}.csv");
        await Csv.BeginAsync(http.Response, name, [view.Group, "name", "uses", "billedCredits", "nonBilledCredits", "payAsYouGo", "currency"], cancellationToken);
        foreach (var row in usage.Rows)
        {
            await http.Response.WriteAsync(Csv.Line(
            [
                row.Key,
                row.Name,
                row.Uses.ToString(CultureInfo.InvariantCulture),
                row.Billed.Value.ToString(CultureInfo.InvariantCulture),
                row.NonBilled.Value.ToString(CultureInfo.InvariantCulture),
                row.AsYouGo.ToAmountString(),
                row.AsYouGo.Currency.Value,
            ]), cancellationToken);
        }
    }
}

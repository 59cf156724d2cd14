using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Environments;

/// <summary>A Dynamics 365 application to link.</summary>
public sealed record ApplicationRequestDto(Guid? Id, ApplicationKind? Application, string? Url);

/// <summary>A Dynamics 365 application linked to an environment.</summary>
public sealed record ApplicationDto(Guid Id, Guid EnvironmentId, ApplicationKind Application, string Url);

/// <summary>The Dynamics 365 applications of an environment.</summary>
internal static class ApplicationEndpoints
{
    private const int UrlLengthMax = 2_000;
    private const string Path = "/tenants/{tenantId}/environments/{environmentId}/applications";

    public static void MapApplications(this IEndpointRouteBuilder api)
    {
        api.MapPost(Path, LinkAsync).InTenant(Operation.ChangeEnvironment).Produces<ApplicationDto>(StatusCodes.Status201Created);
        api.MapGet(Path, ListApplications).InTenant(Operation.ReadTenant).Produces<PageDto<ApplicationDto>>();
        api.MapDelete(Path + "/{applicationId}", UnlinkAsync).InTenant(Operation.ChangeEnvironment).Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> LinkAsync(
        Guid tenantId,
        string environmentId,
        HttpContext http,
        IDbContextFactory<PortalDbContext> contexts,
        CancellationToken cancellationToken)
    {
        if (EnvironmentEndpoints.Find(contexts, tenantId, environmentId) is not { } environment)
        {
            return Problems.NotFound();
        }

        var body = await http.Request.ReadBodyAsync<ApplicationRequestDto>(cancellationToken);
        if (body.Value is not { } wanted || Check(wanted) is { } problem)
        {
            return body.Problem ?? Check(body.Value!)!;
        }

        var application = new LinkedApplication(
            new LinkedApplicationId(wanted.Id ?? Guid.NewGuid()), wanted.Application!.Value, wanted.Url!.Trim());
        return await ApiChanges.CreateAsync<ApplicationDto>(http, new TenantId(tenantId), body.Bytes, readsTheDisk: true, (ledger, archive) =>
        {
            var linked = ledger.LinkApplication(new EnvironmentId(environment.Row.Id), application, archive.FindKept(ledger, application.Id));
            return linked.Refusal is { } refusal
                ? refusal
                : new Created<ApplicationDto>(
                    new ApplicationDto(application.Id.Value, environment.Row.Id, application.Kind, application.Url),
                    $"/api/v1/tenants/{tenantId}/environments/{environment.Row.Id}/applications/{application.Id}",
                    null);
        }, Problems.From);
    }

    private static IResult ListApplications(
        Guid tenantId,
        string environmentId,
        HttpContext http,
        IDbContextFactory<PortalDbContext> contexts)
    {
        if (EnvironmentEndpoints.Find(contexts, tenantId, environmentId) is not { } environment)
        {
            return Problems.NotFound();
        }

        var list = $"applications:{tenantId}:{environment.Row.Id}";
        if (PageRange.Read(http.Request, list, out var range) is { } problem)
        {
            return problem;
        }

        using var snapshot = ReadSnapshot.Open(contexts);
        var all = snapshot.Context.Applications
            .Where(row => row.TenantKey == environment.Row.TenantKey && row.EnvironmentKey == environment.Row.Key)
            .OrderBy(row => row.Url)
            .AsEnumerable()
            .Select(row => new ApplicationDto(row.Id, environment.Row.Id, row.Kind, row.Url))
            .ToList();
        return ApiAnswer.Ok(range.Cut(all, list));
    }

    private static async Task<IResult> UnlinkAsync(Guid tenantId, string environmentId, string applicationId, HttpContext http) =>
        Guid.TryParse(environmentId, out var environment) && Guid.TryParse(applicationId, out var application)
            ? await ApiChanges.DeleteAsync(
                http,
                new TenantId(tenantId),
                ledger => ledger.UnlinkApplication(new EnvironmentId(environment), new LinkedApplicationId(application)))
            : Problems.NotFound();

    private static IResult? Check(ApplicationRequestDto wanted) => new Fields()
        .Require(wanted.Id != Guid.Empty, "id", "The id is a GUID other than zero.")
        .Require(
            wanted.Application is not null,
            "application",
            "The application is sales, customerService, businessCentral, finance, supplyChain, fieldService, contactCenter or other.")
        .Text(wanted.Url, "url", UrlLengthMax)
        .Require(
            Uri.TryCreate(wanted.Url?.Trim(), UriKind.Absolute, out var url) && url.Scheme is "https" or "http",
            "url",
            "The address of the application is a web address, such as https://contoso.crm.dynamics.com.")
        .Problem;
}

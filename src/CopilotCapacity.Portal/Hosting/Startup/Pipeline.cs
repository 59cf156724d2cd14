using CopilotCapacity.Metering;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Notices;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Portal.Hosting.Security;

namespace CopilotCapacity.Portal.Hosting.Startup;

internal static class Pipeline
{
    public static void UsePortalPipeline(this WebApplication app)
    {
        app.UseSecurity();
        app.UseHubTokens();
        app.UseExceptionHandler("/error", createScopeForErrors: true);
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.UseWhen(IsApi, UseProblems);
        app.UseNoticePreflights();
        app.UseOwnOrigin();
        app.UseAuthentication();
        app.UseNoticeOrigins();
        app.UseRateLimits();
        app.UseAuthorization();
        app.UseAntiforgery();
    }

    /// <summary>Whether a request is for the API, not for a page.</summary>
    public static bool IsApi(this HttpContext context) =>
        context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);

    // Programs get problems, whatever went wrong and wherever; people get the pages above.
    private static void UseProblems(IApplicationBuilder api)
    {
        api.UseStatusCodePages(context =>
        {
            var status = context.HttpContext.Response.StatusCode;
            var problem = status == StatusCodes.Status404NotFound
                ? Problems.NotFound()
                : Problems.Of(status, "refused", "The request was refused.");
            return problem.ExecuteAsync(context.HttpContext);
        });
        api.UseExceptionHandler();
    }

    /// <summary>Maps what operators' tools ask for: whether the process lives, and whether it can do its work.</summary>
    public static void MapOperations(this WebApplication app)
    {
        app.MapGet("/livez", () => Results.Text("alive")).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/readyz", ReadyAsync).AllowAnonymous().ExcludeFromDescription();
    }

    // Ready means that the meter takes a request, reads the disk and answers.
    private static async Task<IResult> ReadyAsync(Meter meter, CancellationToken cancellationToken)
    {
        try
        {
            await meter.LoadAsync(new TenantId(Guid.Empty)).WaitAsync(TimeSpan.FromSeconds(5), cancellationToken);
            return Results.Text("ready");
        }
        catch (Exception exception) when (exception is TimeoutException or MeterBusyException)
        {
            return Results.Text("the meter does not answer", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}

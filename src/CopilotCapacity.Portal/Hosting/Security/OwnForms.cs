using Microsoft.AspNetCore.Antiforgery;

namespace CopilotCapacity.Portal.Hosting.Security;

/// <summary>
/// Sees to it that what changes something comes from one of the portal's own forms. ASP.NET Core looks by itself only where a
/// form's fields are read; a form may have none.
/// </summary>
internal static class OwnForms
{
    private const string Refusal = "This form is not the portal's own, or it has been open for too long. Go back, reload the page and send it again.";

    public static TBuilder RequireOwnForm<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RequireAntiforgeryTokenAttribute()).AddEndpointFilter((context, next) =>
        {
            var http = context.HttpContext;
            var isRead = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
            return isRead || http.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: true }
                ? next(context)
                : ValueTask.FromResult<object?>(Results.Text(Refusal, statusCode: StatusCodes.Status400BadRequest));
        });
}

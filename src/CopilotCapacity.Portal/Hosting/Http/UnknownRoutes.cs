using CopilotCapacity.Portal.Features.ApiKeys;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing.Template;

namespace CopilotCapacity.Portal.Hosting.Http;

/// <summary>Answers what no route of the API does: 405 where another method would be right, else 404.</summary>
internal static class UnknownRoutes
{
    public static void MapUnknown(this IEndpointRouteBuilder api) => api.Map("{**path}", Answer)
        .WithMetadata(new ApiGuard(ApiPlace.Nowhere, null))
        .ExcludeFromDescription();

    private static IResult Answer(HttpContext http, EndpointDataSource endpoints)
    {
        var methods = endpoints.Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<ApiGuard>() is { Place: not ApiPlace.Nowhere } && Matches(endpoint, http.Request.Path))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToArray();
        if (methods.Length == 0)
        {
            return Problems.NotFound();
        }

        var allowed = string.Join(", ", methods);
        http.Response.Headers.Allow = allowed;
        return Problems.Of(StatusCodes.Status405MethodNotAllowed, "method_not_allowed", $"Here is only {allowed}.");
    }

    private static bool Matches(RouteEndpoint endpoint, PathString path) =>
        new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []).TryMatch(path, []);
}

using CopilotCapacity.Portal.Features.Notices;
using CopilotCapacity.Portal.Hosting.Startup;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace CopilotCapacity.Portal.Features.Access;

/// <summary>
/// Answers a page that somebody may not see as one that is not there: whether a tenant exists is nobody else's business. Whoever
/// is not signed in is asked to.
/// </summary>
internal sealed class HiddenPages : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _default = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (!authorizeResult.Forbidden || context.IsApi() || context.IsHub())
        {
            return _default.HandleAsync(next, context, policy, authorizeResult);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}

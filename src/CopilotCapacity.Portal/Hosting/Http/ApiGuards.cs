using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.ApiKeys;

namespace CopilotCapacity.Portal.Hosting.Http;

/// <summary>What a route of the API is for; each carries exactly one.</summary>
/// <param name="Place">Whether the tenant is in the address, taken from the key, or none.</param>
/// <param name="Operation">What is done; null where nothing is.</param>
internal sealed record ApiGuard(ApiPlace Place, Operation? Operation);

/// <summary>Where a route of the API takes its tenant from.</summary>
internal enum ApiPlace
{
    /// <summary>From the address.</summary>
    Tenant,

    /// <summary>From the key.</summary>
    TenantKey,

    /// <summary>From nowhere: it is about the portal itself.</summary>
    Portal,

    /// <summary>From nowhere: there is no such route.</summary>
    Nowhere,
}

/// <summary>
/// The order in which the API refuses: no valid key (401), no such tenant or another key's (404), a missing scope (403). Only
/// then is anything of the request read.
/// </summary>
internal static class ApiGuards
{
    /// <summary>A header in which a program may say why it changes something; it stands on the audit trail.</summary>
    public const string ReasonHeader = "Change-Reason";

    /// <summary>For routes under <c>/tenants/{tenantId}</c>.</summary>
    public static TBuilder InTenant<TBuilder>(this TBuilder builder, Operation operation)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new ApiGuard(ApiPlace.Tenant, operation)).AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            var caller = http.Caller();
            if (!Guid.TryParse(http.GetRouteValue("tenantId") as string, out var id))
            {
                return Problems.NotFound();
            }

            var tenant = new TenantId(id);
            if (!AccessRules.Sees(caller, tenant) || !await http.RequestServices.GetRequiredService<TenantDirectory>().ExistsAsync(tenant, http.RequestAborted))
            {
                return Problems.NotFound();
            }

            return AccessRules.May(caller, operation, tenant) ? await next(context) : await RefuseAsync(http, tenant, operation);
        });

    /// <summary>For usage calls, which take the tenant from the key.</summary>
    public static TBuilder ForTenantKey<TBuilder>(this TBuilder builder, Operation operation)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new ApiGuard(ApiPlace.TenantKey, operation)).AddEndpointFilter(async (context, next) =>
        {
            var caller = context.HttpContext.Caller();
            if (caller.Tenant is not { } tenant)
            {
                return Problems.Of(
                    StatusCodes.Status403Forbidden, "tenant_key_required", "Usage is recorded with a key of the tenant it belongs to.");
            }

            if (caller.Banner is { } banner && !(Guid.TryParse(context.HttpContext.GetRouteValue("environmentId") as string, out var id) && id == banner.Environment))
            {
                return Problems.NotFound();
            }

            return AccessRules.May(caller, operation) ? await next(context) : await RefuseAsync(context.HttpContext, tenant, operation);
        });

    /// <summary>For calls about the portal itself.</summary>
    public static TBuilder ForPortal<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new ApiGuard(ApiPlace.Portal, Operation.AdministerPortal)).AddEndpointFilter((context, next) =>
            AccessRules.May(context.HttpContext.Caller(), Operation.AdministerPortal)
                ? next(context)
                : ValueTask.FromResult<object?>(MissingScope(Operation.AdministerPortal)));

    public static ApiCaller Caller(this HttpContext context) => context.Features.Get<ApiCaller>()
        ?? throw new InvalidOperationException("The route does not ask for an API key.");

    public static Actor Actor(this HttpContext context)
    {
        var caller = context.Caller();
        var reason = context.Request.Headers[ReasonHeader].ToString();
        return new Actor(
            ActorKind.ApiKey, caller.Id.ToString(), caller.Name, context.Connection.RemoteIpAddress?.ToString(), reason.Length > 0 ? reason : null);
    }

    // What is not there is not there for those without the scope, too; whoever has it is told by the handler.
    private static async ValueTask<IResult> RefuseAsync(HttpContext http, TenantId tenant, Operation operation) =>
        await http.RequestServices.GetRequiredService<ResourceDirectory>().IsThereAsync(tenant, http.Request.RouteValues, http.RequestAborted)
            ? MissingScope(operation)
            : Problems.NotFound();

    private static IResult MissingScope(Operation operation) => Problems.Of(
        StatusCodes.Status403Forbidden,
        "missing_scope",
        $"The key lacks the scope {string.Join(", ", ApiScopeNames.Of(AccessRules.ScopeOf(operation)))}.");
}

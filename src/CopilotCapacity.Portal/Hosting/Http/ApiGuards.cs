using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.ApiKeys;

namespace CopilotCapacity.Portal.Hosting.Http;

/// <summary>What a route of the API asks of the key that calls it; each carries exactly one.</summary>
/// <param name="Place">Whether the tenant is in the address, taken from the key, or none.</param>
/// <param name="Scope">The scope the key needs; none where nothing is given away.</param>
internal sealed record ApiGuard(ApiPlace Place, ApiScopes Scope);

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
    /// <summary>For routes under <c>/tenants/{tenantId}</c>.</summary>
    public static TBuilder InTenant<TBuilder>(this TBuilder builder, ApiScopes scope)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new ApiGuard(ApiPlace.Tenant, scope)).AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            var caller = http.Caller();
            if (!Guid.TryParse(http.GetRouteValue("tenantId") as string, out var id))
            {
                return Problems.NotFound();
            }

            var tenant = new TenantId(id);
            var isMine = caller.IsPortal || caller.Tenant == tenant;
            if (!isMine || !await http.RequestServices.GetRequiredService<TenantDirectory>().ExistsAsync(tenant, http.RequestAborted))
            {
                return Problems.NotFound();
            }

            return caller.May(scope) ? await next(context) : await RefuseAsync(http, tenant, scope);
        });

    /// <summary>For usage calls, which take the tenant from the key.</summary>
    public static TBuilder ForTenantKey<TBuilder>(this TBuilder builder, ApiScopes scope)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new ApiGuard(ApiPlace.TenantKey, scope)).AddEndpointFilter(async (context, next) =>
        {
            var caller = context.HttpContext.Caller();
            if (caller.Tenant is not { } tenant)
            {
                return Problems.Of(
                    StatusCodes.Status403Forbidden, "tenant_key_required", "Usage is recorded with a key of the tenant it belongs to.");
            }

            return caller.May(scope) ? await next(context) : await RefuseAsync(context.HttpContext, tenant, scope);
        });

    /// <summary>For calls about the portal itself.</summary>
    public static TBuilder ForPortal<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new ApiGuard(ApiPlace.Portal, ApiScopes.PortalAdmin)).AddEndpointFilter((context, next) => context.HttpContext.Caller() is { IsPortal: true } caller && caller.May(ApiScopes.PortalAdmin)
            ? next(context)
            : ValueTask.FromResult<object?>(MissingScope(ApiScopes.PortalAdmin)));

    public static ApiCaller Caller(this HttpContext context) => context.Features.Get<ApiCaller>()
        ?? throw new InvalidOperationException("The route does not ask for an API key.");

    public static Actor Actor(this HttpContext context)
    {
        var caller = context.Caller();
        return new Actor(ActorKind.ApiKey, caller.Id.ToString(), caller.Name, context.Connection.RemoteIpAddress?.ToString());
    }

    // What is not there is not there for those without the scope, too; whoever has it is told by the handler.
    private static async ValueTask<IResult> RefuseAsync(HttpContext http, TenantId tenant, ApiScopes scope) =>
        await http.RequestServices.GetRequiredService<AddressDirectory>().IsThereAsync(tenant, http.Actor(), http.Request.RouteValues, http.RequestAborted)
            ? MissingScope(scope)
            : Problems.NotFound();

    private static IResult MissingScope(ApiScopes scope) => Problems.Of(
        StatusCodes.Status403Forbidden, "missing_scope", $"The key lacks the scope {string.Join(", ", ApiScopeNames.Of(scope))}.");
}

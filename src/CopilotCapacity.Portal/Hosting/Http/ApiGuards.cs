using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.ApiKeys;
using CopilotCapacity.Storage;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Hosting.Http;

/// <summary>
/// The order in which the API refuses: no valid key (401), no such tenant or another key's (404), a missing scope (403). Only
/// then is anything of the request read.
/// </summary>
internal static class ApiGuards
{
    /// <summary>For routes under <c>/tenants/{tenantId}</c>.</summary>
    public static TBuilder InTenant<TBuilder>(this TBuilder builder, ApiScopes scope)
        where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(async (context, next) =>
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

            return caller.May(scope) ? await next(context) : MissingScope(scope);
        });

    /// <summary>For usage calls, which take the tenant from the key.</summary>
    public static TBuilder ForTenantKey<TBuilder>(this TBuilder builder, ApiScopes scope)
        where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter((context, next) =>
        {
            var caller = context.HttpContext.Caller();
            if (caller.IsPortal)
            {
                return ValueTask.FromResult<object?>(Problems.Of(
                    StatusCodes.Status403Forbidden, "tenant_key_required", "Usage is recorded with a key of the tenant it belongs to."));
            }

            return caller.May(scope) ? next(context) : ValueTask.FromResult<object?>(MissingScope(scope));
        });

    /// <summary>For calls about the portal itself.</summary>
    public static TBuilder ForPortal<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter((context, next) => context.HttpContext.Caller() is { IsPortal: true } caller && caller.May(ApiScopes.PortalAdmin)
            ? next(context)
            : ValueTask.FromResult<object?>(MissingScope(ApiScopes.PortalAdmin)));

    public static ApiCaller Caller(this HttpContext context) => context.Features.Get<ApiCaller>()
        ?? throw new InvalidOperationException("The route does not ask for an API key.");

    public static Actor Actor(this HttpContext context)
    {
        var caller = context.Caller();
        return new Actor(ActorKind.ApiKey, caller.Id.ToString(), caller.Name, context.Connection.RemoteIpAddress?.ToString());
    }

    private static IResult MissingScope(ApiScopes scope) => Problems.Of(
        StatusCodes.Status403Forbidden, "missing_scope", $"The key lacks the scope {string.Join(", ", ApiScopeNames.Of(scope))}.");
}

/// <summary>Knows which tenants there are. Tenants are never deleted, so one that was found stays found.</summary>
internal sealed class TenantDirectory(IDbContextFactory<PortalDbContext> contexts)
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<TenantId, bool> _known = new();

    public async ValueTask<bool> ExistsAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        if (_known.ContainsKey(tenant))
        {
            return true;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Tenants.AnyAsync(row => row.Id == tenant.Value, cancellationToken) && (_known[tenant] = true);
    }
}

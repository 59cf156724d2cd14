using System.Security.Claims;
using CopilotCapacity.Domain.Tenancy;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;

namespace CopilotCapacity.Portal.Features.Access;

/// <summary>The policies of pages. Each page carries exactly one, or says that it is open to everybody.</summary>
internal static class Policies
{
    /// <summary>Whoever is signed in.</summary>
    public const string SignedIn = nameof(SignedIn);

    /// <summary>Whoever may read the tenant in the address.</summary>
    public const string ReadTenant = nameof(Operation.ReadTenant);

    /// <summary>Whoever may read the audit trail of the tenant in the address.</summary>
    public const string ReadAudit = nameof(Operation.ReadAudit);

    /// <summary>Whoever may change what the environments of the tenant in the address share.</summary>
    public const string ChangeCapacity = nameof(Operation.ChangeCapacity);

    /// <summary>Whoever may say who belongs to the tenant in the address.</summary>
    public const string ManageMembers = nameof(Operation.ManageMembers);

    /// <summary>Whoever may make keys for the tenant in the address.</summary>
    public const string ManageKeys = nameof(Operation.ManageKeys);

    /// <summary>Administrators of the portal.</summary>
    public const string AdministerPortal = nameof(Operation.AdministerPortal);

    public static void AddPageAccess(this IServiceCollection services)
    {
        var builder = services.AddAuthorizationBuilder().AddPolicy(SignedIn, policy => policy.RequireAuthenticatedUser());
        foreach (var operation in new[] { Operation.ReadTenant, Operation.ReadAudit, Operation.ChangeCapacity, Operation.ManageMembers, Operation.ManageKeys, Operation.AdministerPortal })
        {
            builder.AddPolicy(operation.ToString(), policy => policy.RequireAuthenticatedUser().AddRequirements(new OperationRequirement(operation)));
        }

        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, PersonWatch>();
        services.AddScoped<CurrentPerson>();
        services.AddSingleton<PersonDirectory>();
        services.AddSingleton<IAuthorizationHandler, OperationHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, HiddenPages>();
    }
}

/// <summary>That a person may do something where the address leads.</summary>
internal sealed class OperationRequirement(Operation operation) : IAuthorizationRequirement
{
    public Operation Operation => operation;
}

/// <summary>Asks the rules, with the tenant of the address: of the request, or of the page a circuit goes to.</summary>
internal sealed class OperationHandler(PersonDirectory people) : AuthorizationHandler<OperationRequirement>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, OperationRequirement requirement)
    {
        if (!Guid.TryParse(context.User.FindFirstValue(ClaimTypes.NameIdentifier), out var id)
            || await people.FindAsync(id, CancellationToken.None) is not { } person)
        {
            return;
        }

        var isAllowed = TenantOf(context.Resource) is { } tenant
            ? AccessRules.May(person, requirement.Operation, tenant)
            : AccessRules.May(person, requirement.Operation);
        if (isAllowed)
        {
            context.Succeed(requirement);
        }
    }

    private static TenantId? TenantOf(object? resource)
    {
        var value = resource switch
        {
            TenantId tenant => tenant.Value,
            HttpContext http => http.GetRouteValue("TenantId"),
            Microsoft.AspNetCore.Components.RouteData page => page.RouteValues.GetValueOrDefault("TenantId"),
            _ => null,
        };
        return value switch
        {
            Guid id => new TenantId(id),
            string text when Guid.TryParse(text, out var id) => new TenantId(id),
            _ => null,
        };
    }
}

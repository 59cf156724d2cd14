using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.ApiKeys;

namespace CopilotCapacity.Portal.Features.Access;

/// <summary>
/// The one place that decides who may do what. It looks at nothing but its arguments; API, pages and circuits all ask it.
/// </summary>
internal static class AccessRules
{
    /// <summary>Whether a tenant is there at all for a key. What is not there for it is answered like what does not exist.</summary>
    public static bool Sees(ApiCaller caller, TenantId tenant) => caller.IsPortal || caller.Tenant == tenant;

    /// <summary>Whether a key may do something in a tenant.</summary>
    public static bool May(ApiCaller caller, Operation operation, TenantId tenant) =>
        Sees(caller, tenant) && caller.Has(ScopeOf(operation));

    /// <summary>Whether a key may do something in the tenant it belongs to, or to the portal.</summary>
    public static bool May(ApiCaller caller, Operation operation) => operation == Operation.AdministerPortal
        ? caller.IsPortal && caller.Has(ApiScopes.PortalAdmin)
        : caller.Tenant is { } own && May(caller, operation, own);

    /// <summary>The scope a key needs for something.</summary>
    public static ApiScopes ScopeOf(Operation operation) => operation switch
    {
        Operation.RecordUsage => ApiScopes.UsageWrite,
        Operation.ReadQuota => ApiScopes.QuotaRead,
        Operation.ReadTenant or Operation.ReadAudit => ApiScopes.CapacityRead,
        Operation.ChangeEnvironment or Operation.ChangeCapacity => ApiScopes.CapacityWrite,
        _ => ApiScopes.PortalAdmin,
    };

    /// <summary>Whether a tenant is there at all for a person.</summary>
    public static bool Sees(Person person, TenantId tenant) => person.IsPortalAdministrator || person.RoleIn(tenant) is not null;

    /// <summary>Whether an environment of a tenant is there for a person.</summary>
    public static bool Sees(Person person, TenantId tenant, EnvironmentId environment) =>
        Sees(person, tenant) && (person.RoleIn(tenant) is not { Role: TenantRole.EnvironmentAdministrator } role
            || person.IsPortalAdministrator
            || role.Environments.Contains(environment));

    /// <summary>The environments of a tenant that are there for a person; null when all are, and what belongs to none.</summary>
    public static IReadOnlyCollection<Guid>? EnvironmentsOf(Person person, TenantId tenant) =>
        !person.IsPortalAdministrator && person.RoleIn(tenant) is { Role: TenantRole.EnvironmentAdministrator } role
            ? [.. role.Environments.Select(environment => environment.Value)]
            : null;

    /// <summary>Whether a person may do something in a tenant.</summary>
    /// <param name="person">The person.</param>
    /// <param name="operation">What they want to do.</param>
    /// <param name="tenant">Where.</param>
    /// <param name="environment">In which environment; null for the whole tenant.</param>
    public static bool May(Person person, Operation operation, TenantId tenant, EnvironmentId? environment = null)
    {
        if (person.IsPortalAdministrator)
        {
            return true;
        }

        return person.RoleIn(tenant) is { } role && operation switch
        {
            Operation.ReadTenant or Operation.ReadQuota => environment is not { } seen || Sees(person, tenant, seen),
            // It names environments and people that an environment's administrator need not know of.
            Operation.ReadAudit => role.Role != TenantRole.EnvironmentAdministrator,
            Operation.ChangeEnvironment => role.Role == TenantRole.TenantAdministrator || (environment is { } own && role.Environments.Contains(own)),
            Operation.ChangeCapacity or Operation.ManageMembers or Operation.ManageKeys or Operation.ChangeTenant =>
                role.Role == TenantRole.TenantAdministrator,
            _ => false,
        };
    }

    /// <summary>Whether a person may do something to the portal itself.</summary>
    public static bool May(Person person, Operation operation) => operation == Operation.AdministerPortal && person.IsPortalAdministrator;

    /// <summary>Why not, for whoever may not, with who could.</summary>
    public static string WhyNot(Operation operation) => operation switch
    {
        Operation.AdministerPortal => "Only an administrator of the portal may do this.",
        Operation.ChangeEnvironment => "Only an administrator of the tenant or of this environment may do this.",
        Operation.ReadTenant or Operation.ReadQuota => "You do not belong to this tenant.",
        _ => "Only an administrator of the tenant may do this.",
    };
}

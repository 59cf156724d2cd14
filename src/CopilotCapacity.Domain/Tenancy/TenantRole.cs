namespace CopilotCapacity.Domain.Tenancy;

/// <summary>What a person is in a tenant. A portal administrator needs no role: they may do everything everywhere.</summary>
public enum TenantRole
{
    /// <summary>Sees the tenant and changes nothing.</summary>
    Reader,

    /// <summary>Sees and looks after the environments they are named for.</summary>
    EnvironmentAdministrator,

    /// <summary>Decides about capacity, budgets, plans, environments, keys and members.</summary>
    TenantAdministrator,
}

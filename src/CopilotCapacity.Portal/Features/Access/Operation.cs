namespace CopilotCapacity.Portal.Features.Access;

/// <summary>What somebody wants to do, as far as it matters for whether they may.</summary>
internal enum Operation
{
    /// <summary>Record uses, ask for them, hold credits for them.</summary>
    RecordUsage,

    /// <summary>Read an environment's quota.</summary>
    ReadQuota,

    /// <summary>Read what a tenant has and uses.</summary>
    ReadTenant,

    /// <summary>Read who changed what in a tenant.</summary>
    ReadAudit,

    /// <summary>Change what belongs to one environment: its description, applications, caps and agents.</summary>
    ChangeEnvironment,

    /// <summary>Change what a tenant's environments share: credits, allocations, plans, budgets, rates.</summary>
    ChangeCapacity,

    /// <summary>Say who belongs to a tenant, and as what.</summary>
    ManageMembers,

    /// <summary>Make and revoke a tenant's API keys.</summary>
    ManageKeys,

    /// <summary>Change a tenant's own settings.</summary>
    ChangeTenant,

    /// <summary>Manage the portal itself: its tenants, its administrators, its own trail.</summary>
    AdministerPortal,
}

namespace CopilotCapacity.Domain.Tenancy;

/// <summary>Identifies a tenant: one organisation, and the wall nothing crosses.</summary>
public readonly record struct TenantId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>Identifies a Power Platform environment within its tenant; not unique across tenants.</summary>
public readonly record struct EnvironmentId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>Identifies a linked Dynamics 365 application within its tenant.</summary>
public readonly record struct LinkedApplicationId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>Identifies a grant within its tenant.</summary>
public readonly record struct GrantId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>Identifies a billing plan within its tenant.</summary>
public readonly record struct BillingPlanId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>Identifies a hold within its tenant.</summary>
public readonly record struct HoldId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>Identifies a cap within its tenant.</summary>
public readonly record struct CapId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>Identifies a request for capacity within its tenant.</summary>
public readonly record struct RequestId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

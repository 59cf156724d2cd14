using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Tenancy;

/// <summary>A Power Platform environment of a tenant with its funding settings.</summary>
public sealed class TenantEnvironment
{
    /// <summary>The longest name, region or cost centre that is accepted, in characters.</summary>
    public const int TextLengthMax = 200;

    /// <summary>The environment's number within its tenant, given by the ledger.</summary>
    public required int Key { get; init; }

    /// <summary>Its id.</summary>
    public required EnvironmentId Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; set; }

    /// <summary>Its type.</summary>
    public required EnvironmentType Type { get; set; }

    /// <summary>The region it lies in.</summary>
    public required string Region { get; set; }

    /// <summary>The cost centre that answers for it; null when none is named.</summary>
    public string? CostCenter { get; set; }

    /// <summary>When it was made known.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it accepts no use; null while it is in service.</summary>
    public DateTimeOffset? RetiredAt { get; set; }

    /// <summary>Changes with name, type, region, cost centre and retirement; its ETag.</summary>
    public int Version { get; set; } = 1;

    /// <summary>The target set aside for it each month.</summary>
    public Credits Allocation { get; set; }

    /// <summary>When its number was last set, as a ledger sequence: what was set first is backed first.</summary>
    public long AllocationOrder { get; set; }

    /// <summary>Changes with the allocation and its two switches; their ETag.</summary>
    public int AllocationVersion { get; set; } = 1;

    /// <summary>Whether it may draw on the tenant pool.</summary>
    public bool DrawFromTenantPool { get; set; } = true;

    /// <summary>Whether its billing plan may pay.</summary>
    public bool PayAsYouGo { get; set; } = true;

    /// <summary>The billing plan it is on; null when none.</summary>
    public BillingPlan? Plan { get; set; }

    /// <summary>What its clients do while they cannot reach the portal.</summary>
    public UnreachableRule WhenUnreachable { get; set; } = UnreachableRule.Refuse;

    /// <summary>True while a hard cap on all of it is full. Follows from the caps; the ledger keeps it.</summary>
    public bool IsCapped { get; set; }

    /// <summary>What the ledger has noted and told about its status.</summary>
    public EnvironmentWatch Watch { get; } = new();

    /// <summary>The Dynamics 365 applications linked to it.</summary>
    public List<LinkedApplication> Applications { get; } = [];

    /// <summary>The plan that pays for it now, or null.</summary>
    public BillingPlan? PayingPlan => PayAsYouGo && Plan is { IsEnabled: true } ? Plan : null;
}

/// <summary>A Dynamics 365 application linked to an environment.</summary>
/// <param name="Id">Its id, which events may name as their subject.</param>
/// <param name="Kind">Which application.</param>
/// <param name="Url">Where it runs.</param>
public sealed record LinkedApplication(LinkedApplicationId Id, ApplicationKind Kind, string Url);

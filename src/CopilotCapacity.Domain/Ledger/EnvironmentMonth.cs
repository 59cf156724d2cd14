using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <summary>What one environment has and uses in one month.</summary>
public sealed class EnvironmentMonth
{
    /// <summary>The environment.</summary>
    public required TenantEnvironment Environment { get; init; }

    /// <summary>The month.</summary>
    public required Period Period { get; init; }

    /// <summary>The part of the allocation that credits stand behind.</summary>
    public Credits Backing { get; set; }

    /// <summary>Burnt from the allocation.</summary>
    public Credits Consumed { get; set; }

    /// <summary>Held in the allocation.</summary>
    public Credits Held { get; set; }

    /// <summary>Burnt from the tenant pool.</summary>
    public Credits PoolConsumed { get; set; }

    /// <summary>Held in the tenant pool.</summary>
    public Credits PoolHeld { get; set; }

    /// <summary>Paid as you go.</summary>
    public Credits PayAsYouGo { get; set; }

    /// <summary>What that cost, in millionths of the tenant's currency.</summary>
    public long SpendMicros { get; set; }

    /// <summary>Paid by nobody.</summary>
    public Credits Unfunded { get; set; }

    /// <summary>Set when this state differs from the one last written.</summary>
    public bool IsChanged { get; set; }

    /// <summary>What is left of the backed allocation.</summary>
    public Credits AllocationLeft => Backing - Consumed - Held;

    /// <summary>Everything charged in the month, whoever paid.</summary>
    public Credits Charged => Consumed + PoolConsumed + PayAsYouGo + Unfunded;
}

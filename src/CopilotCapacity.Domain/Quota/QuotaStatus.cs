namespace CopilotCapacity.Domain.Quota;

/// <summary>The status of an environment, worst last.</summary>
public enum QuotaStatus
{
    /// <summary>There is enough of everything the environment can reach.</summary>
    Available,

    /// <summary>What is left has reached the tenant's low threshold.</summary>
    Low,

    /// <summary>Not one thousandth of a credit more can be funded in this period.</summary>
    Depleted,
}

/// <summary>A source that pays for credits, in the order in which they are asked.</summary>
public enum FundingSource
{
    /// <summary>The environment's own allocation.</summary>
    Allocation,

    /// <summary>What the tenant has not allocated.</summary>
    Pool,

    /// <summary>An Azure subscription, by a billing plan.</summary>
    PayAsYouGo,

    /// <summary>Nobody: recorded, visible, never charged.</summary>
    Unfunded,
}

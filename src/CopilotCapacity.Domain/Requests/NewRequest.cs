using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Requests;

/// <summary>Where a request stands. The number is stored; never change one.</summary>
public enum RequestState
{
    /// <summary>Nobody has decided yet.</summary>
    Open = 0,

    /// <summary>It was granted, and done in the same step.</summary>
    Approved = 1,

    /// <summary>It was not granted.</summary>
    Declined = 2,

    /// <summary>Whoever asked no longer does.</summary>
    Withdrawn = 3,
}

/// <summary>What somebody asks for.</summary>
public sealed record NewRequest
{
    /// <summary>Its id.</summary>
    public required RequestId Id { get; init; }

    /// <summary>The environment that is to have more credits; null when a budget is meant.</summary>
    public EnvironmentId? Environment { get; init; }

    /// <summary>The plan whose budget is to be raised; null when credits are meant.</summary>
    public BillingPlanId? Plan { get; init; }

    /// <summary>How many credits more the environment's allocation is to have.</summary>
    public Credits? Credits { get; init; }

    /// <summary>How much more the plan's budget is to have, in millionths of the tenant's currency.</summary>
    public long? AmountMicros { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>The alert it answers.</summary>
    public long? Alert { get; init; }

    /// <summary>The request an entry of the journal tells of.</summary>
    public static NewRequest Of(RequestMade made) => new()
    {
        Id = made.Id,
        Environment = made.Environment,
        Plan = made.Plan,
        Credits = made.Credits,
        AmountMicros = made.AmountMicros,
        Reason = made.Reason,
        Alert = made.Alert,
    };
}

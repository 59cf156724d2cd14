using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Domain.Caps;

/// <summary>A resource of an environment that uses credits, known by an admin's setting; it may be turned off.</summary>
public sealed class Agent
{
    /// <summary>The environment it works in.</summary>
    public required TenantEnvironment Environment { get; init; }

    /// <summary>Its id, as events name it.</summary>
    public required string Id { get; init; }

    /// <summary>The name an admin gave it; null to show the one its events tell.</summary>
    public string? Name { get; set; }

    /// <summary>Whether its permissions are refused.</summary>
    public bool IsTurnedOff { get; set; }
}

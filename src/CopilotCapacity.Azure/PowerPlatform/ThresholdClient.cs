using Microsoft.Extensions.Options;

namespace CopilotCapacity.Azure.PowerPlatform;

/// <summary>A monthly limit on what an agent uses.</summary>
public sealed record AgentThreshold
{
    /// <summary>The agent. It is an agent's only together with the environment: a copy of a solution carries the same id.</summary>
    public required string ResourceId { get; init; }

    /// <summary>The environment it runs in.</summary>
    public required string EnvironmentId { get; init; }

    /// <summary>What is limited.</summary>
    public string? EntitlementId { get; init; }

    /// <summary>Whether the agent is turned off now.</summary>
    public bool? StopResource { get; init; }

    /// <summary>Credits a month; null when there is no limit.</summary>
    public decimal? Limit { get; init; }

    /// <summary>Whether the agent is turned off when it reaches the limit.</summary>
    public bool? StopIfOverCapacity { get; init; }

    /// <summary>Whether admins are told when it nears the limit.</summary>
    public bool? NotifyIfOverCapacity { get; init; }

    /// <summary>From how many percent of the limit they are told.</summary>
    public int? NotificationThreshold { get; init; }

    /// <summary>What the agent has used, as the service knows it.</summary>
    public decimal? ResourceConsumption { get; init; }

    /// <summary>When the limit was made.</summary>
    public DateTimeOffset? CreatedOn { get; init; }
}

/// <summary>A limit to set.</summary>
/// <param name="StopResource">Whether the agent is turned off now.</param>
/// <param name="Limit">Credits a month; read with a fraction, but written whole.</param>
/// <param name="StopIfOverCapacity">Whether the agent is turned off when it reaches the limit.</param>
/// <param name="NotifyIfOverCapacity">Whether admins are told when it nears the limit.</param>
/// <param name="NotificationThreshold">From how many percent; the admin center takes 50 to 100.</param>
public sealed record AgentLimit(bool StopResource, int Limit, bool StopIfOverCapacity, bool NotifyIfOverCapacity, int NotificationThreshold);

/// <summary>
/// Limits of agents. The service has no DELETE: a limit is taken away by one that neither stops nor tells. It also stores a limit for any
/// id it is given, of an agent or of nothing, so limits are set only for what its own lists name.
/// </summary>
public sealed class ThresholdClient(PowerPlatformHttp http, IOptions<PowerPlatformOptions> options)
{
    /// <summary>All limits of the tenant.</summary>
    public Task<AzureAnswer<IReadOnlyList<AgentThreshold>>> ListAsync(CancellationToken cancellationToken) =>
        http.ListAsync<AgentThreshold>($"/licensing/entitlements/{PowerPlatformNames.CopilotCredits}/resourceThresholds?api-version={PowerPlatformHttp.Version}", cancellationToken);

    /// <summary>
    /// Sets a limit and reads it back from the list, since an answer of 200 does not say that it stands there. A failure of kind conflict
    /// when something else does.
    /// </summary>
    public async Task<AzureAnswer<AgentThreshold>> PutAsync(string environment, string resource, AgentLimit limit, CancellationToken cancellationToken)
    {
        var address = $"/licensing/environments/{Uri.EscapeDataString(environment)}/entitlements/{PowerPlatformNames.CopilotCredits}"
            + $"/resources/{Uri.EscapeDataString(resource)}/threshold?api-version={Uri.EscapeDataString(options.Value.ThresholdVersion)}";
        if (await http.TellAsync(HttpMethod.Put, address, limit, cancellationToken) is { } failure)
        {
            return failure;
        }

        var list = await ListAsync(cancellationToken);
        if (list.Value is not { } thresholds)
        {
            return list.Failure!;
        }

        return thresholds.FirstOrDefault(threshold => IsOf(threshold, environment, resource)) is { } found && Says(found, limit)
            ? found
            : new AzureFailure(AzureFailureKind.Conflict, "Power Platform accepted the limit of the agent, but another stands there now.");
    }

    /// <summary>Whether a limit is that of an agent in an environment.</summary>
    public static bool IsOf(AgentThreshold threshold, string environment, string resource) =>
        PowerPlatformNames.Same(threshold.EnvironmentId, environment) && PowerPlatformNames.Same(threshold.ResourceId, resource);

    private static bool Says(AgentThreshold found, AgentLimit limit) =>
        found.Limit == limit.Limit && found.StopResource == limit.StopResource && found.StopIfOverCapacity == limit.StopIfOverCapacity
        && found.NotifyIfOverCapacity == limit.NotifyIfOverCapacity && found.NotificationThreshold == limit.NotificationThreshold;
}

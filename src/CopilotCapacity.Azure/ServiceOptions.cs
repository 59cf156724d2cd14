namespace CopilotCapacity.Azure;

/// <summary>How patiently a service is asked.</summary>
public abstract class ServiceOptions
{
    /// <summary>How often a request that failed for a passing reason is sent again, at most.</summary>
    public int RetriesMax { get; set; } = 4;

    /// <summary>How long it waits before the first of them; each further one waits twice as long. What the service asks for comes first.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long one request may take.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a request may take with all that it is sent again.</summary>
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromMinutes(2);
}

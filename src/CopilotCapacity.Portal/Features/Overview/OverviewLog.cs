namespace CopilotCapacity.Portal.Features.Overview;

/// <summary>The log messages of the overview.</summary>
internal static partial class OverviewLog
{
    [LoggerMessage(EventId = 3001, Level = LogLevel.Error, Message = "The overview of tenant {TenantId} could not be read")]
    public static partial void ReadFailed(ILogger logger, Exception exception, Guid tenantId);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Error, Message = "The allocation of environment {EnvironmentId} could not be set")]
    public static partial void SetFailed(ILogger logger, Exception exception, Guid environmentId);
}

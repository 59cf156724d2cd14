using Microsoft.Extensions.Logging;

namespace CopilotCapacity.Metering;

internal static partial class Log
{
    [LoggerMessage(EventId = 100, Level = LogLevel.Warning, Message = "A commit of {Count} requests failed; each is tried by itself")]
    public static partial void GroupFailed(ILogger logger, int count, Exception exception);

    [LoggerMessage(EventId = 101, Level = LogLevel.Error, Message = "A request to the ledger of tenant {Tenant} failed")]
    public static partial void WorkFailed(ILogger logger, Guid tenant, Exception exception);

    [LoggerMessage(EventId = 102, Level = LogLevel.Error, Message = "A commit of {Count} requests failed")]
    public static partial void CommitFailed(ILogger logger, int count, Exception exception);

    [LoggerMessage(EventId = 103, Level = LogLevel.Error, Message = "A subscriber to the ledger of tenant {Tenant} failed")]
    public static partial void SubscriberFailed(ILogger logger, Guid tenant, Exception exception);

    [LoggerMessage(EventId = 104, Level = LogLevel.Error, Message = "What is due could not be read; it is tried again soon")]
    public static partial void BoundariesUnread(ILogger logger, Exception exception);
}

using CopilotCapacity.Storage.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CopilotCapacity.Storage.Audit;

/// <summary>Exports the ends of the audit trails whenever one has grown, and looks at the start whether one was cut off.</summary>
public sealed partial class AuditExport(SqliteDatabase database, AuditHeads heads, TimeProvider time, ILogger<AuditExport> logger) : BackgroundService
{
    // Many changes in a row are exported together; a failed export is tried again.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc/>
    /// <exception cref="DatabaseUnusableException">The database holds another trail than was exported.</exception>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (database.IsNew && heads.SetAside() is { } earlier)
        {
            HeadsOfAnother(logger, earlier);
        }

        if (heads.FindProblem() is { } problem)
        {
            throw new DatabaseUnusableException(problem);
        }

        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What was written last by an earlier run may not have been exported.
        database.Audited.Set();
        try
        {
            while (true)
            {
                await database.Audited.WaitAsync(stoppingToken);
                await Task.Delay(s_pause, time, stoppingToken);
                Export();
            }
        }
        catch (OperationCanceledException)
        {
            Export();
        }
    }

    private void Export()
    {
        try
        {
            heads.Export();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or Microsoft.Data.Sqlite.SqliteException)
        {
            ExportFailed(logger, heads.File, exception);
            database.Audited.Set();
        }
    }

    [LoggerMessage(EventId = 2102, Level = LogLevel.Warning, Message = "The database is new; the ends of an earlier one's audit trails were kept as {File}")]
    private static partial void HeadsOfAnother(ILogger logger, string file);

    [LoggerMessage(EventId = 2101, Level = LogLevel.Error, Message = "The ends of the audit trails could not be written to {File}")]
    private static partial void ExportFailed(ILogger logger, string file, Exception exception);
}

using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Storage.Model;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Storage.Queries;

/// <summary>
/// Reads several things at one moment: everything read through one snapshot belongs to the same ledger sequence number. A
/// snapshot must be short, because an open one keeps the write-ahead log from being folded back.
/// </summary>
public sealed class ReadSnapshot : IDisposable
{
    private readonly SqliteTransaction _transaction;

    private ReadSnapshot(PortalDbContext context, SqliteTransaction transaction)
    {
        Context = context;
        _transaction = transaction;
    }

    /// <summary>The context to query; it tracks nothing.</summary>
    public PortalDbContext Context { get; }

    /// <summary>The connection, for queries that are put together by hand.</summary>
    public SqliteConnection Connection => (SqliteConnection)Context.Database.GetDbConnection();

    /// <summary>The transaction, for queries that are put together by hand.</summary>
    public SqliteTransaction Transaction => _transaction;

    /// <summary>Opens a snapshot.</summary>
    public static ReadSnapshot Open(IDbContextFactory<PortalDbContext> contexts)
    {
        var context = contexts.CreateDbContext();
        context.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        context.Database.OpenConnection();
        var transaction = ((SqliteConnection)context.Database.GetDbConnection()).BeginTransaction(deferred: true);
        context.Database.UseTransaction(transaction);
        return new ReadSnapshot(context, transaction);
    }

    /// <summary>A command on the snapshot, for a query that is put together by hand.</summary>
    internal SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = Connection.CreateCommand();
        command.Transaction = Transaction;
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }

    /// <summary>The tenant's row, or null when there is no such tenant.</summary>
    public TenantRow? Tenant(TenantId id) => Context.Tenants.SingleOrDefault(row => row.Id == id.Value);

    /// <inheritdoc/>
    public void Dispose()
    {
        _transaction.Dispose();
        Context.Dispose();
    }
}

using System.Globalization;
using CopilotCapacity.Domain.Faults;
using CopilotCapacity.Storage.Audit;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Storage.Sqlite;

/// <summary>The embedded database: its file, its settings and its schema.</summary>
public sealed class SqliteDatabase(string connectionString)
{
    // Up to 3.51.2 a checkpoint that races with a writer can corrupt a database in WAL mode.
    private static readonly Version s_versionMin = new(3, 51, 3);

    // The roll-ups of an hour are written all over: they should stay in the writer's cache while it lasts.
    private const int WriterCacheKibibytes = 32 * 1024;

    // 32 MB of log: a page that changes in every commit is copied into the file once for many of them.
    private const int CheckpointPages = 8 * 1024;

    private readonly string _connectionString = new SqliteConnectionStringBuilder(connectionString) { ForeignKeys = true }.ToString();

    /// <summary>The connection string every part of the portal uses.</summary>
    public string ConnectionString => _connectionString;

    /// <summary>The database's file.</summary>
    public string File => Path.GetFullPath(new SqliteConnectionStringBuilder(_connectionString).DataSource);

    /// <summary>Whether there was no file before <see cref="Prepare"/> made it.</summary>
    public bool IsNew { get; private set; }

    /// <summary>Signals when an audit trail has grown.</summary>
    public AuditSignal Audited { get; } = new();

    /// <summary>
    /// Creates the file when it is missing, brings its schema up to date, and makes sure that a commit is on disk when it
    /// says so.
    /// </summary>
    /// <exception cref="DatabaseUnusableException">The file cannot be written, or the engine would not keep commits.</exception>
    public void Prepare()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(File)!);
            IsNew = !System.IO.File.Exists(File);
            if (IsNew)
            {
                CreateForOwnerAlone();
            }

            using var connection = OpenForWriting();
            using var context = CreateContext(connection);

            // Migrating compares models before it looks for migrations, which is most of what a start would take here.
            if (context.Database.GetPendingMigrations().Any())
            {
                context.Database.Migrate();
            }
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new DatabaseUnusableException($"The database {File} cannot be used: {exception.Message}", exception);
        }
    }

    // Whoever may read the file reads all tenants. SQLite gives its log files the rights of the file they belong to.
    private void CreateForOwnerAlone()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(File, options);
    }

    /// <summary>A context over the factory's own connection settings.</summary>
    public void Configure(DbContextOptionsBuilder options) => options.UseSqlite(_connectionString).UsePasskeys();

    internal SqliteConnection OpenForWriting()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        Execute(connection, "PRAGMA journal_mode = WAL");
        Execute(connection, "PRAGMA synchronous = FULL");
        Execute(connection, $"PRAGMA cache_size = -{WriterCacheKibibytes}");
        Execute(connection, $"PRAGMA wal_autocheckpoint = {CheckpointPages}");
        var version = new Version(Execute(connection, "SELECT sqlite_version()"));
        var journal = Execute(connection, "PRAGMA journal_mode");
        var synchronous = Execute(connection, "PRAGMA synchronous");
        if (version < s_versionMin || (journal, synchronous) is not ("wal", "2"))
        {
            connection.Dispose();
            throw new DatabaseUnusableException(
                $"SQLite {version} with journal mode {journal} and synchronous {synchronous} would not keep every commit.");
        }

        if (SeededBugs.Has(SeededBug.SynchronousNormal))
        {
            Execute(connection, "PRAGMA synchronous = NORMAL");
        }

        return connection;
    }

    internal PortalDbContext CreateContext(SqliteConnection connection) =>
        new((DbContextOptions<PortalDbContext>)new DbContextOptionsBuilder<PortalDbContext>().UseSqlite(connection).UsePasskeys().Options);

    private static string Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture) ?? "";
    }
}

/// <summary>The database cannot be used; the message says why in one sentence.</summary>
public sealed class DatabaseUnusableException : Exception
{
    /// <summary>Creates the exception.</summary>
    public DatabaseUnusableException()
    {
    }

    /// <summary>Creates the exception with the sentence.</summary>
    public DatabaseUnusableException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with the sentence and its cause.</summary>
    public DatabaseUnusableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

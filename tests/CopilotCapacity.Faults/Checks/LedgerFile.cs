using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Faults.Checks;

/// <summary>An event as the file has it.</summary>
public readonly record struct StoredEvent(string Id, long Sequence, long Thousandths);

/// <summary>Reads a database file from outside, with nothing of the product in between.</summary>
public sealed class LedgerFile : IDisposable
{
    private readonly SqliteConnection _connection;

    private LedgerFile(string file)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        _connection.Open();
    }

    /// <summary>Opens a file no process writes any more, as the next start would.</summary>
    public static LedgerFile Open(string file) => new(file);

    /// <summary>Opens a copy, so that the next start finds the file as it was left.</summary>
    public static LedgerFile OpenCopy(string file, string folder)
    {
        Directory.CreateDirectory(folder);
        var copy = Path.Combine(folder, Path.GetFileName(file));
        foreach (var ending in new[] { "", "-wal", "-journal", "-shm" })
        {
            File.Delete(copy + ending);
            if (ending is not "-shm" && File.Exists(file + ending))
            {
                File.Copy(file + ending, copy + ending);
            }
        }

        return new LedgerFile(copy);
    }

    /// <summary>The key of each tenant.</summary>
    public Dictionary<Guid, long> Tenants() => Rows("SELECT Id, Key FROM tenants")
        .ToDictionary(row => Guid.Parse((string)row[0]), row => (long)row[1]);

    /// <summary>A tenant's events.</summary>
    public IEnumerable<StoredEvent> Events(long tenant) => Rows(
        "SELECT EventId, Sequence, Allocation + Pool + PayAsYouGo + Unfunded FROM usage_events WHERE TenantKey = $1", tenant)
        .Select(row => new StoredEvent((string)row[0], (long)row[1], (long)row[2]));

    /// <summary>The numbers of the one row a query gives; nothing counts as zero.</summary>
    public long[] Numbers(string sql, long tenant) =>
        [.. Rows(sql, tenant).Single().Select(value => value is long number ? number : 0)];

    /// <summary>What the engine finds wrong with the file; empty when all is well.</summary>
    public IEnumerable<string> Damage() => Rows("PRAGMA integrity_check")
        .Select(row => (string)row[0])
        .Where(line => line is not "ok")
        .Concat(Rows("PRAGMA foreign_key_check").Select(row => $"a foreign key of {row[0]} leads nowhere"));

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private IEnumerable<object[]> Rows(string sql, long? tenant = null)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        if (tenant is not null)
        {
            command.Parameters.AddWithValue("$1", tenant);
        }

        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            yield return row;
        }
    }
}

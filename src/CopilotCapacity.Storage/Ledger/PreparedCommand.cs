using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>
/// A statement that is compiled once and run for every row, on the connection's own handle: a command of ADO.NET compiles
/// again, boxes its values and allocates for each run, which costs more than the row. Values are bound in the order of the
/// parameters.
/// </summary>
internal sealed class PreparedCommand : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly long?[] _numbers;
    private int _bound;

    public PreparedCommand(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(_database, sql, out _statement), _database);
        _numbers = new long?[raw.sqlite3_bind_parameter_count(_statement) + 1];
    }

    /// <summary>An upsert or insert into a table: one parameter for each column.</summary>
    public static PreparedCommand Insert(SqliteConnection connection, string table, string[] columns, string conflict = "")
    {
        var values = string.Join(", ", Enumerable.Range(1, columns.Length).Select(number => $"?{number}"));
        return new PreparedCommand(connection, $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({values}) {conflict}");
    }

    public PreparedCommand Numbers(params ReadOnlySpan<long> values)
    {
        foreach (var value in values)
        {
            Bind(++_bound, value);
        }

        return this;
    }

    public PreparedCommand Number(long? value)
    {
        if (value is { } number)
        {
            Bind(++_bound, number);
            return this;
        }

        return Null();
    }

    public PreparedCommand Text(string? value)
    {
        const int bytesOnStack = 2_048;
        if (value is null)
        {
            return Null();
        }

        _numbers[++_bound] = null;
        if (value.Length == 0)
        {
            // An empty span would bind NULL.
            Check(raw.sqlite3_bind_text(_statement, _bound, ""));
            return this;
        }

        Span<byte> bytes = value.Length <= bytesOnStack / 3 ? stackalloc byte[bytesOnStack] : new byte[value.Length * 3];
        Check(raw.sqlite3_bind_text(_statement, _bound, bytes[..Encoding.UTF8.GetBytes(value, bytes)]));
        return this;
    }

    public PreparedCommand Bytes(ReadOnlySpan<byte> value)
    {
        _numbers[++_bound] = null;
        Check(raw.sqlite3_bind_blob(_statement, _bound, value));
        return this;
    }

    /// <summary>A GUID in its 16 bytes.</summary>
    public PreparedCommand Id(Guid? value)
    {
        if (value is not { } id)
        {
            return Number(null);
        }

        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes);
        return Bytes(bytes);
    }

    /// <summary>Runs the statement with what has been bound.</summary>
    public void Run()
    {
        using var rows = Read();
        rows.Next();
    }

    /// <summary>Runs the statement for its rows. The next run begins when the rows are disposed.</summary>
    public Rows Read()
    {
        _bound = 0;
        return new Rows(this);
    }

    public void Dispose() => _statement.Dispose();

    // A statement keeps what was bound from run to run, and most numbers of a row are those of the row before.
    private void Bind(int index, long value)
    {
        if (_numbers[index] != value)
        {
            _numbers[index] = null;
            Check(raw.sqlite3_bind_int64(_statement, index, value));
            _numbers[index] = value;
        }
    }

    private PreparedCommand Null()
    {
        _numbers[++_bound] = null;
        Check(raw.sqlite3_bind_null(_statement, _bound));
        return this;
    }

    private void Check(int result)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            _bound = 0;
            SqliteException.ThrowExceptionForRC(result, _database);
        }
    }

    /// <summary>The rows of one run.</summary>
    public readonly ref struct Rows(PreparedCommand command)
    {
        public bool Next()
        {
            var result = raw.sqlite3_step(command._statement);
            command.Check(result);
            return result == raw.SQLITE_ROW;
        }

        public long Number(int column) => raw.sqlite3_column_int64(command._statement, column);

        /// <summary>A blob; good until the next row.</summary>
        public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(command._statement, column);

        // What went wrong was told by the step; a reset only repeats it.
        public void Dispose() => _ = raw.sqlite3_reset(command._statement);
    }
}

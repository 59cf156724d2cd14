using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>A command that is prepared once and run for every row: its parameters are set by position.</summary>
internal sealed class PreparedCommand : IDisposable
{
    private readonly SqliteCommand _command;
    private readonly SqliteParameter[] _parameters;

    public PreparedCommand(SqliteConnection connection, string sql, int parameters)
    {
        _command = connection.CreateCommand();
        _command.CommandText = sql;
        _parameters = new SqliteParameter[parameters];
        for (var index = 0; index < parameters; index++)
        {
            _parameters[index] = _command.Parameters.Add(new SqliteParameter { ParameterName = $"${index + 1}", Value = DBNull.Value });
        }
    }

    /// <summary>An upsert or insert into a table: one parameter for each column.</summary>
    public static PreparedCommand Insert(SqliteConnection connection, string table, string[] columns, string conflict = "")
    {
        var values = string.Join(", ", Enumerable.Range(1, columns.Length).Select(number => $"${number}"));
        return new PreparedCommand(
            connection, $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({values}) {conflict}", columns.Length);
    }

    public PreparedCommand Set(int index, object? value)
    {
        _parameters[index].Value = value ?? DBNull.Value;
        return this;
    }

    public void Run(SqliteTransaction transaction)
    {
        _command.Transaction = transaction;
        _command.ExecuteNonQuery();
    }

    public void Run(SqliteTransaction transaction, params ReadOnlySpan<object?> values)
    {
        for (var index = 0; index < values.Length; index++)
        {
            _parameters[index].Value = values[index] ?? DBNull.Value;
        }

        Run(transaction);
    }

    public SqliteDataReader Read(params ReadOnlySpan<object> values)
    {
        for (var index = 0; index < values.Length; index++)
        {
            _parameters[index].Value = values[index];
        }

        _command.Transaction = null;
        return _command.ExecuteReader();
    }

    public void Dispose() => _command.Dispose();
}

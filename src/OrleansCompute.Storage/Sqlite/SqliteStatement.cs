using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OrleansCompute.Storage.Sqlite;

/// <summary>
/// A prepared statement, bound by position from 1. Straight on the SQLite interface because a SqliteCommand allocates a reader and boxes
/// every parameter per execution, which on the append path costs more than the insert itself. Not thread-safe.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private const uint Persistent = 1; // SQLITE_PREPARE_PERSISTENT: kept for long, so taken outside the lookaside memory

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v3(database, sql, Persistent, out _statement), database);
    }

    public SqliteStatement Bind(int position, long value) => Checked(raw.sqlite3_bind_int64(_statement, position, value));

    public SqliteStatement Bind(int position, double value) => Checked(raw.sqlite3_bind_double(_statement, position, value));

    public SqliteStatement Bind(int position, string value) => Checked(raw.sqlite3_bind_text(_statement, position, value));

    public SqliteStatement Bind(int position, ReadOnlySpan<byte> value) => Checked(raw.sqlite3_bind_blob(_statement, position, value));

    public SqliteStatement BindNull(int position) => Checked(raw.sqlite3_bind_null(_statement, position));

    /// <summary>Runs to the next row; after the last one, resets the statement for its next use.</summary>
    /// <returns>Whether there is a row.</returns>
    public bool Step()
    {
        var code = raw.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        try
        {
            if (code != raw.SQLITE_DONE)
            {
                SqliteException.ThrowExceptionForRC(code, _database);
            }
        }
        finally
        {
            raw.sqlite3_reset(_statement);
        }

        return false;
    }

    /// <summary>Runs a statement that gives no rows.</summary>
    /// <returns>Rows inserted, changed or deleted.</returns>
    public int Execute()
    {
        if (Step())
        {
            Reset();
        }

        return raw.sqlite3_changes(_database);
    }

    /// <summary>Ends a statement whose rows are not all wanted; a forgotten one would hold its read snapshot open.</summary>
    public void Reset() => raw.sqlite3_reset(_statement);

    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    public double Double(int column) => raw.sqlite3_column_double(_statement, column);

    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    /// <summary>Bytes of a column, valid until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_statement, column);

    public void Dispose() => _statement.Dispose();

    private SqliteStatement Checked(int code)
    {
        SqliteException.ThrowExceptionForRC(code, _database);
        return this;
    }
}

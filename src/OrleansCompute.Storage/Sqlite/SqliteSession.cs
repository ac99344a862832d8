using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OrleansCompute.Storage.Sqlite;

/// <summary>One connection and its prepared statements. One thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);

    private SqliteSession(SqliteConnection connection) => _connection = connection;

    /// <summary>Times that something was rolled back. Who remembers ids of rows that it inserted forgets them when this changes.</summary>
    public int Rollbacks { get; private set; }

    /// <summary>Opens the file and sets what SQLite keeps per connection.</summary>
    /// <param name="path">File.</param>
    /// <param name="mode">How to open it.</param>
    /// <param name="cacheKibibytes">Page cache of this connection.</param>
    public static SqliteSession Open(string path, SqliteOpenMode mode, int cacheKibibytes)
    {
        // Pools of our own: a pooled connection would keep the file open after Dispose.
        var builder = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false };
        var connection = new SqliteConnection(builder.ConnectionString);
        try
        {
            connection.Open();
            var session = new SqliteSession(connection);

            // 5 s: nobody else writes, so only a backup tool or a checkpoint can hold the lock, and shortly.
            session.Script($"PRAGMA busy_timeout=5000; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-{cacheKibibytes};");
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The prepared statement of a constant text; prepared once.</summary>
    public SqliteStatement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = new SqliteStatement(_connection.Handle!, sql);
            _statements.Add(sql, statement);
        }

        return statement;
    }

    /// <summary>Runs a constant script of several statements.</summary>
    public void Script(string sql) => SqliteException.ThrowExceptionForRC(raw.sqlite3_exec(_connection.Handle!, sql), _connection.Handle);

    /// <summary>The first column of the first row.</summary>
    public long Scalar(string sql)
    {
        var statement = Prepare(sql);
        var value = statement.Step() ? statement.Int64(0) : 0;
        statement.Reset();
        return value;
    }

    public void Begin() => Prepare("BEGIN IMMEDIATE").Execute();

    public void Commit() => Prepare("COMMIT").Execute();

    /// <summary>Rolls back what SQLite has not rolled back by itself, as it does on a full disk.</summary>
    public void Rollback()
    {
        Rollbacks++;
        ResetAll();
        if (raw.sqlite3_get_autocommit(_connection.Handle!) == 0)
        {
            Prepare("ROLLBACK").Execute();
        }
    }

    public void Mark() => Prepare("SAVEPOINT item").Execute();

    public void Release() => Prepare("RELEASE item").Execute();

    public void RollbackToMark()
    {
        Rollbacks++;
        ResetAll();
        Prepare("ROLLBACK TO item").Execute();
        Release();
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
        _connection.Dispose();
    }

    /// <summary>Ends statements that an exception left half way.</summary>
    public void ResetAll()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Reset();
        }
    }
}

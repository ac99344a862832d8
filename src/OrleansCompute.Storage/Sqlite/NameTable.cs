namespace OrleansCompute.Storage.Sqlite;

/// <summary>
/// Small integer ids of names, so that millions of rows hold an integer instead of the names. Remembers the ids it has seen, and forgets them
/// all when the session rolls back, because a row that gave an id may be gone. The writer's thread only.
/// </summary>
/// <typeparam name="TKey">The columns that identify a row.</typeparam>
internal sealed class NameTable<TKey>(string select, string insert, Action<SqliteStatement, TKey> bind)
    where TKey : notnull
{
    // 65,536 keys are about 10 MB; a fleet with more pays one look-up in a cached page of SQLite per miss.
    private const int MaxRemembered = 65_536;

    private readonly Dictionary<TKey, long> _ids = [];
    private int _rollbacks;

    /// <summary>The id of the key; inserts a row where there is none.</summary>
    public long Get(SqliteSession session, TKey key)
    {
        if (_rollbacks != session.Rollbacks || _ids.Count >= MaxRemembered)
        {
            _rollbacks = session.Rollbacks;
            _ids.Clear();
        }

        if (!_ids.TryGetValue(key, out var id))
        {
            id = Find(session, select, key) ?? Find(session, insert, key)
                ?? throw new InvalidOperationException($"'{insert}' gave no id for '{key}'.");
            _ids.Add(key, id);
        }

        return id;
    }

    private long? Find(SqliteSession session, string sql, TKey key)
    {
        var statement = session.Prepare(sql);
        bind(statement, key);
        long? id = statement.Step() ? statement.Int64(0) : null;

        // RETURNING: the insert is done at the first step already, and the reset ends the statement.
        statement.Reset();
        return id;
    }
}

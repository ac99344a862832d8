using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace OrleansCompute.Storage.Sqlite;

/// <summary>
/// The one SQLite file of a data folder, held by one process at a time. Write-ahead log, so that readers never wait for the writer;
/// <c>synchronous=FULL</c>, so that a commit returns only when the log is on the disk (NORMAL would survive a killed process but lose the
/// last commits with the power). Thread-safe.
/// </summary>
internal sealed partial class FabricDatabase : IDisposable
{
    /// <summary>Name of the file in the data folder.</summary>
    public const string FileName = "fabric.db";

    /// <summary>Readers at a time: they are bound by the processor, and a few more than the cores of a small server keep it busy.</summary>
    internal const int MaxReaders = 8;

    private const string LockFileName = "fabric.lock";
    private const int WriterCacheKibibytes = 32 * 1024;
    private const int ReaderCacheKibibytes = 4 * 1024;

    private readonly FileStream _lock;
    private readonly SemaphoreSlim _readerSlots = new(MaxReaders, MaxReaders);
    private readonly ConcurrentBag<SqliteSession> _readers = [];
    private readonly ILogger _logger;
    private int _disposed;

    private FabricDatabase(string path, FileStream folderLock, ILogger logger)
    {
        Path = path;
        _lock = folderLock;
        _logger = logger;
    }

    /// <summary>Full path of the file.</summary>
    public string Path { get; }

    /// <summary>Opens the file, creating it or bringing it forward to this build's schema.</summary>
    /// <exception cref="FabricStorageException">In use, damaged, not ours, or of a newer build; the message says which.</exception>
    public static FabricDatabase Open(string dataFolder, TimeProvider timeProvider, ILoggerFactory loggerFactory) =>
        Open(dataFolder, Schema.Migrations, timeProvider, loggerFactory);

    internal static FabricDatabase Open(
        string dataFolder, IReadOnlyList<SchemaMigration> migrations, TimeProvider timeProvider, ILoggerFactory loggerFactory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(dataFolder);
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(loggerFactory);
        var folder = System.IO.Path.GetFullPath(dataFolder);
        var folderLock = Lock(folder);
        var database = new FabricDatabase(System.IO.Path.Combine(folder, FileName), folderLock, loggerFactory.CreateLogger<FabricDatabase>());
        try
        {
            using var session = database.OpenWriter();
            new SchemaUpgrade(session, database.Path, migrations, timeProvider).Run(database.LogMigrated);
        }
        catch (SqliteException exception)
        {
            database.Dispose();
            throw SqliteFailure.Explain(database.Path, exception);
        }
        catch
        {
            database.Dispose();
            throw;
        }

        return database;
    }

    /// <summary>A connection that may write. Only one is used at a time.</summary>
    public SqliteSession OpenWriter()
    {
        var session = SqliteSession.Open(Path, SqliteOpenMode.ReadWriteCreate, WriterCacheKibibytes);
        try
        {
            // A checkpoint every 4,000 pages (16 MB) rather than every 1,000: it rewrites a hot page once for more commits.
            session.Script("""
                PRAGMA journal_mode=WAL;
                PRAGMA synchronous=FULL;
                PRAGMA wal_autocheckpoint=4000;
                PRAGMA journal_size_limit=67108864;
                """);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Runs a read on the thread pool, on a connection of its own; sees everything committed before.</summary>
    /// <exception cref="FabricStorageException">The file failed.</exception>
    public async Task<TResult> ReadAsync<TState, TResult>(
        TState state, Func<SqliteSession, TState, TResult> read, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        await _readerSlots.WaitAsync(cancellationToken);
        try
        {
            // The pool, because SQLite blocks its thread on the disk, and the caller may be on a grain's turn.
            return await Task.Run(() => Read(state, read), cancellationToken);
        }
        finally
        {
            _readerSlots.Release();
        }
    }

    /// <summary>Waits for the reads that run, then closes the file.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        for (var slot = 0; slot < MaxReaders; slot++)
        {
            _readerSlots.Wait();
        }

        while (_readers.TryTake(out var session))
        {
            session.Dispose();
        }

        // Whoever still waits for a slot gets one and the ObjectDisposedException of Read.
        _readerSlots.Release(MaxReaders);
        _lock.Dispose();
    }

    private static FileStream Lock(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new FileStream(System.IO.Path.Combine(folder, LockFileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (File.Exists(System.IO.Path.Combine(folder, LockFileName)))
        {
            throw new FabricStorageException(
                $"The data folder '{folder}' is in use by another server; stop that one or choose another folder ({exception.Message}).", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FabricStorageException(
                $"The data folder '{folder}' cannot be created or written; choose a folder that this user may write ({exception.Message}).", exception);
        }
    }

    private TResult Read<TState, TResult>(TState state, Func<SqliteSession, TState, TResult> read)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        SqliteSession? session = null;
        try
        {
            session = _readers.TryTake(out var idle) ? idle : SqliteSession.Open(Path, SqliteOpenMode.ReadOnly, ReaderCacheKibibytes);
            var result = read(session, state);
            _readers.Add(session);
            return result;
        }
        catch (Exception exception)
        {
            // A connection that failed may be half way through a statement, or see a damaged page: the next reader gets a fresh one.
            session?.Dispose();
            if (exception is SqliteException)
            {
                LogReadFailed(Path, exception);
                throw SqliteFailure.Explain(Path, exception);
            }

            throw;
        }
    }
}

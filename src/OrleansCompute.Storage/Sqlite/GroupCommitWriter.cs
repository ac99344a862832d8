using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace OrleansCompute.Storage.Sqlite;

/// <summary>
/// The only writer of the database. A thread of its own takes whatever work has queued up while the last commit was on its way to the disk,
/// does it in one transaction, and completes every caller after the commit: one fsync for many callers, no artificial delay for a lone one.
/// Thread-safe.
/// </summary>
internal sealed partial class GroupCommitWriter : IAsyncDisposable, IDisposable
{
    private readonly FabricDatabase _database;
    private readonly GroupCommitOptions _options;
    private readonly ILogger _logger;
    private readonly Channel<WriteItem> _queue;
    private readonly SqliteSession _session;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _commits;
    private long _committedItems;

    public GroupCommitWriter(FabricDatabase database, GroupCommitOptions options, ILogger<GroupCommitWriter> logger)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxBatchItems, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.QueueCapacity, 1);
        _database = database;
        _options = options;
        _logger = logger;
        _queue = Channel.CreateBounded<WriteItem>(new BoundedChannelOptions(options.QueueCapacity) { SingleReader = true });
        _session = database.OpenWriter();

        // A thread of its own: it spends its time blocked on the disk, which would starve the pool on a small machine.
        new Thread(Run) { Name = "fabric-group-commit", IsBackground = true }.Start();
    }

    /// <summary>Transactions committed since the start.</summary>
    public long Commits => Volatile.Read(ref _commits);

    /// <summary>Work items in them.</summary>
    public long CommittedItems => Volatile.Read(ref _committedItems);

    /// <summary>
    /// Does work in a transaction shared with other callers; on disk when the task completes. The work may run twice, and must touch nothing
    /// but the session. An exception that it throws undoes this work alone and reaches this caller alone.
    /// </summary>
    /// <param name="state">Passed to the work.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Takes work back that has not begun; the result of work that has begun stands.</param>
    /// <exception cref="FabricStorageException">The file failed; nothing of the transaction is stored.</exception>
    /// <exception cref="ObjectDisposedException">The writer is closed.</exception>
    public ValueTask<TResult> WriteAsync<TState, TResult>(
        TState state, Func<SqliteSession, TState, TResult> work, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<TResult>(cancellationToken);
        }

        var item = new WriteItem<TState, TResult>(state, work, cancellationToken);
        return _queue.Writer.TryWrite(item) ? new ValueTask<TResult>(item.Task) : EnqueueAsync(item, cancellationToken);
    }

    /// <summary>Takes no more work, commits what has been taken, and closes its connection.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _stopped.Task;
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose()
    {
        _queue.Writer.TryComplete();
        _stopped.Task.GetAwaiter().GetResult();
    }

    private async ValueTask<TResult> EnqueueAsync<TState, TResult>(WriteItem<TState, TResult> item, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.Writer.WriteAsync(item, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(GroupCommitWriter), $"The storage of '{_database.Path}' is closed; nothing was written.");
        }

        return await item.Task;
    }

    private void Run()
    {
        var batch = new List<WriteItem>(_options.MaxBatchItems);
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (batch.Count < _options.MaxBatchItems && _queue.Reader.TryRead(out var item))
            {
                batch.Add(item);
            }

            Commit(batch);
            batch.Clear();
        }

        _session.Dispose();
        _stopped.SetResult();
    }

    private void Commit(List<WriteItem> batch)
    {
        try
        {
            // Without savepoints first: they copy every page they touch, for a failure that hardly ever comes.
            if (!TryExecute(batch))
            {
                ExecuteIsolated(batch);
            }

            _session.Commit();
        }
        catch (Exception exception)
        {
            Fail(batch, exception);
            return;
        }

        Interlocked.Increment(ref _commits);
        Interlocked.Add(ref _committedItems, batch.Count);
        foreach (var item in batch)
        {
            item.Complete();
        }
    }

    private bool TryExecute(List<WriteItem> batch)
    {
        _session.Begin();
        foreach (var item in batch)
        {
            if (item.IsCancelled)
            {
                continue;
            }

            try
            {
                item.Execute(_session);
            }
            catch (Exception exception) when (!SqliteFailure.IsOfTheFile(exception))
            {
                _session.Rollback();
                return false;
            }
        }

        return true;
    }

    private void ExecuteIsolated(List<WriteItem> batch)
    {
        _session.Begin();
        foreach (var item in batch)
        {
            if (item.IsCancelled)
            {
                continue;
            }

            _session.Mark();
            try
            {
                item.Execute(_session);
                _session.Release();
            }
            catch (Exception exception) when (!SqliteFailure.IsOfTheFile(exception))
            {
                _session.RollbackToMark();
                item.Reject(exception);
            }
        }
    }

    private void Fail(List<WriteItem> batch, Exception exception)
    {
        LogBatchFailed(_database.Path, batch.Count, exception);
        var failure = SqliteFailure.Explain(_database.Path, exception);
        try
        {
            _session.Rollback();
        }
        catch (Exception rollback)
        {
            // The next BEGIN fails as well, then, and says so to its callers.
            LogRollbackFailed(_database.Path, rollback);
        }

        foreach (var item in batch)
        {
            item.Fail(failure);
        }
    }
}

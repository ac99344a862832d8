using Microsoft.Extensions.Logging.Abstractions;
using OrleansCompute.Storage.Sqlite;
using OrleansCompute.TestKit;

namespace OrleansCompute.Storage.Tests.Sqlite;

public sealed class GroupCommitWriterTests : IAsyncDisposable
{
    private static readonly SchemaMigration[] Steps = [new(1, "one table", "CREATE TABLE item (x INTEGER PRIMARY KEY);")];

    private readonly TemporaryFolder _folder = new();
    private readonly FabricDatabase _database;
    private readonly ManualResetEventSlim _gate = new();
    private GroupCommitWriter _writer;

    public GroupCommitWriterTests()
    {
        _database = TestStorage.OpenDatabase(_folder.Path, Steps);
        _writer = Create(new GroupCommitOptions());
    }

    public async ValueTask DisposeAsync()
    {
        _gate.Set();
        await _writer.DisposeAsync();
        _gate.Dispose();
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task WriteAsync_WhenManyCallersWait_SharesOneCommit()
    {
        var blocked = await BlockAsync();
        var callers = Enumerable.Range(1, 100).Select(x => InsertAsync(x)).ToArray();

        _gate.Set();
        await Task.WhenAll([blocked, .. callers]).OrFailAsync("101 writes were committed");

        Assert.Equal(2, _writer.Commits);
        Assert.Equal(101, _writer.CommittedItems);
        Assert.Equal(100, await CountAsync());
    }

    [Fact]
    public async Task WriteAsync_WhenMoreWaitThanABatchHolds_CommitsInSeveral()
    {
        await ReplaceWriterAsync(new GroupCommitOptions { MaxBatchItems = 10 });
        var blocked = await BlockAsync();
        var callers = Enumerable.Range(1, 25).Select(x => InsertAsync(x)).ToArray();

        _gate.Set();
        await Task.WhenAll([blocked, .. callers]).OrFailAsync("26 writes were committed");

        Assert.Equal(4, _writer.Commits);
    }

    [Fact]
    public async Task WriteAsync_WhenOneItemFails_FailsItsCallerAlone()
    {
        var blocked = await BlockAsync();
        var good = Enumerable.Range(1, 10).Select(x => InsertAsync(x)).ToArray();
        var bad = _writer.WriteAsync(0, static (session, _) => Insert(session, 99) + Throw(), CancellationToken.None).AsTask();
        var after = InsertAsync(11);

        _gate.Set();
        await Task.WhenAll([blocked, .. good, after]).OrFailAsync("the good writes were committed");

        Assert.Equal("only mine", (await Assert.ThrowsAsync<InvalidOperationException>(() => bad)).Message);
        Assert.Equal(11, await CountAsync()); // 99 was undone
        Assert.Equal(2, _writer.Commits);
    }

    [Fact]
    public async Task WriteAsync_WhenAConstraintIsViolated_FailsItsCallerAlone()
    {
        await InsertAsync(1);
        var blocked = await BlockAsync();
        var duplicate = InsertAsync(1);
        var good = InsertAsync(2);

        _gate.Set();
        await Task.WhenAll(blocked, good).OrFailAsync("the good write was committed");

        await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() => duplicate);
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task WriteAsync_WhenTheDiskIsFull_FailsTheBatchAndRecovers()
    {
        // max_page_count makes SQLite report a full disk, from the same place as a real one.
        await _writer.WriteAsync(0, static (session, _) => session.Scalar("PRAGMA max_page_count=1"), CancellationToken.None);
        var blocked = await BlockAsync();
        var large = _writer.WriteAsync(
            0,
            static (session, _) =>
            {
                session.Script("CREATE TABLE large (x BLOB); INSERT INTO large VALUES (zeroblob(1000000));");
                return 0;
            },
            CancellationToken.None).AsTask();
        var other = InsertAsync(5);

        _gate.Set();
        await blocked.OrFailAsync("the blocking write, alone in its batch, was committed");
        var failure = await Assert.ThrowsAsync<FabricStorageException>(() => large);
        await Assert.ThrowsAsync<FabricStorageException>(() => other);
        Assert.Contains(_database.Path, failure.Message, StringComparison.Ordinal);
        Assert.Contains("disk is full", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync());

        await _writer.WriteAsync(0, static (session, _) => session.Scalar("PRAGMA max_page_count=1000000"), CancellationToken.None);
        await InsertAsync(6);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task WriteAsync_WhenTheQueueIsFull_PushesBackUntilThereIsRoom()
    {
        await ReplaceWriterAsync(new GroupCommitOptions { MaxBatchItems = 1, QueueCapacity = 2 });
        var blocked = await BlockAsync();
        var queued = new[] { InsertAsync(1), InsertAsync(2) };
        using var cancellation = new CancellationTokenSource();
        var refused = InsertAsync(3, cancellation.Token);
        var waiting = InsertAsync(4);

        // Never in the queue, so cancelling ends it while the writer is still blocked.
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => refused.OrFailAsync("the caller that waits for room was cancelled"));
        _gate.Set();
        await Task.WhenAll([blocked, .. queued, waiting]).OrFailAsync("the queued writes were committed");

        Assert.Equal(3, await CountAsync());
    }

    [Fact]
    public async Task WriteAsync_WhenCancelledBeforeItBegins_WritesNothing()
    {
        var blocked = await BlockAsync();
        using var cancellation = new CancellationTokenSource();
        var cancelled = InsertAsync(1, cancellation.Token);
        var other = InsertAsync(2);

        await cancellation.CancelAsync();
        _gate.Set();
        await Task.WhenAll(blocked, other).OrFailAsync("the other write was committed");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task DisposeAsync_WhenWorkIsQueued_CommitsItFirst()
    {
        var blocked = await BlockAsync();
        var callers = Enumerable.Range(1, 50).Select(x => InsertAsync(x)).ToArray();
        var closing = _writer.DisposeAsync().AsTask();
        Assert.False(closing.IsCompleted);

        _gate.Set();
        await Task.WhenAll([blocked, closing, .. callers]).OrFailAsync("the queued writes were committed and the writer closed");

        Assert.Equal(50, await CountAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => InsertAsync(51));
    }

    [Fact]
    public void Options_Always_HaveTheDocumentedDefaults()
    {
        Assert.Equal(1024, new GroupCommitOptions().MaxBatchItems);
        Assert.Equal(4096, new GroupCommitOptions().QueueCapacity);
    }

    private static int Insert(SqliteSession session, int x) => session.Prepare("INSERT INTO item VALUES (?1)").Bind(1, x).Execute();

    private static int Throw() => throw new InvalidOperationException("only mine");

    private GroupCommitWriter Create(GroupCommitOptions options) => new(_database, options, NullLogger<GroupCommitWriter>.Instance);

    private async Task ReplaceWriterAsync(GroupCommitOptions options)
    {
        await _writer.DisposeAsync();
        _writer = Create(options);
    }

    private Task<int> InsertAsync(int x, CancellationToken cancellationToken = default) =>
        _writer.WriteAsync(x, static (session, value) => Insert(session, value), cancellationToken).AsTask();

    private Task<long> CountAsync() => _database.ReadAsync(0, static (session, _) => session.Scalar("SELECT count(*) FROM item"), CancellationToken.None);

    /// <summary>Holds the writer inside a transaction, so that what follows queues up.</summary>
    private async Task<Task> BlockAsync()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var blocked = _writer.WriteAsync(
            (Entered: entered, Gate: _gate),
            static (_, state) =>
            {
                state.Entered.TrySetResult();
                state.Gate.Wait();
                return 0;
            },
            CancellationToken.None).AsTask();
        await entered.Task.OrFailAsync("the writer took the blocking write");
        return blocked;
    }
}

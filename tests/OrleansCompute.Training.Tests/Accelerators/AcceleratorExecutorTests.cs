using OrleansCompute.TestKit;
using OrleansCompute.Training.Accelerators;

namespace OrleansCompute.Training.Tests.Accelerators;

public sealed class AcceleratorExecutorTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task RunAsync_WithSeveralItems_RunsThemInOrderOnOneThread()
    {
        await using var executor = Create(1);
        var order = new List<(int Item, int Thread)>();

        var tasks = Enumerable.Range(0, 50).Select(i => executor.RunAsync(
            () =>
            {
                order.Add((i, Environment.CurrentManagedThreadId));
                return i;
            },
            CancellationToken.None)).ToArray();
        var results = await Task.WhenAll(tasks).OrFailAsync("50 items ran");

        Assert.Equal(Enumerable.Range(0, 50), results);
        Assert.Equal(Enumerable.Range(0, 50), order.Select(entry => entry.Item));
        Assert.Single(order.Select(entry => entry.Thread).Distinct());
        Assert.NotEqual(Environment.CurrentManagedThreadId, order[0].Thread);
    }

    [Fact]
    public async Task RunAsync_WithQuarterShare_StartsNextItemAfterFourTimesTheBusyTime()
    {
        await using var executor = Create(0.25);
        await executor.RunAsync(() => Busy(10), CancellationToken.None).OrFailAsync("the first item ran");
        var second = executor.RunAsync(_clock.GetUtcNow, CancellationToken.None);
        await TimerIsPendingAsync();

        _clock.Advance(TimeSpan.FromMilliseconds(29));
        Assert.False(second.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        var startedAt = await second.OrFailAsync("the second item ran");
        Assert.Equal(TimeSpan.FromMilliseconds(40), startedAt - Start);
    }

    [Fact]
    public async Task RunAsync_WhenIdleForWantOfWork_CountsThatAsPaid()
    {
        await using var executor = Create(0.5);
        await executor.RunAsync(() => Busy(10), CancellationToken.None).OrFailAsync("the first item ran");
        _clock.Advance(TimeSpan.FromMilliseconds(10));

        var startedAt = await executor.RunAsync(_clock.GetUtcNow, CancellationToken.None).OrFailAsync("the second item ran without a wait");

        Assert.Equal(TimeSpan.FromMilliseconds(20), startedAt - Start);
        Assert.Equal(0, _clock.PendingTimers);
    }

    [Fact]
    public async Task RunAsync_AfterALongPause_DoesNotSaveUpIdleTime()
    {
        await using var executor = Create(0.5);
        _clock.Advance(TimeSpan.FromHours(1));
        await executor.RunAsync(() => Busy(10), CancellationToken.None).OrFailAsync("the first item ran");
        var second = executor.RunAsync(_clock.GetUtcNow, CancellationToken.None);

        await TimerIsPendingAsync();
        _clock.Advance(TimeSpan.FromMilliseconds(10));
        await second.OrFailAsync("the second item ran");
    }

    [Fact]
    public async Task RunAsync_WithFullShare_NeverWaits()
    {
        await using var executor = Create(1);
        for (var i = 0; i < 5; i++)
        {
            await executor.RunAsync(() => Busy(10), CancellationToken.None).OrFailAsync("an item ran at once");
        }

        Assert.Equal(TimeSpan.FromMilliseconds(50), _clock.GetUtcNow() - Start);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public async Task BusyFraction_UnderConstantLoad_IsTheShare(double share)
    {
        await using var executor = Create(share);
        for (var i = 0; i < 40; i++)
        {
            // Only this thread moves the clock: while the item runs, and while the executor waits.
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var release = new ManualResetEventSlim();
            var item = executor.RunAsync(
                () =>
                {
                    started.SetResult();
                    return release.Wait(TestKit.TaskExtensions.DefaultLimit);
                },
                CancellationToken.None);
            if (i > 0)
            {
                await TimerIsPendingAsync();
                _clock.Advance(TimeSpan.FromMilliseconds(Math.Ceiling((9 / share) - 9)));
            }

            await started.Task.OrFailAsync("the item started");
            _clock.Advance(TimeSpan.FromMilliseconds(9));
            release.Set();
            await item.OrFailAsync("an item ran");
        }

        var statistics = executor.GetStatistics();
        // The waits between 40 items are 39, so the fraction is a fortieth above the share at most.
        Assert.InRange(statistics.BusyFraction, share * 0.9, share * 40 / 39);
        Assert.Equal((40L, 0L), (statistics.CompletedItems, statistics.FailedItems));
        Assert.Equal(TimeSpan.FromMilliseconds(360), statistics.TotalBusyTime);
    }

    [Fact]
    public async Task GetStatistics_AfterTheWindow_ForgetsOldWork()
    {
        await using var executor = Create(1);
        await executor.RunAsync(() => Busy(5000), CancellationToken.None).OrFailAsync("the item ran");

        Assert.Equal(1, executor.GetStatistics().BusyFraction);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(0.5, executor.GetStatistics().BusyFraction, 1e-9);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(0, executor.GetStatistics().BusyFraction);
    }

    [Fact]
    public async Task GetStatistics_WhileAnItemRuns_CountsIt()
    {
        await using var executor = Create(1);
        var started = new TaskCompletionSource();
        using var release = new ManualResetEventSlim();
        var item = executor.RunAsync(
            () =>
            {
                started.SetResult();
                return release.Wait(TestKit.TaskExtensions.DefaultLimit);
            },
            CancellationToken.None);
        await started.Task.OrFailAsync("the item started");

        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(1, executor.GetStatistics().BusyFraction);
        release.Set();
        Assert.True(await item.OrFailAsync("the item ended"));
    }

    [Fact]
    public async Task RunAsync_WhenWorkThrows_FailsItsTaskOnly()
    {
        await using var executor = Create(1);

        var error = await Assert.ThrowsAsync<InvalidDataException>(
            () => executor.RunAsync<int>(() => throw new InvalidDataException("bad tile"), CancellationToken.None));

        Assert.Equal("bad tile", error.Message);
        Assert.Equal(7, await executor.RunAsync(() => 7, CancellationToken.None).OrFailAsync("the executor went on"));
        Assert.Equal(1, executor.GetStatistics().FailedItems);
    }

    [Fact]
    public async Task RunAsync_WhenCancelledInTheQueue_NeverRuns()
    {
        await using var executor = Create(1);
        using var release = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        var first = executor.RunAsync(() => release.Wait(TestKit.TaskExtensions.DefaultLimit), CancellationToken.None);
        var hasRun = false;
        var second = executor.RunAsync(() => hasRun = true, cancellation.Token);

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.OrFailAsync("the item was cancelled while the first one ran"));
        release.Set();
        Assert.True(await first.OrFailAsync("the first item ended"));
        await executor.RunAsync(() => 0, CancellationToken.None).OrFailAsync("the queue went on");

        Assert.False(hasRun);
    }

    [Fact]
    public async Task RunAsync_WhenTheQueueIsFull_RefusesWithTheLimit()
    {
        await using var executor = new AcceleratorExecutor(new AcceleratorExecutorOptions { Name = "gpu", MaxQueuedItems = 2 }, _clock);
        using var release = new ManualResetEventSlim();
        var started = new TaskCompletionSource();
        var first = executor.RunAsync(
            () =>
            {
                started.SetResult();
                return release.Wait(TestKit.TaskExtensions.DefaultLimit);
            },
            CancellationToken.None);
        await started.Task.OrFailAsync("the first item started");
        var waiting = new[] { executor.RunAsync(() => 1, CancellationToken.None), executor.RunAsync(() => 2, CancellationToken.None) };

        var error = Assert.Throws<InvalidOperationException>(() => { _ = executor.RunAsync(() => 3, CancellationToken.None); });

        Assert.Contains("'gpu'; allowed 2", error.Message, StringComparison.Ordinal);
        release.Set();
        await first.OrFailAsync("the first item ended");
        await Task.WhenAll(waiting).OrFailAsync("the waiting items ran");
    }

    [Fact]
    public async Task DisposeAsync_WithQueuedItemsAndDebt_RunsThemWithoutWaiting()
    {
        var executor = Create(0.01);
        await executor.RunAsync(() => Busy(1000), CancellationToken.None).OrFailAsync("the first item ran");
        var second = executor.RunAsync(() => 2, CancellationToken.None);
        var third = executor.RunAsync(() => 3, CancellationToken.None);

        await executor.DisposeAsync().AsTask().OrFailAsync("the thread ended");

        Assert.Equal((2, 3), (await second, await third));
        Assert.Throws<ObjectDisposedException>(() => { _ = executor.RunAsync(() => 4, CancellationToken.None); });
        await executor.DisposeAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void Constructor_WithShareOutOfRange_NamesValueAndRange(double share) =>
        Assert.Contains(
            $"ComputeShare is {share}; allowed above 0 to 1", Assert.Throws<ArgumentException>(() => Create(share)).Message, StringComparison.Ordinal);

    private static DateTimeOffset Start => new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private AcceleratorExecutor Create(double share) => new(new AcceleratorExecutorOptions { ComputeShare = share }, _clock);

    private int Busy(int milliseconds)
    {
        _clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
        return milliseconds;
    }

    /// <summary>Gives way to the executor's thread until it waits for its share.</summary>
    private Task TimerIsPendingAsync() => Task.Run(async () =>
    {
        while (_clock.PendingTimers == 0)
        {
            await Task.Yield();
        }
    }).OrFailAsync("the executor waits for its share");
}

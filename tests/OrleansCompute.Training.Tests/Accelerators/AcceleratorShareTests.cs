using OrleansCompute.TestKit;
using OrleansCompute.Training.Accelerators;

namespace OrleansCompute.Training.Tests.Accelerators;

public sealed class AcceleratorShareTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(8);
    private readonly ManualTimeProvider _clock = new();
    private int _workers;

    [Theory]
    [InlineData(0.25, 0.75, 10, 10)]
    [InlineData(0.25, 0.75, 40, 10)]
    [InlineData(0.25, 0.75, 10, 40)]
    [InlineData(0.5, 0.5, 30, 3)]
    [InlineData(0.1, 0.9, 25, 25)]
    [InlineData(0.2, 0.2, 7, 13)]
    public async Task RunAsync_WhenTwoWantTheirShares_GivesEachItsPartOfTheTime(double first, double second, int firstStep, int secondStep)
    {
        await using var executor = new AcceleratorExecutor(null, _clock);
        using var a = executor.OpenShare("a", first);
        using var b = executor.OpenShare("b", second);
        var end = _clock.GetUtcNow() + Window;
        await WorkAsync(executor, end, (a, firstStep), (b, secondStep));

        // Never further off than one step of each: over-use is at most the step that was running.
        var expected = Window.TotalMilliseconds * first / (first + second);
        Assert.InRange(a.BusyTime.TotalMilliseconds, expected - firstStep - secondStep, expected + firstStep + secondStep);
    }

    [Fact]
    public async Task RunAsync_WhenThreeWantTheirShares_GivesEachItsPartOfTheTime()
    {
        await using var executor = new AcceleratorExecutor(null, _clock);
        double[] fractions = [0.5, 0.3, 0.2];
        int[] steps = [5, 20, 11];
        var shares = fractions.Select((fraction, i) => executor.OpenShare($"job {i}", fraction)).ToArray();
        var end = _clock.GetUtcNow() + Window;
        await WorkAsync(executor, end, [.. shares.Select((share, i) => (share, steps[i]))]);
        for (var i = 0; i < shares.Length; i++)
        {
            Assert.InRange(shares[i].BusyTime / Window, fractions[i] - 0.01, fractions[i] + 0.01);
        }
    }

    [Fact]
    public async Task RunAsync_WhenNobodyElseWantsTime_GivesAllOfIt()
    {
        await using var executor = new AcceleratorExecutor(null, _clock);
        using var a = executor.OpenShare("a", 0.25);
        using var b = executor.OpenShare("b", 0.75);
        await b.RunAsync(() => Busy(10), CancellationToken.None).OrFailAsync("the neighbour's last step ran");
        await a.RunAsync(() => Busy(10), CancellationToken.None).OrFailAsync("the first step ran");

        // The neighbour is owed time and waited for, but only as long as the hold says.
        var start = _clock.GetUtcNow();
        var held = a.RunAsync(_clock.GetUtcNow, CancellationToken.None);
        await TimerIsPendingAsync();
        _clock.Advance(new AcceleratorExecutorOptions().ShareHold);
        Assert.True(await held.OrFailAsync("the step after the hold ran") - start <= new AcceleratorExecutorOptions().ShareHold);

        var before = _clock.GetUtcNow();
        for (var i = 0; i < 100; i++)
        {
            await a.RunAsync(() => Busy(10), CancellationToken.None).OrFailAsync("a step ran at once");
        }

        Assert.Equal(TimeSpan.FromSeconds(1), _clock.GetUtcNow() - before);
    }

    [Fact]
    public async Task RunAsync_WhenOneUsedTheIdleTimeOfAnother_OwesNothingForIt()
    {
        await using var executor = new AcceleratorExecutor(null, _clock);
        using var a = executor.OpenShare("a", 0.25);
        using var b = executor.OpenShare("b", 0.75);
        for (var i = 0; i < 500; i++)
        {
            await a.RunAsync(() => Busy(10), CancellationToken.None).OrFailAsync("a step ran at once");
        }

        var before = a.BusyTime;
        var end = _clock.GetUtcNow() + Window;
        await WorkAsync(executor, end, (a, 10), (b, 10));
        Assert.InRange((a.BusyTime - before) / Window, 0.24, 0.26);
    }

    [Fact]
    public async Task RunAsync_WhenTheNeighbourIsSlowToComeBack_DoesNotWaitForItEveryTime()
    {
        await using var executor = new AcceleratorExecutor(null, _clock);
        using var a = executor.OpenShare("a", 0.25);
        using var b = executor.OpenShare("b", 0.75);
        for (var i = 0; i < 20; i++)
        {
            await b.RunAsync(() => Busy(1), CancellationToken.None).OrFailAsync("the neighbour's step ran");
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        await b.RunAsync(() => Busy(1), CancellationToken.None).OrFailAsync("the neighbour's last step ran");
        for (var i = 0; i < 10; i++)
        {
            await a.RunAsync(() => Busy(10), CancellationToken.None).OrFailAsync("a step ran at once");
        }
    }

    [Fact]
    public async Task Close_WhenWorkWaits_FailsItWithTheReasonAndLetsOthersRun()
    {
        await using var executor = new AcceleratorExecutor(null, _clock);
        using var a = executor.OpenShare("a", 0.5);
        using var b = executor.OpenShare("b", 0.5);
        using var release = new ManualResetEventSlim();
        var started = new TaskCompletionSource();
        var running = a.RunAsync(
            () =>
            {
                started.SetResult();
                return release.Wait(TestKit.TaskExtensions.DefaultLimit);
            },
            CancellationToken.None);
        await started.Task.OrFailAsync("the first item started");
        var waiting = a.RunAsync(() => 1, CancellationToken.None);
        var other = b.RunAsync(() => 2, CancellationToken.None);
        a.Close("Lease 7 of acme/a expired.");
        release.Set();
        Assert.True(await running.OrFailAsync("the running item ended"));
        var error = await Assert.ThrowsAsync<AcceleratorShareClosedException>(() => waiting.OrFailAsync("the waiting item failed"));
        Assert.Equal("Lease 7 of acme/a expired.", error.Message);
        Assert.Equal(2, await other.OrFailAsync("the neighbour ran"));
        await Assert.ThrowsAsync<AcceleratorShareClosedException>(() => a.RunAsync(() => 3, CancellationToken.None));
        Assert.Equal(0, executor.GetStatistics().QueuedItems);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.5)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public async Task OpenShare_WithFractionOutOfRange_NamesOwnerAndRange(double fraction)
    {
        await using var executor = new AcceleratorExecutor(null, _clock);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => executor.OpenShare("acme/job", fraction));
        Assert.Contains("acme/job: allowed above 0 to 1", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Each trains as a job does: one step after the other, from now to the end.</summary>
    private Task WorkAsync(AcceleratorExecutor executor, DateTimeOffset end, params (AcceleratorShare Share, int Milliseconds)[] jobs)
    {
        _workers = jobs.Length;
        return Task.WhenAll(jobs.Select(job => Task.Run(() => WorkAsync(executor, job.Share, job.Milliseconds, end))))
            .OrFailAsync("all worked for the window");
    }

    private async Task WorkAsync(AcceleratorExecutor executor, AcceleratorShare share, int milliseconds, DateTimeOffset end)
    {
        while (_clock.GetUtcNow() < end)
        {
            await share.RunAsync(
                () =>
                {
                    // A step takes no real time here; the others would be late with their next ones, which on the test's clock are due.
                    Assert.True(SpinWait.SpinUntil(
                        () => executor.GetStatistics().QueuedItems >= Volatile.Read(ref _workers) - 1, TestKit.TaskExtensions.DefaultLimit));
                    return Busy(milliseconds);
                },
                CancellationToken.None);
        }

        // The clock stands still from here on: whoever would be held up for this one would wait for ever.
        Interlocked.Decrement(ref _workers);
        share.Close("done");
    }

    private int Busy(int milliseconds)
    {
        _clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
        return milliseconds;
    }

    private Task TimerIsPendingAsync() => Task.Run(async () =>
    {
        while (_clock.PendingTimers == 0)
        {
            await Task.Yield();
        }
    }).OrFailAsync("the executor waits");
}

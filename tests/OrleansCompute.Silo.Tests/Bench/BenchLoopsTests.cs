using OrleansCompute.Silo.Bench;
using OrleansCompute.TestKit;

namespace OrleansCompute.Silo.Tests.Bench;

public sealed class BenchLoopsTests
{
    [Fact]
    public async Task DuringAsync_WhenALoopFails_EndsAtOnceWithItsReason()
    {
        await using var loops = new BenchLoops(CancellationToken.None);
        var heartbeat = new TaskCompletionSource();
        var otherEnded = new TaskCompletionSource();
        loops.Start(_ => heartbeat.Task);
        loops.Start(async token =>
        {
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
            }
            finally
            {
                otherEnded.SetResult();
            }
        });

        var work = loops.DuringAsync(async token =>
        {
            heartbeat.SetException(new IOException("disk full"));
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return 1;
        });

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => work.OrFailAsync("the work ended", TimeSpan.FromSeconds(60)));
        Assert.Equal("disk full", Assert.IsType<IOException>(error.InnerException).Message);
        await otherEnded.Task.OrFailAsync("the other loop ended", TimeSpan.FromSeconds(60));
        await Assert.ThrowsAsync<InvalidOperationException>(loops.StopAsync);
    }

    [Fact]
    public async Task StopAsync_WhenALoopFailedAfterTheWork_Throws()
    {
        await using var loops = new BenchLoops(CancellationToken.None);
        loops.Start(async token =>
        {
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
            }
            catch (OperationCanceledException)
            {
                throw new IOException("late");
            }
        });

        Assert.Equal(3, await loops.DuringAsync(_ => Task.FromResult(3)));
        Assert.IsType<IOException>((await Assert.ThrowsAsync<InvalidOperationException>(loops.StopAsync)).InnerException);
    }

    [Fact]
    public async Task StopAsync_WhenLoopsEndByIt_IsQuiet()
    {
        await using var loops = new BenchLoops(CancellationToken.None);
        loops.Start(token => Task.Delay(Timeout.InfiniteTimeSpan, token));

        Assert.Equal(3, await loops.DuringAsync(_ => Task.FromResult(3)));
        await loops.StopAsync();
    }

    [Fact]
    public async Task DuringAsync_WhenTheCallerCancels_IsCancelled()
    {
        using var caller = new CancellationTokenSource();
        await using var loops = new BenchLoops(caller.Token);
        loops.Start(token => Task.Delay(Timeout.InfiniteTimeSpan, token));
        var work = loops.DuringAsync(async token =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return 1;
        });

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
        await loops.StopAsync();
    }
}

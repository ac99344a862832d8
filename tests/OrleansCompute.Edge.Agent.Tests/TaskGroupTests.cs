using OrleansCompute.TestKit;

namespace OrleansCompute.Edge.Agent.Tests;

public sealed class TaskGroupTests
{
    [Fact]
    public async Task Run_WhenOneComputesWithoutAwaiting_TheOthersStart()
    {
        using var started = new ManualResetEventSlim();
        await TaskGroup.RunAsync(
            [
                token =>
                {
                    Assert.True(started.Wait(TimeSpan.FromSeconds(30), token), "the second never started");
                    return Task.CompletedTask;
                },
                _ =>
                {
                    started.Set();
                    return Task.CompletedTask;
                },
            ],
            default).OrFailAsync("both ended");
    }

    [Fact]
    public async Task Run_WhenOneFails_CancelsAndAwaitsTheOthersAndThrowsItsException()
    {
        var ended = false;
        var error = await Assert.ThrowsAsync<IOException>(() => TaskGroup.RunAsync(
            [
                async token =>
                {
                    await new TaskCompletionSource().Task.WaitAsync(token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    ended = true;
                    token.ThrowIfCancellationRequested();
                },
                _ => throw new IOException("disk"),
            ],
            default).OrFailAsync("both ended"));
        Assert.Equal("disk", error.Message);
        Assert.True(ended);
    }

    [Fact]
    public async Task Run_WhenCancelled_IsCancelled()
    {
        using var stop = new CancellationTokenSource();
        var running = TaskGroup.RunAsync([token => new TaskCompletionSource().Task.WaitAsync(token)], stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.OrFailAsync("it ended"));
    }
}

using OrleansCompute.Cli.Demo;
using OrleansCompute.TestKit;

namespace OrleansCompute.Cli.Tests.Demo;

public sealed class WaiterTests
{
    private readonly ManualTimeProvider clock = new();

    [Fact]
    public async Task ForAsync_WhenItBecomesTrue_ReturnsWhatWasSeen()
    {
        var looks = 0;
        var waiter = new Waiter(clock, () => Task.CompletedTask);

        var seen = await RunAsync(waiter.ForAsync("three looks", () => Task.FromResult(++looks), look => look == 3, CancellationToken.None));

        Assert.Equal(3, seen);
    }

    [Fact]
    public async Task ForAsync_WhenItNeverBecomesTrue_FailsAtTheLimitAndNamesIt()
    {
        var start = clock.GetTimestamp();
        var waiter = new Waiter(clock, () => Task.CompletedTask);

        var error = await Assert.ThrowsAsync<CommandException>(
            () => RunAsync(waiter.ForAsync("the moon turns green", () => Task.FromResult(false), green => green, CancellationToken.None)));

        Assert.Contains("the moon turns green", error.Message, StringComparison.Ordinal);
        Assert.Contains("60 s", error.Message, StringComparison.Ordinal);
        Assert.InRange(clock.GetElapsedTime(start).TotalSeconds, 60, 61);
    }

    [Fact]
    public async Task ForAsync_WhenTheCheckFails_FailsAtOnce()
    {
        var waiter = new Waiter(clock, () => throw new CommandException("edge-1 ended"));

        var error = await Assert.ThrowsAsync<CommandException>(
            () => RunAsync(waiter.ForAsync("never", () => Task.FromResult(0), _ => false, CancellationToken.None)));

        Assert.Equal("edge-1 ended", error.Message);
    }

    [Fact]
    public async Task ForAsync_WhenStopped_Stops()
    {
        using var stop = new CancellationTokenSource();
        var waiter = new Waiter(clock, stop.CancelAsync);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => RunAsync(waiter.ForAsync("never", () => Task.FromResult(0), _ => false, stop.Token)));
    }

    /// <summary>Moves the clock whenever the waiter sleeps.</summary>
    private async Task<T> RunAsync<T>(Task<T> task)
    {
        while (!task.IsCompleted)
        {
            if (clock.PendingTimers > 0)
            {
                clock.Advance(TimeSpan.FromMilliseconds(100));
            }

            await Task.Yield();
        }

        return await task;
    }
}

using OrleansCompute.Contracts;
using OrleansCompute.Grains.Jobs;
using OrleansCompute.Storage;
using OrleansCompute.TestKit;

namespace OrleansCompute.Grains.Tests.Jobs;

public sealed class PatientCallTests
{
    [Fact]
    public async Task RunAsync_WhenTheStoreAndACallFail_TriesAgainUntilItSucceeds()
    {
        var clock = new ImpatientClock();
        var failures = new Queue<Exception>([new FabricStorageException("disk"), new TimeoutException("late"), new IOException("disk")]);
        var retried = new List<int>();
        var run = PatientCall.RunAsync(
            () => failures.TryDequeue(out var failure) ? Task.FromException(failure) : Task.CompletedTask,
            clock,
            (_, attempt) => retried.Add(attempt));
        Assert.Null(await run.OrFailAsync("the call succeeded"));
        Assert.Equal([1, 2, 3], retried);
    }

    [Fact]
    public async Task RunAsync_WhenRefused_EndsAtOnce()
    {
        var calls = 0;
        var failure = await PatientCall.RunAsync(
            () => ++calls > 0 ? throw new FabricRefusedException("never") : Task.CompletedTask, TimeProvider.System, (_, _) => { });
        Assert.IsType<FabricRefusedException>(failure);
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task RunAsync_WhenItNeverSucceeds_GivesUpAfterMinutes()
    {
        var clock = new ImpatientClock();
        var run = PatientCall.RunAsync(() => throw new TimeoutException("late"), clock, (_, _) => { });
        Assert.IsType<TimeoutException>(await run.OrFailAsync("the last attempt"));
        Assert.InRange(clock.Waited, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10));
    }

    /// <summary>Lets every delay pass at once and adds them up.</summary>
    private sealed class ImpatientClock : TimeProvider
    {
        public TimeSpan Waited { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waited += dueTime;
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}

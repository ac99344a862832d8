using OrleansCompute.Silo.Hosting;

namespace OrleansCompute.Silo.Tests.Hosting;

public sealed class StopSequenceTests
{
    [Fact]
    public async Task RunAsync_WhenAStepFails_TakesTheOthersAndTellsAtTheEnd()
    {
        var taken = new List<string>();
        var failed = new List<string>();
        var sequence = new StopSequence((step, _) => failed.Add(step));
        await sequence.RunAsync("first", () => throw new InvalidOperationException("stuck"));
        await sequence.RunAsync("second", () => Task.FromException(new TimeoutException("late")));
        await sequence.RunAsync("third", () =>
        {
            taken.Add("third");
            return Task.CompletedTask;
        });

        var error = Assert.Throws<AggregateException>(sequence.ThrowIfFailed);
        Assert.Equal(["third"], taken);
        Assert.Equal(["first", "second"], failed);
        Assert.Equal(2, error.InnerExceptions.Count);
    }

    [Fact]
    public async Task ThrowIfFailed_WhenAllWentWell_DoesNothing()
    {
        var sequence = new StopSequence((step, _) => Assert.Fail(step));
        await sequence.RunAsync("only", () => Task.CompletedTask);
        sequence.ThrowIfFailed();
    }
}

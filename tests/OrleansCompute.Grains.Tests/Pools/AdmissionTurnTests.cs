using OrleansCompute.Contracts;
using OrleansCompute.Grains.Pools;
using OrleansCompute.TestKit;

namespace OrleansCompute.Grains.Tests.Pools;

public sealed class AdmissionTurnTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Run_WhenSeveralCome_IsOneAtATimeAlsoAfterAFailure()
    {
        var turn = new AdmissionTurn(_clock);
        var first = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var hasBegun = false;
        var held = turn.RunAsync("first", () => first.Task);
        var next = turn.RunAsync("next", () =>
        {
            hasBegun = true;
            return Task.FromResult(2);
        });
        Assert.False(hasBegun);
        first.SetException(new InvalidOperationException("failed"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => held.OrFailAsync("the failure"));
        Assert.Equal(2, await next.OrFailAsync("its turn"));
    }

    [Fact]
    public async Task Run_WhenItsTurnDoesNotCome_IsRefusedAndTheNextIsAdmitted()
    {
        var turn = new AdmissionTurn(_clock);
        var first = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = turn.RunAsync("first", () => first.Task);
        var late = turn.RunAsync("Pool p, job a/b", () => Task.FromResult(2));
        _clock.Advance(AdmissionTurn.MaxWait);
        var error = await Assert.ThrowsAsync<FabricRefusedException>(() => late.OrFailAsync("a refusal"));
        Assert.Contains("Pool p, job a/b: the deadlines of jobs that were submitted before", error.Message, StringComparison.Ordinal);
        first.SetResult(1);
        Assert.Equal(1, await held.OrFailAsync("the first"));
        Assert.Equal(3, await turn.RunAsync("third", () => Task.FromResult(3)).OrFailAsync("the third"));
    }
}

using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Grains.Pools;
using OrleansCompute.TestKit;

namespace OrleansCompute.Grains.Tests.Pools;

public sealed class QuestionLimitTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Ask_WhenMoreAskThanAreAnsweredAtOnce_TheOthersWaitAndGetTheirs()
    {
        var limit = new QuestionLimit(_clock);
        using var gate = new ManualResetEventSlim();
        var (running, most) = (0, 0);
        var questions = Enumerable.Range(0, 12).Select(i => limit.AskAsync("Why", time =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref running));
            gate.Wait(time);
            Interlocked.Decrement(ref running);
            return i;
        })).ToList();
        gate.Set();
        Assert.Equal(Enumerable.Range(0, 12), await Task.WhenAll(questions).OrFailAsync("all answers"));
        Assert.InRange(most, 1, QuestionLimit.AtOnce);
    }

    [Fact]
    public async Task Ask_WhenItsTurnDoesNotCome_IsRefusedWithTheNumbers()
    {
        var limit = new QuestionLimit(_clock);
        using var refused = new ManualResetEventSlim();

        // They look at their time only when the late one was refused: else they could leave it a turn in the same moment.
        var held = Enumerable.Range(0, QuestionLimit.AtOnce).Select(_ => limit.AskAsync("Why", time =>
        {
            refused.Wait(CancellationToken.None);
            time.ThrowIfCancellationRequested();
            return true;
        })).ToList();
        var late = limit.AskAsync("What if", _ => true);
        _clock.Advance(QuestionLimit.MaxTime);
        var error = await Assert.ThrowsAsync<FabricRefusedException>(() => late.OrFailAsync("a refusal"));
        Assert.Contains("What if: 4 other questions", error.Message, StringComparison.Ordinal);
        refused.Set();

        // Those that were worked on have had their time as well, and the next one is answered.
        foreach (var question in held)
        {
            Assert.Contains("no answer within 30 s", (await Assert.ThrowsAsync<FabricRefusedException>(() => question.OrFailAsync("a refusal"))).Message, StringComparison.Ordinal);
        }

        Assert.True(await limit.AskAsync("Why", _ => true).OrFailAsync("an answer"));
    }

    [Fact]
    public async Task Ask_WhenOthersAreWorkedOn_TheQuestionIsPutTogetherWhenItsTurnComes()
    {
        var limit = new QuestionLimit(_clock);
        using var gate = new ManualResetEventSlim();
        var prepared = 0;
        var questions = Enumerable.Range(0, QuestionLimit.AtOnce + 3).Select(_ => limit.AskAsync(
            "Why", () => Task.FromResult(Interlocked.Increment(ref prepared)), (_, time) => Wait(gate, time))).ToList();
        Assert.Equal(QuestionLimit.AtOnce, Volatile.Read(ref prepared));
        gate.Set();
        await Task.WhenAll(questions).OrFailAsync("all answers");
        Assert.Equal(questions.Count, prepared);
    }

    [Fact]
    public async Task Ask_WhenTheAnswerFails_SaysWhyAndAnswersTheNext()
    {
        var limit = new QuestionLimit(_clock);
        for (var i = 0; i < 2 * QuestionLimit.AtOnce; i++)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => limit.AskAsync<bool>("Why", _ => throw new InvalidOperationException()).OrFailAsync("the error"));
        }

        Assert.True(await limit.AskAsync("Why", _ => true).OrFailAsync("an answer"));
    }

    [Fact]
    public void Check_WhenAQuestionHasTooManyChanges_IsRefusedByName()
    {
        WhatIfMapper.Check(new WhatIfQuestion { Drain = [.. Enumerable.Repeat("n", 100)] });
        var error = Assert.Throws<FabricRefusedException>(() => WhatIfMapper.Check(new WhatIfQuestion { Drain = [.. Enumerable.Repeat("n", 101)] }));
        Assert.Contains("Drain has 101 changes; allowed: up to 100", error.Message, StringComparison.Ordinal);
    }

    private static bool Wait(ManualResetEventSlim gate, CancellationToken time)
    {
        gate.Wait(time);
        return true;
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); seen < value; seen = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }
}

using System.Threading.Channels;
using OrleansCompute.Contracts;

namespace OrleansCompute.Grains.Pools;

/// <summary>
/// Keeps people's questions from taking a pool's processor: so many at once, others wait a moment, each within a time. Thread-safe.
/// </summary>
/// <param name="clock">For the time.</param>
internal sealed class QuestionLimit(TimeProvider clock)
{
    /// <summary>Questions that are worked on at once.</summary>
    public const int AtOnce = 4;

    /// <summary>Time for the answer to one; as long for its turn to come.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(30);

    // A turn is an item that fits; whoever has one takes it out again. Unlike a semaphore it needs nobody to dispose of it.
    private readonly Channel<bool> _turns = Channel.CreateBounded<bool>(AtOnce);

    /// <summary>Answers on the thread pool.</summary>
    /// <param name="what">What is asked, for messages.</param>
    /// <param name="answer">Stops when it is told to.</param>
    /// <exception cref="FabricRefusedException">Too many ask, or the answer takes too long.</exception>
    public Task<T> AskAsync<T>(string what, Func<CancellationToken, T> answer) => AskAsync(what, () => Task.FromResult(true), (_, time) => answer(time));

    /// <summary>Answers on the thread pool what is put together where the caller runs, and not before its turn has come.</summary>
    /// <param name="what">What is asked, for messages.</param>
    /// <param name="prepare">Puts the question together.</param>
    /// <param name="answer">Stops when it is told to.</param>
    /// <exception cref="FabricRefusedException">Too many ask, or the answer takes too long.</exception>
    public async Task<T> AskAsync<TQuestion, T>(string what, Func<Task<TQuestion>> prepare, Func<TQuestion, CancellationToken, T> answer)
    {
        using var turn = new CancellationTokenSource(MaxTime, clock);
        try
        {
            await _turns.Writer.WriteAsync(true, turn.Token);
        }
        catch (OperationCanceledException) when (turn.IsCancellationRequested)
        {
            throw new FabricRefusedException(
                $"{what}: {AtOnce} other questions have been worked on for {MaxTime.TotalSeconds} s; at most {AtOnce} are at once. Ask again in a moment.");
        }

        try
        {
            var question = await prepare();
            using var time = new CancellationTokenSource(MaxTime, clock);
            try
            {
                return await Task.Run(() => answer(question, time.Token), CancellationToken.None);
            }
            catch (OperationCanceledException) when (time.IsCancellationRequested)
            {
                throw new FabricRefusedException(
                    $"{what}: no answer within {MaxTime.TotalSeconds} s, which is as long as one may take. Ask when fewer jobs wait, or about fewer changes.");
            }
        }
        finally
        {
            _turns.Reader.TryRead(out _);
        }
    }
}

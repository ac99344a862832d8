using System.Threading.Channels;
using OrleansCompute.Contracts;

namespace OrleansCompute.Grains.Pools;

/// <summary>
/// One admission at a time: each goes by what those before it were promised. Others wait for their turn, in order, but not longer than
/// their callers do. Thread-safe.
/// </summary>
/// <param name="clock">For the time.</param>
internal sealed class AdmissionTurn(TimeProvider clock)
{
    /// <summary>Most that one waits; calls of grains end after 30 s, and the refusal has to arrive before.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(20);

    // Whoever has the turn has its item in: unlike a semaphore it needs nobody to dispose of it.
    private readonly Channel<bool> _turn = Channel.CreateBounded<bool>(1);

    /// <summary>Admits on the caller's scheduler.</summary>
    /// <param name="what">What is admitted, for messages.</param>
    /// <param name="admit">Checks and takes.</param>
    /// <exception cref="FabricRefusedException">Its turn did not come in time.</exception>
    public async Task<T> RunAsync<T>(string what, Func<Task<T>> admit)
    {
        using var wait = new CancellationTokenSource(MaxWait, clock);
        try
        {
            await _turn.Writer.WriteAsync(true, wait.Token);
        }
        catch (OperationCanceledException) when (wait.IsCancellationRequested)
        {
            throw new FabricRefusedException(
                $"{what}: the deadlines of jobs that were submitted before have been checked for {MaxWait.TotalSeconds} s, one at a time. Submit it again in a moment.");
        }

        try
        {
            return await admit();
        }
        finally
        {
            _turn.Reader.TryRead(out _);
        }
    }
}
